"""Answers from a ledger: the tallies asked for, what a policy makes of each, and both as of a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, inspect

from tallystick.errors import LedgerError
from tallystick.ledger import computed, queries
from tallystick.ledger.computed_tables import tally as tally_table
from tallystick.ledger.filters import Scope
from tallystick.lexicon import fold
from tallystick.model.claims import Claim
from tallystick.model.constraints import Interval
from tallystick.model.quantities import Figure
from tallystick.model.questions import Question
from tallystick.model.report import Report
from tallystick.model.tallies import Estimate, Tally
from tallystick.model.text import Document
from tallystick.reconcile.estimates import estimate
from tallystick.reconcile.lattice import Lattice, load_lattice
from tallystick.reconcile.origins import origins
from tallystick.reconcile.policies import NEUTRAL, Policy
from tallystick.reconcile.policies import policy as policy_called

# Claims looked through for the tallies of a question that tallies alone cannot answer (words, sources, part-of places).
LOOKED_THROUGH = 20_000


@dataclass(frozen=True, slots=True)
class Answer:
    """One tally as it stands, or stood, and what the asked policy makes of it."""

    tally: Tally
    estimate: Estimate


def answers(
    connection: Connection, question: Question, *, policy: str = NEUTRAL.name, limit: int | None = None
) -> list[Answer]:
    """The tallies asked for, those with the weightiest conflicts first, then those most often said.

    question.known_by: only what was public by then; question.held_by: only what the ledger had stored by then. Raises
    LedgerError where nothing has been reconciled, UnknownPolicy, UnknownDocument, BadQuestion.
    """
    by = policy_called(policy, ledger=True)
    found = []
    for one in _matching(connection, question):
        then = as_known(one, question.known_by, question.held_by)
        if then is not None:
            found.append(Answer(then, answered(then, by, question.known_by)))
    found.sort(key=_order)
    return found if limit is None else found[:limit]


def answered(tally: Tally, by: Policy, known_by: date | None = None) -> Estimate:
    """The estimate of a tally under a policy, as of a day."""
    return estimate(tally, by, as_of=known_by)


def as_known(tally: Tally, known_by: date | None = None, held_by: datetime | None = None) -> Tally | None:
    """The tally with only the figures that were public, and stored, by then; None when there was none.

    A figure of a document without a day counts as public from when it was stored. Origins are counted anew; conflicts
    are those whose every figure was known. What follows from other quantities rests on everything, so it is left open.
    """
    if known_by is None and held_by is None:
        return tally
    kept = tuple(figure for figure in tally.figures if _was_known(figure, known_by, held_by))
    if not kept:
        return None
    if len(kept) == len(tally.figures):
        return replace(tally, bounds=Interval(None, None))
    ids = {figure.id for figure in kept}
    return replace(
        tally,
        figures=kept,
        origins=origins(kept),
        bounds=Interval(None, None),
        conflicts=tuple(c for c in tally.conflicts if ids.issuperset(c.figures)),
        repairs=(),
    )


def _was_known(figure: Figure, known_by: date | None, held_by: datetime | None) -> bool:
    stored = figure.captured
    public = figure.published or (None if stored is None else stored.date())
    if known_by is not None and (public is None or public > known_by):
        return False
    return held_by is None or (stored is not None and stored <= held_by)


def scope_of(question: Question, lattice: Lattice | None = None) -> Scope:
    """What else counts as the question's actor: every part that the lattice names (a unit of an army)."""
    if question.actor is None:
        return Scope()
    wanted, known = fold(question.actor), lattice or load_lattice()
    parts = {edge.part for edge in known.edges if edge.facet == "actor"}
    return Scope(actors=tuple(sorted(part for part in parts if known.leq("actor", part, wanted))))


def tally_for(connection: Connection, name: str) -> Tally:
    """The tally with that id or its beginning, or the one that a figure is in. Raises UnknownTally, UnknownClaim."""
    check_reconciled(connection)
    if is_figure(name):
        figure = queries.figure(connection, name)
        inside = computed.tallies_with(connection, [figure.id]).get(figure.id, ())
        if inside:
            return computed.tally_named(connection, inside[0])
    return computed.tally_named(connection, name)


def is_figure(name: str) -> bool:
    """True for a figure's id ("3f9a12cd:77ab01ef"), not a tally's ("t:5b84e4")."""
    return ":" in name and not name.startswith("t:")


def check_reconciled(connection: Connection) -> None:
    """Raises LedgerError where nothing has been computed yet."""
    if not inspect(connection).has_table(tally_table.name) or computed.get_mark(connection, "done") is None:
        raise LedgerError("this ledger has not been reconciled yet. Run “tallystick reconcile” first.")


def _matching(connection: Connection, question: Question) -> Iterator[Tally]:
    check_reconciled(connection)
    scope = scope_of(question)
    finer = (question.place, question.publisher, question.source, question.document, question.words)
    if not any(finer):
        yield from computed.tallies(connection, question, actors=scope.actors)
        return
    asked = replace(question, known_by=None, held_by=None)
    figures = [one.id for one in queries.held(connection, asked, scope=scope, limit=LOOKED_THROUGH)]
    ids = {name for inside in computed.tallies_with(connection, figures).values() for name in inside}
    measures = set(question.measures)
    for name in sorted(ids):
        tally = computed.tally_named(connection, name)
        if not measures or tally.key.measure in measures:
            yield tally


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
