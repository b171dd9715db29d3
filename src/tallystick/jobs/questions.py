"""Answers from a ledger: the tallies asked for, what a policy makes of each, and both as of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from tallystick.errors import NotReconciled
from tallystick.extract.gazetteer import gazetteer
from tallystick.extract.places import find_places
from tallystick.extract.sentences import split
from tallystick.jobs.judgedthen import Changed, changed, fits
from tallystick.jobs.lattices import lattice_of
from tallystick.jobs.rankings import ranked
from tallystick.jobs.relinking import copies_among
from tallystick.ledger import asked, computed, lookups, queries
from tallystick.ledger.filters import Scope
from tallystick.ledger.projections import moment
from tallystick.ledger.tables import document as held_document
from tallystick.lexicon import fold
from tallystick.lexicon.gazetteer.names import key
from tallystick.model.claims import Claim
from tallystick.model.constraints import Conflict, Interval
from tallystick.model.quantities import Figure
from tallystick.model.questions import Question
from tallystick.model.report import Report
from tallystick.model.tallies import Estimate, Origins, Tally
from tallystick.model.text import Document
from tallystick.model.values import Place
from tallystick.read import read_bytes
from tallystick.reconcile.estimates import estimate
from tallystick.reconcile.knownby import as_known as conflict_then
from tallystick.reconcile.knownby import could_be_known
from tallystick.reconcile.lattice import Lattice, load_lattice
from tallystick.reconcile.origins import origins
from tallystick.reconcile.policies import NEUTRAL, Policy

# Figures of the tallies in a conflict that are compared anew for an earlier day; of more, those in the conflict alone.
MOST_COMPARED = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """One tally as it stands, or stood, and what the asked policy makes of it."""

    tally: Tally
    estimate: Estimate


def answers(
    connection: Connection,
    question: Question,
    *,
    policy: str | Policy = NEUTRAL.name,
    ranking: Sequence[str] = (),
    limit: int | None = None,
) -> list[Answer]:
    """The tallies asked for, those with the weightiest conflicts first, then those most often said.

    ranking names sources, the most trusted first, for a policy that goes by one (ecc-source-rank: it gives no figure
    without). question.known_by: only what was public by then; question.held_by: only what the ledger had stored by
    then. Raises LedgerError where nothing has been reconciled, UnknownPolicy, UnknownDocument, BadQuestion.
    """
    check_reconciled(connection)
    by = ranked(policy, ranking)
    found = []
    then = _Then(connection, question.known_by, question.held_by)
    now = question.known_by is None and question.held_by is None
    # Of earlier times the order is not known before each tally is narrowed to what was known then.
    scope = scope_of(question)
    for one in then.tallies(asked.tallies(connection, question, scope, limit=limit if now else None), question, scope):
        known = one if now else narrowed(one, then.knew, then.origins, then.clash)
        if known is not None:
            found.append(Answer(known, answered(known, by, question.known_by)))
    found.sort(key=_order)
    return found if limit is None else found[:limit]


def number(connection: Connection, question: Question) -> int | None:
    """How many tallies are asked for as things are now; None of an earlier time, where answers alone can say."""
    check_reconciled(connection)
    if question.known_by is not None or question.held_by is not None:
        return None
    return asked.number(connection, question, scope_of(question))


def answered(tally: Tally, by: Policy, known_by: date | None = None) -> Estimate:
    """The estimate of a tally under a policy, as of a day."""
    return estimate(tally, by, as_of=known_by)


def as_known(
    connection: Connection, tally: Tally, known_by: date | None = None, held_by: datetime | None = None
) -> Tally | None:
    """The tally with only the figures that were public, and stored, by then; None when there was none.

    A document without a day counts as public from the day on which it was captured, at the latest; stored is when this
    ledger recorded it, whenever an archive had captured it. Origins are counted anew, with what people had decided of
    them by then; with held_by, figures are read, and are of one quantity, as people had judged by then. Which reports
    tell of one event is as it is now.
    """
    if known_by is None and held_by is None:
        return tally
    then = _Then(connection, known_by, held_by)
    one = then.changed.then(tally)
    return None if one is None else narrowed(one, then.knew, then.origins, then.clash)


def narrowed(
    tally: Tally,
    knew: Callable[[Iterable[str]], bool],
    origins_of: Callable[[Sequence[Figure]], Origins] = origins,
    clash_of: Callable[[Conflict], Conflict | None] | None = None,
) -> Tally | None:
    """The tally without the figures that were not known; None when none was. knew is asked of figures' ids: all?

    Conflicts are those whose every figure was known, in whatever tally it is, and those that clash_of still finds
    among the figures that were. Bounds, repairs and notes rest on everything that is held, so they are left out, even
    where all figures were known.
    """
    kept = tuple(figure for figure in tally.figures if knew((figure.id,)))
    if not kept:
        return None
    return replace(
        tally,
        figures=kept,
        origins=origins_of(kept),
        bounds=Interval(None, None),
        conflicts=tuple(
            then
            for conflict in tally.conflicts
            if (then := conflict if knew(conflict.figures) else clash_of and clash_of(conflict)) is not None
        ),
        repairs=(),
        notes=(),
    )


class _Then:
    """What was public by the end of a day, and what this ledger had stored by a time; None is no matter when."""

    def __init__(self, connection: Connection, known_by: date | None, held_by: datetime | None) -> None:
        self._connection = connection
        self._known_by = known_by
        self._held_by = held_by
        self._documents: dict[str, bool] = {}  # by the first eight digits of the id, as figures name them
        self._lattice: Lattice | None = None
        self._judged = queries.judgements(connection, about="origin", held_by=held_by, current=True)
        self.changed = (
            Changed()
            if held_by is None
            else changed(connection, held_by, self.lattice, self.origins, most=MOST_COMPARED)
        )

    def lattice(self) -> Lattice:
        """The part-of files in force."""
        self._lattice = self._lattice or lattice_of(self._connection)
        return self._lattice

    def tallies(self, now: Iterable[Tally], question: Question, scope: Scope) -> Iterator[Tally]:
        """The tallies asked for, those that were judged otherwise then as they were judged."""
        yield from (one for one in now if one.id not in self.changed.gone)
        yield from (one for one in self.changed.tallies if fits(one, question, scope))

    def knew(self, figures: Iterable[str]) -> bool:
        """Whether the documents of all these figures were."""
        return all(self._document(figure.partition(":")[0]) for figure in figures)

    def origins(self, figures: Sequence[Figure]) -> Origins:
        """The origins of figures that were known, with what their documents copied from one another."""
        seqs = [seq for seq, _ in _rows(self._connection, {figure.document for figure in figures})]
        return origins(figures, copies_among(self._connection, seqs), self._judged)

    def clash(self, conflict: Conflict) -> Conflict | None:
        """The conflict as it was among the figures that were known; None where it was not to be seen yet."""
        if not could_be_known(conflict, self.knew):
            return None
        tallies = beside(self._connection, [conflict])
        figures = {figure.id: figure for tally in tallies for figure in tally.figures if self.knew((figure.id,))}
        if len(figures) > MOST_COMPARED:
            figures = {name: figures[name] for name in conflict.figures if name in figures}
        return conflict_then(conflict, list(figures.values()), self.lattice())

    def _document(self, begins: str) -> bool:
        if begins not in self._documents:
            d = held_document.c
            rows = self._connection.execute(
                select(d.published, d.captured, d.recorded).where(d.id >= begins, d.id < begins + "g")
            ).all()
            # Where two documents begin alike, the figure may be the later one's.
            self._documents[begins] = bool(rows) and all(self._was(row) for row in rows)
        return self._documents[begins]

    def _was(self, row: Any) -> bool:
        if self._held_by is not None and row.recorded > moment(self._held_by):
            return False
        public = row.published or (row.captured or row.recorded)[:10]
        return self._known_by is None or public <= self._known_by.isoformat()


def _rows(connection: Connection, ids: Iterable[str]) -> Iterator[tuple[int, str]]:
    for part in lookups.some(sorted(ids)):
        rows = connection.execute(select(held_document.c.seq, held_document.c.id).where(held_document.c.id.in_(part)))
        yield from ((row.seq, row.id) for row in rows)


def scope_of(question: Question, lattice: Lattice | None = None) -> Scope:
    """What else counts as the question's actor and place: every part that the lattice and the place index name.

    "Kursk" is the town and the province called so, with all that lies in them; of two countries' places of one name,
    those of the better-known one.
    """
    actors: tuple[str, ...] = ()
    if question.actor is not None:
        wanted, known = fold(question.actor), lattice or load_lattice()
        parts = {edge.part for edge in known.edges if edge.facet == "actor"}
        actors = tuple(sorted(part for part in parts if known.leq("actor", part, wanted)))
    places = _places(question.place, question.country) if question.place is not None else ()
    return Scope(actors, places)


def _places(name: str, country: str | None) -> tuple[Place, ...]:
    document = read_bytes(f"It was in {name}.".encode())
    best = next((m.place for m in find_places(document, split(document)) if m.place is not None), None)
    index = gazetteer()
    records = index.lookup(key(name))[0]
    found = [index.place(int(record)) for record in records]
    where = country or (best.country if best is not None else None)
    near = [place for place in found if where is None or place.country == where]
    if best is not None and best not in near and country in (None, best.country):
        near.insert(0, best)
    return tuple(dict.fromkeys(near))


def tally_for(connection: Connection, name: str) -> Tally:
    """The tally with that id or its beginning, or the one that a figure is in. Raises UnknownTally, UnknownClaim."""
    check_reconciled(connection)
    if is_figure(name):
        figure = queries.figure(connection, name)
        inside = computed.tallies_with(connection, [figure.id]).get(figure.id, ())
        if inside:
            return computed.tally_named(connection, inside[0])
    return computed.tally_named(connection, name)


def headlines(connection: Connection, tallies: Iterable[Tally]) -> dict[str, str]:
    """The title of the report that told first of each tally, by the tally's id; those without a title are left out."""
    first = {tally.id: tally.first.document for tally in tallies}
    titles: dict[str, str] = {}
    for part in lookups.some(sorted(set(first.values()))):
        rows = connection.execute(select(held_document.c.id, held_document.c.title).where(held_document.c.id.in_(part)))
        titles.update({row.id: row.title for row in rows if row.title})
    return {name: titles[document] for name, document in first.items() if document in titles}


