"""Sources, cues and contents in political news (PolNeAR). Every sentence is parsed, as every sentence counts here."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from tallystick.extract import syntax
from tallystick.extract.attributions import find_attributions
from tallystick.extract.quotations import find_quotations
from tallystick.extract.sentences import split
from tallystick.model.text import Document, Span

BENCH = "attribution"
SCORER = "attribution"
METRICS = {
    "source partial F1": ("source_partial", "f1"),
    "content overlap F1": ("content_overlap", "f1"),
    "content partial F1": ("content_partial", "f1"),
    "cue partial F1": ("cue_partial", "f1"),
    "relation F1": ("relation", "f1"),
}
# Documents parsed in one batch.
TOGETHER = 32


def _pairs(*spans: Span | None) -> list[list[int]]:
    return [[span.start, span.end] for span in spans if span is not None]


def _document(row: dict[str, Any]) -> Document:
    mark = hashlib.sha256(row["text"].encode()).hexdigest()
    return Document(row["text"], mark, mark)


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a document: its attributions as character offsets."""
    rows = []
    for first in range(0, len(docs), TOGETHER):
        batch = [(row["id"], _document(row)) for row in docs[first : first + TOGETHER]]
        split_up = [split(document) for _, document in batch]
        parses = iter(syntax.parse([sentence for sentences in split_up for sentence in sentences]))
        for (name, document), sentences in zip(batch, split_up, strict=True):
            parsed = {sentence.index: next(parses) for sentence in sentences}
            quotations = find_quotations(document, sentences, parsed)
            found = find_attributions(document, sentences, parsed, quotations)
            rows.append(
                {
                    "id": name,
                    "attributions": [
                        {"source": _pairs(m.source), "cue": _pairs(m.cue), "content": _pairs(*m.content)}
                        for m in found
                        if m.parent is None and not m.carried  # the annotation holds only outermost, stated ones
                    ],
                }
            )
    return rows
