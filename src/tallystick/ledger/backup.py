"""A whole ledger in one file, and a ledger from such a file: SQLite and PostgreSQL alike, and from one to the other.

The file is a zip of JSON lines, one member a table of the log, of the original bytes as archived, and of a manifest
with the SHA-256 of every member. It is written from one snapshot while others may add. Projections are not in it: they
are made again from the entries. The signing key is not in it either: a backup lies where others can read it.
"""

from __future__ import annotations

import base64
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple

from sqlalchemy import Connection, Table, select

from tallystick.errors import LedgerDamaged, LedgerError, LedgerExists
from tallystick.ledger import log, merkle, migrating, projections, schema
from tallystick.ledger.archive import Archive
from tallystick.ledger.canonical import moment
from tallystick.ledger.connection import FULL, Database
from tallystick.ledger.store import Ledger, written

FORMAT = "tallystick-backup/1"
_CHUNK = 2_000
_LEVEL = 3  # gzip's middle: entries shrink to a fifth, at three times the pace of level 6
# In the order they are restored in: an erasure must find its entry.
_TABLES = (schema.entry, schema.meta, schema.node, schema.root, schema.checkpoint, schema.erased)
_BLOBS = "blobs.jsonl"


class Backup(NamedTuple):
    """What a backup file holds."""

    origin: str
    size: int
    root: bytes
    blobs: int
    made_at: str


def backup(ledger: Ledger, file: Path, *, now: datetime) -> Backup:
    """Writes the ledger as it is into one new file. Others may add meanwhile: what they add is not in it.

    Raises LedgerExists where there is a file already, LedgerError where none can be made, LedgerDamaged where an
    original is not what it was, StorageFull.
    """
    if file.exists():
        raise LedgerExists(f"there is a file at {file} already. A backup overwrites nothing: give another name.")
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with ledger.database.translated():
            try:
                stream = part.open("xb")
            except OSError as error:
                if error.errno in FULL:
                    raise
                raise LedgerError(f"{file} cannot be written: {error.strerror}. Give another place.") from error
            with ledger.reading() as connection, stream:
                made = _write(ledger, connection, stream, now)
                stream.flush()
                os.fsync(stream.fileno())
            if file.exists():
                raise LedgerExists(f"there is a file at {file} by now. A backup overwrites nothing: give another name.")
            part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return made


def _write(ledger: Ledger, connection: Connection, stream: IO[bytes], now: datetime) -> Backup:
    size, root, _ = log.head(connection)
    members: dict[str, str] = {}
    count = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for table in _TABLES:
            _member(archive, f"{table.name}.jsonl", _lines(_rows(connection, table)), members)
        listed: list[list[Any]] = []
        names = connection.scalars(select(schema.blob.c.sha256).order_by(schema.blob.c.sha256)).all()
        for name in names:
            row = connection.execute(select(schema.blob).where(schema.blob.c.sha256 == name)).one()
            if row.erased_by is None:
                trouble, content = ledger.archive.check(row)
                if trouble is not None:
                    raise LedgerDamaged(f"the original bytes {name}: {trouble} Run “tallystick verify” first.")
                _member(archive, f"blobs/{name}", [content], members)
                count += 1
            listed.append([row.sha256, row.size, row.method, row.erased_by])
        _member(archive, _BLOBS, _lines(listed), members)
        origin = connection.execute(select(schema.meta.c.value).where(schema.meta.c.name == "origin")).scalar_one()
        made = Backup(origin, size, root, count, moment(now))
        manifest = {
            "format": FORMAT,
            "made_at": made.made_at,
            "members": members,
            "origin": origin,
            "root": root.hex(),
            "size": size,
        }
        archive.writestr("manifest.json", json.dumps(manifest, sort_keys=True, indent=1))
    return made


