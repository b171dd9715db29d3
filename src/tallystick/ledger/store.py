"""The ledger: what is added is written in whole documents, provably, and never changed.

Each transaction appends entries to the log, sets its new root, and lays the same out in the projections. Once add has
returned, or has called committed, a document is on the disk with all its claims, or was not taken in at all.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, select, text

from tallystick.errors import LedgerDamaged, LedgerError, LedgerExists, LedgerVersion, NoLedger
from tallystick.ledger import log, lookups, migrating, projections, schema, tables
from tallystick.ledger.archive import Archive
from tallystick.ledger.canonical import (
    decode,
    encode,
    kind_of,
    moment,
    read_document,
    read_moment,
    writable,
)
from tallystick.ledger.connection import PATIENCE, Database
from tallystick.ledger.intake import Intake, Prepared, groups, prepare
from tallystick.ledger.log import Draft, salts
from tallystick.ledger.parts import part_of
from tallystick.ledger.written import Text, Thing, Written
from tallystick.model.claims import Claim
from tallystick.model.quantities import SceneLink
from tallystick.model.records import (
    Added,
    Capture,
    DocumentRecord,
    Entry,
    EntryKind,
    Inclusion,
    LatticeFile,
    Recording,
    Scene,
    Unread,
)

BATCH = 8_000
"""Entries a transaction: between 5,000 and 10,000 the disk's part in each becomes small."""

_SQLITE = b"SQLite format 3\0"
_OF_DOCUMENT = (Scene, Claim, Capture)

Clock = datetime | Callable[[], datetime]
"""The time to record, or what tells it anew for each transaction."""


class Ready(NamedTuple):
    """A batch before the ledger is locked for it: its bodies, and the bytes to archive, packed, by their hash."""

    group: list[Recording]
    prepared: list[Prepared]
    packed: dict[str, tuple[Any, ...]]
    known: set[str]  # documents that the ledger held


