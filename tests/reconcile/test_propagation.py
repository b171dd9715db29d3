"""What follows from figures and sums: bounds, their proofs, and when nothing can be true."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.errors import ImpossibleValue
from tallystick.model.constraints import AssumptionKind, Belief, Bound, Interval, Proof, Sum, System
from tallystick.reconcile.propagation import propagate
from tests.reconcile.random_systems import system, table, tangle, tree


def least(quantity: str, low: float) -> Bound:
    return Bound(f"{quantity} ≥ {low}", quantity, low=low)


def most(quantity: str, high: float) -> Bound:
    return Bound(f"{quantity} ≤ {high}", quantity, None, high, 2.0, AssumptionKind.CEILING)


def exactly(quantity: str, value: float) -> tuple[Bound, Bound]:
    return least(quantity, value), most(quantity, value)


def ends(interval: Interval) -> tuple[object, object]:
    return interval.low, interval.high


WITHIN = Sum("killed within casualties", ("killed",), "casualties")
BOTH = Sum("killed and wounded", ("killed", "wounded"), "casualties", equal=True, cost=2.0)


def test_a_floor_passes_up_and_a_ceiling_down_a_part_of_rule() -> None:
    found = propagate(System((least("killed", 600), most("casualties", 4700)), (WITHIN,)))

    assert ends(found.bounds["killed"]) == (600, 4700)
    assert ends(found.bounds["casualties"]) == (600, 4700)
    assert found.clash is None


def test_nothing_is_known_of_a_quantity_that_nobody_bounds_but_that_it_is_a_count() -> None:
    found = propagate(System((), (WITHIN,)))

    assert found.bounds["killed"] == Interval(0, None)


def test_an_equal_sum_bounds_its_parts_from_both_sides() -> None:
    found = propagate(System((*exactly("casualties", 4700), least("killed", 600), most("killed", 700)), (BOTH,)))

    assert ends(found.bounds["wounded"]) == (4000, 4100)


def test_a_sum_that_only_packs_gives_its_parts_no_floor() -> None:
    packing = replace(BOTH, equal=False)
    found = propagate(System((*exactly("casualties", 4700), *exactly("killed", 600)), (packing,)))

    assert ends(found.bounds["wounded"]) == (0, 4100)


def test_a_proof_names_the_figure_and_the_rule_on_the_way() -> None:
    found = propagate(System((least("killed", 600),), (WITHIN,)))

    stated = Proof("killed", "low", 600, "killed ≥ 600")
    assert found.bounds["casualties"].low_proof == Proof(
        "casualties", "low", 600, "killed within casualties", (stated,)
    )
    assert found.bounds["casualties"].high_proof is None


def test_a_clash_names_the_quantity_both_proofs_and_what_takes_part() -> None:
    found = propagate(System((least("killed", 6000), most("casualties", 4700)), (WITHIN,)))

    assert found.clash is not None
    assert found.clash.members == ("casualties ≤ 4700", "killed ≥ 6000")
    assert found.clash.rules == ("killed within casualties",)
    assert found.clash.low is not None
    assert found.clash.high is not None
    assert found.clash.low.value == 6000
    assert found.clash.high.value == 4700


def test_a_sum_holds_only_while_its_assumption_and_all_that_it_needs_are_held() -> None:
    same = Belief("same", 0.4, AssumptionKind.IDENTITY, "the two reports tell of one event")
    joined = replace(BOTH, needs=("same",))
    given_ = System((*exactly("casualties", 10), least("killed", 6), least("wounded", 5)), (joined,), (same,))

    assert propagate(given_).clash is not None
    assert propagate(given_, without=["same"]).clash is None
    assert propagate(given_, without=["killed and wounded"]).clash is None
    assert propagate(given_, without=["killed ≥ 6"]).clash is None


def test_a_negative_ceiling_clashes_with_counting_itself() -> None:
    found = propagate(System((most("killed", -1),)))

    assert found.clash is not None
    assert found.clash.members == ("killed ≤ -1",)


def test_decimals_are_taken_as_they_read() -> None:
    tonnes = Sum("all", ("a", "b"), "c", equal=True)
    figures = (*exactly("a", 0.1), *exactly("b", 0.2), *exactly("c", 0.3))

    assert propagate(System(figures, (tonnes,))).clash is None
    assert propagate(System((*figures[:4], *exactly("c", 0.4)), (tonnes,))).clash is not None


def test_a_number_too_large_for_a_float_is_still_exact() -> None:
    huge = 10**400
    found = propagate(System((least("killed", huge), most("casualties", huge + 1)), (WITHIN,)))

    assert ends(found.bounds["killed"]) == (huge, huge + 1)


def test_two_ways_of_adding_up_one_table_are_settled_exactly() -> None:
    # Rows say 9,000 + 9,000, columns 9,000 + 9,001: bounds would creep by one a round, and there are 9,000 to go.
    sums = (
        Sum("row 0", ("a", "b"), "ab", True),
        Sum("row 1", ("c", "d"), "cd", True),
        Sum("column 0", ("a", "c"), "ac", True),
        Sum("column 1", ("b", "d"), "bd", True),
    )
    figures = (*exactly("ab", 9000), *exactly("cd", 9000), *exactly("ac", 9000))

    assert propagate(System((*figures, *exactly("bd", 9000)), sums)).clash is None
    clash = propagate(System((*figures, *exactly("bd", 9001)), sums)).clash
    assert clash is not None
    assert clash.quantity is None
    assert set(clash.members) == {"ab ≤ 9000", "cd ≤ 9000", "ac ≥ 9000", "bd ≥ 9001"}


def test_people_come_in_whole_numbers() -> None:
    twice = Sum("twice", ("killed", "killed"), "hands", equal=True)

    assert propagate(System(exactly("hands", 8), (twice,))).clash is None
    assert propagate(System(exactly("hands", 7), (twice,))).clash is not None
    # Tonnes do not.
    assert propagate(System((*exactly("hands", 7), most("killed", 3.5)), (twice,))).clash is None


def test_bounds_that_creep_around_a_ring_end() -> None:
    # a is b plus some, b is a plus some: each round adds one, for ever.
    ring = (Sum("up", ("b", "one"), "a"), Sum("down", ("a",), "b"))
    found = propagate(System((least("one", 1), most("a", 10**9)), ring))

    assert found.clash is not None
    assert set(found.clash.members) <= {"one ≥ 1", "a ≤ 1000000000"}


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (System((least("a", 1), least("a", 1))), "two assumptions are called a ≥ 1"),
        (System((), (replace(WITHIN, needs=("nowhere",)),)), "rests on nowhere"),
        (System((), (Sum("empty", (), "a"),)), "has no parts"),
        (System((Bound("open", "a"),)), "must give either a low or a high"),
        (System((Bound("both", "a", 1, 2),)), "must give either a low or a high"),
        (System((least("a", float("nan")),)), "must give either a low or a high"),
    ],
)
def test_a_system_that_contradicts_its_own_form_is_refused(broken: System, says: str) -> None:
    with pytest.raises(ImpossibleValue, match=says):
        propagate(broken)


@st.composite
def _systems(draw: st.DrawFn) -> System:
    chance = random.Random(draw(st.integers(0, 2**32)))
    return system(chance, draw(st.sampled_from((table, tree, tangle)))(chance))


@given(_systems(), st.data())
@settings(max_examples=150, deadline=None)
def test_adding_an_assumption_never_loosens_a_bound(whole: System, data: st.DataObject) -> None:
    names = sorted(b.id for b in whole.bounds)
    dropped = data.draw(st.sets(st.sampled_from(names))) if names else set()
    fewer, more = propagate(whole, without=dropped), propagate(whole)

    if fewer.clash is not None:
        assert more.clash is not None
    elif more.clash is None:
        for quantity, wide in fewer.bounds.items():
            narrow = more.bounds[quantity]
            assert wide.low is not None
            assert narrow.low is not None
            assert narrow.low >= wide.low
            assert wide.high is None or (narrow.high is not None and narrow.high <= wide.high)


@given(_systems(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_inputs_does_not_matter(whole: System, chance: random.Random) -> None:
    shuffled = System(
        tuple(chance.sample(whole.bounds, len(whole.bounds))),
        tuple(chance.sample(whole.sums, len(whole.sums))),
        whole.beliefs,
    )
    one, other = propagate(whole), propagate(shuffled)

    # Proofs share their parts: comparing two as trees takes for ever.
    assert (one.clash is None) == (other.clash is None)
    assert one.clash is None or other.clash is None or one.clash.members == other.clash.members
    ends = [{name: (i.low, i.high) for name, i in found.bounds.items()} for found in (one, other)]
    assert ends[0] == ends[1]


@given(st.integers(0, 2**32), st.lists(st.integers(0, 50), min_size=4, max_size=4))
@settings(max_examples=150, deadline=None)
def test_figures_that_are_true_never_clash_and_the_truth_stays_within_the_bounds(seed: int, cells: list[int]) -> None:
    chance = random.Random(seed)
    a, b, c, d = cells
    truth = {"a": a, "b": b, "c": c, "d": d, "ab": a + b, "cd": c + d, "ac": a + c, "bd": b + d, "all": a + b + c + d}
    bounds = []
    for name, value in truth.items():
        if chance.random() < 0.4:
            bounds.append(least(name, max(0, value - chance.randint(0, 5))))
        if chance.random() < 0.4:
            bounds.append(most(name, value + chance.randint(0, 5)))
    found = propagate(System(tuple(bounds), table(chance)))

    assert found.clash is None
    for name, interval in found.bounds.items():
        assert interval.low is not None
        assert interval.low <= truth[name]
        assert interval.high is None or truth[name] <= interval.high
