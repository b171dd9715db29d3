"""1,500 random systems, half of them tables with rings, against z3: none missed, none invented, every set smallest."""

from __future__ import annotations

import random
from itertools import chain, combinations

import pytest

from tallystick.model.constraints import System
from tallystick.reconcile.conflicts import diagnose
from tallystick.reconcile.propagation import propagate
from tests.reconcile.random_systems import Referee, assumptions, system, table, tangle, tree

# Systems with at most so many assumptions are compared with every subset of them.
_SMALL = 8


def systems(seed: int, count: int) -> list[System]:
    chance = random.Random(seed)
    shapes = (table, tree, table, tangle)
    return [system(chance, shapes[i % 4](chance)) for i in range(count)]


@pytest.mark.parametrize("seed", range(5))
def test_no_conflict_is_missed_or_invented_and_every_set_is_smallest(seed: int) -> None:
    clashing = 0
    for given in systems(seed, 300):
        everything = assumptions(given)
        referee = Referee(given)
        possible = referee.can(everything)
        followed = propagate(given)
        found = diagnose(given, cap=120)

        assert followed.decided
        assert (followed.clash is None) == possible == found.consistent, given
        assert possible == (not found.repairs)
        for conflict in found.conflicts[:6]:
            assert referee.is_smallest_conflict(conflict.members), (given, conflict)
            assert conflict.sentence.endswith(".")
        for repair in found.repairs[:6]:
            assert referee.is_smallest_repair(everything, repair.drop), (given, repair)
        if not possible:
            clashing += 1
            assert followed.clash is not None
            assert not referee.can(followed.clash.members)
            assert found.set_aside == found.repairs[0].drop
            assert [r.cost for r in found.repairs] == sorted(r.cost for r in found.repairs)

    assert 75 <= clashing <= 225  # neither kind of system is rare


def test_of_small_systems_all_smallest_conflicts_and_repairs_are_found() -> None:
    compared = 0
    for given in systems(99, 600):
        everything = assumptions(given)
        if len(everything) > _SMALL:
            continue
        referee = Referee(given)
        if referee.can(everything):
            continue
        subsets = [set(s) for s in chain.from_iterable(combinations(everything, n) for n in range(len(everything) + 1))]
        can = [s for s in subsets if referee.can(s)]
        cannot = [s for s in subsets if s not in can]
        conflicts = {frozenset(s) for s in cannot if not any(other < s for other in cannot)}
        repairs = {frozenset(everything) - s for s in can if not any(s < other for other in can)}

        found = diagnose(given)

        assert {frozenset(c.members) for c in found.conflicts} == conflicts, given
        assert {frozenset(r.drop) for r in found.repairs} == repairs, given
        assert not found.more
        compared += 1

    assert compared >= 120


def test_proposed_values_are_those_that_all_else_allows() -> None:
    proposed = 0
    for given in systems(7, 200):
        for repair in diagnose(given, cap=120).repairs:
            for figure, (low, high) in repair.proposals.items():
                quantity = next(b.quantity for b in given.bounds if b.figures == (figure,))
                rest = tuple(b for b in given.bounds if b.figures != (figure,))
                bounds = propagate(System(rest, given.sums, given.beliefs)).bounds[quantity]
                assert (bounds.low, bounds.high) == (low, high)
                proposed += 1

    assert proposed > 50
