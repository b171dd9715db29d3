"""Killed as a range, from the headline or first line that a coder of one war read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters._reports import ranges

BENCH = "ucdp_syria"
SCORER = "ranges"
METRICS = {
    "killed iou": ("killed", "iou"),
    "within 161 km": ("geo", "acc@161km"),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a strike; where the summary gives no figure for the dead, none is predicted."""
    return ranges(docs)
