"""Quantities as a page or the API shows them: the list, one as of a day, over time, and what stands beside it.

A total of a country can have thousands of figures. What takes long for so many is thinned or not counted anew, and the
answer says so.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import Connection, select

from tallystick.jobs import questions
from tallystick.ledger import codec, computed, lookups, tally_rows
from tallystick.ledger.computed import AfterTally
from tallystick.ledger.filters import Scope
from tallystick.ledger.projections import moment
from tallystick.ledger.tables import document as held_document
from tallystick.ledger.tally_rows import TallyRow
from tallystick.model.constraints import Interval
from tallystick.model.quantities import Figure
from tallystick.model.questions import Question
from tallystick.model.tallies import Estimate, Origins, PolicyDiff, Series, Tally
from tallystick.model.values import Number, Precision
from tallystick.reconcile.estimates import estimate
from tallystick.reconcile.policies import NEUTRAL, POLICIES
from tallystick.reconcile.policies import policy as policy_called
from tallystick.reconcile.policydiff import policy_diff
from tallystick.reconcile.series import Clock, series

LARGE = 300
"""Figures from which a tally is shown in parts: its series thinned, its origins not counted anew as of a day."""
POINTS = 24
"""Days of a thinned series (a point of 1,500 figures takes 3 ms)."""
MARKS = 8
"""Marks of one day in the chart of a thinned series."""
LOOKED_THROUGH = 1_000
"""Claims looked through for a list that tallies alone cannot answer: words, a place with what lies in it."""
_LONG = 300_000  # characters of a tally of about 300 figures


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity in a list. at_least and at_most count its origins, None where they were not counted as of the day.

    low, best and high are None where open or not given. consequence orders the list: what its weightiest conflict
    weighs, at least 1; below 1 where it is in none, the more the more people it is about and voices speak of it.
    """

    id: str
    label: str
    measure: str
    low: Number | None
    best: Number | None
    high: Number | None
    status: str | None
    mentions: int
    documents: int
    at_least: int | None
    at_most: int | None
    conflicts: int
    consequence: float
    waits: bool = False  # its numbers take long to work out and are not known yet: ask for them alone


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of quantities. next is the next page's after, None on the last one.

    partly: only the first LOOKED_THROUGH claims that fit were looked through, so that some may be missing.
    """

    rows: tuple[Row, ...]
    policy: str
    caveat: str | None = None
    next: AfterTally | None = None
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity as asked for. tally and estimate are as of then, None where nothing was known; now is as it stands.

    counted: the origins are those of that time. Where it is False they are today's, without those not known yet.
    """

    now: Tally
    policy: str
    tally: Tally | None = None
    estimate: Estimate | None = None
    known_by: date | None = None
    held_by: datetime | None = None
    counted: bool = True

    @property
    def large(self) -> bool:
        """Whether it has so many figures that parts are shown on demand."""
        return len(self.now.figures) > LARGE

    @property
    def as_it_stands(self) -> bool:
        """Whether it is asked for without a clock."""
        return self.known_by is None and self.held_by is None


def listed(
    connection: Connection,
    question: Question,
    *,
    policy: str = NEUTRAL.name,
    after: AfterTally | None = None,
    limit: int = 50,
    budget: int | None = None,
) -> Listed:
    """One page of the quantities asked for: those in conflict first, then by people and voices, then the newest.

    budget: characters of kept tallies that are read for it; rows beyond it wait. None reads all.
    With a clock in the question, those of which nothing was known yet are left out, so that a page may be short.
    Raises LedgerError where nothing has been reconciled, UnknownPolicy, UnknownDocument, BadQuestion.
    """
    questions.check_reconciled(connection)
    by = policy_called(policy, ledger=True)
    asked, scope, among, partly = _asked(connection, question)
    found = tally_rows.rows(connection, asked, actors=scope.actors, among=among, after=after, limit=limit + 1)
    shown = found[:limit]
    kept = tally_rows.bodies(connection, [row.id for row in shown])
    if question.known_by is None and question.held_by is None:
        rows = tuple(_rows_now(shown, kept, by.name, budget))
    else:
        tallies = {row.id: codec.loads(Tally, kept[row.id]) for row in shown if row.id in kept}
        rows = tuple(_rows_then(connection, shown, tallies, question, by.name))
    last = shown[-1] if len(found) > limit else None
    then = None if last is None else AfterTally(last.consequence, last.id)
    return Listed(rows, by.name, by.warning, then, partly)


