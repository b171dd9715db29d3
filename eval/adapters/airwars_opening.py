"""Killed and injured as a range, from the opening sentence that states an incident's result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters.airwars import METRICS, ranges

BENCH = "airwars"
SCORER = "ranges"
METRICS = METRICS


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an incident."""
    return ranges(docs, "opening")
