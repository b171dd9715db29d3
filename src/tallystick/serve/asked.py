"""A Question from an address: every filter of a question, read strictly. And where a page of claims went on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from tallystick.errors import BadQuestion
from tallystick.ledger.computed import AfterTally
from tallystick.ledger.filters import Scope
from tallystick.ledger.queries import After
from tallystick.model.questions import Question
from tallystick.model.values import Measure
from tallystick.serve import clocks

_WORDS = Query(max_length=400)
_CURSOR = re.compile(r"[0-9]{1,9}(\.[0-9]{1,17})?~[0-9a-z:]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what else counts as its actor and place."""

    question: Question
    scope: Scope


def asked(
    measure: Annotated[
        list[Measure] | None, Query(description="What befell the counted; several: any of them.")
    ] = None,
    actor: Annotated[str | None, _WORDS] = None,
    status: Annotated[str | None, Query(pattern="^(civilian|combatant)$")] = None,
    place: Annotated[str | None, _WORDS] = None,
    country: Annotated[str | None, Query(pattern="^[A-Za-z]{2}$", description="ISO 3166-1 alpha-2.")] = None,
    since: clocks.Day = None,
    until: clocks.Day = None,
    dated_only: Annotated[bool, Query(description="Leave out what has no day.")] = False,
    publisher: Annotated[str | None, _WORDS] = None,
    source: Annotated[str | None, _WORDS] = None,
    document: Annotated[str | None, Query(pattern="^[0-9a-f]{4,16}$", description="An id, or its beginning.")] = None,
    incident: Annotated[str | None, Query(max_length=80)] = None,
    known_by: clocks.KnownBy = None,
    held_by: clocks.HeldBy = None,
    words: Annotated[str | None, Query(max_length=400, description="Full text: all words, in one sentence.")] = None,
) -> Asked:
    """The filters of a question; all that are given must hold. Raises BadQuestion."""
    question = Question(
        tuple(one.value for one in measure or ()),
        filled(actor),
        status,
        filled(place),
        country,
        clocks.day(since),
        clocks.day(until),
        dated_only,
        filled(publisher),
        filled(source),
        document,
        filled(incident),
        clocks.day(known_by),
        clocks.moment(held_by),
        filled(words),
    )
    if question.actor is None and question.place is None:
        return Asked(question, Scope())
    from tallystick.jobs.questions import scope_of  # the place index is loaded where a place is asked for

    return Asked(question, scope_of(question))


Asking = Annotated[Asked, Depends(asked)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most on one page.")]
Cursor = Annotated[str | None, Query(max_length=120, description="The “next” of the page before.")]


def filled(text: str | None) -> str | None:
    """The text; None for white space alone. Databases refuse NUL."""
    kept = (text or "").replace("\0", " ").strip()
    return kept or None


def after_claim(cursor: str | None) -> After | None:
    """Where a page of claims goes on, as next_claim wrote it. Raises BadQuestion."""
    if not cursor:
        return None
    said, _, seq = cursor.rpartition("~")
    if not seq.isdecimal() or not seq.isascii() or len(seq) > 15:
        raise BadQuestion(f"{cursor!r} is no place in this list. Begin with the first page.")
    day = clocks.day(said) if said else None
    return After(None if day is None else day.isoformat(), int(seq))


def next_claim(after: After) -> str:
    """Where a page of claims ends, for an address."""
    return f"{after.said or ''}~{after.seq}"


def after_tally(cursor: str | None) -> AfterTally | None:
    """Where a page goes on, as next_tally wrote it. Raises BadQuestion."""
    if not cursor:
        return None
    weight, _, name = cursor.partition("~")
    if not _CURSOR.fullmatch(cursor):
        raise BadQuestion(f"{cursor!r} is no place in this list. Begin with the first page.")
    return AfterTally(float(weight), name)


def next_tally(after: AfterTally) -> str:
    """Where a page ends, for an address."""
    return f"{after.consequence!r}~{after.id}"