def _asked(connection: Connection, question: Question) -> tuple[Question, Scope, list[str] | None, bool]:
    """What to ask of tallies, what counts as actor, and among which ids where claims had to be looked through."""
    scope = questions.scope_of(question)
    country = next((p.country for p in scope.places[:1] if p.precision is Precision.COUNTRY), None)
    if question.place is not None and country is not None:
        question = replace(question, place=None, country=question.country or country)
    if not any((question.place, question.publisher, question.source, question.document, question.words)):
        return question, scope, None, False
    # Whom a figure counts may only be known from its neighbours: actor and status are asked of the tally.
    inner = replace(question, actor=None, status=None, known_by=None, held_by=None)
    figures = tally_rows.figures_about(connection, inner, Scope((), scope.places), LOOKED_THROUGH + 1)
    inside = computed.tallies_with(connection, figures[:LOOKED_THROUGH])
    ids = sorted({name for names in inside.values() for name in names})
    # The claims fit place and words; the quantity that they are counted in may be named for a place around them.
    outer = Question(measures=question.measures, actor=question.actor, status=question.status)
    return outer, scope, ids, len(figures) > LOOKED_THROUGH


_Numbers = tuple[Number | None, Number | None, Number | None, str | None]
Made = TypeVar("Made")


class _Kept(Generic[Made]):
    """What was made of tallies, by what it was made of: the same is asked for often. The longest unasked goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = Lock()

    def known(self, name: Hashable) -> Made | None:
        """What is kept under a name."""
        with self._lock:
            if name in self._made:
                self._made.move_to_end(name)
            return self._made.get(name)

    def get(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept under a name, made where nothing is."""
        held = self.known(name)
        if held is None:
            held = make()
            with self._lock:
                self._made[name] = held
                if len(self._made) > self._most:
                    self._made.popitem(last=False)
        return held


_NUMBERS: _Kept[_Numbers] = _Kept(20_000)
_TALLIES: _Kept[Tally] = _Kept(8)  # only large ones, 5 to 10 MB each: their page is asked for in parts
_ESTIMATES: _Kept[tuple[Estimate, ...]] = _Kept(64)
_SERIES: _Kept[Series] = _Kept(32)


def _digest(body: str) -> bytes:
    return hashlib.sha256(body.encode()).digest()


def _numbers_of(body: str, policy: str) -> _Numbers:
    name = _digest(body), policy
    return _NUMBERS.get(name, lambda: _numbers(estimate(codec.loads(Tally, body), policy)))


def tally_called(connection: Connection, name: str) -> Tally:
    """The tally of that id, or of its beginning, or the one that a figure is in; large ones are kept for a while.

    Raises LedgerError where nothing has been reconciled, UnknownTally, UnknownClaim.
    """
    questions.check_reconciled(connection)
    body = tally_rows.bodies(connection, [name]).get(name)
    if body is None or len(body) < _LONG:
        return questions.tally_for(connection, name)
    return _TALLIES.get(_digest(body), lambda: codec.loads(Tally, body))


def _numbers(done: Estimate) -> _Numbers:
    return done.low, done.best, done.high, done.status


def _row(row: TallyRow, numbers: _Numbers) -> Row:
    return Row(
        row.id, row.label, row.measure, *numbers, row.mentions, row.documents, row.at_least, row.at_most,
        row.conflicts, row.consequence,
    )  # fmt: skip


def _rows_now(shown: Sequence[TallyRow], kept: dict[str, str], policy: str, budget: int | None) -> Iterator[Row]:
    read = 0
    for row in shown:
        body = kept.get(row.id)
        if body is None:
            continue
        numbers = _NUMBERS.known((_digest(body), policy))
        if numbers is None:
            read += len(body)
            if budget is not None and read > budget and len(body) > budget // 8:
                yield replace(_row(row, (None, None, None, None)), waits=True)
                continue
            numbers = _numbers_of(body, policy)
        yield _row(row, numbers)


def numbers_of(connection: Connection, name: str, policy: str) -> Row:
    """One row of the list, worked out. Raises UnknownTally, UnknownPolicy."""
    by = policy_called(policy, ledger=True)
    tally = tally_called(connection, name)
    (row,) = tally_rows.rows(connection, Question(), among=[tally.id], limit=1)
    return _row(row, _numbers_of(tally_rows.bodies(connection, [tally.id])[tally.id], by.name))


def _rows_then(
    connection: Connection, shown: Sequence[TallyRow], tallies: dict[str, Tally], question: Question, policy: str
) -> Iterator[Row]:
    among = [figure for tally in tallies.values() for figure in tally.figures]
    documents = _documents_then(connection, among, question.known_by, question.held_by)
    for row in shown:
        tally = tallies.get(row.id)
        kept = () if tally is None else tuple(f for f in tally.figures if f.document in documents)
        if tally is None or not kept:
            continue
        then = replace(tally, figures=kept, bounds=Interval(None, None), conflicts=(), repairs=(), notes=())
        numbers = _numbers(estimate(then, policy, as_of=question.known_by))
        known = {figure.id for figure in tally.figures if figure.document in documents}
        clashing = sum(known.issuperset(set(clash.figures) & _ids(tally)) for clash in tally.conflicts)
        many = row._replace(mentions=len(kept), documents=len({f.document for f in kept}), conflicts=clashing)
        yield replace(_row(many, numbers), at_least=None, at_most=None)


