"""Long series and large tables: contradictions where they stand, and the single wrong figure that explains several.

A wrong figure in a series breaks every sum that spans it, so that the smallest conflicts are many and most say the
same. Here each sum is first checked against the figures stated of its own quantities; sums that fail and touch form a
knot, and a knot is repaired together with the sums around it that hold: a figure whose change would break a neighbour
is not the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tallystick.model.constraints import AssumptionKind, Belief, Bound, Conflict, Interval, Repair, Sum, System
from tallystick.model.values import Number
from tallystick.reconcile.conflicts import beside, conflict, search, smallest
from tallystick.reconcile.network import Network
from tallystick.reconcile.wording import Dropped, noted, repair_told, side

# Figures that are tried together as one repair of a knot, and how many trials are worth it.
_TOGETHER = 3
_TRIALS = 2_000


@dataclass(frozen=True, slots=True)
class Knot:
    """Sums that fail and hang together. rules are their ids, () where two figures of one quantity clash.

    repairs are the fewest figures or assumptions whose dropping lets the knot and the sums around it hold, cheapest
    first; a proposal is what the arithmetic around needs, not a finding of fact. Dropping one repair is enough.
    """

    rules: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class Peeled:
    """A long system, judged piece by piece: its knots in the order of their first sum.

    later are conflicts that only show once every knot's first repair is made. bounds are what follows when everything
    in set_aside is. more is True when the search was cut short.
    """

    knots: tuple[Knot, ...] = ()
    later: tuple[Conflict, ...] = ()
    bounds: Mapping[str, Interval] = field(default_factory=dict)
    set_aside: tuple[str, ...] = ()
    more: bool = False

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """All contradictions: those of the knots, then those that came to light later."""
        return (*(c for knot in self.knots for c in knot.conflicts), *self.later)


def peel(system: System, cap: int = 1_000) -> Peeled:
    """Every sum that its own figures contradict, in knots with their joint repairs.

    Time grows with the number of sums, not of conflicts. cap bounds the contradictions that are looked for after the
    knots are repaired; 0 leaves them, and the bounds where there are any. Raises ImpossibleValue as propagate does.
    """
    whole = Network(system)
    local = _Local(system)
    broken = [(names, found) for names, found in local.contradictions()]
    knots = [_knot(local, group) for group in _groups(broken, local)]
    aside = {name for knot in knots for name in knot.repairs[0].drop}
    later: list[Conflict] = []
    while True:
        state = whole.spread([i for i, name in enumerate(whole.ids) if name not in aside])
        if state.refuted is None or len(later) >= cap:
            break
        members = smallest(whole, state.refuted)
        later.append(conflict(whole, members))
        weakest = min(members, key=lambda i: (whole.assumptions[i].cost or 0.0, i))
        aside |= {a.id for a in local.unit(whole.assumptions[weakest])}
    cut = state.refuted is not None or not state.decided
    bounds = {} if state.refuted is not None else whole.intervals(state)
    return Peeled(tuple(knots), tuple(later), bounds, tuple(sorted(aside)), cut)


_Assumption = Bound | Sum | Belief


class _Local:
    """A system by quantity, so that small pieces of it are cut out quickly."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.bounds: dict[str, list[Bound]] = {}
        self.rules: dict[str, list[Sum]] = {}
        self.figures: dict[str, list[Bound]] = {}
        for bound in system.bounds:
            self.bounds.setdefault(bound.quantity, []).append(bound)
            for name in bound.figures:
                self.figures.setdefault(name, []).append(bound)
        for rule in system.sums:
            for quantity in dict.fromkeys((*rule.parts, rule.total)):
                self.rules.setdefault(quantity, []).append(rule)
        self.sums = {s.id: s for s in system.sums}
        self.named: dict[str, Bound | Belief] = {b.id: b for b in system.bounds} | {b.id: b for b in system.beliefs}

    def piece(self, rules: Sequence[Sum], quantities: Iterable[str] = ()) -> System:
        """The rules with everything stated of their quantities, and of these."""
        names = dict.fromkeys((*quantities, *(q for r in rules for q in (*r.parts, r.total))))
        bounds = {b.id: b for q in names for b in self.bounds.get(q, ())}
        beliefs: dict[str, Belief] = {}
        kept = {r.id: r for r in rules}
        todo = list(rules)
        while todo:
            for name in todo.pop().needs:
                needed = self.named.get(name)
                if isinstance(needed, Bound):
                    bounds[name] = needed
                elif isinstance(needed, Belief):
                    beliefs[name] = needed
                elif name in self.sums and name not in kept:
                    kept[name] = self.sums[name]
                    todo.append(kept[name])
        return System(tuple(bounds.values()), tuple(kept.values()), tuple(beliefs.values()), self.system.labels)

    def contradictions(self) -> Iterator[tuple[tuple[str, ...], list[tuple[Network, frozenset[int]]]]]:
        """Quantities that their own figures contradict, and sums that the figures of their quantities do."""
        own: dict[str, tuple[Number, Number | None]] = {}
        clashing = set()
        for quantity, bounds in self.bounds.items():
            low = max((b.low for b in bounds if b.low is not None), default=0)
            high = min((b.high for b in bounds if b.high is not None), default=None)
            own[quantity] = low, high
            if high is not None and max(low, 0) > high:
                clashing.add(quantity)
                yield (quantity,), _all(Network(self.piece((), (quantity,))))
        for rule in self.system.sums:
            quantities = (*rule.parts, rule.total)
            if clashing.isdisjoint(quantities) and _suspect(rule, own):
                found = _all(Network(self.piece([rule])))
                if found:
                    yield (rule.id, *quantities), found

    def unit(self, member: _Assumption) -> list[_Assumption]:
        """What falls together: both halves of a figure, or the assumption alone. A reading falls alone."""
        if isinstance(member, Bound) and len(member.figures) == 1 and member.kind is not AssumptionKind.READING:
            halves = self.figures[member.figures[0]]
            return [b for b in halves if b.figures == member.figures and b.quantity == member.quantity]
        return [member]


