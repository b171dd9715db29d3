"""What the log's entries say, written into tables that can be asked; dropped and rebuilt from the entries at will.

Rows are written by the batch, inside the transaction that appends the entries, from the model objects at hand.
"""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Table, delete, func, select

from tallystick.errors import LedgerDamaged
from tallystick.ledger import tables
from tallystick.ledger.late import passage_before, proposal_rows, scene_numbered, told_to_join
from tallystick.ledger.schema import bulk
from tallystick.ledger.wordindex import forget_words, index_words
from tallystick.ledger.written import Text, Withdrawal, Written
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.model.claims import Claim, Status
from tallystick.model.proposals import Assist
from tallystick.model.records import Capture, DocumentRecord, Judgement, LatticeFile, Scene, Unread
from tallystick.model.text import DateBounds

Row = tuple[Any, ...]

SAMPLED = 4
"""One fingerprint in four is indexed by its hash: of twenty shared ones, all are missed once in 300 times."""
SHORT = 16
"""But no fewer than this of any document."""
BATCH = 10_000
"""Entries that are turned into rows at a time when everything is rebuilt."""

_HALF = 1 << 63
_ERA = 16
_LOW = (1 << 48) - 1


def write(connection: Connection, items: Iterable[Written]) -> None:
    """Adds rows for new entries, in the order of the log; a document's claims and scenes come in one call.

    Runs in the caller's transaction. Raises LedgerDamaged for an entry of a document that the ledger does not hold.
    """
    load_all(connection, rows_of(connection, items))


def rows_of(connection: Connection, items: Iterable[Written]) -> dict[Table, list[Row]]:
    """The rows that write adds, by table and in the order to add them; the database is only asked."""
    rows = _Rows(connection)
    for item in items:
        rows.add(item)
    rows.finish()
    return rows.made


def load_all(connection: Connection, made: Mapping[Table, Sequence[Row]]) -> None:
    """Adds what rows_of gave, in the caller's transaction."""
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
        rows = _Rows(connection, again=True)
        for item in batch:
            rows.add(item)
        rows.finish()
        load_all(connection, rows.made)


def differences(connection: Connection, items: Iterable[Written]) -> list[str]:
    """What the projections hold otherwise than the entries say, one line each; empty when they agree.

    Compares every row but those of the full-text index and the fingerprints.
    """
    found: list[str] = []
    counts = dict.fromkeys(_COMPARED, 0)
    for batch in _batches(items):
        rows = _Rows(connection, again=True)
        for item in batch:
            rows.add(item)
        rows.finish()
        for table in _COMPARED:
            counts[table] += len(rows.made[table])
            found += _unlike(connection, table, rows.made[table])
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


@lru_cache(maxsize=64)  # a transaction's entries bear one time
def moment(at: datetime) -> str:
    """A time as the tables hold it: UTC to the microsecond, always of one width. One without a zone is taken as UTC."""
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def pack(own: Sequence[int]) -> str:
    """A document's fingerprints as text, eight bytes each; they are signed, and in order."""
    return b64encode(array("q", own).tobytes()).decode("ascii")


def unpack(packed: str) -> array[int]:
    """What pack wrote."""
    return array("q", b64decode(packed))


def ordered(hashes: Iterable[int]) -> list[int]:
    """Hashes of 64 bits as databases hold them, with a sign, without repeats, in order."""
    own = sorted(set(hashes))
    if own and not -_HALF <= own[0] <= own[-1] < _HALF:
        own = sorted({(value + _HALF) % (2 * _HALF) - _HALF for value in own})
    return own


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


