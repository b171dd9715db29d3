"""Systems -> what cannot all be true: every smallest conflict, every smallest repair, cheapest first.

A conflict is read off the proof of a clash and made smallest by leaving out one assumption at a time, the most
trusted first. A hitting-set tree (Reiter 1987) then finds all conflicts and all repairs: each node drops some
assumptions; what remains either can all be true, a repair, or holds another conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice

from tallystick.model.constraints import (
    AssumptionKind,
    Belief,
    Bound,
    Conflict,
    ConflictKind,
    Diagnosis,
    Interval,
    Repair,
    Sum,
    System,
)
from tallystick.model.values import Number
from tallystick.reconcile.network import Network
from tallystick.reconcile.wording import Dropped, repair_told, side, tell

_KINDS = {
    AssumptionKind.READING: ConflictKind.READING,
    AssumptionKind.IDENTITY: ConflictKind.IDENTITY,
    AssumptionKind.PARTITION: ConflictKind.DEFINITION,
    AssumptionKind.INCLUSION: ConflictKind.DEFINITION,
}
_ORDER = list(AssumptionKind)
_FIGURES = (AssumptionKind.FLOOR, AssumptionKind.CEILING)


def diagnose(system: System, cap: int = 200) -> Diagnosis:
    """All smallest conflicts and repairs, and what follows once the cheapest repair is made.

    cap is the number of sets of dropped assumptions tried in each group of quantities that hang together, and the
    number of repairs returned; where it cuts, more is True and the cheapest found come first. For a long series or a
    table use peeling.peel: the number of conflicts can grow exponentially. Raises ImpossibleValue as propagate does.
    """
    bounds: dict[str, Interval] = {}
    conflicts: list[Conflict] = []
    broken: list[tuple[Network, list[Repair]]] = []
    aside: list[str] = []
    more = False
    for net in map(Network, components(system)):
        state = net.spread()
        if state.refuted is None:
            bounds |= net.intervals(state)
            continue
        found = search(net, cap, state.refuted)
        more |= found.more
        conflicts += [conflict(net, members) for members in found.conflicts]
        repairs = [repair(net, dropped) for dropped in found.repairs]
        broken.append((net, repairs))
        aside += repairs[0].drop
        dropped = found.repairs[0]
        bounds |= net.intervals(net.spread([i for i in range(len(net.ids)) if i not in dropped]))
    costs = {b.id: b.cost for b in system.bounds} | {b.id: b.cost for b in system.beliefs}
    costs |= {s.id: s.cost for s in system.sums if s.cost is not None}
    conflicts.sort(key=lambda c: (min(costs[m] for m in c.members), len(c.members), c.members))
    joint = list(islice(_joint([repairs for _, repairs in broken]), cap + 1))
    return Diagnosis(
        tuple(conflicts), tuple(joint[:cap]), bounds, more or len(joint) > cap, tuple(sorted(aside)) if broken else ()
    )


def components(system: System) -> list[System]:
    """The system in groups of quantities that no sum and no shared assumption joins: each can be judged alone."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for rule in system.sums:
        home = root(f"q{rule.total}")
        for other in (*(f"q{p}" for p in rule.parts), f"a{rule.id}", *(f"a{name}" for name in rule.needs)):
            parent[root(other)] = home
            home = root(home)
    for bound in system.bounds:
        if f"a{bound.id}" in parent:  # some rule rests on a figure
            parent[root(f"a{bound.id}")] = root(f"q{bound.quantity}")
    roots = {root(f"q{b.quantity}") for b in system.bounds}
    roots |= {root(f"q{rule.total}") for rule in system.sums}
    if len(roots) <= 1:
        return [system]
    groups: dict[str, tuple[list[Bound], list[Sum], list[Belief]]] = {}
    for bound in system.bounds:
        groups.setdefault(root(f"q{bound.quantity}"), ([], [], []))[0].append(bound)
    for rule in system.sums:
        groups.setdefault(root(f"q{rule.total}"), ([], [], []))[1].append(rule)
    for belief in system.beliefs:
        if f"a{belief.id}" in parent:
            groups.setdefault(root(f"a{belief.id}"), ([], [], []))[2].append(belief)
    return [System(tuple(b), tuple(s), tuple(x), system.labels) for b, s, x in groups.values()]


