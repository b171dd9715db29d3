"""Is the ledger what was written? Every commitment, the whole tree, every root, the archive and the projections.

Reads the log once in its order, a chunk at a time, so that memory stays flat. What was altered is named: the entry,
and the document it belongs to. What was erased by the book is told as erased. Nothing here repairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from tallystick.errors import LedgerDamaged, LedgerError
from tallystick.ledger import checkpoints, log, merkle, projections, schema, tables
from tallystick.ledger.canonical import decode
from tallystick.ledger.store import Ledger, written
from tallystick.ledger.written import Text
from tallystick.model.records import Checkpoint, EntryKind, Erasure, Finding, Trouble, Verified

CHUNK = 4_000
"""Entries read at a time."""
SHOWN = 200
"""Findings that are named one by one: a wrecked file would fill the screen."""

_KINDS = frozenset(kind.value for kind in EntryKind)
Key = Ed25519PrivateKey | Ed25519PublicKey | str


def verify(
    ledger: Ledger, against: Checkpoint | None = None, *, key: Key | None = None, thorough: bool = True
) -> Verified:
    """Checks everything and returns what was found; raises only where the ledger cannot be opened at all.

    against is a checkpoint that was kept elsewhere: the log must continue what it signed. key verifies its signature,
    the ledger's own where None. thorough also compares the projections with the entries, row by row, which takes
    longer than all the rest.
    """
    walk = _Walk(ledger)
    # A damaged page raises while it is read: the walk takes that for a finding, and goes on.
    with ledger.reading() as connection:
        walk.pages(connection)
        for step in (walk.prepare, walk.entries, walk.blobs):
            walk.attempt(connection, step)
        walk.checkpoints(connection, against, key)
        if thorough:
            walk.attempt(connection, walk.projections)
    return walk.result()


@dataclass
class _Root:
    """A row of the root table, as far as the walk needs it."""

    size: int
    hash: bytes
    recorded_at: str
    actor: str
    clock: str
    sealed: bool


@dataclass
class _Walk:
    """One verification: what was found so far, and the tree as far as it was hashed."""

    ledger: Ledger
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tree: merkle.Growing | None = field(default_factory=merkle.Growing)
    seq: int = 0
    orders: dict[int, Erasure] = field(default_factory=dict)  # ERASURE entries, by seq
    erased: dict[int, int] = field(default_factory=dict)  # the erased table: seq -> the ERASURE entry
    roots: dict[int, bytes] = field(default_factory=dict)  # roots at the sizes asked for
    wanted: set[int] = field(default_factory=set)
    archived: dict[str, int] = field(default_factory=dict)  # bytes that a document says were archived
    nodes: int = 0
    headers: dict[tuple[str, str, str], bytes] = field(default_factory=dict)

    def found(self, trouble: Trouble, note: str, seq: int | None = None, document: str | None = None) -> None:
        self.findings.append(Finding(trouble, note, seq, document))

    def attempt(self, connection: Connection, step: Any) -> None:
        """Runs a step that may meet a damaged page."""
        try:
            with connection.begin_nested() if self.ledger.path is None else nullcontext():
                step(connection)
        except DBAPIError as error:
            self.found(Trouble.PAGE, f"{step.__name__} cannot be read: {' '.join(str(error.orig).split())}.")
        except self.ledger.database.engine.dialect.dbapi.Error as error:  # type: ignore[union-attr]
            self.found(Trouble.PAGE, f"{step.__name__} cannot be read: {' '.join(str(error).split())}.")
        except LedgerDamaged as error:
            self.found(Trouble.ALTERED, str(error))

    def pages(self, connection: Connection) -> None:
        """The file's own structure, which SQLite checks page by page, with every index."""
        if self.ledger.path is None:
            return
        try:
            rows = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
        except DBAPIError as error:
            rows = [str(error.orig)]
        for row in rows:
            if row != "ok":
                self.found(Trouble.PAGE, f"the file is damaged: {' '.join(str(row).split())}.")

    def prepare(self, connection: Connection) -> None:
        """What must be known before the log is read."""
        meta = {row.name: row.value for row in connection.execute(select(schema.meta))}
        if meta.get("seal") != log.seal(meta.get("origin"), meta.get("created_at")).hex():
            self.found(Trouble.ALTERED, "the ledger's origin or its time of making was changed.")
        self.erased = {row.seq: row.erasure for row in connection.execute(select(schema.erased))}
        for row in log.of_kind(connection, EntryKind.ERASURE):
            if row.body is not None:
                with suppress(LedgerDamaged):  # found again, and named, as the log is read
                    thing = decode(EntryKind.ERASURE, row.body, str)[1]
                    assert isinstance(thing, Erasure)
                    self.orders[row.seq] = thing
        self.wanted = {row.size for row in connection.execute(select(schema.checkpoint.c.size))}

    def entries(self, connection: Connection) -> None:
        """The log itself: entries, nodes, and the root after each transaction."""
        for row in self._roots(connection):
            clock = "" if row.sealed else " (its row was changed)"
            if not row.sealed:
                self.found(Trouble.ROOT, f"the record of the root of {row.size:,} entries was changed.")
            elif row.clock < row.recorded_at:
                self.found(
                    Trouble.CLOCK,
                    f"this machine's clock said {row.clock} when entries up to {row.size - 1:,} were written, after "
                    f"others of {row.recorded_at}: they bear that time.",
                    row.size - 1,
                )
            self._upto(connection, row.size, row)
            if self.tree is not None and self.tree.root != row.hash:
                self._blame(connection, self.seq - self.seq % merkle.BLOCK, self.seq)
                self.found(
                    Trouble.ROOT, f"the first {row.size:,} entries do not give the root recorded for them{clock}."
                )
        last = self.seq
        self._upto(connection, None, None)
        if self.seq > last:
            self.found(Trouble.ROOT, f"entries {last:,} to {self.seq - 1:,} were never acknowledged by a root.", last)
        stored = connection.execute(text("SELECT count(*) FROM node")).scalar_one()
        if self.tree is not None and stored != self.nodes:
            self.found(Trouble.ALTERED, f"the tree has {stored:,} kept nodes, where its entries give {self.nodes:,}.")
        for seq, erasure in self.orders.items():
            self._order(connection, seq, erasure)

    def _roots(self, connection: Connection) -> Iterator[_Root]:
        after = -1
        while True:
            query = select(schema.root).where(schema.root.c.size > after).order_by(schema.root.c.size).limit(CHUNK)
            rows = connection.execute(query).all()
            for row in rows:
                sealed = log.root_sealed(row)
                yield _Root(row.size, bytes(row.hash), row.recorded_at, row.actor, row.clock, sealed)
            if len(rows) < CHUNK:
                return
            after = rows[-1].size

    def _upto(self, connection: Connection, end: int | None, root: _Root | None) -> None:
        """Reads and hashes entries from where the walk stands up to end, or to the last."""
        while end is None or self.seq < end:
            stop = self.seq + CHUNK if end is None else min(end, self.seq + CHUNK)
            for size in sorted(self.wanted):
                if self.seq < size < stop:
                    stop = size
                    break
            rows = self._rows(connection, stop)
            if end is None and not rows:
                return
            self._chunk(connection, rows, stop if end is not None or len(rows) == stop - self.seq else None, root)
            if self.tree is not None and self.seq in self.wanted:
                self.roots[self.seq] = self.tree.root

    def _rows(self, connection: Connection, stop: int) -> list[Any]:
        """Entries seq..stop as tuples; one by one where a page among them is damaged."""
        columns = ", ".join(log.COLUMNS)
        query = f"SELECT {columns} FROM entry WHERE seq >= {self.seq} AND seq < {stop} ORDER BY seq"
        try:
            return _fetch(connection, query)
        except (DBAPIError, self.ledger.database.engine.dialect.dbapi.Error) as error:  # type: ignore[union-attr]
            if self.ledger.path is None:
                raise  # PostgreSQL ends the transaction with the first error
            self.found(Trouble.PAGE, f"entries {self.seq:,} to {stop - 1:,} lie on a damaged page: {error}.", self.seq)
        rows: list[Any] = []
        for seq in range(self.seq, stop):
            with suppress(DBAPIError, self.ledger.database.engine.dialect.dbapi.Error):  # type: ignore[union-attr]
                rows += _fetch(connection, f"SELECT {columns} FROM entry WHERE seq = {seq}")
        return rows

    def _chunk(self, connection: Connection, rows: list[Any], stop: int | None, root: _Root | None) -> None:
        leaves: list[bytes] = []
        digest = sha256
        at = self.seq
        for seq, kind, when, actor, body, salt, commit in rows:
            if seq != at:
                self._missing(connection, at, seq)
                at = seq
            at += 1
            if body is None or salt is None:
                self._gone(connection, seq, body, salt)
            elif digest(salt + body.encode()).digest() != commit:
                self._altered(connection, seq, "what it says, its salt or its commitment was changed.")
            elif seq in self.erased:
                self._altered(connection, seq, "it was erased, and its body is back.")
            elif kind == "document":
                self._document(seq, body)
            if root is not None and root.sealed and (when != root.recorded_at or actor != root.actor):
                self._altered(connection, seq, f"its time or who wrote it was changed: {when}, {actor}.")
            if kind not in _KINDS:
                self._altered(connection, seq, f"its kind was changed to {kind!r}.")
            header = self.headers.get((kind, when, actor))
            if header is None:
                self.headers = {} if len(self.headers) > 1_000 else self.headers
                header = self.headers[kind, when, actor] = b"\0" + log.header(actor, kind, when)
            leaves.append(digest(header + b"%d]" % seq + commit).digest())
        if stop is not None and at < stop:
            self._missing(connection, at, stop)
            at = stop
        self.seq = at
        if self.tree is not None:
            full = self.tree.append(leaves)
            self.nodes += len(full)
            self._compare(connection, full)

    def _compare(self, connection: Connection, full: list[tuple[int, int, bytes]]) -> None:
        """Kept nodes against those just computed: a wrong one says where the damage lies."""
        held: dict[tuple[int, int], bytes] = {}
        for level in {level for level, _, _ in full}:
            places = [place for lies, place, _ in full if lies == level]
            query = select(schema.node.c.place, schema.node.c.hash).where(
                schema.node.c.level == level, schema.node.c.place >= min(places), schema.node.c.place <= max(places)
            )
            held.update({(level, row.place): bytes(row.hash) for row in connection.execute(query)})
        for level, place, node in full:
            stored = held.get((level, place))
            if stored == node:
                continue
            start, end = place << level, ((place + 1) << level) - 1
            if stored is None:
                self.found(Trouble.MISSING, f"the kept node over entries {start:,} to {end:,} is gone.")
            elif level == merkle.FROZEN:
                self._blame(connection, start, end + 1)
                self.found(
                    Trouble.ROOT,
                    f"one of entries {start:,} to {end:,}, or the node kept over them, is not what was hashed.",
                    start,
                )
            else:
                self.found(
                    Trouble.ROOT, f"the node kept over entries {start:,} to {end:,} is not what they give.", start
                )

    def _blame(self, connection: Connection, start: int, end: int) -> None:
        """Entries whose leaf changed although their body is as committed to: one that is not of its kind is named."""
        if any(f.seq is not None and start <= f.seq < end and f.trouble is Trouble.ALTERED for f in self.findings):
            return
        for row in log.read(connection, start, end):
            if row.body is not None and row.kind in _KINDS:
                try:
                    decode(EntryKind(row.kind), row.body, str)
                except LedgerDamaged:
                    self._altered(connection, row.seq, f"its kind was changed to {row.kind!r}.")

    def _missing(self, connection: Connection, start: int, end: int) -> None:
        self.tree = None
        which = f"entry {start:,} is" if end == start + 1 else f"entries {start:,} to {end - 1:,} are"
        self.found(Trouble.MISSING, f"{which} not there.", start, self._document_of(connection, start))

    def _altered(self, connection: Connection, seq: int, what: str) -> None:
        if len(self.findings) < SHOWN:
            self.found(Trouble.ALTERED, f"entry {seq:,}: {what}", seq, self._document_of(connection, seq))

    def _gone(self, connection: Connection, seq: int, body: str | None, salt: bytes | None) -> None:
        """A body that is not there: erased by the book, or not."""
        by = self.erased.get(seq)
        order = None if by is None else self.orders.get(by)
        if body is not None or salt is not None or order is None or seq not in order.seqs:
            self._altered(connection, seq, "its body or its salt is gone, and no erasure says so.")

    def _document(self, seq: int, body: str) -> None:
        """The text of a document against its hash; remembers whether its bytes must be there."""
        try:
            thing = decode(EntryKind.DOCUMENT, body, str)[1]
        except LedgerDamaged as error:
            self.found(Trouble.ALTERED, f"entry {seq:,}: {error}", seq)
            return
        if not isinstance(thing, Text):
            return
        if sha256(thing.text.encode()).hexdigest() != thing.record.text_sha256:
            self.found(Trouble.ALTERED, f"entry {seq:,}: the text is not that of its hash.", seq, thing.record.id)
        if thing.archived:
            self.archived[thing.record.sha256] = seq

    def _order(self, connection: Connection, seq: int, erasure: Erasure) -> None:
        """An ERASURE entry: told, and checked to have been carried out."""
        row = connection.execute(
            select(schema.entry.c.actor, schema.entry.c.recorded_at).where(schema.entry.c.seq == seq)
        ).one()
        undone = [s for s in erasure.seqs if self.erased.get(s) != seq]
        if undone:
            self.found(Trouble.ALTERED, f"entry {seq:,} erases entry {undone[0]:,}, which was not erased.", undone[0])
        count = f"{len(erasure.seqs):,} {'entry' if len(erasure.seqs) == 1 else 'entries'}"
        self.found(
            Trouble.ERASED, f"{count} erased by {row.actor} on {row.recorded_at[:10]}: {erasure.why}", erasure.seqs[0]
        )

    def _document_of(self, connection: Connection, seq: int) -> str | None:
        """The document whose entries these are: the last one recorded up to there."""
        query = (
            select(tables.document.c.id)
            .where(tables.document.c.seq <= seq)
            .order_by(tables.document.c.seq.desc())
            .limit(1)
        )
        try:
            found: str | None = connection.execute(query).scalar()
        except DBAPIError:
            return None
        return found

    def blobs(self, connection: Connection) -> None:
        """The archive: every blob's bytes hash to its name, every archived document has its blob."""
        archive, erasures = self.ledger.archive, {n: s for s, order in self.orders.items() for n in order.blobs}
        names = connection.scalars(select(schema.blob.c.sha256).order_by(schema.blob.c.sha256)).all()
        for name in names:
            row = connection.execute(select(schema.blob).where(schema.blob.c.sha256 == name)).one()
            document = self._document_with(connection, name)
            if row.erased_by is not None:
                if erasures.get(name) != row.erased_by:
                    self.found(Trouble.BLOB, f"the bytes {name} are gone, and no erasure says so.", None, document)
                elif archive.left(name):
                    self.found(Trouble.BLOB, f"the bytes {name} were erased, but their file is there still.")
                continue
            trouble, _ = archive.check(row)
            if trouble is not None:
                self.found(Trouble.BLOB, f"the bytes {name}: {trouble}", self.archived.get(name), document)
        for name in sorted(self.archived.keys() - set(names)):
            document = self._document_with(connection, name)
            self.found(Trouble.BLOB, f"the bytes {name} are not in the archive.", self.archived[name], document)

    def _document_with(self, connection: Connection, digest: str) -> str | None:
        query = select(tables.document.c.id).where(tables.document.c.sha256 == digest).limit(1)
        with suppress(DBAPIError):
            found: str | None = connection.execute(query).scalar()
            return found
        return None

    def checkpoints(self, connection: Connection, against: Checkpoint | None, key: Key | None) -> None:
        """The copies kept here, and the one that was kept elsewhere."""
        try:
            notes = connection.execute(select(schema.checkpoint.c.size, schema.checkpoint.c.note)).all()
            origin = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == "origin")).scalar()
        except DBAPIError as error:
            self.found(Trouble.PAGE, f"checkpoints cannot be read: {error.orig}.")
            return
        for size, kept in notes:
            try:
                copy = checkpoints.parse(kept)
            except LedgerError:
                self.found(Trouble.CHECKPOINT, f"the copy of the checkpoint at {size:,} entries was changed.")
                continue
            if self.roots.get(size, copy.root if size else merkle.EMPTY) != copy.root or copy.size != size:
                self.found(Trouble.CHECKPOINT, f"the log does not continue its checkpoint of {size:,} entries.")
        if against is not None:
            self._against(connection, against, key, origin)

    def _against(self, connection: Connection, against: Checkpoint, key: Key | None, origin: str | None) -> None:
        if against.origin != origin:
            self.found(Trouble.CHECKPOINT, f"the checkpoint is of another log: {against.origin}, not {origin}.")
            return
        own = checkpoints.key_file(self.ledger)
        if key is None and own is not None and own.exists():
            key = checkpoints.signing_key(self.ledger)
        if key is None:
            self.notes.append("The checkpoint's signature was not checked: no key was given, and none lies here.")
        elif not checkpoints.verified(against, key):
            self.found(
                Trouble.CHECKPOINT, "the checkpoint was not signed with this ledger's key, or was changed since."
            )
        if against.size > self.seq:
            self.found(
                Trouble.CHECKPOINT,
                f"the checkpoint signed {against.size:,} entries, and the log holds {self.seq:,}: it was cut off.",
            )
            return
        try:
            root = merkle.root(against.size, log.subtrees(connection)) if self.tree is not None else None
        except LedgerDamaged:
            root = None
        if root != against.root:
            self.found(
                Trouble.CHECKPOINT,
                f"the first {against.size:,} entries are not those that the checkpoint signed: the log was rewritten.",
            )

    def projections(self, connection: Connection) -> None:
        """The tables made from the entries, row by row. A damaged log is no measure for them."""
        if any(f.damage and f.trouble is not Trouble.BLOB for f in self.findings):
            self.notes.append("The tables made from the log were not compared with it: it is damaged itself.")
            return
        for note in projections.differences(connection, written(connection)):
            self.found(
                Trouble.PROJECTION, f"{note}. The log itself is not touched by this: rebuild the tables from it."
            )

    def result(self) -> Verified:
        return Verified(
            self.seq, b"" if self.tree is None else self.tree.root, tuple(self.findings[:SHOWN]), tuple(self.notes)
        )


def _fetch(connection: Connection, query: str) -> list[Any]:
    """Rows as the driver gives them: a million times the wrapper is felt."""
    result = connection.exec_driver_sql(query)
    cursor = result.cursor
    assert cursor is not None
    try:
        return list(cursor.fetchall())
    finally:
        result.close()
