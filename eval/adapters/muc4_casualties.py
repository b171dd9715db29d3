"""Every killed and wounded figure of an article: the set of (effect, count)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.adapters._reports import reports
from tallystick.model.claims import Claim, Factuality, RelationKind, Status
from tallystick.model.values import Accumulation, Form, Measure

BENCH = "muc4"
SCORER = "muc4_casualties"
METRICS = {
    "numeric f1, relevant": ("numeric/relaxed/relevant_docs", "f1"),
    "numeric p, relevant": ("numeric/relaxed/relevant_docs", "p"),
    "numeric r, relevant": ("numeric/relaxed/relevant_docs", "r"),
    "one f1, relevant": ("one/relaxed/relevant_docs", "f1"),
    "all f1, relevant": ("all/relaxed/relevant_docs", "f1"),
}
_EFFECTS = {Measure.KILLED: "killed", Measure.WOUNDED: "wounded"}
_NOT_SO = (Factuality.DENIED, Factuality.PLANNED, Factuality.SPECULATED, Factuality.NO_INFORMATION)


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an article. The task leaves out fighters who fall in combat, and running totals of a war."""
    predictions = []
    for row, report in reports(docs):
        figures = [f for claim in report.claims if _wanted(claim) and (f := _figure(claim))]
        predictions.append({"id": row["id"], "figures": figures})
    return predictions


def _wanted(claim: Claim) -> bool:
    if claim.measure not in _EFFECTS or claim.factuality in _NOT_SO:
        return False
    if claim.accumulation in (Accumulation.CUMULATIVE, Accumulation.RATE) or claim.count.high == 0:
        return False
    if any(r.kind is RelationKind.TOTAL_OF for r in claim.relations):
        return False
    return claim.population is None or claim.population.status is not Status.COMBATANT


def _figure(claim: Claim) -> dict[str, Any] | None:
    count, effect = claim.count, _EFFECTS[claim.measure]
    if count.form in (Form.VAGUE, Form.IMPLICIT_PLURAL, Form.UNQUANTIFIED):
        return {"effect": effect, "value": None}
    if count.form is Form.RANGE or count.value is None:
        if count.low is None and count.high is None:
            return None
        return {"effect": effect, "low": count.low, "high": count.high}
    return {"effect": effect, "value": count.value}