def _rows(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """A table's rows in the order of its key, a chunk at a time by key: no cursor stays open on the way."""
    if table is schema.entry:
        for row in log.read(connection):
            yield [_plain(value) for value in row]
        return
    result = connection.execution_options(yield_per=_CHUNK).execute(select(table).order_by(*table.primary_key))
    for found in result:
        yield [_plain(value) for value in found]


def _plain(value: Any) -> Any:
    """Bytes as base64 in a list of one, so that they are no text."""
    return [base64.b64encode(value).decode()] if isinstance(value, bytes | memoryview) else value


def _value(value: Any) -> Any:
    return base64.b64decode(value[0], validate=True) if isinstance(value, list) else value


def _lines(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _member(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], members: dict[str, str]) -> None:
    digest = sha256()
    with archive.open(name, "w", force_zip64=True) as stream:
        for piece in pieces:
            digest.update(piece)
            stream.write(piece)
    members[name] = digest.hexdigest()


def restore(file: Path, where: str | Path) -> Ledger:
    """Makes a ledger at a path or URL from a backup, and checks it on the way: every entry, the tree, every original.

    Raises LedgerExists where there is a ledger, LedgerDamaged where the file is not what was written, LedgerError where
    it is no backup. Whatever is raised, nothing of a ledger is left at that place.
    """
    database = Database(where)
    if database.path is not None and database.path.exists():
        raise LedgerExists(
            f"there is a file at {database.name} already. A restore overwrites nothing: give a new path."
        )
    archive = Archive(database.path)
    if archive.folder is not None and archive.folder.exists():
        raise LedgerExists(
            f"there is a folder {archive.folder} already. A restore overwrites nothing: give a new path."
        )
    try:
        with _opened(file) as source, database.translated():
            manifest = _manifest(source, file)
            with database.writing() as connection:
                if migrating.revision(connection) is not None:
                    raise LedgerExists(f"there is a ledger at {database.name} already. Give another place.")
                migrating.upgrade(connection)
                _fill(connection, source, manifest, archive)
                _check(connection, manifest, file)
                projections.rebuild(connection, written(connection))
    except BaseException:
        database.close()
        if database.path is not None:
            _remove(database.path, archive)
        raise
    return Ledger(database)


def _remove(path: Path, archive: Archive) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)
    if archive.folder is not None and archive.folder.exists():
        for blob in archive.folder.glob("*/*"):
            blob.unlink()
        for folder in archive.folder.iterdir():
            folder.rmdir()
        archive.folder.rmdir()


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError as error:
        raise LedgerError(f"there is no file {file}. Give a file that “backup” wrote.") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise LedgerDamaged(
            f"{file} is no backup, or is cut off ({error}). Give a file that “backup” wrote."
        ) from error


def _manifest(source: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(source.read("manifest.json"))
        if manifest["format"] != FORMAT:
            raise LedgerError(f"{file} is a backup of format {manifest['format']!r}; this version reads {FORMAT}.")
        _ = manifest["members"], manifest["origin"], int(manifest["size"]), bytes.fromhex(manifest["root"])
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise LedgerDamaged(f"{file} has no manifest that can be read ({error}). Give another backup.") from error
    return manifest


def _fill(connection: Connection, source: zipfile.ZipFile, manifest: dict[str, Any], archive: Archive) -> None:
    for table in _TABLES:
        rows: list[tuple[Any, ...]] = []
        columns = tuple(table.c.keys())
        for row in _read(source, f"{table.name}.jsonl", manifest):
            rows.append(tuple(_value(value) for value in row))
            if len(rows) == _CHUNK:
                schema.bulk(connection, table, columns, rows)
                rows = []
        schema.bulk(connection, table, columns, rows)
    for name, size, method, erased_by in _read(source, _BLOBS, manifest):
        if erased_by is not None:
            archive.record(connection, [(name, size, method, None, erased_by)])
            continue
        content = source.read(f"blobs/{name}")
        if sha256(content).hexdigest() != name:
            raise LedgerDamaged(f"the original bytes {name} in the backup are not what was archived. Take another one.")
        archive.record(connection, archive.pack([content]))


def _read(source: zipfile.ZipFile, name: str, manifest: dict[str, Any]) -> Iterator[list[Any]]:
    """The rows of a member; its hash is compared once all were read."""
    digest = sha256()
    try:
        with source.open(name) as stream:
            for line in stream:
                digest.update(line)
                yield json.loads(line)
    except (KeyError, ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise LedgerDamaged(f"{name} in the backup cannot be read ({error}). Take another backup.") from error
    if digest.hexdigest() != manifest["members"].get(name):
        raise LedgerDamaged(f"{name} in the backup is not what its manifest says. Take another backup.")


def _check(connection: Connection, manifest: dict[str, Any], file: Path) -> None:
    """The restored entries give the root that the backup names, and so do the nodes and roots restored with them."""
    tree, leaves = merkle.Growing(), []
    for row in log.read(connection):
        if row.body is not None and log.commitment(row.salt or b"", row.body) != row.commitment:
            raise LedgerDamaged(f"entry {row.seq:,} in {file} is not what was committed to. Take another backup.")
        leaves.append(row.leaf())
        if len(leaves) == log.CHUNK:
            tree.append(leaves)
            leaves = []
    tree.append(leaves)
    size, root, _ = log.head(connection)
    kept = log.root_at(connection, size)
    if not (tree.size == size == manifest["size"] and tree.root == root == kept == bytes.fromhex(manifest["root"])):
        raise LedgerDamaged(f"the entries in {file} do not give the root that it names. Take another backup.")