class Ledger:
    """One ledger, open. Use it in a with block, or close it."""

    def __init__(self, database: Database) -> None:
        """Ledger.open and Ledger.create make one."""
        self.database = database
        self.archive = Archive(database.path)
        self._writer = log.Writer()

    @classmethod
    def create(cls, where: str | Path, *, now: datetime, origin: str | None = None, patience: float = PATIENCE) -> Self:
        """Makes a ledger at a path or a postgresql:// URL. Raises LedgerExists where one is,
        LedgerError for an origin with white space or a plus sign.

        origin names the log in its checkpoints, for life; without one it gets a name nobody else has.
        """
        if origin is not None and not re.fullmatch(r"[^\s+]+", origin):
            raise LedgerError(f"{origin!r} cannot name a log: leave out spaces and plus signs.")
        database = Database(where, patience)
        if database.path is not None:
            _refuse_to_overwrite(database.path)
        with _closed_on_error(database), database.writing() as connection:
            # A kill in the middle of this leaves a database without tables, which is none.
            if migrating.revision(connection) is not None or (database.path and migrating.tables(connection)):
                raise LedgerExists(f"there is a ledger at {database.name} already. Open it, or give another place.")
            migrating.upgrade(connection)
            named, made = origin or f"tallystick/{os.urandom(8).hex()}", moment(now)
            rows = [("origin", named), ("created_at", made), ("seal", log.seal(named, made).hex())]
            schema.bulk(connection, schema.meta, ("name", "value"), rows)
        return cls(database)

    @classmethod
    def open(cls, where: str | Path, *, patience: float = PATIENCE) -> Self:
        """Opens the ledger at a path or URL, and brings its tables up to date.

        Raises NoLedger where there is none, LedgerVersion where a newer Tallystick wrote it.
        """
        database = Database(where, patience)
        if database.path is not None and not (database.path.exists() and database.path.stat().st_size):
            raise NoLedger(f"there is no ledger at {database.name}. Make one: tallystick add PATH --ledger FILE.")
        with _closed_on_error(database):
            _bring_up_to_date(database)
        return cls(database)

    @classmethod
    def open_or_create(cls, where: str | Path, *, now: datetime, patience: float = PATIENCE) -> Self:
        """Opens the ledger, and makes it first where there is none."""
        try:
            return cls.open(where, patience=patience)
        except NoLedger:
            return cls.create(where, now=now, patience=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the database back."""
        self.database.close()

    @property
    def path(self) -> Path | None:
        """The SQLite file; None for PostgreSQL."""
        return self.database.path

    @property
    def name(self) -> str:
        """Where it lies, without a password."""
        return self.database.name

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees the ledger as it is now."""
        return self.database.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that nobody else writes beside: for the log's own modules and the projections."""
        return self.database.writing()

    def meta(self) -> Mapping[str, str]:
        """origin and created_at, with their seal."""
        with self.reading() as connection:
            rows = connection.execute(select(schema.meta.c.name, schema.meta.c.value))
            return {row.name: row.value for row in rows}

    def head(self) -> log.Head:
        """The log's size, root, and the time of its last entry. Raises LedgerDamaged."""
        with self.reading() as connection:
            return log.head(connection)

    def add(
        self,
        recordings: Iterable[Recording],
        *,
        now: Clock,
        actor: str,
        batch: int = BATCH,
        committed: Callable[[Added], None] | None = None,
    ) -> Added:
        """Records documents with their captures, scenes and claims, each in one transaction.

        A document that is held already only gets a capture, and not even that when the same bytes were found at the
        same place before, unless they were fetched again later. committed is called after each transaction of about
        batch entries: what it is told is on the disk. Raises LedgerBusy, StorageFull, LedgerDamaged; what was told
        before is then safe, and the same call again finishes the rest.
        """
        done: list[Added] = []

        def acknowledge(added: Added) -> None:
            done.append(added)
            if committed is not None:
                committed(added)

        # While one batch is written, which is mostly the database's work, the next one's bodies are made.
        with ThreadPoolExecutor(1, "ledger") as writer:
            writing: Future[Added] | None = None
            for group in uncollected(groups(recordings, batch)):
                ready = self.ready(group)
                if writing is not None:
                    acknowledge(writing.result())
                writing = writer.submit(self.write, ready, now, actor)
            if writing is not None:
                acknowledge(writing.result())
        return sum(done, Added())

    def ready(self, group: list[Recording]) -> Ready:
        """Makes a batch's bodies, and packs its bytes; the ledger is only read. Raises LedgerError for wrong bytes."""
        with self.database.translated():
            with self.reading() as connection:
                originals = {r.document.sha256: r.original for r in group if r.original is not None}
                missing, _ = self.archive.missing(connection, originals)
                known = lookups.known(connection, {r.document.id for r in group})
            prepared = [prepare(recording, recording.document.id not in known) for recording in group]
            packed = {row[0]: row for row in self.archive.pack(originals[name] for name in sorted(missing))}
            if packed.keys() != missing:
                wrong = min(missing - packed.keys())
                raise LedgerError(
                    f"the bytes given for document {wrong[:16]}… are not those of its SHA-256. Read it again."
                )
        return Ready(group, prepared, packed, known)

    def write(self, ready: Ready, now: Clock, actor: str) -> Added:
        """Writes a batch in a transaction of its own. Raises what add does."""
        with self.writing() as connection:
            intake, packed = self.told_apart(connection, ready)
            size = log.head(connection).size
            if intake.drafts:
                size = self._append(connection, intake.drafts, now, actor)
                self.archive.record(connection, packed)
        return replace(intake.added(), size=size)

    def told_apart(
        self, connection: Connection, ready: Ready, known: set[str] | None = None
    ) -> tuple[Intake, list[tuple[Any, ...]]]:
        """What is new of a batch, as the ledger now stands, and the rows of the bytes to archive.

        known are the batch's documents that it holds, where that is sure; None: they are looked up.
        """
        group, prepared, packed, _ = ready
        hashes = {r.document.sha256 for r in group}
        still, erased = self.archive.missing(connection, hashes)
        intake = Intake(connection, group, erased, hashes - still | set(packed), known)
        for item in prepared:
            intake.take(item)
        return intake, [packed[n] for n in packed if n in still & intake.hashes]

    def _append(self, connection: Connection, drafts: Sequence[Draft], now: Clock, actor: str) -> int:
        """Writes entries and their projections; returns the log's size."""
        laid = self._writer.append(connection, drafts, now() if callable(now) else now, actor)
        projections.write(connection, laid.first, laid.at, drafts)
        return laid.after.size

    def record(self, connection: Connection, things: Sequence[Thing], *, now: Clock, actor: str) -> int:
        """Records things of no one document in the caller's writing transaction. Returns the first one's seq."""
        drafts = [_draft(thing, None) for thing in map(writable, things)]
        return self._append(connection, drafts, now, actor) - len(drafts)

    def record_of(
        self, connection: Connection, document: str, things: Sequence[Thing], *, now: Clock, actor: str
    ) -> int:
        """Records things of one document that the ledger holds: scenes and claims, scenes first; others go with them.

        Runs in the caller's writing transaction; returns the first one's seq.
        """
        drafts = [_draft(thing, document) for thing in map(writable, things)]
        return self._append(connection, drafts, now, actor) - len(drafts)

    def add_unread(self, unread: Iterable[Unread], *, now: Clock, actor: str) -> int:
        """Records inputs that gave no document, and why. Returns how many."""
        return self._record_all(list(unread), now, actor)

    def add_links(self, links: Iterable[SceneLink], *, now: Clock, actor: str) -> int:
        """Records which scenes tell of one event, and which documents share words, with the evidence."""
        return self._record_all(list(links), now, actor)

    def add_lattice(self, name: str, words: str, *, now: Clock, actor: str) -> int:
        """Records a part-of file of the user, word for word; the newest of a name is in force. Returns its seq."""
        with self.writing() as connection:
            return self.record(connection, [LatticeFile(name, words)], now=now, actor=actor)

    def _record_all(self, things: Sequence[Thing], now: Clock, actor: str) -> int:
        for at in range(0, len(things), BATCH):
            with self.writing() as connection:
                self.record(connection, things[at : at + BATCH], now=now, actor=actor)
        return len(things)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[Entry]:
        """Entries of the log in their order, as they are now; end is exclusive. Raises LedgerDamaged."""
        with self.reading() as connection:
            for row in log.read(connection, start, end):
                yield row.entry()

    def links(self) -> list[SceneLink]:
        """All links recorded and not erased, oldest first."""
        with self.reading() as connection:
            rows = list(log.of_kind(connection, EntryKind.LINK))
        things = [decode(EntryKind.LINK, row.body, str)[1] for row in rows if row.body is not None]
        return [thing for thing in things if isinstance(thing, SceneLink)]

    def original(self, sha256: str) -> bytes | None:
        """The archived bytes with that hash; None where there are none. Raises LedgerDamaged when they changed."""
        with self.reading() as connection:
            return self.archive.read(connection, sha256)

    def prove(self, seq: int) -> Inclusion:
        """The proof that an entry lies in the log (RFC 9162, 2.1.3). Raises LedgerError where there is none such."""
        with self.reading() as connection:
            if not 0 <= seq < log.head(connection).size:
                raise LedgerError(
                    f"{self.name} has no entry {seq:,}: it holds {log.head(connection).size:,}, from 0 on."
                )
            return log.inclusion(connection, seq)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """The proof that the log now continues the one of old entries (RFC 9162, 2.1.4), old above 0.

        Raises LedgerError where the log never had so many.
        """
        with self.reading() as connection:
            size = log.head(connection).size
            if not 0 < old <= size:
                raise LedgerError(f"{self.name} never had {old:,} entries: it holds {size:,}. Give 1 to {size:,}.")
            return log.consistency(connection, old)

    def rebuild(self) -> None:
        """Drops all projections and makes them again from the log. Raises LedgerDamaged."""
        with self.writing() as connection:
            projections.rebuild(connection, written(connection))


def _draft(thing: Thing, document: str | None) -> Draft:
    """The entry of a thing that is recorded by itself, or of a document that the ledger holds."""
    (salt,) = salts(1)
    belongs = document if isinstance(thing, _OF_DOCUMENT) else None
    return kind_of(thing).value, encode(thing, document), salt, belongs, part_of(thing) or thing


def written(connection: Connection, rows: Iterable[log.Row] | None = None) -> Iterator[Written]:
    """What every entry says, in order; an erased one says nothing. Raises LedgerDamaged for a body that is no JSON."""
    texts = _Texts(connection)
    for row in log.read(connection) if rows is None else rows:
        kind, at = EntryKind(row.kind), read_moment(row.recorded_at)
        if row.body is None:
            yield Written(row.seq, kind, at, row.actor, None, None)
            continue
        document, thing = decode(kind, row.body, texts.sha256)
        if isinstance(thing, Text):
            texts.met(thing.record)
        yield Written(row.seq, kind, at, row.actor, document, thing)


def uncollected(batches: Iterator[list[Recording]]) -> Iterator[list[Recording]]:
    """The batches, with no search for cycles but while the next is awaited: there are none in what is made of one, and
    it took a tenth of the time.
    """
    on = gc.isenabled()
    try:
        for batch in batches:
            gc.disable()
            yield batch
            if on:
                gc.enable()
    finally:
        if on:
            gc.enable()


def _refuse_to_overwrite(path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise NoLedger(f"there is no folder {path.absolute().parent} for a ledger. Make it first.")
    if path.exists():
        with path.open("rb") as stream:
            start = stream.read(len(_SQLITE))
        if start and start != _SQLITE:
            raise LedgerExists(f"there is a file at {path} already, which is no ledger. Give another path.")


def _bring_up_to_date(database: Database) -> None:
    """Raises NoLedger where there are no tables of a ledger, LedgerVersion where they are newer than this version."""
    with database.reading() as connection:
        revision = migrating.revision(connection)
        lacking = revision is not None and database.path is not None and bool(tables.late(connection))
    if revision is None:
        raise NoLedger(f"{database.name} holds no ledger. Give the path or URL of one.")
    if revision not in migrating.REVISIONS:
        raise LedgerVersion(
            f"{database.name} has tables of revision {revision}; this version of Tallystick knows {migrating.NEWEST} "
            "at most. Upgrade Tallystick to open it."
        )
    if revision != migrating.NEWEST:
        with database.writing() as connection:
            migrating.upgrade(connection)
    if lacking:
        _make_late(database)


def _make_late(database: Database) -> None:
    """Makes the indexes of claims where a filling was killed before it did; not while somebody writes, and not where
    that cannot be done: what is asked then takes longer, no more."""
    with (
        closing(Database(str(database.engine.url), patience=0)) as at_once,
        suppress(LedgerError),
        at_once.writing() as connection,
    ):
        tables.make_late(connection)


@contextmanager
def _closed_on_error(database: Database) -> Iterator[None]:
    try:
        yield
    except BaseException:
        database.close()
        raise


class _Texts:
    """The hash of a document's text by the document's id. A claim follows its document, so that one is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = ("", "")

    def met(self, record: DocumentRecord) -> None:
        self._last = (record.id, record.text_sha256)

    def sha256(self, document: str) -> str:
        if self._last[0] != document:
            body = self._connection.execute(
                select(schema.entry.c.body)
                .where(schema.entry.c.kind == EntryKind.DOCUMENT.value, text(schema.NO_CLAIM))
                .where(schema.entry.c.seq == lookups.document_seq(self._connection, document))
            ).scalar()
            if body is None:
                raise LedgerDamaged(f"the log holds claims of document {document}, but not the document.")
            self.met(read_document(body).record)
        return self._last[1]
