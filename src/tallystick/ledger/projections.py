"""What the log's entries say, written into tables that can be asked; dropped and rebuilt from the entries at will.

Rows are written by the batch, inside the transaction that appends the entries, of the parts made beforehand.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, func, select

from tallystick.errors import LedgerDamaged
from tallystick.ledger import tables
from tallystick.ledger.late import passage_before, proposal_rows, scene_numbered
from tallystick.ledger.log import Draft
from tallystick.ledger.parts import Told, moment, ordered, pack, part_of, unpack
from tallystick.ledger.schema import bulk
from tallystick.ledger.wordindex import forget_words, index_words
from tallystick.ledger.written import Part, Text, Withdrawal, Written
from tallystick.model.proposals import Assist
from tallystick.model.records import Judgement, LatticeFile, Unread

__all__ = ["differences", "erase", "load", "moment", "ordered", "pack", "rebuild", "unpack", "write"]

Row = tuple[Any, ...]

SAMPLED = 4
"""One fingerprint in four is indexed by its hash: of twenty shared ones, all are missed once in 300 times."""
SHORT = 16
"""But no fewer than this of any document."""
BATCH = 10_000
"""Entries that are turned into rows at a time when everything is rebuilt."""

_ERA = 16
_LOW = (1 << 48) - 1


def write(connection: Connection, first: int, at: datetime, drafts: Iterable[Draft]) -> None:
    """Adds rows for new entries from that place of the log on, recorded at that time; a document's claims and scenes
    come in one call.

    Runs in the caller's transaction. Raises LedgerDamaged for an entry of a document that the ledger does not hold.
    """
    rows, recorded = _Rows(connection), moment(at)
    for seq, (kind, _, _, document, said) in enumerate(drafts, first):
        rows.add(seq, kind, recorded, document, said)
    _load_all(connection, rows.finished())


def _again(connection: Connection, items: Iterable[Written]) -> dict[Table, list[Row]]:
    """The rows of entries that are read again, by table."""
    rows = _Rows(connection, again=True)
    for item in items:
        if item.thing is not None:
            said = part_of(item.thing) or item.thing
            rows.add(item.seq, item.kind.value, moment(item.recorded_at), item.document, said)
    return rows.finished()


def _load_all(connection: Connection, made: Mapping[Table, Sequence[Row]]) -> None:
    for table, rows in made.items():
        if rows:
            load(connection, table, rows)
    if made[tables.passage]:
        index_words(connection, made[tables.passage])


def rebuild(connection: Connection, items: Iterable[Written]) -> None:
    """Drops every projection and makes it again from the entries, in the caller's transaction."""
    tables.drop(connection)
    tables.create(connection)
    for batch in _batches(items):
        _load_all(connection, _again(connection, batch))


def differences(connection: Connection, items: Iterable[Written]) -> list[str]:
    """What the projections hold otherwise than the entries say, one line each; empty when they agree.

    Compares every row but those of the full-text index and the fingerprints.
    """
    found: list[str] = []
    counts = dict.fromkeys(_COMPARED, 0)
    for batch in _batches(items):
        made = _again(connection, batch)
        for table in _COMPARED:
            counts[table] += len(made[table])
            found += _unlike(connection, table, made[table])
    for table, wanted in counts.items():
        held = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if held != wanted:
            found.append(f"table {table.name} has {held:,} rows where the log tells of {wanted:,}")
    return found


def erase(connection: Connection, seqs: Iterable[int]) -> None:
    """Removes all that the projections hold of these entries, their words in the full-text index included.

    An erased document takes its claims, scenes, captures and fingerprints with it.
    """
    for some in _portions(sorted(seqs)):
        documents = _column(connection, tables.document.c.seq, tables.document.c.seq, some)
        erased = set(some)
        for table in (tables.claim, tables.scene, tables.capture):
            erased.update(_column(connection, table.c.seq, table.c.document, documents))
        for part in _portions(sorted(erased)):
            _erase_words(connection, part)
            for table in _COMPARED:
                if table is not tables.passage:
                    connection.execute(delete(table).where(table.c.seq.in_(part)))
        for table in (tables.fingerprint, tables.fingerprints):
            connection.execute(delete(table).where(table.c.document.in_(documents)))


