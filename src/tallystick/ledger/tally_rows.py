"""Tallies as a list shows them: what the table's columns tell, without reading whole tallies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, literal_column, select, tuple_

from tallystick.ledger import codec, computed, filters, lookups
from tallystick.ledger.computed import AfterTally, KeptConflict
from tallystick.ledger.computed_tables import conflict, tally
from tallystick.ledger.filters import Scope
from tallystick.ledger.tables import claim
from tallystick.model.quantities import Key
from tallystick.model.questions import Question
from tallystick.model.records import figure_id


class TallyRow(NamedTuple):
    """One tally in short. consequence is what it weighs: as its weightiest conflict, without one its stake, below 1."""

    id: str
    label: str
    measure: str
    country: str | None
    incident: str | None
    mentions: int
    documents: int
    carriers: int
    at_least: int
    at_most: int
    conflicts: int
    consequence: float


def rows(
    connection: Connection,
    question: Question,
    *,
    actors: Iterable[str] = (),
    among: Sequence[str] | None = None,
    after: AfterTally | None = None,
    limit: int,
) -> list[TallyRow]:
    """One page of the tallies asked for, the weightiest first, as computed.weight has it. among: only these ids."""
    c = tally.c
    walked = connection.dialect.name == "sqlite" and question.incident is None and among is None
    conditions = computed.tally_conditions(replace(question, country=None) if walked else question, actors)
    if walked and question.country is not None:
        # The plus keeps SQLite from an index of countries: it would read and sort thousands of rows, a page long each.
        conditions.append(literal_column("+tally.country") == question.country.upper())
    if among is not None:
        conditions.append(lookups.scattered(connection, c.id, among))
    if after is not None:
        conditions.append(tuple_(c.consequence, c.id) < tuple_(after.consequence, after.id))
    # The order is found on an index that holds all that is asked for; rows are read for one page alone.
    query = select(c.id).where(*conditions).order_by(c.consequence.desc(), c.id.desc()).limit(limit)
    ids = list(connection.scalars(query))
    found = {row.id: row for row in _named(connection, ids)}
    return [found[name] for name in ids if name in found]


def _named(connection: Connection, ids: Sequence[str]) -> list[TallyRow]:
    c = tally.c
    columns: Any = (
        c.id, c.label, c.measure, c.country, c.incident, c.mentions, c.documents, c.carriers, c.origins_at_least,
        c.origins_at_most, c.conflicts, c.consequence,
    )  # fmt: skip
    return [
        TallyRow(*row)
        for part in lookups.some(ids)
        for row in connection.execute(select(*columns).where(lookups.scattered(connection, c.id, part)))
    ]


def bodies(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The tallies with these ids as they are kept, for ledger.codec to read."""
    found: dict[str, str] = {}
    for part in lookups.some(ids):
        inside = lookups.scattered(connection, tally.c.id, part)
        found.update({row.id: row.body for row in connection.execute(select(tally.c.id, tally.c.body).where(inside))})
    return found


def figures_about(connection: Connection, question: Question, scope: Scope | None, most: int) -> list[str]:
    """The ids of figures whose claims the question asks for, no more than most, in no order that means anything."""
    wanted = filters.conditions(connection, filters.prepare(connection, question, scope))
    rows = connection.execute(select(claim.c.document, claim.c.id).where(*wanted).limit(most)).all()
    ids = lookups.document_ids(connection, {row.document for row in rows})
    return [figure_id(ids[row.document], row.id) for row in rows if row.document in ids]


def conflicts_near(connection: Connection, tally_id: str) -> list[KeptConflict]:
    """The conflicts worked out together with a tally, the weightiest first: its own are among them."""
    component = select(tally.c.component).where(tally.c.id == tally_id).scalar_subquery()
    c = conflict.c
    query = select(c.body).where(c.component == component).order_by(c.consequence.desc(), c.id)
    return [codec.loads(KeptConflict, body) for body in connection.scalars(query)]


class Beside(NamedTuple):
    """A tally that was worked out together with another one."""

    id: str
    label: str
    key: Key
    low: float | None
    high: float | None


def beside(connection: Connection, tally_id: str, most: int, longest: int = 60_000) -> list[Beside]:
    """Tallies of the same component, those most often said first: what may be part of this one, or hold it.

    Those whose body is longer than that many characters are left out: they are totals of hundreds of figures.
    """
    c = tally.c
    component = select(c.component).where(c.id == tally_id).scalar_subquery()
    query = (
        select(c.id, c.label, c.low, c.high, c.body)
        .where(c.component == component, c.id != tally_id, func.length(c.body) <= longest)
        .order_by(c.mentions.desc(), c.id)
        .limit(most)
    )
    return [Beside(r.id, r.label, codec.part(r.body, "key", Key), r.low, r.high) for r in connection.execute(query)]
