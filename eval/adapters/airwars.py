"""Killed and injured as a range, from a narrative that quotes several sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters._reports import bounds, main_row, reports
from tallystick.reconcile import code

BENCH = "airwars"
SCORER = "ranges"
METRICS = {
    "killed iou": ("killed", "iou"),
    "injured iou": ("injured", "iou"),
    "abstain": ("abstain", "rate"),
    "within 161 km": ("geo", "acc@161km"),
}
FIELD = "text"


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an incident; where the narrative gives no figure for the dead, none is predicted."""
    return ranges(docs, FIELD)


def ranges(docs: list[dict[str, Any]], field: str) -> list[dict[str, Any]]:
    """The range of the main row of one text of each incident, under the airwars-like policy. Each text tells of one."""
    predictions = []
    dated = [{"id": row["id"], "text": row[field] or "-", "date": row.get("date")} for row in docs]
    for row, report in reports(dated):
        coded = list(code([report], "airwars-like/1", one_event=True))
        main = main_row(coded, report)
        prediction: dict[str, Any] = {"id": row["id"]}
        place = next((m.place for m in report.places if m.place is not None), None)
        if main is not None:
            hurt = next((r.wounded for r in (main, *coded) if r.wounded.known), main.wounded)
            prediction |= {"killed": bounds(main.killed), "injured": bounds(hurt)}
            place = main.place or place
        if place is not None:
            prediction |= {"lat": place.lat, "lon": place.lon}
        predictions.append({k: v for k, v in prediction.items() if v is not None})
    return predictions
