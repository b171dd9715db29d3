"""The benchmark of series without text: rows to numbers, and what a result counts. The rows are invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from eval.series import judge, scores, stated, upstream


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