class _Rows:
    """Rows of one batch, by table. Documents and scenes met in the batch are known without asking the database."""

    def __init__(self, connection: Connection, again: bool = False) -> None:
        self.connection = connection
        self.again = again
        self.made: dict[Table, list[Row]] = {table: [] for table in tables.PROJECTIONS}
        self.documents: dict[str, _Known] = {}
        self.claims: list[tuple[int, Claim, _Known, Row | None]] = []
        self.scene_of: dict[tuple[int, str], int] = {}
        self.scene_at: dict[tuple[int, int], int] = {}

    def add(self, item: Written) -> None:
        thing = item.thing
        if isinstance(thing, Text):
            self._add_document(item, thing)
            return
        if item.document is None:
            self._add_other(item)
            return
        known = self.documents.get(item.document) or self._document(item)
        if known is None:
            return  # its document is erased
        if isinstance(thing, Claim):
            self.claims.append((item.seq, thing, known, item.row))  # their scenes may come later in the batch
        elif isinstance(thing, Scene):
            self._add_scene(item, thing, known)
        elif isinstance(thing, Capture):
            self._add_capture(item, thing, known)

    def finish(self) -> None:
        rows = self.made[tables.claim]
        passages = self.made[tables.passage]
        seen: dict[tuple[int, int], int] = {}
        for seq, claim, known, row in self.claims:
            key = (known.seq, claim.sentence.start)
            passage = seen.get(key)
            if passage is None:
                late = None if known.here else passage_before(self.connection, known.seq, claim.sentence.start, seq)
                passage = seen[key] = seq if late is None else late
                if late is None:
                    passages.append((seq, known.seq, claim.sentence.text))
            scene = self.scene_of.get((known.seq, claim.id))
            if scene is None and (number := told_to_join(claim)) is not None:
                scene = self.scene_at.get((known.seq, number)) or scene_numbered(self.connection, known.seq, number)
            row = claim_row(claim, known.told) if row is None else row
            rows.append((seq, known.seq, claim.id, scene, passage, known.recorded, *row))
        self.claims = []
        self.made[tables.fingerprint].sort()  # near hashes lie on one page

    def _add_document(self, item: Written, text: Text) -> None:
        record = text.record
        recorded, told = moment(item.recorded_at), Told.of(record)
        publisher, published, latest, captured = told
        self.documents[record.id] = _Known(item.seq, recorded, told, True)
        self.made[tables.document].append((
            item.seq, record.id, record.sha256, record.text_sha256, record.publisher, publisher, published,
            _exact(record.published_at), _bounds(record.published_bounds), latest, record.title, record.url,
            record.name, record.language, record.reader, _exact(record.captured_at), captured, recorded,
            record.revision_of, len(text.fingerprints),
        ))  # fmt: skip
        if record.title:
            self.made[tables.passage].append((item.seq, item.seq, record.title))
        if text.fingerprints:
            own = ordered(text.fingerprints)
            self.made[tables.fingerprints].append((item.seq, pack(own)))
            era = era_of(item.seq)
            self.made[tables.fingerprint] += {(in_era(era, value), item.seq) for value in indexed(own)}

    def _add_capture(self, item: Written, capture: Capture, known: _Known) -> None:
        self.made[tables.capture].append((
            item.seq, known.seq, capture.sha256, moment(capture.captured_at), moment(item.recorded_at),
            capture.name, capture.url, capture.media_type, capture.container,
        ))  # fmt: skip

    def _add_scene(self, item: Written, scene: Scene, known: _Known) -> None:
        place = scene.place
        for claim in scene.claims:
            self.scene_of[known.seq, claim] = item.seq
        self.scene_at[known.seq, scene.index] = item.seq
        self.made[tables.scene].append((
            item.seq, known.seq, scene.index,
            _folded(scene.place_text if place is None else place.name),
            None if place is None else place.country, None if place is None else place.admin1,
            _day(scene.start), _day(scene.end), int(scene.cumulative), int(scene.aside),
        ))  # fmt: skip

    def _add_other(self, item: Written) -> None:
        thing, recorded = item.thing, moment(item.recorded_at)
        if isinstance(thing, Judgement):
            other = thing.subjects[1] if len(thing.subjects) > 1 else None
            self.made[tables.judgement].append((
                item.seq, thing.id, thing.verdict.value, thing.about, thing.subjects[0], other, thing.by,
                moment(thing.at), recorded, thing.why, thing.changes,
            ))  # fmt: skip
        elif isinstance(thing, Withdrawal):
            self.made[tables.withdrawal].append((item.seq, thing.judgement, thing.by, moment(thing.at), recorded))
        elif isinstance(thing, Unread):
            self.made[tables.unread].append(
                (item.seq, recorded, thing.name, thing.url, thing.error, thing.reason, thing.sha256)
            )
        elif isinstance(thing, LatticeFile):
            self.made[tables.lattice].append((item.seq, recorded, thing.name, thing.text))
        elif isinstance(thing, Assist):
            self.made[tables.proposal] += proposal_rows(item.seq, recorded, thing)

    def _document(self, item: Written) -> _Known | None:
        """What is known of the entry's document; None where the log lost it to an erasure, when rebuilding."""
        wanted = [tables.document.c[name] for name in ("seq", "recorded", *Told._fields)]
        row = self.connection.execute(select(*wanted).where(tables.document.c.id == item.document)).first()
        if row is not None:
            seq, recorded, *told = row
            known = self.documents[item.document or ""] = _Known(seq, recorded, Told(*told))
            return known
        if self.again:
            return None
        raise LedgerDamaged(
            f"entry {item.seq:,} belongs to document {item.document}, of which there is no entry before it. "
            "Run “tallystick verify”, then restore a backup."
        )


