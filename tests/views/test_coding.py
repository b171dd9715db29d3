from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from tallystick.model.claims import Population
from tallystick.model.coding import CodedRow, Toll
from tallystick.model.values import Grain, Period
from tallystick.views.coding import COLUMNS, as_csv, as_jsonl
from tests import builders

ROW = CodedRow(
    "d" * 64,
    "neutral/1",
    period=Period(date(2024, 5, 10), date(2024, 5, 10), Grain.DAY),
    place=builders.SUMY,
    actors=(Population("=HYPERLINK(1)", None), Population("gunmen", None)),
    killed=Toll(12, None, None, ("abc",), ("neutral/1:at_least",)),
    claims=("abc",),
    notes=("-1 is no figure",),
)


def cells(row: CodedRow) -> dict[str, str]:
    (only,) = csv.DictReader(io.StringIO(as_csv([row], {"d" * 64: "report.txt"})))
    return only


def test_a_row_is_written_under_the_documented_columns() -> None:
    row = cells(ROW)

    assert list(row) == list(COLUMNS)
    assert (row["file"], row["date_start"], row["place"], row["country"]) == ("report.txt", "2024-05-10", "Sumy", "UA")


def test_an_unknown_figure_is_an_empty_cell_and_null_never_zero() -> None:
    record = json.loads(as_jsonl([ROW], {}))

    assert [cells(ROW)[name] for name in ("killed_low", "killed_best", "killed_high", "wounded_low")] == [
        "12",
        "",
        "",
        "",
    ]
    assert [record[name] for name in ("killed_low", "killed_best", "wounded_low", "file")] == [12, None, None, None]


def test_nobody_killed_is_nought_not_empty() -> None:
    assert cells(CodedRow("d" * 64, "neutral/1", killed=Toll(0, 0, 0)))["killed_best"] == "0"


def test_no_cell_can_run_as_a_formula() -> None:
    row = cells(ROW)

    assert row["actors"] == "'=HYPERLINK(1); gunmen"
    assert row["notes"] == "'-1 is no figure"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r\n=1"])
def test_every_beginning_of_a_formula_is_disarmed(text: str) -> None:
    assert cells(CodedRow("d" * 64, "neutral/1", place_text=text))["place"].startswith("'")


def test_json_lines_hold_one_row_a_line() -> None:
    lines = as_jsonl([ROW, ROW], {}).splitlines()

    assert len(lines) == 2
    assert list(json.loads(lines[0])) == list(COLUMNS)
