"""Time expressions of the timex benchmark."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from tallystick.extract.sentences import split
from tallystick.extract.times import find_times
from tallystick.model.text import Document

BENCH = "timex"
SCORER = "timex"
METRICS = {
    "strict span F1": ("ALL", "strict", "f1"),
    "relaxed span F1": ("ALL", "relaxed", "f1"),
    "value F1": ("ALL", "value", "f1"),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a document: its expressions with type and value."""
    return [{"id": doc["id"], "timex": [_row(mention) for mention in times(doc)]} for doc in docs]


def times(doc: dict[str, Any]) -> tuple[Any, ...]:
    """The time mentions of one row, read with its date."""
    text = doc["text"]
    digest = hashlib.sha256(text.encode()).hexdigest()
    published = date.fromisoformat(doc["date"]) if doc.get("date") else None
    document = Document(text, digest, digest, published=published)
    return find_times(document, split(document))


def _row(mention: Any) -> dict[str, Any]:
    return {
        "start": mention.span.start,
        "end": mention.span.end,
        "text": mention.span.text,
        "type": mention.type.value,
        "value": "null" if mention.value is None else mention.value,  # the gold writes "no value" so
    }
