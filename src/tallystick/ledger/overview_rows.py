"""What the first page shows, read from the end of indexes: nothing is counted that could be a million."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from tallystick.ledger import codec, computed, waiting
from tallystick.ledger.computed import KeptConflict
from tallystick.ledger.computed_tables import conflict, scene_link, tally
from tallystick.ledger.schema import checkpoint, entry, root
from tallystick.ledger.tables import document, judgement, unread, withdrawal
from tallystick.model.quantities import LinkVerdict
from tallystick.model.records import Judgement, Unread

MOST = 1_000
"""As far as is counted: of more, “1,000+” is said."""


class Log(NamedTuple):
    """The log: entries, root (None for an empty one), when the last checkpoint was signed, and at what size."""

    size: int
    root: bytes | None
    recorded: str | None
    checkpoint: datetime | None
    checkpoint_size: int | None


def log(connection: Connection) -> Log:
    """The log's state."""
    last = connection.execute(
        select(root.c.size, root.c.hash, root.c.recorded_at).order_by(root.c.size.desc()).limit(1)
    )
    head = last.first()
    kept = connection.execute(
        select(checkpoint.c.size, checkpoint.c.signed_at).order_by(checkpoint.c.size.desc()).limit(1)
    ).first()
    size = connection.scalar(select(func.max(entry.c.seq)))
    return Log(
        0 if size is None else size + 1,
        None if head is None else bytes(head.hash),
        None if head is None else head.recorded_at,
        None if kept is None else datetime.fromisoformat(kept.signed_at),
        None if kept is None else kept.size,
    )


def _up_to(connection: Connection, query: Select[Any]) -> int:
    """How many rows, counted up to MOST + 1."""
    return connection.scalar(select(func.count()).select_from(query.limit(MOST + 1).subquery())) or 0


class Waits(NamedTuple):
    """What waits, each counted up to MOST + 1."""

    conflicts: int
    pairs: int  # of reports that may tell of one event
    undecided: int  # quantities with origins that may be one
    unread: int  # inputs that could not be read
    documents: int  # added since the ledger was reconciled
    judgements: int  # made or withdrawn since


def waits(connection: Connection) -> Waits:
    """What waits for a person, or for the next reconciliation; nothing of what is computed where it never was."""
    refused = _up_to(connection, select(unread.c.seq))
    if computed.reconciled_at(connection) is None:
        return Waits(0, 0, 0, refused, _up_to(connection, select(document.c.seq)), 0)
    done = int(computed.get_mark(connection, "done") or -1)
    t = tally.c
    return Waits(
        _up_to(connection, select(conflict.c.id)),
        _up_to(connection, select(scene_link.c.a).where(scene_link.c.verdict == LinkVerdict.QUEUE.value)),
        _up_to(connection, select(t.id).where(t.origins_at_least < t.origins_at_most)),
        refused,
        _up_to(connection, select(document.c.seq).where(document.c.seq > done)),
        _up_to(connection, select(judgement.c.seq).where(judgement.c.seq > done, judgement.c.about != "truth"))
        + _up_to(connection, select(withdrawal.c.seq).where(withdrawal.c.seq > done)),
    )


def weightiest(connection: Connection, most: int) -> list[KeptConflict]:
    """The weightiest conflicts. They are found on the index of their weights: what is kept of one is long."""
    order = select(conflict.c.id).order_by(conflict.c.consequence.desc(), conflict.c.id).limit(most)
    ids = list(connection.scalars(order))
    rows = connection.execute(select(conflict.c.id, conflict.c.body).where(conflict.c.id.in_(ids)))
    bodies = {row.id: row.body for row in rows}
    return [codec.loads(KeptConflict, bodies[one]) for one in ids]


def newest_documents(connection: Connection, most: int) -> list[int]:
    """The entries of the documents added last."""
    return list(connection.scalars(select(document.c.seq).order_by(document.c.seq.desc()).limit(most)))


def newest_revisions(connection: Connection, most: int) -> list[str]:
    """The ids of the documents added last that were captured before with other bytes."""
    query = select(document.c.id).where(document.c.revision_of.is_not(None)).order_by(document.c.seq.desc()).limit(most)
    return list(connection.scalars(query))


def newest_unread(connection: Connection, most: int) -> list[Unread]:
    """The inputs that could not be read, the last first."""
    rows = connection.execute(select(unread).order_by(unread.c.seq.desc()).limit(most))
    return [Unread(row.name, row.url, row.error, row.reason, row.sha256) for row in rows]


def newest_judgements(connection: Connection, most: int) -> list[Judgement]:
    """The judgements made last, the last first."""
    place = connection.scalar(
        select(func.min(judgement.c.seq)).where(
            judgement.c.seq.in_(select(judgement.c.seq).order_by(judgement.c.seq.desc()).limit(most))
        )
    )
    if place is None:
        return []
    return [made for _, made in waiting.judgements_after(connection, place - 1, limit=most)][::-1]
