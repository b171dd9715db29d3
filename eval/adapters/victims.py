"""Whose dead a sentence about the war in Gaza counts: Israelis, Palestinians or both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tallystick.extract import syntax
from tallystick.extract.events import find_events
from tallystick.extract.interest import Side, sides_in
from tallystick.lexicon import load
from tallystick.model.mentions import EventMention
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Sentence, Span

BENCH = "victims"
SCORER = "labels"
METRICS = {"macro F1": ("victim", "macro_f1"), "accuracy": ("victim", "accuracy")}

PARTIES = {"Israel": "israel", "Palestinians": "palestine", "Hamas": "palestine"}
OTHER = {"israel": "palestine", "palestine": "israel"}
DEADLY = {"kill": 1.0, "wound": 1.0, "shoot": 0.5, "attack": 0.3, "aerial": 0.3, "artillery": 0.3, "bomb": 0.3}
# Weights of a clue, from the words for the dead themselves to the headline. Swept in halves.
DEAD, KILLER, NEAR, ANYWHERE, TITLE = 4.0, 2.5, 2.5, 0.3, 0.3
# People of third countries died in the attack of October 2023, hardly any in Gaza in these weeks.
FOREIGN = 1.5


def party(side: Side) -> str | None:
    """The label of a side of this war; None for anybody else."""
    return PARTIES.get(side.name) or PARTIES.get(side.beside or "")


def parties(text: str) -> list[str]:
    """The labels of the sides that the words name."""
    return [label for side in sides_in(text) if (label := party(side))]


def label(parsed: Parse, title: str) -> str:
    """The side with the most clues."""
    clues: dict[str, float] = defaultdict(float)
    for event in find_events(parsed):
        weight = DEADLY.get(event.mode or "", 0.0)
        if weight:
            dead = sides_in(_words(event.recipient))
            _add(clues, filter(None, map(party, dead)), DEAD * weight)
            if any(side.kind == "state" and party(side) is None for side in dead):
                clues["israel"] += FOREIGN * weight
            _add(clues, [OTHER[killer] for killer in parties(_doer(event, parsed))], KILLER * weight)
            for phrase, is_attack in _phrases(event, parsed):
                named = parties(phrase)
                _add(clues, [OTHER[n] for n in named] if is_attack else named, NEAR * weight)
    _add(clues, parties(parsed.sentence.text), ANYWHERE)
    _add(clues, parties(title), TITLE)
    return max(clues, key=lambda name: clues[name]) if clues else "israel"


def _add(clues: dict[str, float], labels: Iterable[str], weight: float) -> None:
    for name in labels:
        clues[name] += weight


def _words(span: Span | None) -> str:
    return "" if span is None else span.text


def _doer(event: EventMention, parsed: Parse) -> str:
    """The actor with what hangs on it: "the attacks by ..."."""
    if event.actor is None:
        return ""
    words = parsed.at(event.actor.start, event.actor.end)
    inside = {word.i for word in words}
    top = next((word for word in words if word.head not in inside or word.head == word.i), words[0])
    hanging = [word for word in parsed.kids(top, "prep", "agent") if word.lower in ("by", "from", "of")]
    return " ".join([event.actor.text, *(parsed.subtree_span(word).text for word in hanging)])


def _phrases(event: EventMention, parsed: Parse) -> list[tuple[str, bool]]:
    """The event's own "in ..." phrases, and whether each names who did it rather than where."""
    found = []
    for token in parsed.at(event.span.start, event.span.end):
        for prep in parsed.kids(token, "prep", "agent"):
            for noun in parsed.kids(prep, "pobj"):
                found += _of_noun(noun, prep.lower == "by", parsed)
    return found


def _of_noun(noun: Token, by: bool, parsed: Parse) -> list[tuple[str, bool]]:
    lexicon = load("events")
    attack = noun.lemma in {*lexicon["attack"].get("nouns"), *lexicon["air-strike"].get("nouns")}
    before = " ".join(kid.text for kid in (*parsed.kids(noun, "amod", "compound", "poss", "nmod"), noun))
    found = [(before, attack or by)]
    for prep in parsed.kids(noun, "prep"):
        found.append((parsed.subtree_span(prep).text, prep.lower in ("by", "from") or (attack and prep.lower == "of")))
    return found


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One label for each sentence."""
    sentences = [Sentence(0, len(doc["text"]), doc["text"], 0, 0) for doc in docs]
    return [
        {"id": doc["id"], "victim": label(parsed, doc.get("title") or "")}
        for doc, parsed in zip(docs, syntax.parse(sentences), strict=True)
    ]
