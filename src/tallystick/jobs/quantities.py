"""Quantities as a page or the API shows them: the list, one as of a day, over time, and what stands beside it.

A total of a country can have thousands of figures. What takes long for so many is thinned or not counted anew, and the
answer says so.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock

from sqlalchemy import Connection, select

from tallystick.jobs import questions
from tallystick.ledger import codec, computed, lookups, tally_rows
from tallystick.ledger.computed import AfterTally
from tallystick.ledger.filters import Scope
from tallystick.ledger.projections import moment
from tallystick.ledger.tables import document as held_document
from tallystick.ledger.tally_rows import Beside, TallyRow
from tallystick.model.constraints import Interval, Proof
from tallystick.model.quantities import Comparison, Figure
from tallystick.model.questions import Question
from tallystick.model.tallies import Estimate, Origins, PolicyDiff, Series, Tally
from tallystick.model.values import Number, Precision
from tallystick.reconcile.estimates import estimate
from tallystick.reconcile.lattice import load_lattice
from tallystick.reconcile.policies import NEUTRAL, POLICIES
from tallystick.reconcile.policies import policy as policy_called
from tallystick.reconcile.policydiff import policy_diff
from tallystick.reconcile.scopes import compare
from tallystick.reconcile.series import Clock, series
from tallystick.reconcile.systems import quantity as quantity_named

LARGE = 300
"""Figures from which a tally is shown in parts: its series thinned, its origins not counted anew as of a day."""
POINTS = 24
"""Days of a thinned series (a point of 1,500 figures takes 3 ms)."""
LOOKED_THROUGH = 1_000
"""Claims looked through for a list that tallies alone cannot answer: words, a place with what lies in it."""
NEIGHBOURS = 40
"""Quantities of the same reports that are compared with one; 20 of those that stand above or below it are shown."""
SHOWN = 20
_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity in a list. at_least and at_most count its origins, None where they were not counted as of the day.

    low, best and high are None where open or not given.
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


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A quantity that lies in another or holds it. why are the reasons, one a facet; assuming what must be believed."""

    id: str
    label: str
    low: Number | None
    high: Number | None
    within: bool  # it is part of the one asked about; False: it holds it
    why: tuple[str, ...] = ()
    assuming: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proven:
    """One step of a proof, to be read: what follows, by what rule, from which figures, and from which steps before."""

    says: str
    why: str
    figures: tuple[Figure, ...] = ()
    uses: tuple[Proven, ...] = ()


def listed(
    connection: Connection,
    question: Question,
    *,
    policy: str = NEUTRAL.name,
    after: AfterTally | None = None,
    limit: int = 50,
    budget: int | None = None,
) -> Listed:
    """One page of the quantities asked for, those with the weightiest conflicts first.

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


class _Estimates:
    """The numbers of tallies under policies, kept by the tally as it was: a list asks for the same ones often."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[bytes, str], _Numbers] = OrderedDict()
        self._lock = Lock()

    def known(self, body: str, policy: str) -> _Numbers | None:
        """The numbers, where they are kept."""
        name = hashlib.sha256(body.encode()).digest(), policy
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
            return self._known.get(name)

    def get(self, body: str, policy: str) -> _Numbers:
        """The numbers, worked out where they are not kept."""
        if (held := self.known(body, policy)) is not None:
            return held
        name = hashlib.sha256(body.encode()).digest(), policy
        found = _numbers(estimate(codec.loads(Tally, body), policy))
        with self._lock:
            self._known[name] = found
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found


_NUMBERS = _Estimates()


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
        numbers = _NUMBERS.known(body, policy)
        if numbers is None:
            read += len(body)
            if budget is not None and read > budget and len(body) > budget // 8:
                yield replace(_row(row, (None, None, None, None)), waits=True)
                continue
            numbers = _NUMBERS.get(body, policy)
        yield _row(row, numbers)


