"""One killed and one wounded figure for an incident that several articles tell of."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from eval.adapters._reports import figure, main_row, reports
from tallystick.model.report import Report
from tallystick.reconcile import code

BENCH = "gva"
SCORER = "gva"
METRICS = {
    "both": ("headline",),
    "killed": ("killed", "acc"),
    "wounded": ("wounded", "acc"),
    "date": ("date",),
}


def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """One row an incident: of its articles' figures the commonest, of equally common ones the earlier article's."""
    titled = [{**row, "text": f"{row.get('title') or ''}\n\n{row['text']}".strip()} for row in docs]
    read = {row["id"]: (row, report) for row, report in reports(titled)}
    incidents = [json.loads(line) for line in (folder / "incidents.jsonl").read_text(encoding="utf-8").splitlines()]
    predictions = []
    for incident in incidents:
        told = sorted((read[i] for i in incident["docs"]), key=lambda pair: pair[0].get("date") or "")
        rows = [_figures(report) for _, report in told]
        predictions.append(
            {
                "id": incident["id"],
                # The registry writes 0 where no article speaks of dead or of wounded.
                "killed": _commonest([r[0] for r in rows]) or 0,
                "wounded": _commonest([r[1] for r in rows]) or 0,
                "date": _commonest([r[2] for r in rows])
                or next((row["date"] for row, _ in told if row.get("date")), None),
            }
        )
    return predictions


def _figures(report: Report) -> tuple[Any, Any, Any]:
    coded = [r for r in code([report]) if r.scope.value == "incident"]
    main = main_row(coded, report)
    if main is None:
        return None, None, None
    day = main.period.start.isoformat() if main.period is not None and main.period.start is not None else None
    dead = main.killed.best if main.killed.best is not None else main.killed.low  # a bare ceiling counts nobody
    return dead, figure(main.wounded), day


def _commonest(values: list[Any]) -> Any:
    known = [v for v in values if v is not None]
    return max(known, key=lambda v: (Counter(known)[v], -known.index(v))) if known else None