def _ids(tally: Tally) -> set[str]:
    return {figure.id for figure in tally.figures}


def _documents_then(
    connection: Connection, figures: Iterable[Figure], known_by: date | None, held_by: datetime | None
) -> set[str]:
    """The documents of these figures that were public by the end of that day, and that the ledger had stored by then.

    A document without a day counts as public from the day on which it was captured, at the latest.
    """
    d = held_document.c
    found: set[str] = set()
    for some in lookups.some(sorted({figure.document for figure in figures})):
        for row in connection.execute(select(d.id, d.published, d.captured, d.recorded).where(d.id.in_(some))):
            public = row.published or (row.captured or row.recorded)[:10]
            held = held_by is None or row.recorded <= moment(held_by)
            if held and (known_by is None or public <= known_by.isoformat()):
                found.add(row.id)
    return found


def quantity(
    connection: Connection,
    name: str,
    *,
    policy: str = NEUTRAL.name,
    known_by: date | None = None,
    held_by: datetime | None = None,
) -> Quantity:
    """The quantity of that id, or the one that a figure is in, as of a day and a time of this ledger.

    Raises LedgerError where nothing has been reconciled, UnknownTally, UnknownClaim, UnknownPolicy.
    """
    by = policy_called(policy, ledger=True)
    now = tally_called(connection, name)
    asked = Quantity(now, by.name, known_by=known_by, held_by=held_by)
    if asked.large and not asked.as_it_stands:
        documents = _documents_then(connection, now.figures, known_by, held_by)
        known = {figure.id for figure in now.figures if figure.document in documents}
        then = questions.narrowed(now, known.issuperset, _without(now.origins, known))
    else:
        then = questions.as_known(connection, now, known_by, held_by)
    if then is None:
        return asked
    counted = asked.as_it_stands or not asked.large
    return replace(asked, tally=then, estimate=questions.answered(then, by, known_by), counted=counted)


def _without(found: Origins, known: set[str]) -> Callable[[Sequence[Figure]], Origins]:
    """Makes today's origins without what was not known: which voices are one is not worked out anew."""

    def then(figures: Sequence[Figure]) -> Origins:
        origins = []
        for origin in found.origins:
            voices = []
            for voice in origin.voices:
                if mine := tuple(name for name in voice.figures if name in known):
                    current = voice.current if voice.current in known else mine[-1]
                    voices.append(replace(voice, figures=mine, current=current))
            if voices:
                origins.append(replace(origin, voices=tuple(voices)))
        left = {origin.id for origin in origins}
        doubts = tuple(doubt for doubt in found.doubts if doubt.a in left and doubt.b in left)
        documents, outlets = {f.document for f in figures}, {f.publisher for f in figures if f.publisher}
        least, most = min(found.at_least, len(origins)), min(found.at_most, len(origins))
        return Origins(len(figures), len(documents), len(outlets), tuple(origins), doubts, least, most)

    return then


def estimates(tally: Tally, known_by: date | None = None) -> tuple[Estimate, ...]:
    """What every policy makes of it, in the order of the policies."""

    def made() -> tuple[Estimate, ...]:
        return tuple(estimate(tally, by, as_of=known_by) for by in POLICIES.values())

    return _ESTIMATES.get((_Same(tally), known_by), made) if thinned(tally) else made()


def differences(tally: Tally, a: str, b: str, known_by: date | None = None) -> PolicyDiff:
    """What policy b makes of it that a does not. Raises UnknownPolicy."""
    return policy_diff(tally, a, b, as_of=known_by)


def over_time(
    tally: Tally, policy: str = NEUTRAL.name, *, until: date | None = None, clock: Clock | str = Clock.PUBLISHED
) -> Series:
    """The quantity day by day; one of more than LARGE figures on POINTS days, spread evenly. Raises UnknownPolicy."""
    if not thinned(tally):
        return series(tally, policy, until=until, clock=clock)
    name = _Same(tally), policy, until, clock
    return _SERIES.get(name, lambda: series(tally, policy, until=until, clock=clock, most=POINTS))


class _Same:
    """A tally as a name: the very object, as _TALLIES keeps it, without going through its thousands of figures."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._tally is other._tally

    def __hash__(self) -> int:
        return id(self._tally)


def drawn(tally: Tally, shown: Series) -> Tally:
    """The tally as a chart shows it: of very many figures those that changed something on a day of the series."""
    if not thinned(tally):
        return tally
    changing = {name for point in shown.points for name in point.changed_by[:MARKS]}
    return replace(tally, figures=tuple(figure for figure in tally.figures if figure.id in changing))


def thinned(tally: Tally) -> bool:
    """Whether its series leaves days out."""
    return len(tally.figures) > LARGE
