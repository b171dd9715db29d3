"""How much one input may hold, inflate, nest and take, and the account that is kept of it while it is read."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tallystick.errors import DamagedDocument, LimitExceeded

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one input. Sizes are bytes, times seconds of our own work."""

    bytes: int = 512 * MIB  # the input as given; it is held in memory
    item: int = 32 * MIB  # one page, PDF, message or row
    inflated: int = 2048 * MIB  # everything that the input unpacks to, at all levels together
    # Deflate reaches 1,032:1 on zeros; archives of pages stay under 20:1, logs under 100:1.
    ratio: int = 150
    ratio_from: int = 8 * MIB  # below this size a high ratio harms nobody
    items: int = 200_000
    depth: int = 4  # an archive in a mail in an archive in an archive
    seconds: float = 900.0
    pdf_seconds: float = 30.0
    pdf_memory: int = 1024 * MIB
    pdf_pages: int = 2_000
    page: int = 10 * MIB  # one HTML page
    elements: int = 60_000  # of one HTML page; trafilatura takes some seconds for them
    attributes: int = 2_000  # of one element


LIMITS = Limits()


@dataclass(slots=True)
class Budget:
    """What one input has used up so far. Each method raises LimitExceeded when a limit is passed."""

    limits: Limits = LIMITS
    inflated: int = 0
    items: int = 0
    spent: float = 0.0
    _begun: float | None = field(default=None)

    def begin(self) -> None:
        """Count time from here: the work of whoever consumes the items is not ours."""
        self._begun = time.monotonic()

    def pause(self) -> None:
        """Stop counting time."""
        if self._begun is not None:
            self.spent += time.monotonic() - self._begun
            self._begun = None

    def check_time(self, where: str) -> None:
        """Raises LimitExceeded when reading has taken longer than it may."""
        running = 0.0 if self._begun is None else time.monotonic() - self._begun
        if self.spent + running > self.limits.seconds:
            raise LimitExceeded(
                f"{where} was not read to its end: it took more than {self.limits.seconds:,.0f} s. Split it."
            )

    def count_item(self, where: str) -> None:
        """One more document, whether it can be read or not."""
        self.items += 1
        if self.items > self.limits.items:
            raise LimitExceeded(
                f"{where} holds more than {self.limits.items:,} documents; the rest was not read. Split it."
            )
        self.check_time(where)

    def count_inflated(self, size: int, of: int, where: str, *, so_far: int | None = None) -> None:
        """size more bytes were unpacked; so_far bytes in all came from this stream's first `of` packed bytes."""
        self.inflated += size
        limits = self.limits
        if self.inflated > limits.inflated:
            raise LimitExceeded(
                f"{where} unpacks to more than {limits.inflated:,} bytes; the rest was not read. "
                "Unpack it yourself if you trust it."
            )
        unpacked = size if so_far is None else so_far
        if unpacked > limits.ratio_from and unpacked > limits.ratio * max(of, 1):
            raise LimitExceeded(
                f"{where} unpacks to more than {limits.ratio} times its size, as no report does. "
                "Unpack it yourself if you trust it."
            )


def inflate(data: bytes, budget: Budget, where: str, *, chunk: int = MIB) -> Iterator[bytes]:
    """The contents of gzip data, member after member, in pieces of at most `chunk` bytes.

    Raises DamagedDocument where the data ends early or is damaged (what was unpacked before has been handed
    over), LimitExceeded where it inflates too far. Zeros and other bytes after the last member are ignored, as
    gunzip does.
    """
    rest, so_far, first = data, 0, True
    while rest:
        if not rest.startswith(b"\x1f\x8b"):
            if first:
                raise DamagedDocument(f"{where} is not gzip data. Check the file.")
            return
        member = zlib.decompressobj(wbits=31)
        first = False
        while not member.eof:
            try:
                piece = member.decompress(rest, chunk)
            except zlib.error as error:
                raise DamagedDocument(
                    f"{where} is damaged: its gzip data breaks off ({error}). Fetch it again."
                ) from None
            rest = member.unused_data if member.eof else member.unconsumed_tail
            if piece:
                so_far += len(piece)
                budget.count_inflated(len(piece), len(data) - len(rest), where, so_far=so_far)
                budget.check_time(where)
                yield piece
            elif not member.eof and not rest:
                raise DamagedDocument(f"{where} is cut short: its gzip data has no end. Fetch it again.")


def whole(data: bytes, budget: Budget, where: str) -> bytes:
    """All that gzip data unpacks to, at most one input's bytes."""
    pieces, size = [], 0
    for piece in inflate(data, budget, where):
        size += len(piece)
        if size > budget.limits.bytes:
            raise LimitExceeded(f"{where} unpacks to more than {budget.limits.bytes:,} bytes. Split it.")
        pieces.append(piece)
    return b"".join(pieces)
