"""What the first page shows: what is new, what clashes, what is unresolved, who judged what, how the ledger stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from tallystick.errors import TallystickError
from tallystick.jobs import deciding, documents
from tallystick.jobs.documents import Changed
from tallystick.ledger import computed, overview_rows, queries
from tallystick.ledger.computed import KeptConflict
from tallystick.ledger.lookups import document_seq
from tallystick.ledger.overview_rows import Log, Waits
from tallystick.ledger.tables import claim
from tallystick.model.records import DocumentRecord, Judgement, Unread
from tallystick.model.reviewing import Reviewer

DOCUMENTS = 6
REVISIONS = 3
CONFLICTS = 5
JUDGEMENTS = 6
UNREAD = 4
_LOOKED = 40
SMALL = 150
"""Figures up to which two captures are compared for the first page."""


@dataclass(frozen=True, slots=True)
class Revised:
    """A document that was captured again with other bytes. changed None: too long to compare here, or erased."""

    document: DocumentRecord
    changed: Changed | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page. judgements are those that the person may see. reconciled None: never."""

    log: Log
    reconciled: datetime | None
    documents: tuple[DocumentRecord, ...]
    revisions: tuple[Revised, ...]
    conflicts: tuple[KeptConflict, ...]
    waits: Waits
    unread: tuple[Unread, ...]
    judgements: tuple[Judgement, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing has been added yet."""
        return not self.documents and not self.unread

    @property
    def stale(self) -> bool:
        """Whether documents or judgements wait for the next reconciliation."""
        return bool(self.waits.documents or self.waits.judgements)


def overview(connection: Connection, who: Reviewer) -> Overview:
    """The ledger at a glance, for this person."""
    reconciled = computed.reconciled_at(connection)
    records = queries.documents_at(connection, seqs := overview_rows.newest_documents(connection, DOCUMENTS))
    made = deciding.visible(connection, who, overview_rows.newest_judgements(connection, _LOOKED))
    return Overview(
        overview_rows.log(connection),
        reconciled,
        tuple(records[seq] for seq in seqs if seq in records),
        tuple(_revised(connection, name) for name in overview_rows.newest_revisions(connection, REVISIONS)),
        () if reconciled is None else tuple(overview_rows.weightiest(connection, CONFLICTS)),
        overview_rows.waits(connection),
        tuple(overview_rows.newest_unread(connection, UNREAD)),
        tuple(made[:JUDGEMENTS]),
    )


def _revised(connection: Connection, name: str) -> Revised:
    record = queries.document_named(connection, name)
    try:
        names = [one for one in (record.id, record.revision_of) if one is not None]
        seqs = [document_seq(connection, one) for one in names]
        many = connection.scalar(select(func.count()).select_from(claim).where(claim.c.document.in_(seqs))) or 0
        return Revised(record, documents.changed(connection, name) if many <= SMALL else None)
    except TallystickError:  # one of both was erased
        return Revised(record, None)
