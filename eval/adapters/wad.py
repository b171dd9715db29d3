"""Killed, wounded and place of one event, from its description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters._reports import figure, main_row, reports
from tallystick.lexicon.gazetteer.countries import iso3
from tallystick.reconcile import code

BENCH = "wad"
SCORER = "wad"
METRICS = {
    "killed exact": ("killed_exact",),
    "killed exact > 1": ("killed_exact_gt1",),
    "wounded exact > 0": ("wounded_exact_gt0",),
    "killed in range": ("killed_in_range",),
    "country": ("country",),
    "within 161 km": ("geo_161km",),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an event."""
    rows = []
    for row, report in reports(docs):
        coded = list(code([report]))
        prediction: dict[str, Any] = {"id": row["id"]}
        main = main_row(coded, report)
        if main is not None:
            wounded = figure(main.wounded)
            if wounded is None:
                wounded = next((figure(r.wounded) for r in coded if r.wounded.known), None)
            prediction |= {"killed": figure(main.killed), "wounded": wounded}
            prediction |= {"killed_low": main.killed.low, "killed_high": main.killed.high}
        prediction |= _place(report, main)
        rows.append({k: v for k, v in prediction.items() if v is not None})
    return rows


def _place(report: Any, main: Any) -> dict[str, Any]:
    place = main.place if main is not None else None
    if place is None:
        place = next((m.place for m in report.places if m.place is not None), None)
    if place is None:
        return {}
    return {"lat": place.lat, "lon": place.lon, "country": iso3(place.country)}
