"""Web archives (ISO 28500): pages, texts and PDFs out of .warc and .warc.gz.

The records are read here rather than by fastwarc: its Rust code panics on streams that it does not expect, which no
Python caller can catch cleanly, and a bomb must stop at its limit. A broken end costs only the end.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tallystick.errors import DamagedDocument, LimitExceeded, TallystickError, UnreadableDocument
from tallystick.read.dates import read_moment
from tallystick.read.limits import MIB, Budget, inflate
from tallystick.read.parts import Found, Part, Refused, described
from tallystick.read.sniff import base_type
from tallystick.read.text import Origin

_KEPT = {"response", "resource", "conversion"}
_READABLE = {"text/html", "application/xhtml+xml", "text/plain", "application/pdf", ""}
_LONGEST_HEAD = 256 * 1024
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})")


class _Stream:
    """Bytes handed over in pieces, read by length or up to a mark. A fault of the source ends it and is kept."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = bytearray()
        self._at = 0  # what lies before was read
        self.fault: TallystickError | None = None

    def _more(self) -> bool:
        if self._at > MIB:
            del self._held[: self._at]
            self._at = 0
        try:
            self._held += next(self._pieces)
        except StopIteration:
            return False
        except TallystickError as error:
            self.fault = error
            self._pieces = iter(())
            return False
        return True

    def take(self, size: int) -> bytes:
        """The next bytes; fewer at the end."""
        while len(self._held) - self._at < size and self._more():
            pass
        taken = bytes(self._held[self._at : self._at + size])
        self._at += len(taken)
        return taken

    def skip(self, size: int) -> None:
        """Pass over bytes without holding them."""
        while size > 0 and (self._at < len(self._held) or self._more()):
            step = min(size, len(self._held) - self._at)
            self._at, size = self._at + step, size - step

    def up_to(self, mark: bytes, most: int) -> bytes | None:
        """The bytes before the mark, which is passed over; None when it does not come within `most` bytes."""
        searched = 0
        while (found := self._held.find(mark, self._at + searched)) < 0:
            searched = max(0, len(self._held) - self._at - len(mark))
            if searched > most or not self._more():
                return None
        taken = bytes(self._held[self._at : found])
        self._at = found + len(mark)
        return taken

    def seek_record(self) -> bool:
        """Go to where the next record seems to begin, after the line end just read. False at the end."""
        self._at = max(0, self._at - 1)
        while (found := self._held.find(b"\nWARC/1.", self._at)) < 0:
            self._at = max(self._at, len(self._held) - 8)
            if not self._more():
                return False
        self._at = found + 1
        return True


@dataclass(frozen=True, slots=True)
class _Record:
    """The head of one record: its fields by lower-case name, and the length of its block."""

    fields: Mapping[str, str]
    length: int


def _slices(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), MIB):
        yield data[at : at + MIB]


def read_warc(data: bytes, origin: Origin, budget: Budget) -> Iterator[Found]:
    """The pages, texts and PDFs of an archive, each with its address and the time it was captured.

    Names count all records from 1 ("crawl.warc.gz#7"). Error pages, pictures, requests and other records are passed
    over. Raises DamagedDocument after the last record before a damaged end, or where there is no record at all.
    """
    where = described(origin)
    pieces = inflate(data, budget, where) if data.startswith(b"\x1f\x8b") else _slices(data)
    stream = _Stream(pieces)
    number = 0
    while True:
        budget.check_time(where)
        head = _head(stream)
        if head is None:
            break
        number += 1
        if isinstance(head, str):
            yield Refused(f"{where}#{number}", DamagedDocument(f"{where}#{number} is no record: {head}."))
            if not stream.seek_record():
                break
            continue
        yield from _record(stream, head, origin, f"{where}#{number}", budget)
    if stream.fault is not None:
        raise stream.fault
    if number == 0:
        raise DamagedDocument(f"{where} holds no record. Check that it is a WARC file.")


def _head(stream: _Stream) -> _Record | str | None:
    """The next record's head; words for what stands in its place; None at the end."""
    start = stream.take(1)
    while start in (b"\r", b"\n"):
        start = stream.take(1)
    if not start:
        return None
    first = stream.up_to(b"\n", _LONGEST_HEAD)
    if first is None:
        return "its head has no end"
    if not (start + first).startswith(b"WARC/"):
        return f"it begins with {(start + first)[:30]!r}"
    block = stream.up_to(b"\r\n\r\n", _LONGEST_HEAD)
    if block is None:
        return "its head has no end"
    fields = _fields(block)
    try:
        length = int(fields.get("content-length", ""))
    except ValueError:
        return "it states no length"
    return _Record(fields, length) if length >= 0 else "its length is below zero"


def _fields(block: bytes) -> dict[str, str]:
    """Header fields by lower-case name, the first of each; folded lines joined."""
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", block)
    found: dict[str, str] = {}
    for line in unfolded.splitlines()[:500]:
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower().decode("latin-1"), value.strip().decode("utf-8", "replace"))
    return found


