"""Questions to a ledger: which figures, as of when. Every field that is None leaves its facet open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Question:
    """Which claims are asked for. All given fields must hold.

    measures are Measure values ("killed"). actor, place and publisher are matched folded, actor and place by
    part-of as well. since and until bound the event's day (a claim without one is kept unless dated_only).
    known_by: only what had been published by the end of that day. held_by: only what our ledger held at that moment.
    words: full text, all words.
    """

    measures: tuple[str, ...] = ()
    actor: str | None = None  # whose losses: the side or nationality counted
    status: str | None = None  # civilian, combatant
    place: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    since: date | None = None
    until: date | None = None
    dated_only: bool = False
    publisher: str | None = None
    source: str | None = None
    document: str | None = None  # id or its beginning
    incident: str | None = None
    known_by: date | None = None
    held_by: datetime | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """How plain words were read: the question, which words gave which field, and the words that gave none."""

    question: Question
    read: tuple[tuple[str, str], ...] = ()  # (words, "measure=killed")
    left: tuple[str, ...] = ()