def _suspect(rule: Sum, own: Mapping[str, tuple[Number, Number | None]]) -> bool:
    """False where the bounds stated of its own quantities let the sum hold for certain: a quick look at many."""
    if len({*rule.parts, rule.total}) <= len(rule.parts) or rule.needs:
        return True  # a quantity twice, or figures that hang on it: left to the engine
    sides = [own.get(part, (0, None)) for part in rule.parts]
    low, high = own.get(rule.total, (0, None))
    if high is not None and sum(side[0] for side in sides) > high:
        return True
    highs = [side[1] for side in sides if side[1] is not None]
    return rule.equal and len(highs) == len(sides) and sum(highs) < low


def _all(net: Network) -> list[tuple[Network, frozenset[int]]]:
    refuted = net.spread().refuted
    return [] if refuted is None else [(net, members) for members in search(net, 50, refuted).conflicts]


_Broken = tuple[tuple[str, ...], list[tuple[Network, frozenset[int]]]]


def _groups(broken: Sequence[_Broken], local: _Local) -> list[list[_Broken]]:
    """Contradictions that share a quantity, in the order of their first."""
    home: dict[str, int] = {}
    groups: dict[int, list[_Broken]] = {}
    for index, (names, found) in enumerate(broken):
        quantities = names[1:] if names[0] in local.sums else names
        known = sorted({home[q] for q in quantities if q in home})
        target = known[0] if known else index
        merged = [item for k in known for item in groups.pop(k)]
        groups[target] = [*merged, (names, found)]
        for other in quantities:
            home[other] = target
        if len(known) > 1:
            home |= {q: target for q, g in home.items() if g in known}
    return [groups[k] for k in sorted(groups)]


def _knot(local: _Local, group: Sequence[_Broken]) -> Knot:
    rules = [local.sums[names[0]] for names, _ in group if names[0] in local.sums]
    quantities = dict.fromkeys(q for names, _ in group for q in (names[1:] if names[0] in local.sums else names))
    around = {r.id: r for q in quantities for r in local.rules.get(q, ())}
    net = Network(local.piece(list(around.values()), quantities))
    members = {a.id: a for _, found in group for n, m in found for a in (n.assumptions[i] for i in sorted(m))}
    units = {tuple(sorted(a.id for a in local.unit(m))): local.unit(m) for m in members.values()}
    conflicts = {c.members: c for _, found in group for n, m in found for c in (conflict(n, m),)}
    repairs = _repairs(net, list(units.values()))
    return Knot(tuple(r.id for r in rules), tuple(conflicts.values()), tuple(repairs))


def _repairs(net: Network, units: Sequence[Sequence[_Assumption]]) -> list[Repair]:
    """The fewest units whose dropping lets the network hold; where more than a few are needed, the cheapest found."""
    trials = 0
    for size in range(1, _TOGETHER + 1):
        found = []
        for chosen in combinations(units, size):
            trials += 1
            gone = {a.id for unit in chosen for a in unit}
            if net.refute([i for i, name in enumerate(net.ids) if name not in gone]) is None:
                found.append(_repair(net, chosen))
            if trials >= _TRIALS:
                break
        if found:
            # Of equals, a figure that a usual slip of the pen explains comes first.
            return [r for _, r in sorted(found, key=lambda f: (f[1].cost, -f[0], f[1].drop))]
        if trials >= _TRIALS:
            break
    first = net.refute(range(len(net.ids)))
    assert first is not None
    cheapest = search(net, 50, first).repairs
    return [_repair(net, [[net.assumptions[i]] for i in sorted(dropped)])[1] for dropped in cheapest]


def _repair(net: Network, units: Sequence[Sequence[_Assumption]]) -> tuple[int, Repair]:
    """The repair that drops these, and how many of them a usual slip of the pen explains."""
    names = {a.id for unit in units for a in unit}
    state = net.spread([i for i, name in enumerate(net.ids) if name not in names])
    proposals: dict[str, tuple[Number | None, Number | None]] = {}
    told = []
    for unit in units:
        proposal = None
        bounds = [a for a in unit if isinstance(a, Bound)]
        if len(bounds) == len(unit) and len(bounds[0].figures) == 1 and bounds[0].kind is not AssumptionKind.READING:
            left = net.interval(state, bounds[0].quantity)
            proposal = proposals[bounds[0].figures[0]] = left.low, left.high
        told.append(Dropped(tuple(unit), proposal, beside(net, unit)))
    # A figure's two halves are one belief: together they cost what the dearer costs.
    cost = sum(max(a.cost or 0.0 for a in unit) for unit in units)
    sides = tuple(side(net.system.labels, one) for unit in units for one in unit)
    return sum(bool(noted(d)) for d in told), Repair(
        tuple(sorted(names)), cost, repair_told(net.system, told), proposals, sides
    )
