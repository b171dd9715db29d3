"""Long series: contradictions where they stand, and the one figure that explains several."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.model.constraints import Bound, Sum, System
from tallystick.reconcile.peeling import peel
from tallystick.reconcile.stepwise import Stated, step_system
from tests.reconcile.test_conflicts import READ, least

START = date(2031, 3, 1)


def series(days: dict[int, tuple[int | None, int | None]]) -> list[Stated]:
    """Day -> (running total, what the day added), either None where nothing is stated."""
    out = []
    for offset, (total, added) in days.items():
        day = START + timedelta(offset)
        if total is not None:
            out.append(Stated(f"total {offset}", "dead", day, total, total, True, f"the total of day {offset}"))
        if added is not None:
            out.append(Stated(f"day {offset}", "dead", day, added, added, False, f"the dead of day {offset}"))
    return out


def test_a_series_whose_days_add_up_has_no_contradiction() -> None:
    found = peel(step_system(series({0: (100, None), 1: (130, 30), 2: (130, 0), 3: (171, 41)})))

    assert found.knots == ()
    assert found.conflicts == ()
    assert found.set_aside == ()
    assert found.bounds[f"dead by {START}"].low == 100


def test_a_wrong_day_is_found_by_the_totals_around_it() -> None:
    found = peel(step_system(series({0: (1000, None), 1: (1100, 100), 2: (1285, 158), 3: (1300, 15)})))

    (knot,) = found.knots
    assert len(knot.conflicts) == 1
    (repair,) = knot.repairs
    assert repair.proposals == {"day 2": (185, 185)}
    assert repair.sentence == (
        "All else can be true if the dead of day 2 were 185, not 158 (158 is 185 with two digits transposed)."
    )
    assert found.set_aside == ("day 2≤", "day 2≥")


def test_a_total_that_repeats_the_day_before_breaks_two_sums_and_is_one_error() -> None:
    found = peel(step_system(series({0: (1000, None), 1: (1100, 100), 2: (1100, 41), 3: (1199, 58), 4: (1200, 1)})))

    (knot,) = found.knots
    assert len(knot.conflicts) == 2
    (repair,) = knot.repairs
    assert repair.proposals == {"total 2": (1141, 1141)}
    assert "(1,100 repeats the total of day 1)" in repair.sentence
    assert found.conflicts == knot.conflicts


def test_where_nothing_around_decides_both_figures_are_offered() -> None:
    found = peel(step_system(series({0: (900, None), 1: (1000, 100), 2: (1025, 52)})))

    (knot,) = found.knots
    assert [r.proposals for r in knot.repairs] == [{"day 2": (25, 25)}, {"total 2": (1052, 1052)}]


def test_a_figure_that_a_slip_of_the_pen_explains_comes_first() -> None:
    found = peel(step_system(series({0: (900, None), 1: (1000, 100), 2: (1030, 40)})))

    assert [r.proposals for r in found.knots[0].repairs] == [{"total 2": (1040, 1040)}, {"day 2": (30, 30)}]
    assert found.knots[0].repairs[0].sentence.endswith("were 1,040, not 1,030 (one digit differs).")


def test_errors_far_apart_are_told_apart() -> None:
    days: dict[int, tuple[int | None, int | None]] = {i: (100 + 10 * i, 10) for i in range(40)}
    days[10], days[30] = (200, 11), (405, 10)
    found = peel(step_system(series(days)))

    assert [knot.repairs[0].proposals for knot in found.knots] == [{"day 10": (10, 10)}, {"total 30": (400, 400)}]
    assert [len(knot.conflicts) for knot in found.knots] == [1, 2]


def test_over_a_gap_the_days_that_are_stated_cannot_exceed_the_growth() -> None:
    assert peel(step_system(series({0: (100, None), 3: (150, 40)}))).knots == ()
    assert len(peel(step_system(series({0: (100, None), 3: (150, 60)}))).knots) == 1


def test_a_falling_total_is_a_contradiction_only_when_asked() -> None:
    falling = series({0: (100, None), 1: (98, None), 2: (110, None)})

    assert peel(step_system(falling)).knots == ()
    (knot,) = peel(step_system(falling, falls=True)).knots
    assert knot.rules == ("fall:dead:2031-03-02",)
    assert [r.proposals for r in knot.repairs] == [{"total 0": (0, 98)}, {"total 1": (100, 110)}]


def test_two_figures_for_one_day_are_a_knot_without_a_sum() -> None:
    twice = [*series({0: (100, None)}), Stated("again", "dead", START, 120, 120)]
    (knot,) = peel(step_system(twice)).knots

    assert knot.rules == ()
    assert {r.proposals[next(iter(r.proposals))] for r in knot.repairs} == {(100, 100), (120, 120)}


def test_parts_of_a_day_cannot_exceed_their_whole() -> None:
    parts = [Stated(name, name, START, value, value) for name, value in (("women", 40), ("children", 70))]
    whole = Stated("all", "all", START, 100, 100)

    found = peel(step_system([*parts, whole], parts=[("all", ("women", "children"))]))
    assert [k.rules for k in found.knots] == [("parts:women + children:2031-03-01",)]


def test_a_contradiction_that_no_sum_shows_alone_comes_to_light_later() -> None:
    # Day 1 has no total: neither sum is wrong by itself.
    days = series({0: (100, None), 2: (150, None)})
    added = [Stated(f"day {i}", "dead", START + timedelta(i), 10, 10, False) for i in (1, 2)]
    system = step_system([*days, *added])
    middle = System(
        system.bounds,
        (*(s for s in system.sums if not s.equal), *_split(system)),
        (),
        system.labels,
    )
    found = peel(middle)

    assert found.knots == ()
    assert len(found.later) == 1
    assert found.set_aside
    assert not found.more


def _split(system: System) -> tuple[Sum, ...]:
    (rule,) = system.sums
    return (
        Sum("first", rule.parts[:2], "between", equal=True),
        Sum("second", ("between", rule.parts[2]), rule.total, equal=True),
    )


def test_a_reading_falls_alone_not_with_the_figure() -> None:
    found = peel(System((least("F2", "killed", 30, "Belmark"), least("F1", "killed", 60, "Ardovia"), READ)))

    assert found.knots[0].repairs[0].drop == ("F2≤",)


@given(
    st.lists(st.integers(0, 300), min_size=12, max_size=30),
    st.integers(3, 8),
    st.sampled_from(("total", "day")),
    st.integers(1, 5000),
)
@settings(max_examples=60, deadline=None)
def test_one_planted_error_is_named_first_with_its_value(days: list[int], at: int, which: str, off: int) -> None:
    totals, planted = 0, {}
    for i, added in enumerate(days):
        totals += added
        planted[i] = (totals, added)
    total, added = planted[at]
    right = total if which == "total" else added
    planted[at] = (total + off, added) if which == "total" else (total, added + off)
    found = peel(step_system(series(planted)))

    (knot,) = found.knots
    assert len(knot.conflicts) == (2 if which == "total" else 1)
    assert [r.proposals for r in knot.repairs] == [{f"{which} {at}": (right, right)}]
    assert found.later == ()


def test_a_long_series_is_judged_in_little_time() -> None:
    days: dict[int, tuple[int | None, int | None]] = {i: (7 * i, 7) for i in range(1500)}
    days[700] = (7 * 700 + 1, 7)
    found = peel(step_system(series(days)))

    assert len(found.knots) == 1
    assert isinstance(found.bounds[f"dead by {START}"].low, int)
    assert all(isinstance(b, Bound) for b in step_system(series({0: (1, None)})).bounds)
