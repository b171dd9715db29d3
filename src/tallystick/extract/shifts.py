"""Days that lean on another event: "the day after the ambush"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from tallystick.lexicon import Entry, Matcher, fold, load
from tallystick.model.claims import Claim
from tallystick.model.text import Span
from tallystick.model.values import Grain, Period


@dataclass(frozen=True, slots=True)
class Shift:
    """So many days (entry) from an event that the words after the span name."""

    entry: Entry
    span: Span


@cache
def _shifts() -> Matcher:
    return Matcher(load("relations").of(kind="shift"))


def shift_of(claim: Claim) -> Shift | None:
    """The last such words of the claim's sentence; None where it has none."""
    found = None
    for hit in _shifts().longest(fold(claim.sentence.text)):
        start = claim.sentence.start + hit.start
        words = claim.sentence.text[hit.start : hit.end]
        found = Shift(hit.entry, Span(start, start + len(words), words))
    return found


def shifted(period: Period | None, shift: Shift) -> Period | None:
    """The day meant, where the event's day is known: a stretch of several days fixes none."""
    if period is None or period.start is None or period.start != period.end:
        return None
    try:
        day = period.start + timedelta(days=int(shift.entry.get("days")))
    except OverflowError:
        return None
    return Period(day, day, Grain.DAY)