class Told(NamedTuple):
    """What a document's claims repeat of it, so that a question need not look it up."""

    publisher: str | None
    published: str | None
    latest: str | None
    captured: str | None

    @classmethod
    def of(cls, record: DocumentRecord) -> Told:
        """That of a document."""
        captured = _moment(record.captured_at)
        # Whatever its date, it was published when we had it.
        latest = _day(record.latest_published) or (None if captured is None else captured[:10])
        return cls(_folded(record.publisher), _day(record.published), latest, captured)


class _Known(NamedTuple):
    """A document that the ledger holds."""

    seq: int
    recorded: str
    told: Told
    here: bool = False  # its own entry is in this batch


def claim_row(claim: Claim, told: Told) -> Row:
    """A claim's row after its columns for places in the log and the time of recording: what can be made beforehand."""
    count, who, mention, period = claim.count, claim.population, claim.place, claim.period
    # As .value, which is a function of Python's and took a fourth of the time.
    actor = status = place = geonameid = country = admin1 = precision = since = until = source = None
    if who is not None:
        actor = None if who.actor is None else fold(who.actor)
        status = None if who.status is Status.UNKNOWN else who.status._value_
    if mention is not None:
        found = mention.place
        if found is None:
            place = fold(mention.span.text)
        else:
            place, geonameid, country, admin1 = fold(found.name), found.geonameid, found.country, found.admin1
            precision = found.precision._value_
    if period is not None:
        since = None if period.start is None else period.start.isoformat()
        until = None if period.end is None else period.end.isoformat()
    if claim.attributions:
        source = _folded(claim.attributions[-1].name)
    said = told.published  # the day its publisher printed it, where the words give no other
    return (
        claim.measure._value_, count.unit,
        None if count.low is None else float(count.low), None if count.high is None else float(count.high),
        actor, status, place, geonameid, country, admin1, precision, since, until,
        None if claim.accumulation is None else claim.accumulation._value_, claim.factuality._value_,
        source, told.publisher, told.published, told.latest, said, told.captured,
        claim.sentence.start, claim.sentence.end, claim.span.start, claim.span.text,
    )  # fmt: skip


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


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


def _exact(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _bounds(bounds: DateBounds | None) -> str | None:
    if bounds is None:
        return None
    return json.dumps([_day(bounds.earliest), _day(bounds.latest), list(bounds.reasons)], ensure_ascii=False)


def _folded(name: str | None) -> str | None:
    """The name as questions compare it; None for one that says nothing ("...")."""
    return None if name is None else fold(name) or None
