"""Erasing what a court or a person has a right to see gone: bodies and salts, original bytes, every projection.

The log stays provable: an entry's commitment stays, and without its salt says nothing of the body. An ERASURE entry
says who erased which entries, when and why, never what they said. Erased for good means here: no other copy. Backups
made before, exports, and a disk's own snapshots must be dealt with by those who hold them: see advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from tallystick.errors import LedgerError
from tallystick.ledger import computed_tables, log, lookups, projections, schema, tables
from tallystick.ledger.canonical import decode
from tallystick.ledger.store import Clock, Ledger
from tallystick.model.proposals import Assist
from tallystick.model.quantities import SceneLink
from tallystick.model.records import EntryKind, Erasure

_AT_A_TIME = 500
# What holds words of others. What people decided and what was erased stays.
_ERASABLE = (
    EntryKind.DOCUMENT,
    EntryKind.CAPTURE,
    EntryKind.CLAIM,
    EntryKind.SCENE,
    EntryKind.LINK,
    EntryKind.UNREAD,
    EntryKind.JUDGEMENT,
    EntryKind.ASSIST,
)


class Erased(NamedTuple):
    """What was erased: the ERASURE entry's seq, the entries, the original bytes, and what is left to do."""

    seq: int
    seqs: tuple[int, ...]
    blobs: tuple[str, ...]
    advice: tuple[str, ...]


def erase_document(ledger: Ledger, document: str, *, by: str, why: str, now: Clock) -> Erased:
    """Erases a document: its text, captures, scenes, claims, full-text index, links and askings of a
    language model that quote it, what was computed, and its bytes if no other document has the same.

    Its bytes are not taken in again by a later add. Raises LedgerError where no document has that id.
    """
    with ledger.writing() as connection:
        seq = lookups.document_seq(connection, document)
        ids = select(tables.document.c.id, tables.document.c.sha256).where(tables.document.c.seq == seq)
        name, digest = connection.execute(ids).one()
        seqs = sorted(
            [*lookups.entries_of(connection, name), *_links_with(connection, name), *_assists_with(connection, name)]
        )
        others = select(tables.document.c.seq).where(tables.document.c.sha256 == digest, tables.document.c.seq != seq)
        alone = connection.execute(others.limit(1)).first() is None
        archived = select(schema.blob.c.sha256).where(schema.blob.c.sha256 == digest, schema.blob.c.erased_by.is_(None))
        blobs = list(connection.scalars(archived)) if alone else []
        done = _erase(connection, ledger, seqs, blobs, by, why, now)
    return _finish(ledger, done)


def erase_entries(ledger: Ledger, seqs: Iterable[int], *, by: str, why: str, now: Clock) -> Erased:
    """Erases single entries, such as a claim's: the words stay in their document's text unless that goes too.

    Raises LedgerError for an entry that is not there, is erased already, or may not be erased.
    """
    wanted = sorted(set(seqs))
    with ledger.writing() as connection:
        for some in _portions(wanted):
            found = connection.execute(select(tables.document.c.id).where(tables.document.c.seq.in_(some))).first()
            if found is not None:
                raise LedgerError(f"an entry named is document {found.id} itself. Erase the document as a whole.")
        done = _erase(connection, ledger, wanted, (), by, why, now)
    return _finish(ledger, done)


def _erase(
    connection: Connection, ledger: Ledger, seqs: Sequence[int], blobs: Sequence[str], by: str, why: str, now: Clock
) -> Erased:
    if not why.strip() or not by.strip():
        raise LedgerError("an erasure needs a reason and somebody who orders it. Say why, and by whom.")
    if not seqs:
        raise LedgerError("nothing was named to be erased. Give entries or a document.")
    entry, erased = schema.entry, schema.erased
    allowed = [kind.value for kind in _ERASABLE]
    held: set[int] = set()
    for some in _portions(seqs):
        query = select(entry.c.seq).where(entry.c.seq.in_(some), entry.c.body.is_not(None), entry.c.kind.in_(allowed))
        held.update(connection.scalars(query))
    for seq in seqs:
        if seq not in held:
            raise LedgerError(f"entry {seq:,} cannot be erased: there is none, it is erased already, or is of the log.")
    first = ledger.record(connection, [Erasure(tuple(seqs), why, tuple(blobs))], now=now, actor=by)
    projections.erase(connection, seqs)
    if ledger.path is not None and not tables.forgets_at_once(connection):
        for name in tables.SEARCH:  # merged into one, without what was deleted
            connection.exec_driver_sql(f"INSERT INTO {name}({name}) VALUES ('optimize')")
    # What was computed quotes what it was computed from, in many places: all of it goes, and is computed again.
    for table in computed_tables.COMPUTED:
        connection.execute(delete(table))
    schema.bulk(connection, erased, ("seq", "erasure"), [(seq, first) for seq in seqs])
    for some in _portions(seqs):
        connection.execute(update(entry).where(entry.c.seq.in_(some)).values(body=None, salt=None))
    ledger.archive.erase(connection, blobs, first)
    return Erased(first, tuple(seqs), tuple(blobs), ())


def _links_with(connection: Connection, document: str) -> list[int]:
    """Links of a document or its scenes: their evidence quotes it."""
    found: list[int] = []
    for row in log.of_kind(connection, EntryKind.LINK):
        if row.body is not None:
            link = decode(EntryKind.LINK, row.body, str)[1]
            assert isinstance(link, SceneLink)
            if any(end == document or end.startswith(f"{document[:8]}#") for end in (link.a, link.b)):
                found.append(row.seq)
    return found


def _assists_with(connection: Connection, document: str) -> list[int]:
    """What was sent to a language model with the document's words, and what came back."""
    found: list[int] = []
    for row in log.of_kind(connection, EntryKind.ASSIST):
        if row.body is not None:
            assist = decode(EntryKind.ASSIST, row.body, str)[1]
            assert isinstance(assist, Assist)
            if document in assist.documents:
                found.append(row.seq)
    return found


def _finish(ledger: Ledger, done: Erased) -> Erased:
    """Takes away what a committed erasure leaves behind, and says what only others can."""
    ledger.archive.forget(done.blobs)
    advice = [
        "What was computed was dropped with it: reconcile again.",
        "Backups and exports made before still hold it: make new ones, and destroy those.",
    ]
    if ledger.path is None:
        advice.append(
            "PostgreSQL keeps old rows until they are overwritten: run VACUUM FULL on entry, passage and blob."
        )
    else:
        with ledger.database.translated(), ledger.database.engine.connect() as connection:
            raw = connection.connection.cursor()
            try:
                # The write-ahead log holds pages from before.
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy = raw.fetchone()
            finally:
                raw.close()
        if busy is not None and busy[0]:
            advice.append("Somebody was reading, so that the write-ahead log may hold it: open the ledger again later.")
        advice.append(
            "Erased words were overwritten in the file. File systems and solid-state disks may keep old blocks."
        )
    return done._replace(advice=tuple(advice))


def finish_erasures(ledger: Ledger) -> int:
    """Removes files that a kill between an erasure's commit and its end left behind. Returns how many."""
    with ledger.reading() as connection:
        query = select(schema.blob.c.sha256).where(schema.blob.c.erased_by.is_not(None))
        left = [name for name in connection.scalars(query) if ledger.archive.left(name)]
    ledger.archive.forget(left)
    return len(left)


def _portions(seqs: Sequence[int]) -> Iterable[Sequence[int]]:
    return (seqs[at : at + _AT_A_TIME] for at in range(0, len(seqs), _AT_A_TIME))
