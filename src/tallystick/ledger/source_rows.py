"""Who says so: voices, who are quoted, and publishers, who ran the documents. A publisher is not a source.

Claims are counted by voice and by publisher as the ledger is reconciled, from where counting last stopped: a list of
sources need not go through a million claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Row, delete, func, select, tuple_

from tallystick.ledger import computed, lookups
from tallystick.ledger.canonical_claims import read_side
from tallystick.ledger.computed_tables import conflict, conflict_figure, incident, scene_incident, source_count
from tallystick.ledger.filters import COUNTED
from tallystick.ledger.projections import load
from tallystick.ledger.schema import erased
from tallystick.ledger.tables import claim, document
from tallystick.model.claims import Interest
from tallystick.model.records import figure_id

MARK = COUNTED


class SourceKind(StrEnum):
    """What somebody is to a claim."""

    VOICE = "voice"  # is quoted: the innermost source
    PUBLISHER = "publisher"  # ran the document, whoever speaks in it


class SourceRow(NamedTuple):
    """A source with how many claims it has. claim is the seq of one of them."""

    kind: SourceKind
    name: str  # folded
    claims: int
    claim: int


class Said(NamedTuple):
    """One claim of a source, as the tables hold it: low and high beyond 2**53 are rounded."""

    seq: int
    figure: str
    said: str | None
    measure: str
    unit: str | None
    low: float | None
    high: float | None
    actor: str | None
    status: str | None


class AfterSource(NamedTuple):
    """Where a page of sources ended."""

    claims: int
    name: str


class AfterSaid(NamedTuple):
    """Where a page of claims ended: its last day ("" for none) and seq."""

    said: str
    seq: int


def count(connection: Connection) -> None:
    """Counts the claims that were recorded since it was called last; all anew where something was erased meanwhile."""
    gone = connection.scalar(select(func.count()).select_from(erased)) or 0
    done, _, before = (computed.get_mark(connection, MARK) or f"-1/{gone}").partition("/")
    since = int(done)
    if int(before) != gone:
        connection.execute(delete(source_count))
        since = -1
    last = connection.scalar(select(func.max(claim.c.seq)))
    for kind, column in ((SourceKind.VOICE, claim.c.source), (SourceKind.PUBLISHER, claim.c.publisher)):
        found = _new(connection, column, since)
        known = _counted(connection, kind, list(found))
        for part in lookups.some(list(known)):
            connection.execute(delete(source_count).where(source_count.c.kind == kind, source_count.c.name.in_(part)))
        load(
            connection,
            source_count,
            [(kind.value, name, many + known.get(name, 0), newest) for name, (many, newest) in found.items()],
        )
    computed.set_mark(connection, MARK, f"{since if last is None else last}/{gone}")


def _new(connection: Connection, column: Column[str | None], since: int) -> dict[str, tuple[int, int]]:
    """How many claims after that entry have each name, and the newest of them."""
    if since < 0:
        query = select(column, func.count(), func.max(claim.c.seq)).where(column.is_not(None)).group_by(column)
        return {name: (many, newest) for name, many, newest in connection.execute(query)}
    # In the order of the log: grouped, SQLite would go through the names of all claims for the few new ones.
    query = select(column, claim.c.seq).where(claim.c.seq > since, column.is_not(None)).order_by(claim.c.seq)
    found: dict[str, tuple[int, int]] = {}
    for name, seq in connection.execute(query):
        found[name] = (found.get(name, (0, 0))[0] + 1, seq)
    return found


def _counted(connection: Connection, kind: SourceKind, names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    c = source_count.c
    for part in lookups.some(names):
        rows = connection.execute(select(c.name, c.claims).where(c.kind == kind, c.name.in_(part)))
        found.update({row.name: row.claims for row in rows})
    return found


def ready(connection: Connection) -> bool:
    """Whether sources have been counted: they are as the ledger is reconciled."""
    return computed.get_mark(connection, MARK) is not None


def sources(
    connection: Connection,
    kind: SourceKind,
    *,
    words: Iterable[str] = (),
    after: AfterSource | None = None,
    limit: int,
) -> list[SourceRow]:
    """One page of sources, those with most claims first. words: folded; each must stand in the name."""
    c = source_count.c
    query = select(c.kind, c.name, c.claims, c.claim).where(c.kind == kind)
    for word in words:
        query = query.where(c.name.contains(word, autoescape=True))
    if after is not None:
        query = query.where(tuple_(c.claims, c.name) < tuple_(after.claims, after.name))
    rows = connection.execute(query.order_by(c.claims.desc(), c.name.desc()).limit(limit))
    return [SourceRow(SourceKind(row[0]), row[1], row[2], row[3]) for row in rows]


def source_named(connection: Connection, kind: SourceKind, name: str) -> SourceRow | None:
    """The source of that folded name; None where no claim has it, as far as claims were counted."""
    c = source_count.c
    row = connection.execute(select(c.claims, c.claim).where(c.kind == kind, c.name == name)).first()
    return None if row is None else SourceRow(kind, name, row.claims, row.claim)


def said(
    connection: Connection, kind: SourceKind, name: str, *, after: AfterSaid | None = None, limit: int
) -> list[Said]:
    """A source's claims, the newest first, those without a day last."""
    if kind is SourceKind.VOICE:
        rows = _quoted(connection, name, after, limit)
    else:
        found = _published(connection, name, after, limit)
        some = [
            row
            for part in lookups.some(found)
            for row in connection.execute(_SAID.where(lookups.scattered(connection, claim.c.seq, part)))
        ]
        known = {row.seq: row for row in some}
        rows = [known[seq] for seq in found if seq in known]
    ids = lookups.document_ids(connection, {row.document for row in rows})
    return [Said(row.seq, figure_id(ids[row.document], row.id), *tuple(row)[3:]) for row in rows if row.document in ids]


