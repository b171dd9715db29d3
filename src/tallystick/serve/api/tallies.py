"""Tallies: list, one, estimates, series, origins, policy diff."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from tallystick.jobs import asking, neighbours, quantities
from tallystick.jobs.neighbours import Neighbour
from tallystick.jobs.quantities import Quantity, Row
from tallystick.ledger import tally_rows
from tallystick.ledger.computed import KeptConflict
from tallystick.model.constraints import Interval
from tallystick.model.quantities import Figure, Key
from tallystick.model.questions import Question
from tallystick.model.tallies import Doubt, Estimate, Move, Origin, Point
from tallystick.model.values import Measure
from tallystick.reconcile.policies import NEUTRAL
from tallystick.reconcile.series import Clock
from tallystick.serve import clocks
from tallystick.serve.asked import after_tally, next_tally
from tallystick.serve.clocks import Day, HeldBy, KnownBy
from tallystick.serve.identity import At, Reader
from tallystick.serve.tagging import Tagged

router = APIRouter(tags=["tallies"], route_class=Tagged)

FIGURES = 500
"""Figures of one answer; the rest follow by after."""

BUDGET = 800_000
"""Characters of kept tallies that one list reads anew, about 40 ms."""

_TEXT = r"^[^\x00]*$"
Name = Annotated[
    str, Path(max_length=80, pattern=r"^[0-9a-z:]+$", description="A tally's id or its beginning, or a figure's id.")
]
Policy = Annotated[
    str, Query(max_length=40, pattern=_TEXT, description="A policy's name, with or without its version.")
]
Text = Annotated[str | None, Query(max_length=200, pattern=_TEXT)]
After = Annotated[str | None, Query(max_length=80, pattern=_TEXT, description="next of the page before.")]
Skipped = Annotated[int, Query(ge=0, le=1_000_000, description="Figures to pass over.")]


class CountedStatus(StrEnum):
    """Whom a quantity counts."""

    CIVILIAN = "civilian"
    COMBATANT = "combatant"


@dataclass(frozen=True, slots=True)
class Tallies:
    """One page of tallies. next is the following page's after; null on the last. partly: very many claims fit, and
    only the quantities of the first thousand are among these. read: how words were read. A tally that waits has so many
    figures that the list leaves its numbers out: ask for it alone."""

    items: list[Row]
    policy: str
    caveat: str | None
    next: str | None
    partly: bool
    read: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Under which policy and as of when. null is no matter when."""

    policy: str
    known_by: date | None
    held_by: datetime | None


@dataclass(frozen=True, slots=True)
class Whole:
    """One tally. figures are at most 500: next is what to give as after for the rest. estimate null: nothing was known
    then. bounds rest on everything held, so they are open as of a day."""

    id: str
    label: str
    key: Key
    asked: Asked
    estimate: Estimate | None
    bounds: Interval
    mentions: int
    origins_at_least: int
    origins_at_most: int
    conflicts: int
    notes: list[str]
    neighbours: list[Neighbour]
    figures: list[Figure]
    next: int | None


@dataclass(frozen=True, slots=True)
class Estimates:
    """What every policy makes of one tally; none where nothing was known then."""

    tally: str
    asked: Asked
    estimates: list[Estimate]


@dataclass(frozen=True, slots=True)
class OverTime:
    """A tally day by day. thinned: it has so many figures that some days are left out."""

    tally: str
    label: str
    policy: str
    clock: str
    thinned: bool
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Behind:
    """mentions -> outlets -> voices -> origins. counted: as of that time; false where they are today's, without what
    was not known yet."""

    tally: str
    mentions: int
    documents: int
    carriers: int
    at_least: int
    at_most: int
    counted: bool
    origins: list[Origin]
    doubts: list[Doubt]


