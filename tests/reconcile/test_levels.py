"""The war's total, level by level: floors up, ceilings down, and one sentence for a thousand figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.errors import ImpossibleValue
from tallystick.model.constraints import AssumptionKind, Bound, Interval, Sum, System
from tallystick.reconcile.levels import Levels, Part, climb
from tallystick.reconcile.propagation import propagate

WAR = Part("war", None, high=4700, label="losses in the war", text="Ardovia: “4,700” [3:8]")


def incidents(count: int, low: int, parent: str = "war", **fields: bool) -> list[Part]:
    return [Part(f"{parent}/{i}", parent, low=low, label=f"incident {i}", **fields) for i in range(count)]


def test_incidents_that_add_up_to_more_than_the_stated_total_are_told_by_count() -> None:
    parts = [*incidents(1203, 4), Part("raid", "war", low=498, label="the raid on Karsk"), WAR]
    (found,) = climb(parts).overflows

    assert found.count == 1204
    assert found.floor == 5310
    assert found.ceiling == 4700
    assert found.largest[0] == ("raid", "the raid on Karsk", 498)
    assert found.sentence.startswith(
        "1,204 incidents add up to at least 5,310, above the 4,700 stated for losses in the war (Ardovia: “4,700” "
        "[3:8]); the largest are the raid on Karsk with 498, "
    )


def test_incidents_within_the_stated_total_are_silent() -> None:
    found = climb([*incidents(1000, 4), WAR])

    assert found.overflows == ()
    assert found.nodes["war"].floor == 4000


def test_incidents_without_a_floor_do_not_count() -> None:
    assert climb([*incidents(5, 0), *incidents(1, 3, "east"), Part("east", "war"), WAR]).nodes["war"].count == 1


def test_incidents_that_may_be_the_same_people_do_not_add_up() -> None:
    found = climb([*incidents(1000, 40, apart=False), WAR])

    assert found.overflows == ()
    assert found.nodes["war"].floor == 40
    (over,) = climb([*incidents(3, 5000, apart=False), WAR]).overflows
    assert over.sentence.startswith("One of 3 incidents alone is at least 5,000, above the 4,700 stated")


def test_a_total_that_is_too_small_is_told_once_not_on_every_level_above() -> None:
    parts = [*incidents(10, 100, "east"), Part("east", "war", high=900, label="losses in the east"), WAR]
    found = climb(parts)

    assert [o.whole for o in found.overflows] == ["east"]
    assert found.nodes["war"].floor == 900


def test_the_ceiling_passes_down_less_what_the_sisters_have() -> None:
    raid = Part("raid", "east", low=10)
    east, west = Part("east", "war"), Part("west", "war", low=4000)
    found = climb([raid, Part("ford", "east", low=200), east, west, WAR])

    assert found.nodes["east"].ceiling == 700
    assert found.ceiling(west) == 4490
    assert found.ceiling(raid) == 500
    assert found.ceiling(Part("raid", "east", low=10, high=60)) == 60


def test_an_open_total_leaves_its_parts_open() -> None:
    found = climb([Part("raid", "war", low=10), Part("war", None)])

    assert found.nodes["war"].ceiling is None
    assert found.ceiling(Part("raid", "war", low=10)) is None


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([Part("a", "war", low=1), WAR, Part("b", "war", low=1)], "comes after its whole war"),
        ([Part("a", "war", low=1)], "the whole war does not come after its parts"),
        ([WAR, Part("a", "war", low=1)], "the whole war does not come after its parts"),
    ],
)
def test_parts_come_before_their_whole(parts: list[Part], says: str) -> None:
    with pytest.raises(ImpossibleValue, match=says):
        climb(parts)


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=4), min_size=1, max_size=4),
    st.integers(0, 90),
)
def test_floors_and_ceilings_are_those_of_one_large_system(fronts: list[list[tuple[int, bool]]], total: int) -> None:
    parts: list[Part] = []
    sums, bounds = [], [Bound("war≤", "war", None, total, 2.0, AssumptionKind.CEILING)]
    for i, front in enumerate(fronts):
        leaves = [Part(f"{i}/{j}", f"{i}", low=low, apart=apart) for j, (low, apart) in enumerate(front)]
        parts += [*leaves, Part(f"{i}", "war")]
        bounds += [Bound(f"{p.id}≥", p.id, low=p.low) for p in leaves]
        together = tuple(p.id for p in leaves if p.apart)
        sums += [Sum(f"sum {i}", together, f"{i}")] if together else []
        sums += [Sum(f"in {p.id}", (p.id,), f"{i}") for p in leaves if not p.apart]
    sums.append(Sum("all", tuple(str(i) for i in range(len(fronts))), "war"))
    found = climb([*parts, Part("war", None, high=total)])
    whole = propagate(System(tuple(bounds), tuple(sums)))

    assert (whole.clash is not None) == bool(found.overflows)
    if whole.clash is None:
        _same(found, parts, whole.bounds)


def _same(found: Levels, parts: list[Part], bounds: dict[str, Interval]) -> None:
    for part in parts:
        expected = bounds[part.id]
        if part.id in found.nodes:
            node = found.nodes[part.id]
            assert (node.floor, node.ceiling) == (expected.low, expected.high)
        else:
            assert found.ceiling(part) == expected.high
