"""What is in the ledger already, by hash, address or id: for what adds to it, erases from it, or follows a name.

A name may be given by its beginning, as in "3f9a"; where that fits several or none, the error says which there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Select, any_, func, literal, or_, select

from tallystick.errors import UnknownClaim, UnknownDocument
from tallystick.ledger.projections import era_of, in_era, ordered, unpack
from tallystick.ledger.schema import entry
from tallystick.ledger.tables import capture, claim, document, fingerprint, fingerprints, scene

T = TypeVar("T")

SUGGESTED = 3
"""How many ids an error names."""
WHOLE = 8
"""Digits of a claim's id in a figure's: whoever gives them all means that one."""
AT_A_TIME = 900
"""Values in one IN list; older builds of SQLite take 999 parameters."""


class Found(NamedTuple):
    """Bytes that were captured: their hash, where, and when (ISO 8601)."""

    sha256: str
    url: str | None
    name: str | None
    container: str | None
    captured_at: str


def known(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of the document ids that the ledger holds."""
    return {
        row for part in some(ids) for row in connection.scalars(select(document.c.id).where(document.c.id.in_(part)))
    }


class AtUrl(NamedTuple):
    """A document found at an address, or that gives it as its own: when (ISO 8601), and by which kind of reader."""

    captured: str
    document: str
    sha256: str
    kind: str


def at_url(connection: Connection, urls: Collection[str]) -> dict[str, list[AtUrl]]:
    """What was captured at each address, the earliest capture first: an address is what led there, or what the page
    calls its own.
    """
    found: dict[str, set[AtUrl]] = {}
    for part in some(urls):
        for column in (capture.c.url, document.c.url):
            rows = connection.execute(
                select(column.label("at"), capture.c.captured, document.c.id, document.c.sha256, document.c.reader)
                .join(document, document.c.seq == capture.c.document)
                .where(column.in_(part))
            )
            for row in rows:
                found.setdefault(row.at, set()).add(AtUrl(row.captured, row.id, row.sha256, reader_kind(row.reader)))
    return {url: sorted(some_there) for url, some_there in found.items()}


def reader_kind(reader: str) -> str:
    """The format that a reader reads, without its version: a feed's summary of a page is no revision of the page."""
    return reader.partition("/")[0]


def captures(connection: Connection, sha256s: Collection[str]) -> Iterator[Found]:
    """Every capture of documents with these bytes, in the order of the log."""
    for part in some(sha256s):
        c = capture.c
        rows = connection.execute(
            select(c.sha256, c.url, c.name, c.container, c.captured)
            .join(document, document.c.seq == c.document)
            .where(document.c.sha256.in_(part))
            .order_by(c.seq)
        )
        yield from (Found(*row) for row in rows)


def entries_of(connection: Connection, document_id: str) -> list[int]:
    """The log's places of all that was recorded of a document: itself, its captures, claims and scenes."""
    own = connection.scalars(select(document.c.seq).where(document.c.id == document_id)).all()
    tables = (capture, claim, scene)
    rest = [seq for t in tables for seq in connection.scalars(select(t.c.seq).where(t.c.document.in_(own)))]
    return sorted([*own, *rest])


def scene_numbers(connection: Connection, document_seq: int) -> list[int]:
    """The numbers of a document's scenes, by the document's entry."""
    return list(connection.scalars(select(scene.c.number).where(scene.c.document == document_seq)))


def seq_of(connection: Connection, name: str) -> int | None:
    """The entry of a figure ("3f9a12cd:77ab01ef"), a scene ("3f9a12cd#0") or a document, by its id or its beginning.

    None where the ledger holds none, or several begin so.
    """
    seqs = find(connection, name)
    return seqs[0] if len(seqs) == 1 else None


