"""Minimum killed and captured, day and province of one operation, from its press release."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.adapters._reports import figure, reports
from tallystick.model.claims import Claim
from tallystick.model.coding import CodedRow
from tallystick.model.geography import main_place
from tallystick.model.report import Report
from tallystick.model.values import Grain
from tallystick.reconcile import code
from tallystick.reconcile.incidents import BACKGROUND

BENCH = "isafpr"
SCORER = "isafpr"
METRICS = {
    "headline": ("headline",),
    "min killed > 0": ("min_killed_nonzero",),
    "min captured > 0": ("min_captured_nonzero",),
    "start date": ("start_date",),
    "start date, dated": ("start_date_dated",),
    "province": ("province",),
    "event type": ("event_type",),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row a release: its incidents added up, as each release tells of one operation."""
    predictions = []
    for row, report in reports(docs):
        others = replace(report, claims=tuple(c for c in report.claims if not _own_loss(c)))
        coded = [r for r in code([others], "aan-minimum/1") if r.scope.value == "incident"]
        coded = [r for r in coded if BACKGROUND not in r.notes]
        killed = sum(int(figure(r.killed) or 0) for r in coded)
        captured = sum(int(figure(r.captured) or 0) for r in coded)
        prediction = {
            "id": row["id"],
            "min_killed": killed,
            "min_captured": captured,
            "killed": killed > 0,
            "captured": captured > 0,
            "start_date": _start(report, coded),
            "province": _provinces(report),
            "event_type": [_TYPES[killed > 0, captured > 0]] if killed or captured else [],
        }
        predictions.append({k: v for k, v in prediction.items() if v is not None})
    return predictions


_TYPES = {(True, True): "captureandkill", (True, False): "insurgentskilled", (False, True): "detention"}
# The dataset counts those whom the operation killed or held, not the force's own dead.
_OWN = re.compile(r"soldier|service member|police|coalition|isaf|\bansf\b|\bana\b|\banp\b|commando")


def _own_loss(claim: Claim) -> bool:
    return claim.population is not None and bool(_OWN.search(claim.population.text.lower()))


def _start(report: Report, coded: list[CodedRow]) -> str | None:
    for row in coded:
        if row.period is not None and row.period.start is not None and row.period.grain in _DAYS:
            return row.period.start.isoformat()
    header = report.document.published
    for mention in report.times:
        if mention.period is None or mention.period.start is None or mention.period.grain not in _DAYS:
            continue
        stated = any(c.isdigit() for c in mention.span.text)
        if not (stated and mention.period.start == header):  # the release's own date, not "Monday"
            return mention.period.start.isoformat()
    return header.isoformat() if header is not None else None


_DAYS = (Grain.MINUTE, Grain.HOUR, Grain.PART_OF_DAY, Grain.DAY)


def _provinces(report: Report) -> list[str]:
    """The province of the release's one operation; others are named as where insurgents came from or went."""
    afghan = [m for m in report.places if m.place is not None and m.place.country == "AF"]
    main = main_place(afghan)
    area = main.place.admin1 if main is not None and main.place is not None else None
    return [] if area is None else [area.lower()]
