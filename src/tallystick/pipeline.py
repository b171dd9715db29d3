"""The whole line on one screen.

bytes -read-> Document -split-> Sentences -find-> Mentions -assemble-> Claims
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from tallystick.extract import extract, extract_many
from tallystick.model.report import Report
from tallystick.model.text import Document
from tallystick.read import read_bytes

__all__ = ["extract", "extract_many", "read", "read_document", "read_many"]


def read_document(
    source: str | Path | bytes, *, published: date | None = None, publisher: str | None = None
) -> Document:
    """The document in a file, or in bytes. Raises UnreadableDocument where it holds no text."""
    if isinstance(source, bytes):
        return read_bytes(source, published=published, publisher=publisher)
    return read_bytes(Path(source).read_bytes(), name=str(source), published=published, publisher=publisher)


def read(source: str | Path | bytes, *, published: date | None = None, publisher: str | None = None) -> Report:
    """What one report says: its claims, with the words, people, places and days behind each."""
    return extract(read_document(source, published=published, publisher=publisher))


def read_many(documents: Iterable[Document]) -> Iterator[Report]:
    """Reports of many documents, in order, parsed in batches."""
    return extract_many(documents)
