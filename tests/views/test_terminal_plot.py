"""The plot of a series in a terminal."""

from __future__ import annotations

import pytest

from tallystick.reconcile.series import series
from tallystick.views.terminal_plot import plot
from tests.reconcile.tally_build import figure, tally, worded
from tests.reconcile.test_series import cluster


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_no_line_is_wider_than_the_terminal(width: int, ascii_only: bool) -> None:
    for policy in ("neutral", "airwars-like", "ucdp-like"):
        lines = plot(series(cluster(), policy), width=width, ascii_only=ascii_only).plain.splitlines()

        assert lines
        assert [line for line in lines if len(line) > max(width, 40)] == []


def test_ascii_is_ascii() -> None:
    said = tally({"Мэр": [figure("a", 12), figure("b", 19, on=3)]})

    assert plot(series(said, "ecc-range"), ascii_only=True).plain.isascii()


def test_axes_carry_numbers_and_days() -> None:
    lines = plot(series(cluster(), "airwars-like"), width=80).plain.splitlines()

    assert [line.split()[0] for line in lines if "┤" in line] == ["50", "40", "30", "20", "10", "0"]
    days = next(line for line in lines if line.strip().startswith("2031"))
    assert days.split()[0] == "2031-03-01"
    assert days.split()[-1] == "2031-03-13"


def test_each_origin_has_a_letter_and_its_current_word() -> None:
    text = plot(series(cluster(), "airwars-like"), width=120).plain

    assert "A Ministry  39 since 2031-03-10; before: 41 from 2031-03-06, 30 from 2031-03-03" in text
    assert "B Hospital  35 since 2031-03-06; before: 18 from 2031-03-02" in text
    assert "estimate  39 since 2031-03-13; fair" in text


def test_a_letter_stands_on_the_row_of_its_number() -> None:
    lines = plot(series(cluster(), "airwars-like"), width=80).plain.splitlines()

    assert next(line for line in lines if line.lstrip().startswith("10 ┤")).split("┤")[1].startswith("A")
    assert next(line for line in lines if line.lstrip().startswith("30 ┤")).split("┤")[1].lstrip().startswith("A")


def test_an_open_end_runs_to_the_top_and_is_explained() -> None:
    text = plot(series(tally({"Mayor": [worded("a", "dozens", 12)]})), width=60).plain

    assert "┊ end left open" in text
    assert "┊" in text.splitlines()[3]


def test_nothing_dated_is_said_in_words() -> None:
    assert "No dated figure to draw." in plot(series(tally({"A": [figure("a", 1, on=None)]}))).plain