@dataclass(slots=True)
class Found:
    """Smallest conflicts and repairs of one network as sets of assumption numbers, cheapest first."""

    conflicts: list[frozenset[int]] = field(default_factory=list)
    repairs: list[frozenset[int]] = field(default_factory=list)
    more: bool = False


def search(net: Network, cap: int, first: frozenset[int]) -> Found:
    """All smallest conflicts and repairs. first: assumptions known to clash. There is always at least one repair."""
    costs = [a.cost or 0.0 for a in net.assumptions]
    found = Found([smallest(net, first)])
    todo: list[tuple[float, int, tuple[int, ...]]] = [(0.0, 0, ())]
    seen: set[frozenset[int]] = set()
    while todo:
        if len(seen) >= cap:
            found.more = True
            break
        _, _, gone = heappop(todo)
        dropped = frozenset(gone)
        if dropped in seen or any(repair <= dropped for repair in found.repairs):
            continue
        seen.add(dropped)
        members = next((c for c in found.conflicts if not c & dropped), None)
        if members is None:
            refuted = net.refute([i for i in range(len(costs)) if i not in dropped])
            if refuted is None:
                found.repairs.append(dropped)
                continue
            members = smallest(net, refuted)
            found.conflicts.append(members)
        for member in members:
            child = tuple(sorted((*gone, member)))
            heappush(todo, (sum(costs[i] for i in child), len(child), child))
    if not found.repairs:
        found.repairs.append(_greedy(net, found, costs))
    return found


def smallest(net: Network, refuted: Iterable[int]) -> frozenset[int]:
    """A smallest conflict within assumptions that clash: the most trusted are left out first, where they can be."""
    left = set(refuted)
    # Proofs are nearly smallest already: one trial a member, and each clash on the way may free several at once.
    for trial in sorted(left, key=lambda i: (-(net.assumptions[i].cost or 0.0), i)):
        if trial in left and len(left) > 1:
            clash = net.refute(sorted(left - {trial}))
            if clash is not None:
                left = set(clash)
    return frozenset(left)


def _greedy(net: Network, found: Found, costs: Sequence[float]) -> frozenset[int]:
    """A smallest repair where the search for the cheapest was cut short: the cheapest member of each conflict."""
    everything = range(len(costs))
    gone: set[int] = set()
    while True:
        members = next((c for c in found.conflicts if not c & gone), None)
        if members is None:
            refuted = net.refute([i for i in everything if i not in gone])
            if refuted is None:
                break
            members = smallest(net, refuted)
            found.conflicts.append(members)
        gone.add(min(members, key=lambda i: (costs[i], -sum(i in c for c in found.conflicts), i)))
    for back in sorted(gone, key=lambda i: (-costs[i], i)):
        if net.refute([i for i in everything if i not in gone or i == back]) is None:
            gone.discard(back)
    return frozenset(gone)


def conflict(net: Network, members: frozenset[int]) -> Conflict:
    """A smallest conflict as the model has it."""
    order = sorted(members)
    told = tell(net, order)
    chosen = [net.assumptions[i] for i in order]
    figures = dict.fromkeys(f for a in chosen if isinstance(a, Bound) for f in a.figures)
    return Conflict(
        tuple(a.id for a in chosen),
        kind_of(chosen),
        told.sentence,
        tuple(figures),
        told.quantity,
        told.gap,
        told.sides,
        told.given,
        told.line,
    )


