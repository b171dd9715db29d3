"""The append-only log: entries, the tree over them, and the root after each transaction.

An entry's body is committed to as SHA-256(salt || body), and the leaf hashes that commitment with all that is not
erasable: who, what kind, when, which place in the log. So a body and its salt can be erased, and every proof stays.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select, text

from tallystick.errors import LedgerDamaged
from tallystick.ledger import merkle, schema
from tallystick.ledger.canonical import moment, read_moment
from tallystick.ledger.schema import entry, node, root
from tallystick.model.records import Entry, EntryKind, Inclusion

SALT = 16
"""Bytes of salt: enough that a short body cannot be guessed from its commitment."""
CHUNK = 5_000
"""Entries read at a time: memory stays flat however long the log is."""


Draft = tuple[str, str, bytes, str | None, Any]
"""An entry before it has its place: kind, body, salt, the id of the document it belongs to, and what the projections
take (parts.part_of; the thing itself where that makes nothing of it). Of a recording all of it is plain values."""


def salts(many: int) -> list[bytes]:
    """New salts, of one call to the system: one call each took as long as the hashing."""
    drawn = os.urandom(SALT * many)
    return [drawn[at : at + SALT] for at in range(0, len(drawn), SALT)]


class Head(NamedTuple):
    """The log after its last transaction. recorded_at is None for an empty one."""

    size: int
    root: bytes
    recorded_at: str | None


class Row(NamedTuple):
    """An entry as it is stored."""

    seq: int
    kind: str
    recorded_at: str
    actor: str
    body: str | None
    salt: bytes | None
    commitment: bytes

    def leaf(self) -> bytes:
        """The leaf of the tree."""
        return merkle.leaf_hash(header(self.actor, self.kind, self.recorded_at) + b"%d]" % self.seq + self.commitment)

    def entry(self) -> Entry:
        """The entry for those who ask."""
        at = read_moment(self.recorded_at)
        return Entry(
            self.seq, EntryKind(self.kind), at, self.actor, self.body, self.salt and bytes(self.salt), self.commitment
        )


COLUMNS = Row._fields


def header(actor: str, kind: str, recorded_at: str) -> bytes:
    """The beginning of what a leaf hashes: canonical JSON, closed by the entry's place."""
    return f'[{quoted(actor)},"{kind}","{recorded_at}",'.encode()


def commitment(salt: bytes, body: str) -> bytes:
    """What binds an entry to its body without showing it."""
    return sha256(salt + body.encode()).digest()


def seal(*parts: object) -> bytes:
    """A hash over a row that no leaf covers."""
    return sha256("\n".join(str(p) for p in parts).encode()).digest()


def head(connection: Connection) -> Head:
    """The log's size, root and last time. Raises LedgerDamaged where entries and roots disagree on the size."""
    query = select(root.c.size, root.c.hash, root.c.recorded_at).order_by(root.c.size.desc()).limit(1)
    last = connection.execute(query).first()
    entries = connection.execute(select(func.max(entry.c.seq))).scalar()
    size = 0 if entries is None else entries + 1
    if size != (0 if last is None else last.size):
        raise LedgerDamaged(
            f"the log holds {size:,} entries, but its last root is of {0 if last is None else last.size:,}. Run "
            "“tallystick verify”, and restore the last backup beside it."
        )
    return Head(0, merkle.EMPTY, None) if last is None else Head(last.size, bytes(last.hash), last.recorded_at)


class Laid(NamedTuple):
    """Entries that have their places: the first one's, their time, the rows of the log's tables, and the log after."""

    first: int
    at: datetime
    rows: dict[Table, list[tuple[Any, ...]]]
    after: Head


def lay(tree: merkle.Growing, before: Head, drafts: Iterable[Draft], now: datetime, actor: str) -> Laid:
    """Gives entries their places after a log, and its tree their leaves. Asks and writes nothing.

    No time is before the one before: where the clock went back, the last time is kept, and what the clock said stands
    beside the root.
    """
    clock = moment(now)
    recorded_at = clock if before.recorded_at is None else max(clock, before.recorded_at)
    headers = {kind.value: b"\0" + header(actor, kind, recorded_at) for kind in EntryKind}
    entries: list[tuple[Any, ...]] = []
    leaves: list[bytes] = []
    for at, (kind, body, salt, _, _) in enumerate(drafts, before.size):
        commit = sha256(salt + body.encode()).digest()
        leaves.append(sha256(headers[kind] + b"%d]" % at + commit).digest())
        entries.append((at, kind, recorded_at, actor, body, salt, commit))
    nodes = tree.append(leaves)
    after = Head(tree.size, tree.root, recorded_at)
    sealed = (after.size, after.root, recorded_at, actor, clock)
    rows = {entry: entries, node: list[tuple[Any, ...]](nodes), root: [(*sealed, _root_seal(*sealed))]}
    return Laid(before.size, read_moment(recorded_at), rows, after)


def write(connection: Connection, rows: dict[Table, list[tuple[Any, ...]]]) -> None:
    """Writes what lay gave, in the caller's writing transaction."""
    for table, some in rows.items():
        schema.bulk(connection, table, table.columns.keys(), some)


