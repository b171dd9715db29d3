"""Conflicts as they were known on an earlier day, when only some of the figures behind them had been told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tallystick.model.constraints import Conflict
from tallystick.model.quantities import Figure
from tallystick.reconcile.conflicts import diagnose
from tallystick.reconcile.lattice import Lattice
from tallystick.reconcile.systems import system


def could_be_known(conflict: Conflict, knew: Callable[[Iterable[str]], bool]) -> bool:
    """Whether at least one figure behind each side was known. knew is asked of figures' ids: all?"""
    sides = [side.figures for side in conflict.sides if side.figures]
    return all(any(knew((name,)) for name in side) for side in sides) if sides else knew(conflict.figures)


def as_known(conflict: Conflict, figures: Sequence[Figure], lattice: Lattice) -> Conflict | None:
    """The conflict as the figures known by then make it; None where they can all be true.

    figures are those that were known of the quantities in it. Looked at anew, because a side's later repeats can be
    what makes it clash: an early “9 dead” is no ceiling for what is told of a toll that still rises. What was taken
    for granted (that reports tell of one event) stands as it does today.
    """
    inside = set(conflict.figures)
    found = diagnose(system(figures, lattice)).conflicts
    then = next((one for one in found if set(one.figures) <= inside), None)
    if then is None:
        return None
    granted = tuple(side for side in conflict.sides if not side.figures and side.id not in then.members)
    return replace(
        then,
        kind=conflict.kind,
        members=(*then.members, *(side.id for side in granted)),
        sides=(*then.sides, *granted),
        quantity=conflict.quantity,
    )