def numbers_of(connection: Connection, name: str, policy: str) -> Row:
    """One row of the list, worked out. Raises UnknownTally, UnknownPolicy."""
    by = policy_called(policy, ledger=True)
    tally = questions.tally_for(connection, name)
    (row,) = tally_rows.rows(connection, Question(), among=[tally.id], limit=1)
    return _row(row, _NUMBERS.get(tally_rows.bodies(connection, [tally.id])[tally.id], by.name))


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
    now = questions.tally_for(connection, name)
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
        documents, outlets = {f.document for f in figures}, {f.publisher for f in figures}
        least, most = min(found.at_least, len(origins)), min(found.at_most, len(origins))
        return Origins(len(figures), len(documents), len(outlets), tuple(origins), doubts, least, most)

    return then


def estimates(tally: Tally, known_by: date | None = None) -> tuple[Estimate, ...]:
    """What every policy makes of it, in the order of the policies."""
    return tuple(estimate(tally, by, as_of=known_by) for by in POLICIES.values())


def differences(tally: Tally, a: str, b: str, known_by: date | None = None) -> PolicyDiff:
    """What policy b makes of it that a does not. Raises UnknownPolicy."""
    return policy_diff(tally, a, b, as_of=known_by)


def over_time(
    tally: Tally, policy: str = NEUTRAL.name, *, until: date | None = None, clock: Clock | str = Clock.PUBLISHED
) -> Series:
    """The quantity day by day; one of more than LARGE figures on POINTS days, spread evenly. Raises UnknownPolicy."""
    return series(tally, policy, until=until, clock=clock, most=POINTS if thinned(tally) else None)


def thinned(tally: Tally) -> bool:
    """Whether its series leaves days out."""
    return len(tally.figures) > LARGE


def neighbours(connection: Connection, tally: Tally) -> tuple[Neighbour, ...]:
    """The quantities, worked out together with this one, that are part of it or hold it; those that hold it first."""
    lattice = load_lattice()
    found = []
    for other in tally_rows.beside(connection, tally.id, NEIGHBOURS):
        verdict = compare(other.key, tally.key, lattice)
        if verdict.comparison in (Comparison.PART_OF, Comparison.CONTAINS):
            within = verdict.comparison is Comparison.PART_OF
            ends = _whole(other.low), _whole(other.high)
            found.append(Neighbour(other.id, other.label, *ends, within, verdict.reasons, verdict.assuming))
    return tuple(sorted(found, key=lambda one: (one.within, bool(one.assuming), one.label))[:SHOWN])


def _whole(value: float | None) -> Number | None:
    """The table keeps numbers as floats: 12.0 is 12."""
    return int(value) if value is not None and float(value).is_integer() else value


_RULES = {
    "grow": "a toll told later is no smaller",
    "since": "a toll told later is no smaller",
    "told": "the reports tell of one event",
    "part": "a part is no larger than what holds it",
    "maybe": "a part is no larger than what holds it, if the assumption holds",
}


def proofs(connection: Connection, tally: Tally) -> tuple[Proven, ...]:
    """Why the quantity is at least and at most so many, step by step; empty where nothing more than figures says so."""
    given = [proof for proof in (tally.bounds.low_proof, tally.bounds.high_proof) if proof is not None]
    if not given:
        return ()
    told = _Told(tally, tally_rows.beside(connection, tally.id, NEIGHBOURS))
    return tuple(told.step(proof) for proof in given)


class _Told:
    """Words for the steps of a proof."""

    def __init__(self, tally: Tally, others: Sequence[Beside]) -> None:
        self._labels = {quantity_named(other.key): other.label for other in others}
        self._labels |= {quantity_named(figure.key): tally.label for figure in tally.figures}
        self._mine = {quantity_named(figure.key): tally.figures for figure in tally.figures}

    def step(self, proof: Proof) -> Proven:
        name, _, told_by = proof.quantity.partition("@")
        name = name.partition("/")[0].rstrip("~")
        label = self._labels.get(name, "a quantity that these reports also give")
        when = f", as told by {told_by[:10]}" if told_by else ""
        side = "at least" if proof.side == "low" else "at most"
        says = f"{label}{when}: {side} {proof.value:,}"
        if proof.uses:
            rule = _RULES.get(proof.by.partition(":")[0], "these parts together are the whole")
            return Proven(says, rule, (), tuple(self.step(one) for one in proof.uses))
        figures = tuple(
            f for f in self._mine.get(name, ()) if (f.low if proof.side == "low" else f.high) == proof.value
        )
        return Proven(says, "said so" if figures else "said so of that quantity", figures)
