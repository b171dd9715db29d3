"""re3d: spans of quantities in reporting on Syria and Iraq; the other types are not predicted here.

The benchmark marks the number with its unit and leaves comparators out.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from tallystick.extract import syntax
from tallystick.extract.counts import find_counts
from tallystick.extract.sentences import split
from tallystick.model.mentions import CountMention
from tallystick.model.text import Document
from tallystick.model.values import Form

BENCH = "re3d"
SCORER = "spans"
METRICS = {"quantity relaxed f1": ("Quantity", "relaxed", "f1"), "quantity strict f1": ("Quantity", "strict", "f1")}

# Vague words that the annotators passed over.
_UNMARKED = {"vague/many", "vague/some", "vague/several", "vague/number-of", "vague/numerous", "vague/large-number"}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a document: its quantities, in money of its own type."""
    found = []
    for row in docs:
        digest = hashlib.sha256(row["text"].encode()).hexdigest()
        document = Document(row["text"], digest, digest)
        entities = [
            entity
            for parse in syntax.parse(split(document))
            for mention in find_counts(parse.sentence, parse)
            if (entity := _entity(mention)) is not None
        ]
        found.append({"id": row["id"], "entities": entities})
    return found


def _entity(mention: CountMention) -> dict[str, Any] | None:
    rules = {reason.rule for reason in mention.reasons}
    if mention.count.form in (Form.UNQUANTIFIED, Form.QUESTION) or rules & _UNMARKED:
        return None
    if "units/time" in rules:
        return None
    end = mention.span.end if mention.count.unit else mention.number.end
    return {"start": mention.number.start, "end": end, "type": "Money" if "units/money" in rules else "Quantity"}
