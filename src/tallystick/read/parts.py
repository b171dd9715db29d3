"""What reading an input yields: items that became documents, parts that are still bytes, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tallystick.errors import TallystickError
from tallystick.model.text import Document
from tallystick.read.text import Origin


@dataclass(frozen=True, slots=True)
class Item:
    """One document of an input, with what its capture records.

    original holds the item's own bytes: of a feed or a table, the entry or row as a JSON object that reads back to
    the same text. Times are UTC; None is unknown. published_at is the exact time where the item states one with a
    zone, modified_at when it says it was last changed, captured_at when an archive found it. container is the SHA-256
    of the file that it came in; None when it is the file. notes say what a reader should know: pages without text,
    a paywall, characters that could not be decoded.
    """

    document: Document
    original: bytes
    media_type: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    captured_at: datetime | None = None
    author: str | None = None
    url: str | None = None  # where it was found; document.url is the canonical one
    container: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of the item's own bytes."""
        return self.document.sha256

    @property
    def name(self) -> str | None:
        """The file, or the place inside it: "feed.xml#3"."""
        return self.document.name


@dataclass(frozen=True, slots=True)
class Refused:
    """A part of an input that gave no document, and why. link is the page that a feed's entry leads to, if any."""

    name: str
    error: TallystickError
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes found inside a container, still to be read."""

    data: bytes
    origin: Origin
    media_type: str | None = None


Found = Item | Refused | Part


def described(origin: Origin) -> str:
    """The name of an input for messages."""
    return origin.name or "the document"
