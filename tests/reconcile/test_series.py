"""Series: a quantity replayed day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given

from tallystick.model.claims import Interest
from tallystick.model.mentions import LinkKind
from tallystick.model.quantities import Figure, Link
from tallystick.model.tallies import Tally
from tallystick.reconcile.series import Clock, series
from tests.reconcile.tally_build import at_least, day, figure, tally
from tests.reconcile.test_estimates import NAMES, tallies


def cluster() -> Tally:
    """The Orvel dam: a ministry whose toll grows and is corrected once, a hospital, and a town that counts names."""
    return tally(
        {
            "Ministry": [
                at_least("m1", 10, on=0),
                figure("m2", 30, on=2),
                figure("m3", 41, on=5),
                figure("m4", 39, on=9, revises="m3"),
            ],
            "Hospital": [figure("h1", 18, on=1), figure("h2", 35, on=5)],
            "Town": [figure("t1", 39, on=12, named_list=True, interest=Interest.OWN_LOSSES)],
        }
    )


def test_a_point_stands_for_each_day_on_which_a_word_changed() -> None:
    done = series(cluster(), "airwars-like")

    assert [(p.day, p.estimate.low, p.estimate.high) for p in done.points] == [
        (day(0), 10, 10),
        (day(1), 10, 18),
        (day(2), 18, 30),
        (day(5), 35, 41),
        (day(9), 35, 39),
        (day(12), 39, 39),
    ]


def test_a_point_says_what_changed_and_whose_figure_did_it() -> None:
    done = series(cluster(), "airwars-like")

    assert [p.changed_by for p in done.points] == [("m1",), ("h1",), ("m2",), ("m3", "h2"), ("m4",), ("t1",)]
    assert done.points[4].note == "Ministry: 41, now 39; estimate 35 to 41, now 35 to 39"
    assert done.points[-1].by_origin == {"Ministry": (39, 39), "Hospital": (35, 35), "Town": (39, 39)}


def test_a_figure_said_again_adds_no_point() -> None:
    again = tally({"Ministry": [figure("a", 12, on=0), figure("b", 12, on=4)]})

    assert [p.day for p in series(again).points] == [day(0)]


def test_a_series_stops_at_the_day_that_is_asked_for() -> None:
    assert [p.day for p in series(cluster(), until=day(2)).points] == [day(0), day(1), day(2)]


def test_what_the_public_knew_and_what_the_ledger_held_are_two_series() -> None:
    late = datetime(2031, 5, 1, 9, 0, tzinfo=UTC)
    said = tally({"Ministry": [figure("a", 12, on=0, captured=late, said=day(-1))]})

    assert [p.day for p in series(said).points] == [day(0)]
    assert [p.day for p in series(said, clock=Clock.CAPTURED).points] == [late.date()]
    assert [p.day for p in series(said, clock="said").points] == [day(-1)]


def test_a_figure_that_nothing_dates_is_in_no_point() -> None:
    assert series(tally({"Ministry": [figure("a", 12, on=None)]})).points == ()


def test_figures_without_a_tally_are_grouped_by_the_source_they_name() -> None:
    def says(name: str, n: int, on: int, source: str | None) -> Figure:
        return replace(figure(name, n, on=on), chain=(Link(source, LinkKind.SAYS),))

    done = series([says("a", 5, 0, "Mayor"), says("b", 9, 2, "Mayor"), says("c", 7, 2, None)], "ecc-range")

    assert [(p.estimate.low, p.estimate.high) for p in done.points] == [(5, 5), (7, 9)]
    assert list(done.points[-1].by_origin) == ["Mayor", "not named"]


@given(tallies(), NAMES)
def test_the_days_rise_and_every_point_is_moved_by_figures_of_the_tally(said: Tally, name: str) -> None:
    done = series(said, name)

    days = [p.day for p in done.points]
    assert days == sorted(set(days))
    assert all(set(p.changed_by) <= {f.id for f in said.figures} for p in done.points)
