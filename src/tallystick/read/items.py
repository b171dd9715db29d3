"""Every input format behind two functions: read_items for whatever an input holds, read_one for a single report."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tallystick.errors import (
    DamagedDocument,
    DocumentTooLarge,
    EmptyDocument,
    LimitExceeded,
    TallystickError,
    UnreadableDocument,
)
from tallystick.model.text import Document
from tallystick.read.archives import read_gzip, read_zip
from tallystick.read.columns import Columns
from tallystick.read.feed import read_feed
from tallystick.read.html import read_html
from tallystick.read.limits import LIMITS, Budget, Limits, inflate
from tallystick.read.mail import read_mail, read_mbox
from tallystick.read.parts import Found, Item, Part, Refused, described
from tallystick.read.pdf import read_pdf
from tallystick.read.sniff import Kind, charset_of, sniff
from tallystick.read.tables import read_object, read_table
from tallystick.read.text import UNKNOWN, Origin, read_bytes
from tallystick.read.warc import read_warc


def read_items(
    data: bytes,
    origin: Origin = UNKNOWN,
    *,
    media_type: str | None = None,
    columns: Columns | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Item | Refused]:
    """Every document in an input, of whatever format, in its order; what cannot be read is handed over as Refused.

    media_type is the Content-Type that came with the bytes, if any; columns names the columns of a table. Lazy, and
    never raises: an input of which nothing can be read gives one Refused. What the origin states about the day and the
    publisher holds for every document of the input.
    """
    budget = Budget(limits)
    reading = _Reading(budget, columns, hashlib.sha256(data).hexdigest())
    found = reading.read(Part(data, origin, media_type), 0)
    while True:
        budget.begin()
        try:
            item = next(found, None)
        finally:
            budget.pause()
        if item is None:
            return
        yield item


def read_one(
    data: bytes,
    origin: Origin = UNKNOWN,
    *,
    media_type: str | None = None,
    columns: Columns | None = None,
    limits: Limits = LIMITS,
) -> Document:
    """The one document in an input: a text, a page, a PDF, a mail, or a container that holds just one.

    Raises the error of what cannot be read, and UnreadableDocument where the input holds several documents.
    """
    return read_one_item(data, origin, media_type=media_type, columns=columns, limits=limits).document


def read_one_item(
    data: bytes,
    origin: Origin = UNKNOWN,
    *,
    media_type: str | None = None,
    columns: Columns | None = None,
    limits: Limits = LIMITS,
) -> Item:
    """Like read_one, with what the capture records."""
    read: Item | None = None
    refused: Refused | None = None
    for found in read_items(data, origin, media_type=media_type, columns=columns, limits=limits):
        if isinstance(found, Refused):
            refused = refused or found
        elif read is not None:
            raise UnreadableDocument(
                f"{described(origin)} holds several documents (the second is {found.name}). Add it to a ledger "
                "(tallystick add), or give one document at a time."
            )
        else:
            read = found
    if read is not None:
        return read
    if refused is not None:
        raise refused.error
    raise EmptyDocument(f"{described(origin)} holds no document. Check that the right file was given.")


@dataclass(slots=True)
class _Reading:
    """One input being read: its account and the container it came in."""

    budget: Budget
    columns: Columns | None
    container: str

    def read(self, part: Part, depth: int) -> Iterator[Item | Refused]:
        """The documents of a part, and those of the parts in it."""
        where = described(part.origin)
        try:
            for found in self._open(part, depth):
                if isinstance(found, Part):
                    yield from self.read(found, depth + 1)
                else:
                    self.budget.count_item(where)
                    inside = isinstance(found, Item) and found.sha256 != self.container
                    yield replace(found, container=self.container) if inside and isinstance(found, Item) else found
        except TallystickError as error:
            yield Refused(where, error)
        except RecursionError:
            yield Refused(where, LimitExceeded(f"{where} nests too deeply to be read."))
        except Exception as error:  # a fault of one of the parsers, or of ours, must not take the other documents
            yield Refused(
                where,
                DamagedDocument(
                    f"{where} could not be read: its reader failed with {type(error).__name__} ({str(error)[:200]}). "
                    "If the file opens elsewhere, please report this as a fault of Tallystick."
                ),
            )

    def _open(self, part: Part, depth: int) -> Iterator[Found]:
        data, origin, limits = part.data, part.origin, self.budget.limits
        where = described(origin)
        if depth > limits.depth:
            raise LimitExceeded(f"{where} lies {depth} containers deep; {limits.depth} are the most.")
        if len(data) > limits.bytes:
            raise DocumentTooLarge(f"{where} has more than {limits.bytes:,} bytes. Split it.")
        self.budget.check_time(where)
        match kind := sniff(data, part.media_type, origin.name):
            case Kind.HTML:
                yield read_html(data, origin, part.media_type, limits)
            case Kind.PDF:
                yield read_pdf(data, origin, part.media_type, limits)
            case Kind.FEED:
                yield from read_feed(data, origin, part.media_type, limits)
            case Kind.WARC:
                yield from read_warc(data, origin, self.budget)
            case Kind.GZIP:
                yield from self._gzip(part)
            case Kind.ZIP:
                yield from read_zip(data, origin, self.budget)
            case Kind.MAIL:
                yield from read_mail(data, origin, self.budget)
            case Kind.MBOX:
                yield from read_mbox(data, origin, self.budget)
            case Kind.JSON if depth == 0 and _is_one(data):
                yield read_object(data, origin, self.columns, limits)
            case Kind.JSON | Kind.JSONL | Kind.TABLE:
                yield from read_table(
                    data, origin, kind, media_type=part.media_type, columns=self.columns, limits=limits
                )
            case Kind.XML:
                raise UnreadableDocument(
                    f"{where} is XML of a kind that is not known here: neither a page nor a feed. Save its text."
                )
            case _:
                yield _read_text(data, origin, part.media_type)

    def _gzip(self, part: Part) -> Iterator[Found]:
        head = next(inflate(part.data, Budget(self.budget.limits), described(part.origin), chunk=64), b"")
        if head.startswith(b"WARC/"):
            yield from read_warc(part.data, part.origin, self.budget)
        else:
            inner = read_gzip(part.data, part.origin, self.budget)
            yield replace(inner, media_type=part.media_type if charset_of(part.media_type) else None)


def _is_one(data: bytes) -> bool:
    """True for a single JSON object without a list of articles in it."""
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and b"[{" not in b"".join(data[:4096].split())


def _read_text(data: bytes, origin: Origin, media_type: str | None) -> Item:
    charset = charset_of(media_type)
    named = replace(origin, encoding=origin.encoding or charset)
    published = origin.published or (origin.published_at.date() if origin.published_at else None)
    return Item(
        document=read_bytes(data, replace(named, published=published)),
        original=data,
        media_type="text/plain",
        published_at=origin.published_at,
        captured_at=origin.captured_at,
        url=origin.url,
    )
