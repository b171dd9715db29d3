"""What follows for every quantity: bounds with their proofs, and whether everything can be true together.

Intervals are pushed through the sums, first in first out, until nothing changes. That is complete where the sums form
no ring, and where they only say "at most"; rings with an equal sum are settled by exact linear arithmetic
(reconcile.simplex). Sound always: nothing is called impossible that whole numbers could satisfy.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tallystick.model.constraints import Interval, System
from tallystick.reconcile.network import Clash, Network

__all__ = ["Clash", "Propagated", "propagate"]


@dataclass(frozen=True, slots=True)
class Propagated:
    """Bounds by quantity, and the clash that ended the search or None.

    bounds after a clash are those reached until then: do not publish them. decided is False where a ring was too
    large to settle: then no clash means only that none was found.
    """

    bounds: dict[str, Interval]
    clash: Clash | None = None
    decided: bool = True


def propagate(system: System, without: Collection[str] = ()) -> Propagated:
    """Everything that follows from the system, less the assumptions whose ids are in without.

    Raises ImpossibleValue for ids that are given twice, a sum that needs an unknown assumption, or a bound that is
    no number.
    """
    net = Network(system)
    dropped = set(without)
    held = None if not dropped else [i for i, name in enumerate(net.ids) if name not in dropped]
    state = net.spread(held)
    refuted = state.refuted
    clash = None if refuted is None else net.clash(state)
    return Propagated(net.intervals(state), clash, state.decided)