def indexed(own: Sequence[int]) -> Sequence[int]:
    """Those of a document's ordered fingerprints that are indexed by their hash: the lowest, as good as random."""
    return own[: max(SHORT, len(own) // SAMPLED)]


def era_of(seq: int) -> int:
    """The stretch of the log that an entry lies in: hashes are indexed by the stretch.

    So that a few pages take all that a batch adds, and a search looks in a few places. Spread over one index, the
    fingerprints of a million claims were a third of all that is written.
    """
    return seq >> _ERA


def in_era(era: int, value: int) -> int:
    """The key of a fingerprint in the index: the stretch of the log, and 48 bits, which are enough to find it by."""
    return era << 48 | value & _LOW


def load(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Adds rows, whole and in the table's order of columns."""
    bulk(connection, table, [column.name for column in table.columns], rows)


_COMPARED = (
    tables.document,
    tables.capture,
    tables.claim,
    tables.passage,
    tables.scene,
    tables.judgement,
    tables.withdrawal,
    tables.unread,
    tables.lattice,
    tables.proposal,
)


class _Known:
    """A document that the ledger holds, and what of its scenes and passages was met in the batch."""

    __slots__ = ("here", "passages", "recorded", "scene_at", "scene_of", "seq", "told")

    def __init__(self, seq: int, recorded: str, told: Told, here: bool) -> None:
        """here: its own entry is in this batch."""
        self.seq, self.recorded, self.told, self.here = seq, recorded, told, here
        self.passages: dict[int, int] = {}  # by where the sentence starts
        self.scene_of: dict[str, int] = {}  # by the claim's id
        self.scene_at: dict[int, int] = {}  # by the scene's number


class _Rows:
    """Rows of one batch, by table. Documents and scenes met in the batch are known without asking the database."""

    def __init__(self, connection: Connection, again: bool = False) -> None:
        self.connection = connection
        self.again = again
        self.made: dict[Table, list[Row]] = {table: [] for table in tables.PROJECTIONS}
        self.documents: dict[str, _Known] = {}
        self.claims: list[tuple[int, _Known, Part]] = []

    def add(self, seq: int, kind: str, recorded: str, document: str | None, said: Any) -> None:
        """Takes in what an entry says: its part, or the thing itself where part_of makes none."""
        if kind == "document":
            self._add_document(seq, recorded, said)
            return
        if document is None:
            self._add_other(seq, recorded, said)
            return
        known = self.documents.get(document) or self._document(seq, document)
        if known is None:
            return  # its document is erased
        if kind == "claim":
            self.claims.append((seq, known, said))  # their scenes may come later in the batch
        elif kind == "scene":
            self._add_scene(seq, known, said)
        elif kind == "capture":
            sha256, captured, *where = said
            self.made[tables.capture].append((seq, known.seq, sha256, captured, recorded, *where))

    def finished(self) -> dict[Table, list[Row]]:
        """All rows in the order to add them: those of claims are made now that all scenes of the batch are known."""
        rows, passages = self.made[tables.claim], self.made[tables.passage]
        for seq, known, (name, words, number, row, where) in self.claims:
            start = where[0]
            passage = known.passages.get(start)
            if passage is None:
                late = None if known.here else passage_before(self.connection, known.seq, start, seq)
                passage = known.passages[start] = seq if late is None else late
                if late is None:
                    passages.append((seq, known.seq, words))
            scene = known.scene_of.get(name)
            if scene is None and number is not None:
                scene = known.scene_at.get(number) or scene_numbered(self.connection, known.seq, number)
            rows.append((seq, known.seq, name, scene, passage, known.recorded, *row, *known.told, *where))
        self.claims = []
        self.made[tables.fingerprint].sort()  # near hashes lie on one page
        return self.made

    def _add_document(self, seq: int, recorded: str, part: Part) -> None:
        name, told, title, prints, before, after = part
        self.documents[name] = _Known(seq, recorded, told, True)
        self.made[tables.document].append((seq, *before, recorded, *after))
        if title:
            self.made[tables.passage].append((seq, seq, title))
        if prints:
            own = ordered(array("q", prints))
            self.made[tables.fingerprints].append((seq, pack(own)))
            era = era_of(seq) << 48
            # As in_era has it; a call for each took as long as all the rest.
            self.made[tables.fingerprint] += [(key, seq) for key in {era | value & _LOW for value in indexed(own)}]

    def _add_scene(self, seq: int, known: _Known, part: Part) -> None:
        claims, row = part
        known.scene_of.update(dict.fromkeys(claims, seq))
        known.scene_at[row[0]] = seq
        self.made[tables.scene].append((seq, known.seq, *row))

    def _add_other(self, seq: int, recorded: str, thing: Any) -> None:
        if isinstance(thing, Judgement):
            other = thing.subjects[1] if len(thing.subjects) > 1 else None
            self.made[tables.judgement].append((
                seq, thing.id, thing.verdict.value, thing.about, thing.subjects[0], other, thing.by,
                moment(thing.at), recorded, thing.why, thing.changes,
            ))  # fmt: skip
        elif isinstance(thing, Withdrawal):
            self.made[tables.withdrawal].append((seq, thing.judgement, thing.by, moment(thing.at), recorded))
        elif isinstance(thing, Unread):
            self.made[tables.unread].append(
                (seq, recorded, thing.name, thing.url, thing.error, thing.reason, thing.sha256)
            )
        elif isinstance(thing, LatticeFile):
            self.made[tables.lattice].append((seq, recorded, thing.name, thing.text))
        elif isinstance(thing, Assist):
            self.made[tables.proposal] += proposal_rows(seq, recorded, thing)

    def _document(self, seq: int, name: str) -> _Known | None:
        """What is known of an entry's document; None where the log lost it to an erasure, when rebuilding."""
        c = tables.document.c
        wanted = (c.seq, c.recorded, c.publisher, c.published, c.latest, c.captured)
        row = self.connection.execute(select(*wanted).where(c.id == name)).first()
        if row is not None:
            told = row.publisher, row.published, row.latest, row.published, row.captured
            known = self.documents[name] = _Known(row.seq, row.recorded, told, False)
            return known
        if self.again:
            return None
        raise LedgerDamaged(
            f"entry {seq:,} belongs to document {name}, of which there is no entry before it. "
            "Run “tallystick verify”, then restore a backup."
        )


def _erase_words(connection: Connection, erased: Sequence[int]) -> None:
    """Removes the passages of these claims and documents. One that other claims share is handed to the first of them.

    That is where a rebuild from the log would put it.
    """
    claims, passages = tables.claim, tables.passage
    touched = set(_column(connection, claims.c.passage, claims.c.seq, erased)) | set(erased)
    for part in _portions(sorted(touched)):
        rows = connection.execute(select(passages).where(passages.c.id.in_(part))).all()
        forget_words(connection, [(row.id, row.words) for row in rows])
        connection.execute(delete(passages).where(passages.c.id.in_(part)))
        for row in rows:
            sharing = (claims.c.passage == row.id) & claims.c.seq.not_in(erased)
            heir = connection.execute(select(func.min(claims.c.seq)).where(sharing)).scalar()
            if heir is not None:
                load(connection, passages, [(heir, row.document, row.words)])
                index_words(connection, [(heir, row.document, row.words)])
                connection.execute(claims.update().where(sharing).values(passage=heir))


def _unlike(connection: Connection, table: Table, rows: Sequence[Row]) -> Iterator[str]:
    key = next(iter(table.primary_key.columns))
    for some in _portions(rows):
        wanted = {row[0]: row for row in some}
        held = {row[0]: tuple(row) for row in connection.execute(select(table).where(key.in_(wanted)))}
        for seq, row in wanted.items():
            if seq not in held:
                yield f"table {table.name} lacks entry {seq:,}"
            elif held[seq] != row:
                names = [c.name for c, a, b in zip(table.columns, row, held[seq], strict=True) if a != b]
                yield f"table {table.name}, entry {seq:,}: {', '.join(names)} differ from what the log says"


def _column(connection: Connection, wanted: Column[Any], where: Column[Any], among: Iterable[int]) -> list[int]:
    return [
        value
        for some in _portions(list(among))
        for value in connection.execute(select(wanted).where(where.in_(some))).scalars()
        if value is not None
    ]


def _portions(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """At most as many at a time as a statement takes parameters everywhere."""
    return (rows[at : at + 5_000] for at in range(0, len(rows), 5_000))


def _batches(items: Iterable[Written]) -> Iterator[list[Written]]:
    """Some thousand entries at a time, cut only before a document, so that its claims meet their scenes."""
    batch: list[Written] = []
    for item in items:
        if len(batch) >= BATCH and isinstance(item.thing, Text):
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch
