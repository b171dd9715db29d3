"""Killed and injured as a range, from a one-line summary of a drone strike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters._reports import ranges

BENCH = "drone"
SCORER = "ranges"
METRICS = {
    "killed iou": ("killed", "iou"),
    "injured iou": ("injured", "iou"),
    "within 161 km": ("geo", "acc@161km"),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a strike; where the summary gives no figure for the dead, none is predicted."""
    return ranges(docs)