class Writer:
    """Appends to the log. Keeps the right edge of the tree from one transaction to the next while nobody else wrote."""

    def __init__(self) -> None:
        self._tree: merkle.Growing | None = None
        self._root = merkle.EMPTY

    def append(self, connection: Connection, drafts: Iterable[Draft], now: datetime, actor: str) -> Laid:
        """Writes entries in the caller's writing transaction."""
        before = head(connection)
        tree = self._tree
        # Lost when the transaction fails: it is set again only once everything is written.
        self._tree = None
        if tree is None or tree.size != before.size or self._root != before.root:
            tree = resume(connection, before.size)
        laid = lay(tree, before, drafts, now, actor)
        write(connection, laid.rows)
        self._tree, self._root = tree, laid.after.root
        return laid


def _root_seal(size: int, top: bytes, recorded_at: str, actor: str, clock: str) -> bytes:
    return seal(size, bytes(top).hex(), recorded_at, actor, clock)


def root_sealed(row: Any) -> bool:
    """Whether a row of the root table is as it was written."""
    return bytes(row.seal) == _root_seal(row.size, row.hash, row.recorded_at, row.actor, row.clock)


def resume(connection: Connection, size: int) -> merkle.Growing:
    """The tree as its right edge stands. Raises LedgerDamaged where kept nodes or entries are missing."""
    whole = size - size % merkle.BLOCK
    stored = subtrees(connection)
    edge = [(level, stored(level, place)) for level, place in merkle.peaks(0, whole)]
    return merkle.Growing(size, edge, _leaves(connection, whole, size))


def subtrees(connection: Connection) -> merkle.Subtree:
    """Full subtrees of the log: kept ones are read, those below are hashed from their entries.

    What was read is kept for as long as the function: a proof asks for all parts of two blocks, one after another, and
    those of one card for the same nodes.
    """
    nodes: dict[tuple[int, int], bytes] = {}
    blocks: dict[int, dict[int, bytes]] = {}

    def subtree(level: int, place: int) -> bytes:
        if level < merkle.FROZEN:
            start, end = place << level, (place + 1) << level
            first = start - start % merkle.BLOCK
            if first not in blocks:
                blocks[first] = dict(_leaves_there(connection, first, first + merkle.BLOCK))
            return merkle.full_root(_all_there(blocks[first], start, end))
        if (level, place) not in nodes:
            found = connection.scalar(select(node.c.hash).where(node.c.level == level, node.c.place == place))
            if found is None:
                raise LedgerDamaged(f"the log's tree lacks node {place} of level {level}. Run “tallystick verify”.")
            nodes[level, place] = bytes(found)
        return nodes[level, place]

    return subtree


def _leaves(connection: Connection, start: int, end: int) -> list[bytes]:
    """The leaves of entries start..end; bodies are not read for it."""
    return [] if start == end else _all_there(dict(_leaves_there(connection, start, end)), start, end)


def _leaves_there(connection: Connection, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Those leaves of entries start..end that the log holds, each with its place."""
    query = (
        select(entry.c.seq, entry.c.kind, entry.c.recorded_at, entry.c.actor, entry.c.commitment)
        .where(entry.c.seq >= start, entry.c.seq < end)
        .order_by(entry.c.seq)
    )
    for seq, kind, at, actor, commit in connection.execute(query):
        yield seq, Row(seq, kind, at, actor, None, None, bytes(commit)).leaf()


def _all_there(leaves: Mapping[int, bytes], start: int, end: int) -> list[bytes]:
    found = [leaves[seq] for seq in range(start, end) if seq in leaves]
    if len(found) != end - start:
        raise LedgerDamaged(
            f"of entries {start:,} to {end - 1:,} only {len(found):,} are there. Run “tallystick verify”."
        )
    return found


def read(connection: Connection, start: int = 0, end: int | None = None, chunk: int = CHUNK) -> Iterator[Row]:
    """Entries in their order, start inclusive, end exclusive or to the last; read a chunk at a time."""
    query = select(*[entry.c[name] for name in COLUMNS]).order_by(entry.c.seq).limit(chunk)
    while True:
        wanted = query.where(entry.c.seq >= start)
        if end is not None:
            wanted = wanted.where(entry.c.seq < end)
        rows = connection.execute(wanted).all()
        for row in rows:
            yield Row(*row)
        if len(rows) < chunk:
            return
        start = rows[-1].seq + 1


def of_kind(connection: Connection, kind: EntryKind) -> Iterator[Row]:
    """All entries of one kind other than claims, in their order."""
    query = (
        select(*[entry.c[name] for name in COLUMNS])
        .where(entry.c.kind == kind.value, text(schema.NO_CLAIM))
        .order_by(entry.c.seq)
    )
    return (Row(*row) for row in connection.execute(query).all())


def inclusion(connection: Connection, seq: int) -> Inclusion:
    """The proof that an entry lies in the log as it is. Raises LedgerDamaged; ValueError for no such entry."""
    now = head(connection)
    path = merkle.inclusion(seq, now.size, subtrees(connection))
    return Inclusion(seq, now.size, _leaves(connection, seq, seq + 1)[0], path, now.root)


def root_at(connection: Connection, size: int) -> bytes:
    """The root of the first size entries, from kept nodes. Raises LedgerDamaged."""
    return merkle.root(size, subtrees(connection))


def consistency(connection: Connection, old: int) -> tuple[bytes, ...]:
    """The proof that the log as it is continues the one of old entries (RFC 9162, 2.1.4)."""
    return merkle.consistency(old, head(connection).size, subtrees(connection))