def _record(stream: _Stream, head: _Record, origin: Origin, name: str, budget: Budget) -> Iterator[Found]:
    url = head.fields.get("warc-target-uri", "").strip("<> ") or None
    label = f"{name} ({url[:200]})" if url else name
    if head.fields.get("warc-type", "").lower() not in _KEPT:
        stream.skip(head.length)
        return
    if head.length > budget.limits.item:
        stream.skip(head.length)
        error = LimitExceeded(f"{label} has {head.length:,} bytes; {budget.limits.item:,} are the most.")
        yield Refused(name, error)
        return
    block = stream.take(head.length)
    if len(block) < head.length:
        if stream.fault is not None:
            return  # told once, when the stream's fault is raised
        yield Refused(
            name, DamagedDocument(f"{label} is cut short: {len(block):,} of {head.length:,} bytes. Fetch it again.")
        )
        return
    moment = read_moment(head.fields.get("warc-date"))
    found_at = Origin(
        name=name,
        published=origin.published,
        publisher=origin.publisher,
        url=url,
        captured_at=moment.at if moment else None,
    )
    media_type: str | None = head.fields.get("content-type")
    if base_type(media_type) == "application/http":
        answer = _answer(block)
        if answer is None:
            return
        media_type, fields, block = answer
        try:
            block = _unpacked(block, fields, budget, label)
        except TallystickError as error:
            yield Refused(name, error)
            return
    if base_type(media_type) in _READABLE and block.strip():
        yield Part(block, found_at, media_type)


def _answer(block: bytes) -> tuple[str | None, dict[str, str], bytes] | None:
    """The type, fields and body of an HTTP answer; None for errors, redirects and what is no answer."""
    status = _STATUS.match(block)
    if status is None or not 200 <= int(status[1]) < 300:
        return None
    ends = [at for mark in (b"\r\n\r\n", b"\n\n") if (at := block.find(mark)) >= 0]
    if not ends:
        return None
    end = min(ends)
    fields = _fields(block[:end].partition(b"\n")[2])
    return fields.get("content-type"), fields, block[end + (4 if block[end : end + 1] == b"\r" else 2) :]


def _unpacked(body: bytes, fields: Mapping[str, str], budget: Budget, where: str) -> bytes:
    """The page behind the transfer and content codings of its answer. Archivers often took them off already."""
    if "chunked" in fields.get("transfer-encoding", "").lower():
        body = _dechunked(body)
    coding = fields.get("content-encoding", "").strip().lower()
    if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
        return _joined(inflate(body, budget, where), budget, where)
    if coding == "deflate" and body[:1] == b"\x78":
        return _joined(_deflated(body, budget, where), budget, where)
    if coding == "br":
        return unpack_brotli(body, budget, where)
    return body


def _deflated(body: bytes, budget: Budget, where: str) -> Iterator[bytes]:
    inflater, rest, so_far = zlib.decompressobj(), body, 0
    while rest and not inflater.eof:
        try:
            piece = inflater.decompress(rest, MIB)
        except zlib.error as error:
            raise DamagedDocument(f"{where} is damaged: {error}.") from None
        rest = inflater.unconsumed_tail
        so_far += len(piece)
        budget.count_inflated(len(piece), len(body), where, so_far=so_far)
        yield piece


def unpack_brotli(body: bytes, budget: Budget, where: str) -> bytes:
    """What Brotli data unpack to; the bytes as they are where they are none."""
    try:
        import brotli  # type: ignore[import-untyped]
    except ImportError:
        raise UnreadableDocument(f"{where} is packed with Brotli. Install the package brotli to read it.") from None

    decoder, size, rest = brotli.Decompressor(), 0, body
    pieces: list[bytes] = []
    try:
        while not decoder.is_finished():
            piece = decoder.process(rest, output_buffer_limit=MIB)
            rest = b""
            if not piece and decoder.can_accept_more_data():
                break
            size += len(piece)
            budget.count_inflated(len(piece), len(body), where, so_far=size)
            if size > budget.limits.item:
                raise LimitExceeded(f"{where} unpacks to more than {budget.limits.item:,} bytes.")
            pieces.append(piece)
    except brotli.error:
        return body  # the archiver unpacked it and kept the header
    return b"".join(pieces)


def _joined(pieces: Iterator[bytes], budget: Budget, where: str) -> bytes:
    got, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > budget.limits.item:
            raise LimitExceeded(f"{where} unpacks to more than {budget.limits.item:,} bytes.")
        got.append(piece)
    return b"".join(got)


def _dechunked(body: bytes) -> bytes:
    """The bytes of a chunked answer; as they are where the archiver joined them already."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 100)
        if end < 0:
            return body if not pieces else b"".join(pieces)
        try:
            size = int(body[at:end].partition(b";")[0], 16)
        except ValueError:
            return body if not pieces else b"".join(pieces)
        if size <= 0:
            return b"".join(pieces)
        pieces.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
