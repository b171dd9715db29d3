"""The benchmark of series without text: rows to numbers, and what a result counts. Rows of Karsk are invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from eval.series import Result, broken, judge, mended, published, scores, stated, upstream


def row(day: int, value: int, **fields: Any) -> dict[str, Any]:
    made = {"date": f"2031-05-{day:02}", "measure": "killed", "population": "people in Karsk", "source": "the council"}
    return {**made, "cumulative": True, "value": value, **fields}


def test_a_row_is_a_number_of_its_series_on_its_day() -> None:
    (number,) = stated([row(3, 120)])

    assert (number.series, number.day) == ("killed: people in Karsk", date(2031, 5, 3))
    assert (number.low, number.high, number.cumulative) == (120, 120, True)


def test_about_allows_half_of_the_last_digit_that_is_not_nought() -> None:
    assert [(n.low, n.high) for n in stated([row(1, 1200, comparator="about"), row(2, 1234, comparator="about")])] == [
        (1150, 1250),
        (1234, 1234),
    ]


def test_more_than_a_number_is_a_floor_only() -> None:
    assert [(n.low, n.high) for n in stated([row(1, 50, comparator="more")])] == [(51, None)]


def test_days_that_add_up_and_totals_that_only_grow_are_no_contradiction() -> None:
    rows = [row(1, 100), row(2, 130), row(2, 30, cumulative=False), row(5, 200)]
    result = judge("karsk", stated(rows))

    assert result.peeled.conflicts == ()
    assert result.falls == ()
    assert result.sums == 1


def test_a_fall_is_counted_apart_from_contradictions() -> None:
    result = judge("karsk", stated([row(1, 100), row(2, 97)]))

    assert scores({"karsk": result}) == {
        "series/karsk contradictions": 0,
        "series/karsk single-figure repairs": 0,
        "series/karsk falls": 1,
    }


def test_the_totals_and_days_of_a_published_table_are_checked_against_each_other() -> None:
    table = [
        {"report_date": "2031-05-01", "killed_cum": 1000},
        {"report_date": "2031-05-02", "killed_cum": 1100, "killed": 100, "ext_killed": 100},
        {"report_date": "2031-05-03", "killed_cum": 1285, "killed": 158, "killed_women_cum": None},
        {"report_date": "2031-05-04", "killed_cum": 1300, "killed": 15},
    ]
    result = judge("karsk", upstream(table))

    assert len(result.peeled.conflicts) == 1
    (knot,) = result.single
    assert knot.repairs[0].proposals == {"killed 2031-05-03": (185, 185)}


@pytest.fixture(scope="module")
def gaza() -> Result:
    return judge("gaza", upstream(published()))


def test_the_published_days_of_gaza_follow_each_other_without_a_gap() -> None:
    days = [date.fromisoformat(row["report_date"]) for row in published()]

    assert days == [date(2023, 10, 7) + timedelta(step) for step in range(641)]
    assert sum(row["killed_cum"] is not None for row in published()) == 634
    assert sum(row["killed"] is not None for row in published()) == 614


def test_the_published_days_of_gaza_hold_seven_contradictions_and_no_other(gaza: Result) -> None:
    lines = [conflict.line for conflict in gaza.peeled.conflicts]

    assert lines == [
        "15,899 + 725 = 16,624 is more than 16,248",
        "17,177 + 313 = 17,490 is more than 17,487",
        "17,487 + 210 = 17,697 is less than 17,700",
        "23,469 + 151 = 23,620 is less than 23,708",
        "24,100 + 158 = 24,258 is less than 24,285",
        "40,435 + 41 = 40,476 is more than 40,435",
        "40,435 + 58 = 40,493 is less than 40,534",
    ]
    assert [conflict.quantity for conflict in gaza.peeled.conflicts] == [f"killed by {d}" for d in broken(published())]
    assert gaza.peeled.later == ()
    assert gaza.falls == ()


def test_five_single_figures_would_mend_the_published_days_of_gaza(gaza: Result) -> None:
    repairs = [[repair.proposals for repair in knot.repairs] for knot in gaza.peeled.knots]

    assert repairs == [
        # Which of two is wrong, arithmetic cannot tell: the next day has no total.
        [{"killed 2023-12-05": (349, 349)}, {"killed_cum 2023-12-05": (16624, 16624)}],
        [{"killed_cum 2023-12-08": (17490, 17490)}],
        [{"killed 2024-01-12": (239, 239)}],
        [{"killed 2024-01-16": (185, 185)}],
        [{"killed_cum 2024-08-27": (40476, 40476)}],
    ]
    assert len(gaza.single) == 5


def test_a_repair_says_what_kind_of_slip_would_explain_the_figure(gaza: Result) -> None:
    sentences = [knot.repairs[0].sentence for knot in gaza.peeled.knots]

    assert "158 is 185 with two digits transposed" in sentences[3]
    assert "40,435 repeats the total by 2024-08-26" in sentences[4]


def test_with_the_five_figures_mended_the_published_days_of_gaza_add_up(gaza: Result) -> None:
    stated_days = published()
    days = mended(stated_days, gaza.single)

    assert sum(new != old for new, old in zip(days, stated_days, strict=True)) == 5
    assert broken(days) == ()
    assert judge("mended", upstream(days)).peeled.conflicts == ()
