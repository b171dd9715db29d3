"""ZIP and gzip: what is inside, under limits, never written to disk."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace

from tallystick.errors import BinaryDocument, DamagedDocument, LimitExceeded, TallystickError
from tallystick.read.limits import Budget, whole
from tallystick.read.parts import Found, Part, Refused, described
from tallystick.read.text import Origin

_OFFICE = {"word/": "a Word document", "xl/": "an Excel workbook", "ppt/": "a PowerPoint presentation"}
_PASSED_OVER = re.compile(r"^__MACOSX/|(?:^|/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$")
_PIECE = 1024 * 1024


def read_gzip(data: bytes, origin: Origin, budget: Budget) -> Part:
    """What gzip data hold, under the name without ".gz". Raises LimitExceeded, DamagedDocument."""
    where = described(origin)
    name = origin.name
    if name and name.lower().endswith(".gz"):
        name = name[:-3]
    return Part(whole(data, budget, where), replace(origin, name=name))


def read_zip(data: bytes, origin: Origin, budget: Budget) -> Iterator[Found]:
    """The files in an archive, named "reports.zip#folder/report.txt", in the order of its directory.

    Raises BinaryDocument for office files, DamagedDocument, LimitExceeded.
    """
    where = described(origin)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, IndexError) as error:
        raise DamagedDocument(f"{where} is a damaged ZIP archive ({error}). Fetch it again.") from None
    names = {member.filename for member in members}
    _refuse_office(names, where)
    if len(members) > budget.limits.items:
        raise LimitExceeded(f"{where} holds {len(members):,} files; {budget.limits.items:,} are the most. Split it.")
    read = 0
    for member in members:
        if member.is_dir() or _PASSED_OVER.search(member.filename):
            continue
        name = f"{where}#{_printable(member.filename)}"
        budget.check_time(where)
        try:
            content = _content(archive, member, name, budget)
        except LimitExceeded:
            raise
        except TallystickError as error:
            yield Refused(name, error)
            continue
        read += 1
        yield Part(content, Origin(name=name, published=origin.published, publisher=origin.publisher))
    if not read and not members:
        raise DamagedDocument(f"{where} is an empty ZIP archive. Check that the right file was given.")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget) -> bytes:
    if member.flag_bits & 1:
        raise BinaryDocument(f"{name} is encrypted. Unpack the archive with its password first.")
    pieces, size = [], 0
    try:
        with archive.open(member) as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                # The size in the directory is a claim; what comes out is counted.
                budget.count_inflated(len(piece), member.compress_size, name, so_far=size)
                if size > budget.limits.bytes:
                    raise LimitExceeded(f"{name} unpacks to more than {budget.limits.bytes:,} bytes. Split it.")
                pieces.append(piece)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        UnicodeError,
    ) as error:
        raise DamagedDocument(f"{name} cannot be unpacked ({error}). Unpack the archive yourself.") from None
    return b"".join(pieces)


def _refuse_office(names: set[str], where: str) -> None:
    remedy = "Save the document as plain text or PDF, then read that."
    if "[Content_Types].xml" in names:
        for folder, what in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                raise BinaryDocument(f"{where} is {what}. {remedy}")
    if "mimetype" in names and ("content.xml" in names or "META-INF/container.xml" in names):
        raise BinaryDocument(f"{where} is an OpenDocument file or an e-book. {remedy}")


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:300]
