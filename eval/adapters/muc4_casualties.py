"""Every killed and wounded figure of an article: the set of (effect, count)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from eval.adapters._reports import reports
from tallystick.model.claims import Claim, Factuality, RelationKind, Status
from tallystick.model.values import Accumulation, Form, Measure
from tallystick.reconcile.cues import has_cue
from tallystick.reconcile.kinds import kind_of

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


# The task's own limits: terrorist acts of the last weeks, not combat between armed forces, not a war's totals.
_COMBAT = re.compile(r"clash|combat|battle|fighting|confrontation|offensive|skirmish|ambush")
_STALE_DAYS = 75


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an article. The task leaves out fighters who fall in combat, and running totals of a war."""
    predictions = []
    for row, report in reports(docs):
        published = report.document.published
        before: Claim | None = None
        figures = []
        for claim in report.claims:
            if _wanted(claim, before) and not _stale(claim, published) and (figure := _figure(claim)):
                figures.append(figure)
            if claim.measure in _EFFECTS:
                before = claim
        predictions.append({"id": row["id"], "figures": figures})
    return predictions


def _wanted(claim: Claim, before: Claim | None) -> bool:
    if claim.measure not in _EFFECTS or claim.factuality in _NOT_SO:
        return False
    if claim.accumulation in (Accumulation.CUMULATIVE, Accumulation.RATE) or claim.count.high == 0:
        return False
    if any(r.kind is RelationKind.TOTAL_OF for r in claim.relations):
        return False
    if _fighters(claim) or (before is not None and _goes_on(claim, before) and _fighters(before)):
        return False
    return claim.count.value == 1 or not _COMBAT.search(claim.sentence.text.lower())


def _fighters(claim: Claim) -> bool:
    return claim.population is not None and claim.population.status is Status.COMBATANT


def _goes_on(claim: Claim, before: Claim) -> bool:
    """True for "and five others" behind "three rebels"."""
    return claim.sentence == before.sentence and kind_of(claim).anyone


def _stale(claim: Claim, published: date | None) -> bool:
    period = claim.period
    if has_cue("looks-back", claim.sentence.text):
        return True
    return bool(published and period and period.end and (published - period.end).days > _STALE_DAYS)


def _figure(claim: Claim) -> dict[str, Any] | None:
    count, effect = claim.count, _EFFECTS[claim.measure]
    if count.form in (Form.VAGUE, Form.IMPLICIT_PLURAL, Form.UNQUANTIFIED):
        return {"effect": effect, "value": None}
    if count.form is Form.RANGE or count.value is None:
        if count.low is None and count.high is None:
            return None
        return {"effect": effect, "low": count.low, "high": count.high}
    return {"effect": effect, "value": count.value}