def find(connection: Connection, name: str) -> list[int]:
    """The entries of all figures, scenes or documents whose id begins so."""
    if ":" in name:
        first, _, second = name.partition(":")
        inside = claim.c.document.in_(select(document.c.seq).where(_begins(document.c.id, first)))
        wanted = select(claim.c.seq).where(inside, _begins(claim.c.id, second)).order_by(claim.c.seq)
    elif "#" in name:
        first, _, second = name.partition("#")
        if not second.isdecimal():
            return []
        inside = scene.c.document.in_(select(document.c.seq).where(_begins(document.c.id, first)))
        wanted = select(scene.c.seq).where(inside, scene.c.number == int(second)).order_by(scene.c.seq)
    else:
        wanted = select(document.c.seq).where(_begins(document.c.id, name)).order_by(document.c.seq)
    return list(connection.scalars(wanted.limit(20)))


def document_seq(connection: Connection, name: str) -> int:
    """The entry of the one document whose id begins so. Raises UnknownDocument for none or several."""
    rows = connection.execute(
        select(document.c.seq, document.c.id).where(_begins(document.c.id, name)).order_by(document.c.seq).limit(20)
    ).all()
    exact = [row for row in rows if row.id == name.lower()]
    if len(rows) == 1 or exact:
        return int((exact or rows)[0].seq)
    if rows:
        raise UnknownDocument(
            f"{len(rows)} documents have ids that begin with “{name}”: {_list([row.id for row in rows])}. "
            "Give more of it."
        )
    near = _near(name, connection.scalars(_around(document.c.id, name)))
    raise UnknownDocument(f"no document of this ledger has an id that begins with “{name}”.{near}")


def claim_seq(connection: Connection, name: str) -> int:
    """The entry of the one claim with that figure id, or its beginning. Raises UnknownClaim for none or several, and
    UnknownDocument where no document's id begins with the first part.
    """
    first, colon, second = name.partition(":")
    if not colon:
        raise UnknownClaim(
            f"“{name}” is no figure's id: these have two parts, “3f9a12cd:77ab01ef”. Commands such as "
            "“tallystick origins” and “tallystick queue” show them."
        )
    exact = find(connection, name) if len(second) >= WHOLE else []
    if len(exact) == 1:
        return exact[0]
    rows = connection.execute(
        select(claim.c.seq, claim.c.id, document.c.id.label("document"))
        .join(document, document.c.seq == claim.c.document)
        .where(_begins(document.c.id, first))
        .order_by(claim.c.seq)
        .limit(5_000)
    ).all()
    ids = {f"{row.document[:8]}:{row.id[:8]}": row for row in rows}
    fitting = [(one, row) for one, row in ids.items() if row.id.startswith(second.lower()[:16])]
    if len(fitting) == 1:
        return int(fitting[0][1].seq)
    if fitting:
        raise UnknownClaim(
            f"{len(fitting)} figures have ids that begin with “{name}”: {_list([one for one, _ in fitting])}. "
            "Give more of it."
        )
    if not rows:
        near = _near(first, connection.scalars(_around(document.c.id, first)))
        raise UnknownDocument(f"no document of this ledger has an id that begins with “{first}”.{near}")
    raise UnknownClaim(f"that document has no figure “{name}”.{_near(name, ids)}")


class Sharing(NamedTuple):
    """What reconcile.copies asks of the ledger: who has which fingerprint, and how many each has."""

    holders: dict[int, list[str]]
    sizes: dict[str, int]


