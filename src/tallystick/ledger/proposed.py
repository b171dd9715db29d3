"""What a language model proposed, as the ledger keeps it: what waits for people, and what was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from tallystick.errors import UnknownClaim
from tallystick.ledger import lookups, queries
from tallystick.ledger.canonical import decode
from tallystick.ledger.judgements import PROPOSAL
from tallystick.ledger.schema import entry
from tallystick.ledger.tables import claim, document, judgement, proposal, withdrawal
from tallystick.ledger.waiting import decided
from tallystick.model.proposals import PER_ENTRY, Aim, Assist, Waiting
from tallystick.model.records import EntryKind, figure_id

AT_A_TIME = 200
"""Proposals that are looked at together."""


def asking(connection: Connection, seq: int) -> Assist:
    """What one entry says of an asking. Raises UnknownClaim where there is none, or it was erased."""
    row = connection.execute(select(entry.c.kind, entry.c.body).where(entry.c.seq == seq)).first()
    if row is None or row.kind != EntryKind.ASSIST.value or row.body is None:
        raise UnknownClaim(f"entry {seq:,} tells of no asking of a model, or was erased.")
    thing = decode(EntryKind.ASSIST, row.body, str)[1]
    assert isinstance(thing, Assist)
    return thing


def waiting(
    connection: Connection,
    *,
    after: int = -1,
    aim: Aim | None = None,
    of: str | None = None,
    limit: int,
) -> list[Waiting]:
    """Proposals that nobody has decided on, the oldest first, from the one behind after on.

    of: only those of one document, by its whole id. A figure that was proposed again waits once.
    """
    found: list[Waiting] = []
    for rows in _batches(connection, after, aim, of):
        keys = _open(connection, rows)
        askings = {seq: asking(connection, seq) for seq in sorted({row.seq for row in rows if row.key in keys})}
        for row in rows:
            if row.key in keys:
                told = queries.document_named(connection, row.document)
                found.append(Waiting(row.key, row.model, askings[row.seq].proposals[row.key % PER_ENTRY], told))
                if len(found) == limit:
                    return found
    return found


def named(connection: Connection, key: int) -> Waiting:
    """One proposal, decided on or not, by its key. Raises UnknownClaim."""
    row = connection.execute(select(proposal).where(proposal.c.key == key)).first()
    if row is None:
        raise UnknownClaim(f"there is no proposal {key}, or its document was erased.")
    one = asking(connection, row.seq).proposals[row.key % PER_ENTRY]
    return Waiting(row.key, row.model, one, queries.document_named(connection, row.document))


def is_open(connection: Connection, key: int) -> bool:
    """Whether nobody has decided on a proposal yet."""
    rows = connection.execute(select(proposal).where(proposal.c.key == key)).all()
    return bool(_open(connection, rows))


def of_pair(connection: Connection, a: str, b: str) -> list[tuple[int, Waiting]]:
    """What models made of two scenes, oldest first, whoever comes first of the two."""
    found = []
    p = proposal.c
    query = select(p.key).where(p.subject.in_((a, b)), p.other.in_((a, b))).order_by(p.key)
    for key in connection.scalars(query).all():
        found.append((key, named(connection, key)))
    return found


def known(connection: Connection, subjects: Collection[str]) -> dict[str, str]:
    """Those of these figures that were proposed before: “waits”, or “declined”, by the figure's id."""
    found = dict.fromkeys(
        [
            name
            for some in lookups.some(subjects)
            for name in connection.scalars(select(proposal.c.subject).where(proposal.c.subject.in_(some)))
        ],
        "waits",
    )
    return found | dict.fromkeys(_declined(connection, subjects), "declined")


def _batches(connection: Connection, after: int, aim: Aim | None, of: str | None) -> Iterator[Sequence[Any]]:
    query = select(proposal).order_by(proposal.c.key).limit(AT_A_TIME)
    if aim is not None:
        query = query.where(proposal.c.aim == aim.value)
    if of is not None:
        query = query.where(proposal.c.document == of)
    while True:
        rows = connection.execute(query.where(proposal.c.key > after)).all()
        if not rows:
            return
        yield rows
        after = rows[-1].key


def _open(connection: Connection, rows: Sequence[Any]) -> set[int]:
    """The keys of those rows that wait: figures neither held nor declined, pairs without a judgement."""
    figures = {row.subject: row for row in reversed(rows) if row.other is None}  # of equals the oldest
    # A claim that was accepted and then erased by itself leaves its judgement: it is not proposed again either.
    gone = _declined(connection, figures) | _judged(connection, figures) | _held(connection, figures.values())
    pairs = {row.key: frozenset((row.subject, row.other)) for row in rows if row.other is not None}
    judged = decided(connection, pairs.values(), ("event",))
    open_pairs = {key for key, pair in pairs.items() if pair not in judged}
    first = _first(connection, figures)
    return {row.key for name, row in figures.items() if name not in gone and first[name] == row.key} | open_pairs


def _first(connection: Connection, subjects: Collection[str]) -> dict[str, int]:
    """The oldest proposal of each figure."""
    found: dict[str, int] = {}
    for some in lookups.some(subjects):
        query = select(proposal.c.subject, proposal.c.key).where(proposal.c.subject.in_(some))
        for subject, key in connection.execute(query.order_by(proposal.c.key.desc())):
            found[subject] = key
    return found


def _declined(connection: Connection, subjects: Collection[str]) -> set[str]:
    j, w = judgement.c, withdrawal.c
    return {
        name
        for some in lookups.some(subjects)
        for name in connection.scalars(
            select(j.subject)
            .outerjoin(withdrawal, w.judgement == j.id)
            .where(j.subject.in_(some), j.about == PROPOSAL, w.seq.is_(None))
        )
    }


def _judged(connection: Connection, subjects: Collection[str]) -> set[str]:
    j = judgement.c
    return {
        name
        for some in lookups.some(subjects)
        for name in connection.scalars(select(j.subject).where(j.subject.in_(some), j.about != PROPOSAL))
    }


def _held(connection: Connection, rows: Collection[Any]) -> set[str]:
    """Those of the figures that are claims by now."""
    found: set[str] = set()
    for some in lookups.some({row.document for row in rows}):
        inside = (
            select(claim.c.id, document.c.id.label("document"))
            .join(document, document.c.seq == claim.c.document)
            .where(document.c.id.in_(some))
        )
        found.update(figure_id(row.document, row.id) for row in connection.execute(inside))
    return found & {row.subject for row in rows}