@dataclass(frozen=True, slots=True)
class Clashing:
    """What of one tally cannot all be true, the weightiest first, as it stands now."""

    tally: str
    conflicts: list[KeptConflict]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two policies over one tally, and which rule moved which end."""

    tally: str
    a: Estimate
    b: Estimate
    same: bool
    moves: list[Move]


class Filters:
    """What a list is asked for."""

    def __init__(
        self,
        words: Annotated[
            str | None, Query(max_length=400, pattern=_TEXT, description="The question in plain words.")
        ] = None,
        measure: Annotated[list[Measure] | None, Query(max_length=40)] = None,
        actor: Text = None,
        status: CountedStatus | None = None,
        place: Text = None,
        country: Annotated[str | None, Query(pattern=r"^[A-Za-z]{2}$", description="ISO 3166-1 alpha-2.")] = None,
        since: Day = None,
        until: Day = None,
        source: Text = None,
        publisher: Text = None,
        known_by: KnownBy = None,
        held_by: HeldBy = None,
    ) -> None:
        self.words = words
        self.given = Question(
            measures=tuple(one.value for one in measure or ()),
            actor=actor or None,
            status=status and status.value,
            place=place or None,
            country=country and country.upper(),
            since=clocks.day(since),
            until=clocks.day(until),
            source=source or None,
            publisher=publisher or None,
            known_by=clocks.day(known_by),
            held_by=clocks.moment(held_by),
        )


class One:
    """Which tally, under which policy, as of when."""

    def __init__(
        self, at: At, tally: Name, policy: Policy = NEUTRAL.name, known_by: KnownBy = None, held_by: HeldBy = None
    ) -> None:
        self._asked: dict[str, Any] = {
            "policy": policy, "known_by": clocks.day(known_by), "held_by": clocks.moment(held_by)
        }  # fmt: skip
        self.at = at
        self.tally = tally

    def found(self) -> Quantity:
        """The tally as asked for."""
        with self.at.reading() as connection:
            return quantities.quantity(connection, self.tally, **self._asked)


Wanted = Annotated[One, Depends()]


@router.get("/tallies")
def listing(
    at: At,
    person: Reader,
    filters: Annotated[Filters, Depends()],
    policy: Policy = NEUTRAL.name,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Tallies:
    """The tallies asked for: those in conflict first, then by people and voices, then the newest. As of a day a page
    may be short."""
    question, read = filters.given, []
    if filters.words:
        understood = asking.understand(filters.words, at.now().date())
        wanted = {name: v for name in question.__slots__ if (v := getattr(question, name)) not in (None, (), False)}
        question = replace(understood.question, **wanted)
        read = [f"“{text}”: {meaning}" for text, meaning in understood.read]
    with at.reading() as connection:
        found = quantities.listed(
            connection, question, policy=policy, after=after_tally(after), limit=limit, budget=BUDGET
        )
    following = None if found.next is None else next_tally(found.next)
    return Tallies(list(found.rows), found.policy, found.caveat, following, found.partly, read)


@router.get("/tallies/{tally}")
def one(person: Reader, wanted: Wanted, after: Skipped = 0) -> Whole:
    """One tally with its figures, oldest first."""
    found = wanted.found()
    with wanted.at.reading() as connection:
        near = neighbours.neighbours(connection, found.now)
    tally = found.tally
    figures = () if tally is None else tally.figures
    origins = None if tally is None else tally.origins
    return Whole(
        found.now.id,
        found.now.label,
        found.now.key,
        _asked(found),
        found.estimate,
        Interval(None, None) if tally is None else tally.bounds,
        0 if origins is None else origins.mentions,
        0 if origins is None else origins.at_least,
        0 if origins is None else origins.at_most,
        0 if tally is None else len(tally.conflicts),
        [] if tally is None else list(tally.notes),
        list(near),
        list(figures[after : after + FIGURES]),
        after + FIGURES if len(figures) > after + FIGURES else None,
    )


def _asked(found: Quantity) -> Asked:
    return Asked(found.policy, found.known_by, found.held_by)


@router.get("/tallies/{tally}/estimates")
def under_each(person: Reader, wanted: Wanted) -> Estimates:
    """What every policy makes of it, each with its steps and the figures used."""
    found = wanted.found()
    made = () if found.tally is None else quantities.estimates(found.tally, found.known_by)
    return Estimates(found.now.id, _asked(found), list(made))


@router.get("/tallies/{tally}/series")
def over_time(
    at: At,
    person: Reader,
    tally: Name,
    policy: Policy = NEUTRAL.name,
    until: Day = None,
    clock: Annotated[Clock, Query(description="When a figure counts as known.")] = Clock.PUBLISHED,
) -> OverTime:
    """It day by day: what was known, and whose figure changed it."""
    with at.reading() as connection:
        found = quantities.tally_called(connection, tally)
    series = quantities.over_time(found, policy, until=clocks.day(until), clock=clock)
    return OverTime(found.id, found.label, series.policy, clock.value, quantities.thinned(found), list(series.points))


@router.get("/tallies/{tally}/origins")
def behind(person: Reader, wanted: Wanted) -> Behind:
    """Who is behind it: mentions, the voices in them, and the independent origins, with reasons and doubts."""
    found = wanted.found()
    if found.tally is None:
        return Behind(found.now.id, 0, 0, 0, 0, 0, found.counted, [], [])
    o = found.tally.origins
    return Behind(
        found.now.id, o.mentions, o.documents, o.carriers, o.at_least, o.at_most, found.counted, list(o.origins),
        list(o.doubts),
    )  # fmt: skip


@router.get("/tallies/{tally}/conflicts")
def clashing(at: At, person: Reader, tally: Name) -> Clashing:
    """What of it cannot all be true, with the cheapest repairs."""
    with at.reading() as connection:
        found = quantities.tally_called(connection, tally)
        near = tally_rows.conflicts_near(connection, found.id)
    return Clashing(found.id, [one for one in near if found.id in one.tallies])


@router.get("/tallies/{tally}/policy-diff")
def difference(
    at: At,
    person: Reader,
    tally: Name,
    a: Policy,
    b: Policy,
    known_by: KnownBy = None,
) -> Difference:
    """What policy b makes of it that a does not: which rule moved which end, by how much, through which figures."""
    with at.reading() as connection:
        found = quantities.tally_called(connection, tally)
    made = quantities.differences(found, a, b, clocks.day(known_by))
    return Difference(found.id, made.a, made.b, made.same, list(made.moves))