def sharing(connection: Connection, prints: Iterable[int], most: int) -> Sharing:
    """The documents that may share passages with one of these fingerprints, with all that they share.

    Candidates are found by the fingerprints that are indexed; a fingerprint in more than most documents is looked up
    no further and finds none (boilerplate), but is counted for those found by others.
    """
    values = ordered(prints)
    wanted = set(values)
    candidates: set[int] = set()
    holders: dict[int, list[str]] = {}
    last = connection.scalar(select(func.max(document.c.seq)))
    eras = range(0 if last is None else era_of(last) + 1)
    together = max(1, AT_A_TIME // max(1, len(eras)))
    for at in range(0, len(values), together):
        candidates |= _holding(connection, values[at : at + together], eras, most)
    sizes: dict[str, int] = {}
    ids = document_ids(connection, candidates)
    for part in some(sorted(ids)):
        inside = scattered(connection, fingerprints.c.document, part)
        for seq, packed in connection.execute(select(fingerprints.c.document, fingerprints.c.packed).where(inside)):
            own = unpack(packed)
            sizes[ids[seq]] = len(own)
            for value in wanted.intersection(own):
                holders.setdefault(value, []).append(ids[seq])
    return Sharing(holders, sizes)


def _holding(connection: Connection, values: Sequence[int], eras: Sequence[int], most: int) -> set[int]:
    """The documents with one of these fingerprints, as far as these are indexed and in no more than most documents."""
    keys = {in_era(era, value): value for value in values for era in eras}
    if not keys:
        return set()
    query = select(fingerprint.c.hash, fingerprint.c.document).where(among(connection, fingerprint.c.hash, list(keys)))
    rows = connection.execute(query.limit(most * len(values) + 1)).all()
    if len(rows) > most * len(values):  # not all of them: one at least is in too many, and is looked for in halves
        middle = len(values) // 2
        parts = (values[:middle], values[middle:]) if middle else ()
        return {one for part in parts for one in _holding(connection, part, eras, most)}
    by: dict[int, list[int]] = {}
    for key, holder in rows:
        by.setdefault(keys[key], []).append(holder)
    return {one for some_there in by.values() if len(some_there) <= most for one in some_there}


def _begins(column: Column[str], start: str) -> Any:
    """That a column of hexadecimal digits begins so, by a range that an index answers."""
    start = start.lower()
    return (column >= start) & (column < start + "g") if start else column.is_not(None)


def _around(column: Column[str], name: str) -> Select[str]:
    return select(column).where(_begins(column, name[:2])).limit(500)


def _near(name: str, ids: Iterable[str]) -> str:
    near = get_close_matches(name, list(ids), SUGGESTED, 0.5)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _list(ids: Sequence[str]) -> str:
    return ", ".join(ids[:SUGGESTED]) + (" …" if len(ids) > SUGGESTED else "")


def document_ids(connection: Connection, seqs: Collection[int]) -> dict[int, str]:
    """The ids of the documents of these entries, by entry."""
    found: dict[int, str] = {}
    d = document.c
    for part in some(seqs):
        found.update(
            {
                row.seq: row.id
                for row in connection.execute(select(d.seq, d.id).where(scattered(connection, d.seq, part)))
            }
        )
    return found


def bodies(connection: Connection, seqs: Collection[int]) -> dict[int, str]:
    """The bodies of these entries, by entry; those erased or unknown are left out."""
    found: dict[int, str] = {}
    for part in some(seqs):
        rows = connection.execute(select(entry.c.seq, entry.c.body).where(scattered(connection, entry.c.seq, part)))
        found.update({row.seq: row.body for row in rows if row.body is not None})
    return found


def revisions(connection: Connection, documents: Collection[str]) -> list[str]:
    """Those of these documents that are later captures of a page that the ledger held already."""
    found: list[str] = []
    for names in some(documents):
        d = document.c
        found += connection.scalars(select(d.id).where(among(connection, d.id, names), d.revision_of.is_not(None)))
    return sorted(found)


def among(connection: Connection, column: Column[T], values: Sequence[T]) -> ColumnElement[bool]:
    """That a column has one of these values, few or as many as some gives at a time.

    PostgreSQL takes them as one array: hundreds of parameters took longer to write and read than the rows did.
    """
    if connection.dialect.name != "postgresql":
        return column.in_(values)
    return column == any_(literal(list(values), ARRAY(column.type)))


def scattered(connection: Connection, column: Column[T], values: Sequence[T]) -> ColumnElement[bool]:
    """As among, of rows that lie all over a table and are read whole.

    In two halves PostgreSQL first looks up where all of them lie and then asks the disk for many blocks at once; with
    one list it reads them one after another (to its planner, keys in the table's order look cheap).
    """
    middle = len(values) // 2
    if connection.dialect.name != "postgresql" or not middle:
        return among(connection, column, values)
    return or_(among(connection, column, values[:middle]), among(connection, column, values[middle:]))


def some(values: Collection[T]) -> Iterator[list[T]]:
    """The values, as many at a time as one IN list takes."""
    listed = list(values)
    return (listed[at : at + AT_A_TIME] for at in range(0, len(listed), AT_A_TIME))
