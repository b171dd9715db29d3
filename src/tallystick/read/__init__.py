"""Bytes -> Document. Plain text for now: other formats come with the ledger."""

from __future__ import annotations

import hashlib
from datetime import date

from tallystick.errors import BinaryDocument, DocumentTooLarge, EmptyDocument
from tallystick.model.text import Document

# One report is never longer: a book has about 1 MB of text. Above it the file is something else.
LARGEST = 50_000_000


def read_bytes(
    data: bytes,
    *,
    name: str | None = None,
    published: date | None = None,
    publisher: str | None = None,
    title: str | None = None,
    url: str | None = None,
) -> Document:
    """The document in these bytes. Raises UnreadableDocument where they hold no text."""
    where = name or "the document"
    if len(data) > LARGEST:
        raise DocumentTooLarge(f"{where} has {len(data):,} bytes; one report has at most {LARGEST:,}. Split it.")
    if b"\x00" in data:
        raise BinaryDocument(f"{where} holds NUL bytes, so it is not plain text. Convert it to UTF-8 text.")
    text = data.decode("utf-8-sig", errors="strict")
    if not text.strip():
        raise EmptyDocument(f"{where} holds nothing but white space.")
    return Document(
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        name=name,
        published=published,
        publisher=publisher,
        title=title,
        url=url,
        language="en",
    )
