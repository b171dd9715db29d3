"""PLOVER event types of single sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.extract import syntax
from tallystick.extract.events import depth, find_events
from tallystick.model.mentions import EventMention
from tallystick.model.syntax import Parse
from tallystick.model.text import Sentence

BENCH = "plover"
SCORER = "labels"
METRICS = {"macro F1": ("event", "macro_f1"), "accuracy": ("event", "accuracy")}

# The annotated sentences follow an older PLOVER that kept these types apart.
OLDER = {"REQUEST": "DEMAND", "ACCUSE": "DISAPPROVE"}
FIGHTING = {"artillery", "clash", "territory", "aerial", "police-firing", "attack"}


def label(event: EventMention) -> str:
    """The type that the older scheme gives the event."""
    if event.mode == "investigate":
        return "INVESTIGATE"
    if event.type == "ASSAULT" and event.mode in FIGHTING:
        return "FIGHT"
    return OLDER.get(event.type, event.type)


def main_event(parsed: Parse) -> EventMention | None:
    """The event whose word is governed by the fewest others; of equals the first."""
    events = [event for event in find_events(parsed) if event.type != "OTHER"]
    return min(events, key=lambda event: (depth(event, parsed), event.span.start), default=None)


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """The type of each sentence's main event."""
    sentences = [Sentence(0, len(doc["text"]), doc["text"], 0, 0) for doc in docs]
    rows = []
    for doc, parsed in zip(docs, syntax.parse(sentences), strict=True):
        event = main_event(parsed)
        rows.append({"id": doc["id"], "event": label(event) if event else "NONE"})
    return rows
