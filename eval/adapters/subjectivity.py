"""Subjective or objective sentences of news."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.extract.stance import stance_of
from tallystick.model.claims import Stance
from tallystick.model.text import Sentence

BENCH = "subjectivity"
SCORER = "labels"
METRICS = {"macro F1": ("subjectivity", "macro_f1")}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """SUBJ for a sentence that argues."""
    rows = []
    for doc in docs:
        stance, _, _ = stance_of(Sentence(0, len(doc["text"]), doc["text"], 0, 0))
        rows.append({"id": doc["id"], "subjectivity": "SUBJ" if stance is Stance.OPINION else "OBJ"})
    return rows
