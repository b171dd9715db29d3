"""Benchmark rows to reports, as a user's files would be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

from tallystick.extract import extract_many
from tallystick.model.coding import CodedRow, Toll
from tallystick.model.report import Report
from tallystick.model.text import Document
from tallystick.reconcile import code
from tallystick.reconcile.incidents import BACKGROUND


def reports(docs: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], Report]]:
    """Each row with what was read out of its text; the row's date, where it has one, is the publication date."""
    documents = [
        Document(
            text=row["text"],
            sha256=hashlib.sha256(row["text"].encode()).hexdigest(),
            text_sha256=hashlib.sha256(row["text"].encode()).hexdigest(),
            name=row["id"],
            published=date.fromisoformat(row["date"]) if row.get("date") else None,
        )
        for row in docs
    ]
    yield from zip(docs, extract_many(documents), strict=True)


def main_row(rows: list[CodedRow], report: Report) -> CodedRow | None:
    """The row that a one-event report is about: the one whose dead, or whose hurt, the text gives first."""
    order = {claim.id: i for i, claim in enumerate(report.claims)}
    told = [row for row in rows if BACKGROUND not in row.notes]
    for toll in ("killed", "wounded", "captured"):
        known = [r for r in told if getattr(r, toll).known] or [r for r in rows if getattr(r, toll).known]
        if known:
            return min(known, key=lambda r: min((order[c] for c in getattr(r, toll).claims), default=len(order)))
    return rows[0] if rows else None


def figure(toll: Toll) -> float | None:
    """One number: the best, else the floor, else the ceiling."""
    return next((n for n in (toll.best, toll.low, toll.high) if n is not None), None)


def bounds(toll: Toll) -> dict[str, float] | None:
    """Low and high as the range scorer reads them; an open side is the best figure."""
    low = next((n for n in (toll.low, toll.best, toll.high) if n is not None), None)
    high = next((n for n in (toll.high, toll.best, toll.low) if n is not None), None)
    return None if low is None or high is None else {"low": low, "high": high}


def ranges(docs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Killed and injured as ranges, and the point, of each one-event row; what the text does not give is left out."""
    predictions = []
    for row, report in reports(docs):
        main = main_row(list(code([report], "ucdp-like/1")), report)
        prediction: dict[str, Any] = {"id": row["id"]}
        place = next((m.place for m in report.places if m.place is not None), None)
        if main is not None:
            prediction |= {"killed": bounds(main.killed), "injured": bounds(main.wounded)}
            place = main.place or place
        if place is not None:
            prediction |= {"lat": place.lat, "lon": place.lon}
        predictions.append({k: v for k, v in prediction.items() if v is not None})
    return predictions