_SAID: Any = select(
    claim.c.seq, claim.c.document, claim.c.id, claim.c.said, claim.c.measure, claim.c.unit, claim.c.low, claim.c.high,
    claim.c.actor, claim.c.status,
)  # fmt: skip


def _quoted(connection: Connection, name: str, after: AfterSaid | None, limit: int) -> list[Row[Any]]:
    """Rows of _SAID of who is quoted: those with a day first, as each of both reads the index from its end."""
    c = claim.c
    found: list[Row[Any]] = []
    if after is None or after.said:
        dated = [c.source == name, c.said.is_not(None)]
        if after is not None:
            dated.append(tuple_(c.said, c.seq) < tuple_(after.said, after.seq))
        elif connection.dialect.name == "postgresql":
            # The index knows the day to which so many reach: told it, PostgreSQL reads all their rows at once, and
            # not one after another.
            days = select(c.said).where(*dated).order_by(c.said.desc()).offset(limit - 1).limit(1)
            if (day := connection.scalar(days)) is not None:
                dated.append(c.said >= day)
        found += connection.execute(_SAID.where(*dated).order_by(c.said.desc(), c.seq.desc()).limit(limit))
    if len(found) < limit:
        query = _SAID.where(c.source == name, c.said.is_(None))
        if after is not None and not after.said:
            query = query.where(c.seq < after.seq)
        found += connection.execute(query.order_by(c.seq.desc()).limit(limit - len(found)))
    return found


class Side(NamedTuple):
    """About whose losses one claim is: the speaker's interest in it, and the people counted as the text names them."""

    interest: Interest | None
    actor: str | None


def sides(connection: Connection, seqs: Sequence[int]) -> list[Side]:
    """About whose losses these claims are, in the order given; those erased or unknown are left out."""
    bodies = lookups.bodies(connection, seqs)
    return [Side(*read_side(bodies[seq])) for seq in seqs if seq in bodies]


def _published(connection: Connection, name: str, after: AfterSaid | None, limit: int) -> list[int]:
    """Goes through the publisher's documents, the newest first, until there are as many claims as are wanted."""
    c, d = claim.c, document.c
    found: list[int] = []
    for dated in (True, False):
        if len(found) >= limit or (dated and after is not None and not after.said):
            continue
        query = (
            select(c.seq)
            .join(document, d.seq == c.document)
            .where(d.publisher == name, d.published.is_not(None) if dated else d.published.is_(None))
            .order_by(*((d.published.desc(),) if dated else ()), c.seq.desc())
            .limit(limit - len(found))
        )
        if after is not None and dated:
            query = query.where(tuple_(d.published, c.seq) < tuple_(after.said, after.seq), d.published <= after.said)
        elif after is not None and not after.said:
            query = query.where(c.seq < after.seq)
        found += connection.scalars(query)
    return found


class Clashing(NamedTuple):
    """A conflict that figures of a source are in."""

    id: str
    kind: str
    sentence: str
    consequence: float
    figure: str


def clashing(connection: Connection, figures: Sequence[str], most: int) -> list[Clashing]:
    """The weightiest conflicts of these figures."""
    f, c = conflict_figure.c, conflict.c
    # In two steps: PostgreSQL would rather go through the weightiest conflicts of all until some are of these figures.
    inside: dict[str, str] = {}
    for part in lookups.some(list(figures)):
        for row in connection.execute(
            select(f.conflict, f.figure).where(lookups.scattered(connection, f.figure, part)).order_by(f.figure)
        ):
            inside.setdefault(row.conflict, row.figure)
    found: list[Clashing] = []
    for part in lookups.some(list(inside)):
        query = select(c.id, c.kind, c.sentence, c.consequence).where(lookups.scattered(connection, c.id, part))
        found += (Clashing(*row, inside[row.id]) for row in connection.execute(query))
    return sorted(found, key=lambda one: (-one.consequence, one.id))[:most]


def incidents_of_claims(connection: Connection, seqs: Sequence[int], most: int) -> list[tuple[str, str]]:
    """The incidents (id, label) that these claims tell of, in their order."""
    s, i = scene_incident.c, incident.c
    found: dict[str, str] = {}
    places = {}
    for part in lookups.some(list(seqs)):
        rows = connection.execute(
            select(claim.c.seq, i.id, i.label)
            .join(scene_incident, s.scene == claim.c.scene)
            .join(incident, i.id == s.incident)
            .where(lookups.among(connection, claim.c.seq, part))
        )
        places.update({row.seq: (row.id, row.label) for row in rows})
    for seq in seqs:
        if seq in places:
            found.setdefault(*places[seq])
    return list(found.items())[:most]
