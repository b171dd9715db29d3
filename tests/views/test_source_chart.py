"""What a source has said over time, as a chart: one mark a figure, on a scale that shows tens beside thousands."""

from __future__ import annotations

from datetime import date

from tallystick.views import charts
from tallystick.views.source_chart import Said, chart

DAY = date(2024, 6, 3)


def said(low: int | None, high: int | None, day: date = DAY) -> Said:
    return Said(day, "killed", low, high, "not said whose", "3f9a12cd:77ab01ef")


def test_each_figure_is_one_mark_that_says_which_end_is_open() -> None:
    spec = chart("The mayor", [said(4, 4), said(21, None), said(None, 30), said(5, 9), said(None, None)])
    rows = spec["data"]["values"]
    assert [(row["at"], row["open"]) for row in rows] == [
        (4, "exact"), (21, "at least"), (30, "at most"), (5, "range")
    ]  # fmt: skip


def test_tens_and_thousands_stand_on_one_scale_that_can_be_read() -> None:
    y = chart("x", [said(4, 4), said(40_000, 40_000)])["layer"][1]["encoding"]["y"]
    assert y["scale"]["type"] == "symlog"
    assert y["axis"]["values"] == [0, 1, 10, 100, 1_000, 10_000]
    assert "values" not in chart("x", [said(40, 40)])["layer"][1]["encoding"]["y"]["axis"]


def test_no_tick_stands_at_half_a_person() -> None:
    y = chart("x", [said(1, 1)])["layer"][1]["encoding"]["y"]
    assert y["axis"]["values"] == [0, 1]


def test_without_a_dated_figure_it_says_so() -> None:
    assert chart("The <mayor>", [])["description"] == "The <mayor>: no dated figure to draw."


def test_it_is_drawn_as_svg() -> None:
    spec = chart("The mayor", [said(4, 9), said(700, None, date(2024, 7, 1))])
    drawn = charts.svg(spec | {"title": spec["title"] | {"text": ["The mayor"]}})
    assert drawn.startswith("<svg")
    assert "2 figures from 2024-06-03 to 2024-07-01" in drawn
