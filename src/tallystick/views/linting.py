"""What is wrong in a table: as text to read, as CSV for a spreadsheet, as JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tallystick.model.findings import Cell, Finding, FindingLevel, Proposed
from tallystick.views import words

# Column -> what it holds.
COLUMNS: dict[str, str] = {
    "level": "contradiction, check (possible, but worth a look) or unreadable (taken as unknown)",
    "rule": "the name of the rule",
    "knot": "findings with the same number may come from one wrong cell; empty: stands alone",
    "rows": "row numbers as a spreadsheet counts them: the header is row 1",
    "cells": "column=content of each cell that it is about",
    "finding": "the sentence",
    "proposals": "what the arithmetic needs if that cell alone is wrong; not a finding of fact",
}

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(findings: Iterable[Finding], name: str) -> str:
    """One line a finding, and a last line that counts them. name is the table's."""
    found = list(findings)
    lines = [f"{finding.level.value}: {words.clean(finding.sentence)}" for finding in found]
    return "".join(f"{line}\n" for line in (*lines, summary(found, name)))


def summary(findings: Iterable[Finding], name: str) -> str:
    """How many of each level: "table.csv: 7 contradictions, 5 of them by one cell each; 2 to check"."""
    found = list(findings)
    levels = Counter(finding.level for finding in found)
    if not found:
        return f"{words.clean(name)}: nothing found."
    parts = []
    for level, one, many in (
        (FindingLevel.CONTRADICTION, "contradiction", "contradictions"),
        (FindingLevel.CHECK, "to check", "to check"),
        (FindingLevel.UNREADABLE, "kind of unreadable cell", "kinds of unreadable cells"),
    ):
        if levels[level]:
            parts.append(f"{levels[level]:,} {one if levels[level] == 1 else many}")
    knots = {f.knot for f in found if f.knot is not None and f.level is FindingLevel.CONTRADICTION}
    joined = sum(f.knot is not None and f.level is FindingLevel.CONTRADICTION for f in found)
    note = f" ({joined:,} in series, in {len(knots):,} places)" if joined > len(knots) else ""
    return f"{words.clean(name)}: {parts[0]}{note}{''.join(f', {part}' for part in parts[1:])}."


def record(finding: Finding) -> dict[str, Any]:
    """One finding as JSON. Unknown bounds are null."""
    return {
        "level": finding.level.value,
        "rule": finding.rule,
        "knot": finding.knot,
        "finding": finding.sentence,
        "cells": [_cell(cell) for cell in finding.cells],
        "proposals": [
            {"cell": _cell(p.cell), "low": p.low, "high": p.high, "note": p.note or None} for p in finding.proposals
        ],
    }


def as_json(findings: Iterable[Finding]) -> str:
    """A JSON array, one object a finding."""
    return json.dumps([record(finding) for finding in findings], ensure_ascii=False, indent=1) + "\n"


def as_csv(findings: Iterable[Finding]) -> str:
    """A CSV table (RFC 4180, UTF-8, a header line) with COLUMNS. Lists are joined with "; "."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for finding in findings:
        rows = dict.fromkeys(cell.row for cell in finding.cells)
        writer.writerow(
            _safe(value)
            for value in (
                finding.level.value,
                finding.rule,
                "" if finding.knot is None else str(finding.knot),
                "; ".join(str(row) for row in rows),
                "; ".join(f"{cell.column}={cell.value}" for cell in finding.cells),
                finding.sentence,
                "; ".join(_proposed(proposed) for proposed in finding.proposals),
            )
        )
    return out.getvalue()


def _cell(cell: Cell) -> dict[str, Any]:
    return {"row": cell.row, "column": cell.column, "value": cell.value}


def _proposed(proposed: Proposed) -> str:
    note = f" ({proposed.note})" if proposed.note else ""
    needs = words.bounds(proposed.low, proposed.high)
    return f"row {proposed.cell.row} {proposed.cell.column}: {needs} instead of {proposed.cell.value}{note}"


def _safe(value: str) -> str:
    """A cell that a spreadsheet would run as a formula has an apostrophe before it."""
    text = words.clean(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