def kind_of(members: Sequence[Bound | Sum | Belief]) -> ConflictKind:
    """The conflict's type: that of its cheapest member, genuine only where nothing but figures is at stake.

    Arithmetic when all figures are one origin's and neither a reading nor an identity could explain it.
    """
    kinds = [m.kind for m in members]
    origins = {m.origin for m in members if isinstance(m, Bound)}
    soft = AssumptionKind.READING in kinds or AssumptionKind.IDENTITY in kinds
    if len(origins) == 1 and None not in origins and not soft:
        return ConflictKind.ARITHMETIC
    others = [(m.cost or 0.0, _ORDER.index(m.kind), m.kind) for m in members if m.kind not in _FIGURES]
    return _KINDS[min(others)[2]] if others else ConflictKind.GENUINE


def repair(net: Network, dropped: frozenset[int]) -> Repair:
    """A smallest repair as the model has it, with what the arithmetic needs where it drops one figure alone."""
    order = sorted(dropped)
    gone = [net.assumptions[i] for i in order]
    proposals = proposal_for(net, gone)
    one = Dropped(tuple(gone), next(iter(proposals.values()), None), beside(net, gone) if proposals else {})
    told = repair_told(net.system, [one])
    sides = tuple(side(net.system.labels, a) for a in gone)
    return Repair(tuple(a.id for a in gone), sum(a.cost or 0.0 for a in gone), told, proposals, sides)


def proposal_for(
    net: Network, gone: Sequence[Bound | Sum | Belief]
) -> Mapping[str, tuple[Number | None, Number | None]]:
    """Figure id -> the bounds that all else leaves it, where those gone are bounds of one figure; else nothing."""
    bounds = [a for a in gone if isinstance(a, Bound) and a.kind in _FIGURES]
    figures = {a.figures for a in bounds}
    if len(bounds) < len(gone) or len(figures) != 1 or len({b.quantity for b in bounds}) != 1:
        return {}
    (names,) = figures
    if len(names) != 1:
        return {}
    kept = [i for i, a in enumerate(net.assumptions) if not (isinstance(a, Bound) and a.figures == names)]
    state = net.spread(kept)
    if state.refuted is not None:
        return {}
    left = net.interval(state, bounds[0].quantity)
    return {names[0]: (left.low, left.high)}


def beside(net: Network, gone: Sequence[Bound | Sum | Belief]) -> dict[str, Number]:
    """Values stated of the quantities that stand in one sum with those gone, by label: one may have been copied."""
    here = {net.quantities[a.quantity] for a in gone if isinstance(a, Bound)}
    near = {q for h in here for r in net.uses[h] for q in (*net.rules[r].parts, net.rules[r].total)} - here
    labels = net.system.labels
    return {
        labels.get(a.quantity, a.quantity): value
        for a in net.assumptions
        if isinstance(a, Bound) and net.quantities[a.quantity] in near and (value := a.low or a.high)
    }


def _joint(choices: Sequence[Sequence[Repair]]) -> Iterator[Repair]:
    """Repairs of everything, one from each group, cheapest first."""
    if not choices:
        return
    start = (0,) * len(choices)
    todo: list[tuple[float, tuple[int, ...]]] = [(sum(c[0].cost for c in choices), start)]
    seen = {start}
    while todo:
        cost, picks = heappop(todo)
        chosen = [choices[g][i] for g, i in enumerate(picks)]
        if len(chosen) == 1:
            yield chosen[0]
        else:
            drop = tuple(sorted(d for r in chosen for d in r.drop))
            proposals = {f: v for r in chosen for f, v in r.proposals.items()}
            sides = tuple(one for r in chosen for one in r.sides)
            yield Repair(drop, cost, " ".join(r.sentence for r in chosen), proposals, sides)
        for g, i in enumerate(picks):
            following = (*picks[:g], i + 1, *picks[g + 1 :])
            if i + 1 < len(choices[g]) and following not in seen:
                seen.add(following)
                heappush(todo, (cost - choices[g][i].cost + choices[g][i + 1].cost, following))
