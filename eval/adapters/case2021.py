"""Fine-grained event types of news snippets, as the ACLED codebook tells them apart."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from tallystick.extract import syntax
from tallystick.extract.events import find_events, hints_in
from tallystick.extract.interest import sides_in
from tallystick.extract.populations import kind_of
from tallystick.model.claims import Status
from tallystick.model.mentions import EventMention
from tallystick.model.syntax import Parse
from tallystick.model.text import Sentence

BENCH = "case2021"
SCORER = "labels"
METRICS = {"macro F1": ("event", "macro_f1"), "accuracy": ("event", "accuracy")}

# Types by PLOVER type and mode, with how much one mention weighs: a named means outweighs a bare "attack".
TYPES: dict[tuple[str, str | None], tuple[str, float]] = {
    ("OTHER", "natural_disaster"): ("NATURAL_DISASTER", 2.0),
    ("OTHER", "accident"): ("MAN_MADE_DISASTER", 1.6),
    ("OTHER", "crime"): ("ORG_CRIME", 1.8),
    ("OTHER", "attribution"): ("ATTRIB", 6.0),
    ("ASSAULT", "chemical"): ("CHEM_WEAP", 6.0),
    ("ASSAULT", "sexual"): ("SEX_VIOL", 5.0),
    ("ASSAULT", "suicide"): ("SUIC_BOMB", 4.0),
    ("ASSAULT", "grenade"): ("GRENADE", 4.0),
    ("ASSAULT", "bomb"): ("REM_EXPLOS", 2.0),
    ("ASSAULT", "aerial"): ("AIR_STRIKE", 3.0),
    ("ASSAULT", "artillery"): ("ART_MISS_ATTACK", 2.0),
    ("ASSAULT", "territory"): ("TERRITORY", 3.0),
    ("ASSAULT", "clash"): ("ARMED_CLASH", 1.2),
    ("ASSAULT", "shoot"): ("ATTACK", 1.1),
    ("ASSAULT", "attack"): ("ATTACK", 0.7),
    ("ASSAULT", "kill"): ("ATTACK", 0.3),
    ("ASSAULT", "wound"): ("ATTACK", 0.3),
    ("ASSAULT", "casualties"): ("ATTACK", 0.3),
    ("ASSAULT", "torture"): ("ATTACK", 0.5),
    ("ASSAULT", "mob"): ("MOB_VIOL", 2.5),
    ("ASSAULT", "police-firing"): ("FORCE", 2.5),
    ("COERCE", "arrest"): ("ARREST", 1.2),
    ("COERCE", "abduct"): ("ABDUCT_DISSAP", 2.5),
    ("COERCE", "disarm"): ("DISR_WEAP", 2.5),
    ("COERCE", "destroy"): ("PROPERTY_DISTRUCT", 2.0),
    ("COERCE", "repress"): ("FORCE", 2.0),
    ("COERCE", "restrict"): ("FORCE", 0.5),
    ("MOBILIZE", "base"): ("HQ_ESTABLISHED", 4.0),
    ("MOBILIZE", "troops"): ("CHANGE_TO_GROUP_ACT", 1.5),
    ("RETREAT", "defect"): ("CHANGE_TO_GROUP_ACT", 3.0),
    ("RETREAT", "withdraw"): ("CHANGE_TO_GROUP_ACT", 1.0),
    ("RETREAT", "ceasefire"): ("AGREEMENT", 2.5),
    ("RETREAT", "release"): ("AGREEMENT", 0.8),
    ("COOPERATE", "exchange"): ("AGREEMENT", 4.0),
    ("AGREE", None): ("AGREEMENT", 1.0),
    ("SUPPORT", "sign"): ("AGREEMENT", 2.0),
    ("CONSULT", None): ("AGREEMENT", 0.5),
    ("SANCTION", None): ("DIPLO", 3.0),
    ("SANCTION", "discontinue"): ("DIPLO", 1.5),
    ("SUPPORT", None): ("DIPLO", 0.4),
    ("PROTEST", "demonstrate"): ("PEACE_PROTEST", 1.2),
    ("PROTEST", "strike"): ("PEACE_PROTEST", 1.0),
    ("PROTEST", "obstruct"): ("PEACE_PROTEST", 0.8),
    ("PROTEST", "riot"): ("VIOL_DEMONSTR", 1.2),
}
# A weapon or a kind of people that is named anywhere says a little about an event whose own words name none.
HINTS = {
    "bomb": 0.9,
    "grenade": 1.5,
    "artillery": 0.9,
    "aerial": 0.7,
    "chemical": 0.5,
    "suicide": 3.0,
    "demonstrate": 1.2,
    "riot": 1.2,
    "abduct": 2.0,
    "shoot": 1.1,
    "sexual": 2.0,
    "mob": 2.5,
    "crime": 1.8,
}
# What a further mention of the same type adds, of the weight of the first. Swept 0.1-1.
AGAIN = 0.25
VIOLENT = {"riot", "clash", "destroy"}
HARM = {"kill", "wound", "shoot", "torture", "police-firing", "attack"}


def label(events: list[EventMention], parsed: Parse) -> str:
    """The type whose mentions weigh most, set against what else the snippet tells."""
    weights: dict[str, float] = defaultdict(float)
    mentions = [TYPES.get((event.type, event.mode), TYPES.get((event.type, None))) for event in events]
    if not any(event.mode == "disarm" for event in events):
        mentions += [(TYPES[hint][0], HINTS[hint[1] or ""]) for hint in hints_in(parsed)]
    for name, weight in filter(None, mentions):
        weights[name] = max(weights[name], weight) + (AGAIN * min(weights[name], weight))
    if weights["PEACE_PROTEST"] + weights["VIOL_DEMONSTR"] > 0:
        _protest(events, weights)
    if weights["TERRITORY"]:
        weights[_taker(events, parsed)] += weights.pop("TERRITORY")
    if weights["ATTACK"] and _against_armed(events, parsed):
        weights["ARMED_CLASH"] += weights.pop("ATTACK")
    weights.pop("FORCE", None)
    best = max(weights.items(), key=lambda item: item[1], default=("OTHER", 0.0))
    return best[0] if best[1] > 0 else "OTHER"


def _protest(events: list[EventMention], weights: dict[str, float]) -> None:
    """Whether the crowd, the police or nobody used force."""
    modes = {event.mode for event in events}
    crowd = weights.pop("PEACE_PROTEST", 0.0)
    if modes & VIOLENT:
        weights["VIOL_DEMONSTR"] += crowd + weights.pop("FORCE", 0.0) + weights.pop("ARMED_CLASH", 0.0)
    elif modes & HARM and (weights["FORCE"] or modes & {"kill", "wound", "shoot", "police-firing"}):
        weights["FORCE_AGAINST_PROTEST"] += crowd + weights.pop("FORCE", 0.0) + weights.pop("ATTACK", 0.0)
    elif weights["FORCE"] or weights["ARREST"]:
        weights["PROTEST_WITH_INTER"] += crowd + weights.pop("FORCE", 0.0) + weights.pop("ARREST", 0.0)
    else:
        weights["PEACE_PROTEST"] = crowd


def _taker(events: list[EventMention], parsed: Parse) -> str:
    """Who took the ground, by the actor's words, else by the first side that the snippet names."""
    actor = next((event.actor.text for event in events if event.mode == "territory" and event.actor), "")
    sides = sides_in(actor)
    if any(side.kind == "group" for side in sides):
        return "NON_STATE_ACTOR_OVERTAKES_TER"
    if sides or not actor:
        return "GOV_REGAINS_TERIT"
    named = [side.kind for side in sides_in(parsed.sentence.text) if side.kind == "group"]
    return "GOV_REGAINS_TERIT" if not named or "force" in actor or "army" in actor else "NON_STATE_ACTOR_OVERTAKES_TER"


def _against_armed(events: list[EventMention], parsed: Parse) -> bool:
    """True when those attacked or killed are soldiers, police or fighters."""
    for event in events:
        if event.type == "ASSAULT" and event.recipient is not None:
            for token in parsed.at(event.recipient.start, event.recipient.end):
                kind = kind_of(token, parsed)
                if kind is not None and kind.status is Status.COMBATANT:
                    return True
    return False


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """The type of each snippet."""
    sentences = [Sentence(0, len(doc["text"]), doc["text"], 0, 0) for doc in docs]
    rows = []
    for doc, parsed in zip(docs, syntax.parse(sentences), strict=True):
        rows.append({"id": doc["id"], "event": label(list(find_events(parsed)), parsed)})
    return rows
