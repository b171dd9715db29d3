"""Killed as a range, from the headline or first line that a coder of one war read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters._reports import bounds, main_row, reports
from tallystick.reconcile import code

BENCH = "ucdp_syria"
SCORER = "ranges"
METRICS = {
    "killed iou": ("killed", "iou"),
    "within 161 km": ("geo", "acc@161km"),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a strike; where the summary gives no figure for the dead, none is predicted."""
    predictions = []
    for row, report in reports(docs):
        coded = list(code([report], "ucdp-like/1"))
        main = main_row(coded, report)
        prediction: dict[str, Any] = {"id": row["id"]}
        place = next((m.place for m in report.places if m.place is not None), None)
        if main is not None:
            prediction |= {"killed": bounds(main.killed), "injured": bounds(main.wounded)}
            place = main.place or place
        if place is not None:
            prediction |= {"lat": place.lat, "lon": place.lon}
        predictions.append({k: v for k, v in prediction.items() if v is not None})
    return predictions
