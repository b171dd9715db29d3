"""Original bytes by their SHA-256: files in a folder beside a SQLite ledger, rows of a table in PostgreSQL.

Names come from the hash alone, never from input. A file is on the disk, under its final name, before the transaction
that names it commits: a kill can leave a file that no row names, never a row without its bytes.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, update

from tallystick.errors import LedgerDamaged
from tallystick.ledger.schema import blob, bulk

LEVEL = 6  # gzip's own default
_AT_A_TIME = 500


class Archive:
    """The original bytes of one ledger. folder is None where they lie in the database."""

    def __init__(self, path: Path | None) -> None:
        """path is the SQLite file, None for PostgreSQL."""
        self.folder = None if path is None else path.with_name(path.name + ".blobs")

    def missing(self, connection: Connection, hashes: Collection[str]) -> tuple[set[str], set[str]]:
        """Of these hashes, those that the ledger has no bytes of, and those whose bytes were erased."""
        held: dict[str, bool] = {}
        wanted = sorted(hashes)
        for at in range(0, len(wanted), _AT_A_TIME):
            query = select(blob.c.sha256, blob.c.erased_by).where(blob.c.sha256.in_(wanted[at : at + _AT_A_TIME]))
            held.update({name: by is not None for name, by in connection.execute(query)})
        return {name for name in wanted if name not in held}, {name for name, gone in held.items() if gone}

    def pack(self, contents: Iterable[bytes]) -> list[tuple[Any, ...]]:
        """Rows for the blob table; where there is a folder the bytes are then on the disk. Raises OSError."""
        rows: list[tuple[Any, ...]] = []
        files: dict[Path, bytes] = {}
        for content in contents:
            name = sha256(content).hexdigest()
            method, packed = _pack(content)
            if self.folder is not None:
                files[self.file(name, method)] = packed
            rows.append((name, len(content), method, packed if self.folder is None else None, None))
        if self.folder is not None and files:
            _store(files)
            _sync(self.folder)
            _sync(self.folder.parent)
        return rows

    def record(self, connection: Connection, rows: list[tuple[Any, ...]]) -> None:
        """Names packed bytes in the caller's transaction."""
        bulk(connection, blob, ("sha256", "size", "method", "content", "erased_by"), rows)

    def read(self, connection: Connection, name: str) -> bytes | None:
        """The bytes with that SHA-256; None where there are none, or none any more.

        Raises LedgerDamaged where the bytes are gone, or are not what they were.
        """
        row = connection.execute(select(blob).where(blob.c.sha256 == name)).first()
        if row is None or row.erased_by is not None:
            return None
        trouble, content = self.check(row)
        if trouble is not None:
            raise LedgerDamaged(f"the original bytes {name}: {trouble} Restore them from a backup.")
        return content

    def check(self, row: Any) -> tuple[str | None, bytes]:
        """What is wrong with a blob, in one sentence or None, and its bytes."""
        try:
            packed = self.file(row.sha256, row.method).read_bytes() if self.folder is not None else row.content
            content = _unpack(row.method, b"" if packed is None else bytes(packed))
        except FileNotFoundError:
            return "the file is gone.", b""
        except (OSError, EOFError, zlib.error, ValueError) as error:
            return f"cannot be read ({error}).", b""
        if sha256(content).hexdigest() != row.sha256 or len(content) != row.size:
            return "are not what was archived.", b""
        return None, content

    def erase(self, connection: Connection, names: Collection[str], by: int) -> None:
        """Empties rows in the caller's transaction; by is the ERASURE entry. forget then removes the files."""
        for name in names:
            connection.execute(update(blob).where(blob.c.sha256 == name).values(content=None, erased_by=by))

    def forget(self, names: Iterable[str]) -> None:
        """Removes the files of erased bytes, once the erasure is committed."""
        if self.folder is None:
            return
        for name in names:
            for method in ("gzip", "plain"):
                self.file(name, method).unlink(missing_ok=True)

    def left(self, name: str) -> bool:
        """Whether a file is there that should have gone with an erasure."""
        return self.folder is not None and any(self.file(name, method).exists() for method in ("gzip", "plain"))

    def file(self, name: str, method: str) -> Path:
        """Where the bytes of that hash lie."""
        assert self.folder is not None
        return self.folder / name[:2] / (name + (".gz" if method == "gzip" else ""))


def _pack(content: bytes) -> tuple[str, bytes]:
    packed = gzip.compress(content, LEVEL, mtime=0)
    return ("gzip", packed) if len(packed) < len(content) else ("plain", content)


def _unpack(method: str, packed: bytes) -> bytes:
    return gzip.decompress(packed) if method == "gzip" else packed


def _store(files: Mapping[Path, bytes]) -> None:
    """Writes all, then makes all last, then names all: many at once settle far faster than one by one."""
    parts = {file: file.with_name(f"{file.name}.{os.getpid()}.part") for file in files}
    try:
        for file, part in parts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(files[file])
        for part in parts.values():
            _sync(part)
        for file, part in parts.items():
            part.replace(file)
        for folder in {file.parent for file in files}:
            _sync(folder)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Makes a file's bytes, or the names in a folder, last. Windows knows no such thing of folders, and needs none."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
