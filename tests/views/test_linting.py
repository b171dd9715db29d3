"""Findings as text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

from tallystick.model.findings import Cell, Finding, FindingLevel, Proposed
from tallystick.views.linting import COLUMNS, as_csv, as_json, as_text

BEST, SIDE = Cell(3, "best", "7"), Cell(3, "deaths_a", "=8")
WRONG = Finding(
    "killed sides",
    FindingLevel.CONTRADICTION,
    "Row 3: “deaths_a” cannot be 8 with “best” 7.",
    (BEST, SIDE),
    (Proposed(BEST, 8, None, "one digit differs"),),
    2,
)
DOUBT = Finding("unreadable", FindingLevel.UNREADABLE, "In “low” (row 4) “NA” is no number.", (Cell(4, "low", "NA"),))


def test_text_has_a_line_a_finding_and_a_count() -> None:
    assert as_text([WRONG, DOUBT], "table.csv").splitlines() == [
        "contradiction: Row 3: “deaths_a” cannot be 8 with “best” 7.",
        "unreadable: In “low” (row 4) “NA” is no number.",
        "table.csv: 1 contradiction, 1 kind of unreadable cell.",
    ]


def test_findings_of_one_knot_are_counted_by_place() -> None:
    assert as_text([WRONG, WRONG], "t").splitlines()[-1] == "t: 2 contradictions (2 in series, in 1 places)."


def test_a_table_in_order_says_so() -> None:
    assert as_text([], "table.csv") == "table.csv: nothing found.\n"


def test_control_characters_of_the_table_do_not_reach_the_terminal() -> None:
    odd = Finding("unreadable", FindingLevel.UNREADABLE, "In “a\x1b[31m” is no number.", ())

    assert "\x1b" not in as_text([odd], "t\x1b[2J")


def test_json_keeps_unknown_bounds_null() -> None:
    (first, second) = json.loads(as_json([WRONG, DOUBT]))

    assert first["proposals"] == [
        {"cell": {"row": 3, "column": "best", "value": "7"}, "low": 8, "high": None, "note": "one digit differs"}
    ]
    assert first["knot"] == 2
    assert second["knot"] is None


def test_csv_has_the_documented_columns_and_runs_no_formula() -> None:
    header, row, _ = csv.reader(io.StringIO(as_csv([WRONG, DOUBT])))

    assert header == list(COLUMNS)
    assert row[COLUMNS_AT["rows"]] == "3"
    assert row[COLUMNS_AT["cells"]] == "best=7; deaths_a==8"
    assert row[COLUMNS_AT["proposals"]] == "row 3 best: at least 8 instead of 7 (one digit differs)"
    formula = Finding("=1+1", FindingLevel.CHECK, "-", ())
    assert "'=1+1" in as_csv([formula])


COLUMNS_AT = {name: i for i, name in enumerate(COLUMNS)}
