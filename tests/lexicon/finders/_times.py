"""For the two files of time expressions: an entry fires where an expression uses it."""

from __future__ import annotations

from tallystick.extract.sentences import split
from tallystick.extract.timejoins import Timex
from tallystick.extract.timexes import find
from tallystick.lexicon import fold, load
from tallystick.model.text import Document

_INNER = {"length": {"unit"}, "weekday-part": {"month"}}


def _found(text: str) -> list[Timex]:
    return find(text, split(Document(text, "", "")))


def by_entry(text: str) -> list[tuple[str, int, int]]:
    found = [(timex.entry.name, timex.start, timex.end) for timex in _found(text)]
    for timex in _found(text):
        for name, slots in _INNER.items():
            if slots <= timex.slots.keys() and len(timex.slots) > 1:
                found.append((name, timex.start, timex.end))
    return found


def by_word(text: str) -> list[tuple[str, int, int]]:
    """An entry fires where one of its words stands in an expression or close enough before or after to govern it."""
    found = []
    folded = fold(text)
    for timex in _found(text):
        for entry in load("timewords"):
            inside = entry.get("near") is None
            start, end = (timex.start, timex.end) if inside else (max(0, timex.start - 60), timex.end + 12)
            if any(
                start <= hit.start and hit.end <= end
                for hit in load("timewords").matcher.find(folded)
                if hit.entry is entry
            ):
                found.append((entry.name, timex.start, timex.end))
    return found
