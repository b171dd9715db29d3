"""Loaded language in sentences of news: biased or not; opinion, mixed or factual."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tallystick.extract.stance import ARGUES, cues_of, weight_of
from tallystick.model.text import Sentence

BENCH = "babe"
SCORER = "labels"
METRICS = {"bias macro F1": ("bias", "macro_f1"), "opinion macro F1": ("opinion", "macro_f1")}

# A sentence that argues is called mixed up to this weight, opinion from there. Swept 0.6-1.6.
WHOLLY = 1.0


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Both labels of each sentence, and the loaded words."""
    rows = []
    for doc in docs:
        sentence = Sentence(0, len(doc["text"]), doc["text"], 0, 0)
        cues = cues_of(sentence.text)
        weight = weight_of(cues)
        rows.append(
            {
                "id": doc["id"],
                "bias": "biased" if weight >= ARGUES else "non-biased",
                "opinion": "opinion" if weight >= WHOLLY else "mixed" if weight >= ARGUES else "factual",
                "loaded": [[cue.start, cue.end] for cue in cues if cue.loaded],
            }
        )
    return rows
