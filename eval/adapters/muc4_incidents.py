"""Types, dates, places, perpetrators and victims of the incidents of an article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters._reports import reports
from tallystick.model.claims import Claim, Factuality, Population
from tallystick.model.report import Report
from tallystick.model.values import Form, Grain, Measure
from tallystick.reconcile import code

BENCH = "muc4"
SCORER = "muc4_incidents"
METRICS = {
    "headline": ("headline",),
    "types f1": ("relevant_docs", "types", "f1"),
    "dates f1": ("relevant_docs", "dates_compat", "f1"),
    "places f1": ("relevant_docs", "places", "f1"),
    "perp orgs f1": ("relevant_docs", "perp_orgs", "f1"),
    "victims f1": ("relevant_docs", "victims", "f1"),
}
_DAYS = (Grain.MINUTE, Grain.HOUR, Grain.PART_OF_DAY, Grain.DAY)
_HURT = (Measure.KILLED, Measure.WOUNDED, Measure.ABDUCTED)
_NOT_SO = (Factuality.DENIED, Factuality.PLANNED, Factuality.SPECULATED, Factuality.NO_INFORMATION)


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an article."""
    predictions = []
    for row, report in reports(docs):
        claims = [c for c in report.claims if c.measure in _HURT and c.factuality not in _NOT_SO]
        actors = [c.actor for c in claims if c.actor is not None]
        predictions.append(
            {
                "id": row["id"],
                "types": _types(report, claims),
                "dates": _dates(report, claims),
                "places": _places(report, claims),
                "perp_orgs": list(dict.fromkeys(name for a in actors if (name := _organisation(a)))),
                "perp_individuals": list(dict.fromkeys(a.text.upper() for a in actors if not _organisation(a))),
                "victims": list(dict.fromkeys(v for c in claims if (v := _victim(c)))),
            }
        )
    return predictions


def _types(report: Report, claims: list[Claim]) -> list[str]:
    types = {"KIDNAPPING" for c in claims if c.measure is Measure.ABDUCTED}
    for event in report.events:
        mode = (event.mode or "").lower()
        if {"historical", "future", "hypothetical", "negation"} & set(event.modes):
            continue
        if "explo" in mode or "bomb" in mode:
            types.add("BOMBING")
        elif "abduct" in mode or "kidnap" in mode:
            types.add("KIDNAPPING")
        elif "arson" in mode:
            types.add("ARSON")
    if any(c.measure is not Measure.ABDUCTED for c in claims) and "BOMBING" not in types:
        types.add("ATTACK")
    return sorted(types)


def _dates(report: Report, claims: list[Claim]) -> list[dict[str, str | None]]:
    found = []
    for row in code([report]):
        if row.period is not None and row.period.start is not None and row.period.grain in _DAYS:
            found.append((row.period.start, row.period.end or row.period.start))
    for claim in claims:
        if claim.period is not None and claim.period.start is not None and claim.period.grain in _DAYS:
            found.append((claim.period.start, claim.period.end or claim.period.start))
    if not found and report.document.published is not None and claims:
        return [{"from": None, "to": report.document.published.isoformat()}]
    return [{"from": a.isoformat(), "to": b.isoformat()} for a, b in dict.fromkeys(found)]


def _places(report: Report, claims: list[Claim]) -> list[str]:
    rows = [r for r in code([report]) if r.place is not None]
    mentions = [c.place for c in claims if c.place is not None]
    named = [m.span.text.upper() for m in mentions]
    named += [r.place_text.upper() for r in rows if r.place_text]
    return list(dict.fromkeys(named))


def _organisation(actor: Population) -> str | None:
    return actor.actor.upper() if actor.actor else None


def _victim(claim: Claim) -> str | None:
    if claim.population is None or not claim.population.text.strip():
        return claim.count_span.text.upper() if claim.count.form in (Form.SINGLE, Form.NAMED) else None
    return claim.population.text.upper()
