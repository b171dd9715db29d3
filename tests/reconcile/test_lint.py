"""Existing tables: what in them cannot be right, in which rows, and what the arithmetic would need."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.errors import BadTable
from tallystick.model.findings import Finding, FindingLevel
from tallystick.reconcile.lint import lint
from tallystick.reconcile.table_columns import columns_of

GED = "id,low,best,high,deaths_a,deaths_b,deaths_civilians,deaths_unknown,date_start,date_end\n"


def findings(table: str, **mapping: str) -> tuple[Finding, ...]:
    return lint(csv.DictReader(io.StringIO(table)), mapping)


def sentences(table: str, **mapping: str) -> list[str]:
    return [finding.sentence for finding in findings(table, **mapping)]


def test_a_table_in_order_has_no_findings() -> None:
    assert (
        findings(GED + "1,5,7,9,3,4,0,0,2031-01-01,2031-01-02\n2,,,,,,,,,\n3,0,0,0,0,0,0,0,2031-01-01,2031-01-01\n")
        == ()
    )


def test_a_low_above_the_best_is_found_with_row_and_values() -> None:
    (found,) = findings(GED + "1,5,7,9,3,4,0,0,,\n2,8,7,9,3,4,0,0,,\n")

    assert found.level is FindingLevel.CONTRADICTION
    assert found.rule == "killed low <= best"
    assert found.sentence == (
        "Row 3: “low” cannot be 8 with “best” 7, given that a low estimate is not above the best one."
    )
    assert [(c.row, c.column, c.value) for c in found.cells] == [(3, "best", "7"), (3, "low", "8")]
    assert found.proposals == ()


def test_a_low_above_the_high_is_found_where_there_is_no_best() -> None:
    assert sentences("Reported Minimum,Reported Maximum\n9,4\n") == [
        "Row 2: “Reported Minimum” cannot be 9 with “Reported Maximum” 4, given that a low estimate is not above the "
        "high one."
    ]


def test_deaths_by_side_must_add_up_to_the_best_estimate() -> None:
    (found,) = findings(GED + "1,1,7,9,3,4,1,0,,\n")

    assert found.rule == "killed sides"
    assert found.sentence.startswith("Row 2: 3 + 4 + 1 = 8 is more than 7: “deaths_a”, 3, “deaths_b”, 4, and ")
    assert ("best", 8) in [(p.cell.column, p.low) for p in found.proposals]
    assert len(findings(GED + "1,1,9,9,3,4,1,0,,\n")) == 1


def test_an_empty_side_is_unknown_and_not_nought() -> None:
    assert findings(GED + "1,1,9,9,3,4,,0,,\n") == ()
    assert len(findings(GED + "1,1,6,9,3,4,,0,,\n")) == 1


def test_parts_cannot_exceed_their_whole() -> None:
    header = "killed,killed_children,killed_women,killed_civilians,killed_combatants\n"

    assert findings(header + "10,4,5,6,4\n10,4,,,\n,4,5,,\n") == ()
    (found,) = findings(header + "10,6,5,,\n")
    assert found.sentence.startswith("Row 2: 6 + 5 = 11 is more than 10: ")
    assert len(findings(header + "10,,,7,4\n")) == 1


def test_the_killed_and_the_wounded_are_among_the_casualties() -> None:
    assert findings("killed,wounded,casualties\n3,4,7\n3,4,9\n") == ()
    assert len(findings("killed,wounded,casualties\n3,4,6\n")) == 1


SERIES = "report_date,killed,killed_cum,killed_women_cum\n"


def test_a_day_that_does_not_fit_the_running_totals_gets_the_number_that_would() -> None:
    rows = "2031-01-01,,1000,200\n2031-01-02,100,1100,300\n2031-01-03,158,1285,300\n2031-01-04,50,1335,310\n"
    (found,) = findings(SERIES + rows)

    assert found.rule == "daily against running total"
    assert found.sentence == (
        "1,100 + 158 = 1,258 is less than 1,285: “killed_cum” of 2031-01-02, 1,100 (row 3), and “killed” of "
        "2031-01-03, 158 (row 4), against “killed_cum” of 2031-01-03, 1,285 (row 4), given that a running total grows "
        "by what each day adds. All else fits with 185 for “killed” in row 4 (158 is 185 with two digits transposed)."
    )
    (proposed,) = found.proposals
    assert (proposed.cell.row, proposed.cell.column, proposed.low, proposed.high) == (4, "killed", 185, 185)


def test_two_sums_that_one_cell_breaks_share_a_knot() -> None:
    rows = "2031-01-01,,1000,\n2031-01-02,100,1100,\n2031-01-03,41,1100,\n2031-01-04,58,1199,\n2031-01-05,1,1200,\n"
    found = findings(SERIES + rows)

    assert [f.knot for f in found] == [1, 1]
    assert {(p.cell.row, p.low, p.note) for f in found for p in f.proposals} == {
        (4, 1141, "1,100 repeats “killed_cum” in row 3")
    }


def test_a_running_total_that_falls_is_to_be_checked() -> None:
    (found,) = findings(SERIES + "2031-01-01,,1000,200\n2031-01-02,,1001,180\n")

    assert found.level is FindingLevel.CHECK
    assert found.rule == "running total falls"


def test_series_of_several_places_are_kept_apart() -> None:
    table = "place,date,dead_daily,dead_cum\nA,2031-01-01,,10\nB,2031-01-01,,90\nA,2031-01-02,5,15\nB,2031-01-02,1,91\n"

    assert findings(table, series="place") == ()


def test_rows_of_several_series_that_nothing_tells_apart_are_not_checked_against_each_other() -> None:
    towns = [("A", 1, 5), ("B", 1, 90), ("A", 2, 6), ("B", 2, 91), ("A", 3, 7), ("B", 3, 92)]
    days = "".join(f"{town},2031-01-0{day},{total}\n" for town, day, total in towns)
    (found,) = findings("place,date,dead_cum\n" + days)

    assert found.level is FindingLevel.CHECK
    assert found.sentence == (
        "Many days have several rows, such as rows 2 and 3 for 2031-01-01: running totals are not checked; say which "
        "column tells the series apart (series=COLUMN)."
    )


def test_one_day_that_is_entered_twice_is_found() -> None:
    (found,) = findings(SERIES + "2031-01-01,,1000,\n2031-01-02,,1001,\n2031-01-02,,1010,\n2031-01-03,,1020,\n")

    assert found.rule == "two numbers for one"
    assert found.sentence.startswith("“killed_cum” of 2031-01-02 cannot be both 1,010 (row 4) and 1,001 (row 3).")


def test_days_out_of_order_are_found() -> None:
    (found,) = findings(GED + "1,,,,,,,,2031-01-05,2031-01-02\n")

    assert found.sentence == "Row 2: “date_start” 2031-01-05 is after “date_end” 2031-01-02."


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("NA", "“NA” is no number"),
        ("dozens", "“dozens” is no number"),
        ("12+", "“12+” is no number"),
        ("-99", "“-99” is below 0"),
        ("8.5", "“8.5” is no whole number"),
    ],
)
def test_what_is_no_number_is_unknown_and_said_to_be_so(cell: str, says: str) -> None:
    (found,) = findings(f"killed,killed_women\n{cell},4\n")

    assert found.level is FindingLevel.UNREADABLE
    assert says in found.sentence
    assert "leave a cell empty where the number is unknown" in found.sentence


@pytest.mark.parametrize("cell", ["1,204", "1204.0", "1 204", " 1204 "])
def test_numbers_are_read_with_separators(cell: str) -> None:
    assert findings(f'killed,killed_women\n"{cell}",1204\n') == ()
    assert len(findings(f'killed,killed_women\n"{cell}",1205\n')) == 1


def test_one_unreadable_word_in_many_rows_is_one_finding() -> None:
    (found,) = findings("killed\n" + "NA\n" * 300)

    assert "(300 rows, first row 2)" in found.sentence
    assert len(found.cells) == 5


def test_a_day_that_may_be_a_month_is_not_guessed() -> None:
    (found,) = findings(SERIES + "03/04/2031,5,10,\n")

    assert "may be day and month or month and day" in found.sentence


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("low,best,high", {"killed_low", "killed_best", "killed_high"}),
        ("event_date,fatalities", {"date", "killed_total"}),
        ("Start Date,End Date,Reported Minimum", {"date_start", "date_end", "killed_low"}),
        ("max_injured,Number of women killed", {"wounded_high", "killed_women"}),
        ("date,killed,killed_cum,injured", {"date", "killed_daily", "killed_cum", "wounded_total"}),
        ("new_deaths,total_deaths", {"killed_daily", "killed_cum"}),
        ("killed,killed in the second strike,houses,children", {"killed_total"}),
        ("deaths,killed,wounded", {"wounded_total"}),
    ],
)
def test_columns_are_known_by_their_names_and_others_left_alone(header: str, roles: set[str]) -> None:
    assert set(columns_of(header.split(",")).roles) == roles


def test_the_user_says_which_column_is_which() -> None:
    table = "Day,Dead men and women,of whom women\n2031-01-01,4,5\n"

    assert len(findings(table, killed_total="Dead men and women", killed_women="of whom women")) == 1


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"killed_everybody": "killed"}, "no column can hold “killed_everybody”"),
        ({"killed_total": "Dead"}, "the table has no column “Dead”: its columns are killed"),
    ],
)
def test_a_mapping_that_names_nothing_is_refused(mapping: dict[str, str], says: str) -> None:
    with pytest.raises(BadTable, match=says):
        findings("killed\n3\n", **mapping)


def test_a_table_without_any_known_column_asks_which_is_which() -> None:
    with pytest.raises(BadTable, match="none of the columns town, weather is known"):
        findings("town,weather\nKarsk,rain\n")


@given(st.lists(st.lists(st.text(alphabet="0123456789-+.,/ NAé\n", max_size=8), min_size=5, max_size=5), max_size=6))
@settings(max_examples=80, deadline=None)
def test_any_cells_give_findings_and_never_a_crash(rows: list[list[str]]) -> None:
    header = ("date", "killed", "killed_cum", "killed_low", "date_end")
    for found in lint(dict(zip(header, row, strict=True)) for row in rows):
        assert found.sentence.endswith(".")
        assert all(cell.row >= 2 for cell in found.cells)
