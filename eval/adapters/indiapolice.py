"""What police did, sentence by sentence, in reports of a riot: killed, arrested, failed to act, used force, acted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.extract import syntax
from tallystick.extract.events import find_events
from tallystick.extract.populations import kind_of
from tallystick.lexicon import load
from tallystick.model.mentions import EventMention
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence

BENCH = "indiapolice"
SCORER = "labels"
METRICS = {
    "macro F1": ("sentence", "macro_f1"),
    "KILL F1": ("sentence", "KILL", "f1"),
    "ARREST F1": ("sentence", "ARREST", "f1"),
    "FORCE F1": ("sentence", "FORCE", "f1"),
}


def is_police(token: Token, parsed: Parse) -> bool:
    """True for police, troops and other security forces."""
    kind = kind_of(token, parsed)
    return kind is not None and kind.rule in ("populations/police", "populations/soldiers")


def labels(parsed: Parse) -> list[str]:
    """The labels of one sentence."""
    events = [event for event in find_events(parsed) if not set(event.modes) & {"negation", "hypothetical", "future"}]
    police = [token for token in parsed if is_police(token, parsed)]
    modes = {event.mode for event in events}
    found = set()
    if "arrest" in modes:
        found.add("ARREST")
    if police and ("inaction" in modes or _does_not_act(parsed, police)):
        found.add("FAIL")
    firing = "police-firing" in modes or any(event.span.text.lower() in ("firing", "firings") for event in events)
    firing = firing or any(_by(event, police, ("shoot", "attack")) for event in events)
    if firing or "repress" in modes:
        found.add("FORCE")
    if (firing and "kill" in modes) or any(_by(event, police, ("kill",)) for event in events):
        found |= {"KILL", "FORCE"}
    if any(event.mode == "kill" and _fighters(event, parsed) for event in events):
        found |= {"KILL", "FORCE"}
    acted = any(event.type == "MOBILIZE" or event.mode in ("restrict", "deport", "disarm") for event in events)
    if found - {"FAIL"} or acted or _acts(parsed, police):
        found.add("ANY_ACTION")
    return sorted(found)


def _fighters(event: EventMention, parsed: Parse) -> bool:
    """True when those killed are insurgents: police or troops did it, unless the text says who."""
    if event.recipient is None or event.actor is not None:
        return False
    kinds = [kind_of(token, parsed) for token in parsed.at(event.recipient.start, event.recipient.end)]
    return any(kind is not None and kind.rule == "populations/insurgents" for kind in kinds)


def _acts(parsed: Parse, police: list[Token]) -> bool:
    return any(verb.dep not in ("amod",) and not _negated(verb, parsed) for verb in _verbs_of(police, parsed))


def _does_not_act(parsed: Parse, police: list[Token]) -> bool:
    return any(_negated(verb, parsed) for verb in _verbs_of(police, parsed))


def _negated(verb: Token, parsed: Parse) -> bool:
    return bool(parsed.kids(verb, "neg"))


def _verbs_of(police: list[Token], parsed: Parse) -> list[Token]:
    """Verbs of doing with the police as their subject: no speech, no being."""
    verbs = []
    for token in police:
        head = parsed.head(token)
        if token.dep == "nsubj" and head.pos == "VERB" and not parsed.kids(head, "ccomp"):
            verbs.append(head)
        elif token.dep == "pobj" and head.dep == "agent":
            verbs.append(parsed.head(head))
    speech = load("hedges")["not-said"].get("verbs")
    return [verb for verb in verbs if verb.lemma not in speech]


def _by(event: EventMention, police: list[Token], modes: tuple[str, ...]) -> bool:
    if event.mode not in modes or event.actor is None:
        return False
    return any(event.actor.start <= token.start < event.actor.end for token in police)


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One list of labels for every sentence of every report."""
    sentences = [
        Sentence(start, end, doc["text"][start:end], i, 0)
        for doc in docs
        for i, (start, end) in enumerate(doc["sentences"])
    ]
    found = iter([labels(parsed) for parsed in syntax.parse(sentences)])
    return [{"id": doc["id"], "sentences": [next(found) for _ in doc["sentences"]]} for doc in docs]