def beside(connection: Connection, conflicts: Iterable[Conflict], known: Sequence[Tally] = ()) -> list[Tally]:
    """The tallies, other than those known, that figures of the conflicts are in."""
    figures = {figure for conflict in conflicts for figure in conflict.figures}
    here = {tally.id for tally in known}
    inside = computed.tallies_with(connection, sorted(figures))
    return [computed.tally_named(connection, name) for name in sorted({n for of in inside.values() for n in of} - here)]


def is_figure(name: str) -> bool:
    """True for a figure's id ("3f9a12cd:77ab01ef"), not a tally's ("t:5b84e4")."""
    return ":" in name and not name.startswith("t:")


def check_reconciled(connection: Connection) -> None:
    """Raises NotReconciled where nothing has been computed yet."""
    if computed.get_mark(connection, "done") is None:
        raise NotReconciled("this ledger has not been reconciled yet. Run “tallystick reconcile” first.")


def _order(answer: Answer) -> tuple[float, int, str, str]:
    tally = answer.tally
    weight = max((computed.consequence(c) for c in tally.conflicts), default=0.0)
    return -weight, -tally.origins.mentions, tally.label, tally.id


def report_of(connection: Connection, name: str) -> tuple[Report, Claim]:
    """The report that a figure stands in, as the ledger holds it, and its claim. Raises UnknownClaim."""
    found = queries.figure(connection, name)
    record = found.document
    text = queries.text(connection, record.id)
    document = Document(
        text,
        record.sha256,
        record.text_sha256,
        record.name,
        record.published,
        record.published_bounds,
        record.title,
        record.publisher,
        record.url,
        record.language,
        record.reader,
    )
    claims = tuple(held.claim for held in queries.claims_of(connection, record.id))
    return Report(document, claims), found.claim
