"""Systems made ready to be asked often: what follows from some of the assumptions, and what cannot all hold.

Intervals are pushed through the sums, first in first out, until nothing changes. That is complete where the sums form
no ring, and where they only say "at most"; rings with an equal sum are settled by exact linear arithmetic
(reconcile.simplex). Sound always: nothing is called impossible that whole numbers could satisfy.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

from tallystick.errors import ImpossibleValue
from tallystick.model.constraints import Belief, Bound, Interval, Proof, Sum, System
from tallystick.model.values import Number
from tallystick.reconcile.simplex import Exact, Row, Undecided, refute

# Evaluations per sum before bounds that creep around a ring are left to exact arithmetic.
_ROUNDS = 20
# Sums in one ring beyond which the exact arithmetic is not tried (seconds, in fractions).
_RING = 250


@dataclass(frozen=True, slots=True)
class Clash:
    """Why not everything can be true: a quantity whose floor is above its ceiling, with both proofs.

    quantity and proofs are None where only a whole ring of sums shows it. members are the assumptions that took part,
    sorted: they cannot all hold, but are not always a smallest such set. rules are ids of all sums that took part,
    axioms included.
    """

    quantity: str | None
    low: Proof | None
    high: Proof | None
    members: tuple[str, ...]
    rules: tuple[str, ...] = ()


class _Reason(NamedTuple):
    """One derived bound: of quantity, "low" or "high", by an assumption (>= 0) or a rule (~index), from others."""

    quantity: int
    low: bool
    value: Exact
    by: int
    uses: tuple[_Reason, ...]


class _Rule(NamedTuple):
    parts: tuple[int, ...]
    total: int
    equal: bool
    guards: tuple[int, ...]  # assumptions that it rests on; () for an axiom
    id: str


@dataclass(slots=True)
class State:
    """Bounds so far, by quantity index. refuted: assumptions that cannot all hold; None while none are known."""

    lows: list[Exact]
    highs: list[Exact | None]
    low_why: list[_Reason | None]
    high_why: list[_Reason | None]
    active: list[bool]
    refuted: frozenset[int] | None = None
    broken: int | None = None
    rules: tuple[int, ...] = ()
    decided: bool = True
    settled: bool = True
    changed: set[int] = field(default_factory=set)


class Network:
    """A system made ready to be asked often: which of its assumptions cannot all hold?

    Assumptions are numbered in the order of their ids, so that the order of the inputs never matters.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.assumptions: list[Bound | Sum | Belief] = sorted(
            (*system.bounds, *(s for s in system.sums if s.cost is not None), *system.beliefs), key=lambda a: a.id
        )
        self.ids = [a.id for a in self.assumptions]
        self.index = {name: i for i, name in enumerate(self.ids)}
        sums = sorted(system.sums, key=lambda s: s.id)
        if len(self.index) < len(self.ids) or len({s.id for s in sums}) < len(sums):
            named = Counter((*self.ids, *(s.id for s in sums if s.cost is None)))
            twice = sorted(name for name, times in named.items() if times > 1)
            raise ImpossibleValue(f"two assumptions are called {', '.join(twice)}: give each its own id.")
        self.quantities: dict[str, int] = {}
        self.bounds = [
            (i, self._quantity(a.quantity), a.low is not None, _exact(a))
            for i, a in enumerate(self.assumptions)
            if isinstance(a, Bound)
        ]
        self.bound_of = {i: (q, low, value) for i, q, low, value in self.bounds}
        self._bound_at = {bound[0]: bound for bound in self.bounds}
        self.rules = [self._rule(s) for s in sums]
        self.names = list(self.quantities)
        self.doubled = [len({*r.parts, r.total}) <= len(r.parts) for r in self.rules]
        self.uses: list[list[int]] = [[] for _ in self.names]
        for index, rule in enumerate(self.rules):
            for q in {*rule.parts, rule.total}:
                self.uses[q].append(index)
        self.guarded = [index for index, rule in enumerate(self.rules) if rule.guards]
        self._equal = [index for index, rule in enumerate(self.rules) if rule.equal]
        self.whole = all(isinstance(value, int) for _, _, _, value in self.bounds)
        self.loops = any(len(r.parts) > 1 for r in self.rules) and self._has_ring()

    def _quantity(self, name: str) -> int:
        return self.quantities.setdefault(name, len(self.quantities))

    def _rule(self, rule: Sum) -> _Rule:
        unknown = [name for name in rule.needs if name not in self.index]
        if unknown:
            raise ImpossibleValue(
                f"the sum {rule.id} rests on {', '.join(unknown)}, which the system does not hold: add the assumption."
            )
        if not rule.parts:
            raise ImpossibleValue(f"the sum {rule.id} has no parts: name at least one.")
        own = () if rule.cost is None else (self.index[rule.id],)
        guards = (*own, *(self.index[name] for name in rule.needs))
        return _Rule(tuple(map(self._quantity, rule.parts)), self._quantity(rule.total), rule.equal, guards, rule.id)

    def _has_ring(self) -> bool:
        """True when some quantities and sums are joined in more than one way."""
        parent = list(range(len(self.names) + len(self.rules)))

        def root(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        for index, rule in enumerate(self.rules):
            for q in (*rule.parts, rule.total):
                a, b = root(len(self.names) + index), root(q)
                if a == b:
                    return True
                parent[a] = b
        return False

    def refute(self, held: Sequence[int]) -> frozenset[int] | None:
        """Assumptions among those held that cannot all be true with the axioms; None when all can."""
        return self.spread(held).refuted

    def spread(self, held: Sequence[int] | None = None) -> State:
        """Propagates the held assumptions (None: all), then settles the rings."""
        n = len(self.names)
        if held is None:
            active = [True] * len(self.rules)
            bounds: Iterable[tuple[int, int, bool, Exact]] = self.bounds
        else:
            kept = bytearray(len(self.ids))
            for i in held:
                kept[i] = 1
            active = [True] * len(self.rules)
            for r in self.guarded:
                active[r] = all(kept[g] for g in self.rules[r].guards)
            bounds = [bound for i in held if (bound := self._bound_at.get(i)) is not None]
        state = State([0] * n, [None] * n, [None] * n, [None] * n, active)
        for i, q, low, value in bounds:
            high = state.highs[q]
            if low:
                if value > state.lows[q]:
                    state.lows[q], state.low_why[q] = value, _Reason(q, True, value, i, ())
                    state.changed.add(q)
            elif high is None or value < high:
                state.highs[q], state.high_why[q] = value, _Reason(q, False, value, i, ())
                state.changed.add(q)
        for q in sorted(state.changed):
            high = state.highs[q]
            if high is not None and state.lows[q] > high:
                self._refuted(state, q)
                return state
        queue = deque(sorted({r for q in state.changed for r in self.uses[q] if active[r]}))
        self._settle(state, queue)
        if state.refuted is None and self.loops:
            self._rings(state)
        return state

    def _settle(self, state: State, queue: deque[int]) -> None:
        """Applies sums, first in first out, until no bound changes, one clashes, or bounds creep."""
        lows, highs, low_why, high_why = state.lows, state.highs, state.low_why, state.high_why
        rules, uses, active = self.rules, self.uses, state.active
        queued = set(queue)
        left = _ROUNDS * (len(rules) + 5) if self.loops else -1
        while queue:
            if left == 0:
                state.settled = False
                return
            left -= 1
            at = queue.popleft()
            queued.discard(at)
            parts, total, equal, _, _ = rules[at]
            moved: list[int] = []
            floors = lows[parts[0]] if len(parts) == 1 else sum([lows[p] for p in parts])
            if floors > lows[total]:
                uses_ = tuple([w for p in parts if (w := low_why[p]) is not None])
                lows[total], low_why[total] = floors, _Reason(total, True, floors, ~at, uses_)
                moved.append(total)
            ceiling = highs[total]
            if ceiling is not None and len(parts) == 1:  # as below, of the many that are part of one other
                part, why = parts[0], high_why[total]
                high = highs[part]
                if high is None or ceiling < high:
                    assert why is not None
                    highs[part], high_why[part] = ceiling, _Reason(part, False, ceiling, ~at, (why,))
                    moved.append(part)
            elif ceiling is not None:
                slack = ceiling - floors
                for k, p in enumerate(parts):
                    value, high = slack + lows[p], highs[p]
                    if high is None or value < high:
                        rest = [w for j, o in enumerate(parts) if j != k and (w := low_why[o]) is not None]
                        why = high_why[total]
                        assert why is not None
                        highs[p], high_why[p] = value, _Reason(p, False, value, ~at, (why, *rest))
                        moved.append(p)
            if equal:
                moved += self._backwards(state, at)
            for q in moved:
                high = highs[q]
                if high is not None and lows[q] > high:
                    self._refuted(state, q)
                    return
                for other in uses[q]:
                    # Its own change tells a sum nothing new, unless it counts one quantity twice.
                    if active[other] and other not in queued and (other != at or self.doubled[at]):
                        queued.add(other)
                        queue.append(other)

    def _backwards(self, state: State, at: int) -> list[int]:
        """What an equal sum says in the other direction: ceilings of the parts bound the total, its floor the parts."""
        lows, highs, low_why, high_why = state.lows, state.highs, state.low_why, state.high_why
        parts, total, _, _, _ = self.rules[at]
        moved: list[int] = []
        open_ = [k for k, p in enumerate(parts) if highs[p] is None]
        if len(open_) > 1:
            return moved
        ceilings: Exact = sum(h for p in parts if (h := highs[p]) is not None)
        if not open_:
            high = highs[total]
            if high is None or ceilings < high:
                uses = tuple([w for p in parts if (w := high_why[p]) is not None])
                highs[total], high_why[total] = ceilings, _Reason(total, False, ceilings, ~at, uses)
                moved.append(total)
        short = lows[total] - ceilings
        for k in open_ or range(len(parts)):
            p = parts[k]
            value = short + (highs[p] or 0)
            if value > lows[p]:
                rest = [w for j, o in enumerate(parts) if j != k and (w := high_why[o]) is not None]
                why = low_why[total]
                lows[p] = value
                low_why[p] = _Reason(p, True, value, ~at, (*(() if why is None else (why,)), *rest))
                moved.append(p)
        return moved

    def _refuted(self, state: State, q: int) -> None:
        state.broken = q
        state.refuted, state.rules = self._leaves([w for w in (state.low_why[q], state.high_why[q]) if w is not None])

    def _leaves(self, reasons: Iterable[_Reason], rules: Iterable[int] = ()) -> tuple[frozenset[int], tuple[int, ...]]:
        """The assumptions that reasons and rules rest on, and the rules."""
        seen: set[int] = set()
        found: set[int] = set()
        used = set(rules)
        todo = list(reasons)
        while todo:
            reason = todo.pop()
            if id(reason) in seen:
                continue
            seen.add(id(reason))
            if reason.by >= 0:
                found.add(reason.by)
            else:
                used.add(~reason.by)
                todo += reason.uses
        for rule in used:
            found.update(self.rules[rule].guards)
        return frozenset(found), tuple(sorted(used))

    def _rings(self, state: State) -> None:
        """Settles what intervals cannot: rings of sums with an equal one among them."""
        if state.settled and not any(state.active[r] for r in self._equal):
            return  # as of each ring below; to find them goes through all sums
        for ring in self._find_rings(state):
            if state.settled and not any(self.rules[r].equal for r in ring):
                continue  # the floors themselves satisfy sums that only say "at most"
            if state.settled and self._fits(state, ring):
                continue
            if len(ring) > _RING:
                state.decided = False
                continue
            local: dict[int, int] = {}
            rows = []
            for r in ring:
                rule = self.rules[r]
                terms: Counter[int] = Counter(local.setdefault(p, len(local)) for p in rule.parts)
                terms[local.setdefault(rule.total, len(local))] -= 1
                rows.append(Row(terms, rule.equal))
            quantities = list(local)
            try:
                against = refute(
                    rows, [state.lows[q] for q in quantities], [state.highs[q] for q in quantities], self.whole
                )
            except Undecided:
                state.decided = False
                continue
            if against is not None:
                whys = [state.low_why[quantities[i]] for i in against.lows]
                whys += [state.high_why[quantities[i]] for i in against.highs]
                state.refuted, state.rules = self._leaves(
                    [w for w in whys if w is not None], [ring[i] for i in against.rows]
                )
                return

    def _find_rings(self, state: State) -> list[list[int]]:
        """Active sums in groups that hang together, less those that hang off a ring by one quantity.

        Intervals are complete for what hangs off: single counts and intervals leave no gaps. While bounds creep they
        are not, and nothing is taken off.
        """
        active = [(i, r) for i, r in enumerate(self.rules) if state.active[i]]
        told = {(p, r.total) for _, r in active if len(r.parts) > 1 for p in r.parts}  # part-of that a sum says too
        left = {i for i, r in active if len(r.parts) > 1 or r.equal or (r.parts[0], r.total) not in told}
        spokes = {i: Counter((*self.rules[i].parts, self.rules[i].total)) for i in left}
        degree: Counter[int] = Counter()
        for counted in spokes.values():
            degree.update(counted)
        if state.settled:
            todo = list(left)
            while todo:
                i = todo.pop()
                if i in left and sum(degree[q] > 1 for q in spokes[i]) <= 1 and max(spokes[i].values()) == 1:
                    left.discard(i)
                    for q in spokes[i]:
                        degree[q] -= 1
                        if degree[q] == 1:
                            todo += [j for j in self.uses[q] if j in left]
        groups: list[list[int]] = []
        while left:
            start = min(left)
            left.discard(start)
            group, todo = [start], [start]
            while todo:
                for q in spokes[todo.pop()]:
                    for j in self.uses[q]:
                        if j in left:
                            left.discard(j)
                            group.append(j)
                            todo.append(j)
            groups.append(sorted(group))
        return groups

    def _fits(self, state: State, ring: Sequence[int]) -> bool:
        """True when giving every quantity of the ring its floor in turn works out: a quick proof that all can hold."""
        trial = State(state.lows[:], state.highs[:], state.low_why[:], state.high_why[:], state.active)
        for q in sorted({q for r in ring for q in (*self.rules[r].parts, self.rules[r].total)}):
            if trial.highs[q] != trial.lows[q]:
                trial.highs[q] = trial.lows[q]
                trial.high_why[q] = _Reason(q, False, trial.lows[q], -1, ())
                self._settle(trial, deque(r for r in self.uses[q] if state.active[r]))
                if trial.broken is not None or not trial.settled:
                    return False
        return True

    def clash(self, state: State) -> Clash:
        """The clash of a refuted state, in ids."""
        members = tuple(sorted(self.ids[i] for i in state.refuted or ()))
        rules = tuple(self.rules[r].id for r in state.rules)
        if state.broken is None:
            return Clash(None, None, None, members, rules)
        made: dict[int, Proof] = {}
        low, high = (self._proof(why[state.broken], made) for why in (state.low_why, state.high_why))
        return Clash(self.names[state.broken], low, high, members, rules)

    def intervals(self, state: State) -> dict[str, Interval]:
        """Bounds by name. A floor of 0 that nothing but counting proves has no proof."""
        made: dict[int, Proof] = {}
        return {name: self._interval(state, q, made) for q, name in enumerate(self.names)}

    def interval(self, state: State, quantity: str) -> Interval:
        """The bounds of one quantity."""
        return self._interval(state, self.quantities[quantity], {})

    def _interval(self, state: State, q: int, made: dict[int, Proof]) -> Interval:
        low, high = number(state.lows[q]), state.highs[q]
        proofs = self._proof(state.low_why[q], made), self._proof(state.high_why[q], made)
        return Interval(low, None if high is None else number(high), *proofs)

    def _proof(self, reason: _Reason | None, made: dict[int, Proof]) -> Proof | None:
        """The proof tree of one bound; parts that several bounds share are shared."""
        if reason is None:
            return None
        todo = [reason]
        while todo:
            top = todo[-1]
            missing = [use for use in top.uses if id(use) not in made]
            if missing:
                todo += missing
                continue
            todo.pop()
            if id(top) not in made:
                by = self.ids[top.by] if top.by >= 0 else self.rules[~top.by].id
                uses = tuple(made[id(use)] for use in top.uses)
                side = "low" if top.low else "high"
                made[id(top)] = Proof(self.names[top.quantity], side, number(top.value), by, uses)
        return made[id(reason)]


def number(value: Exact) -> Number:
    """The value as the model holds numbers: whole numbers as int."""
    return value if isinstance(value, int) else int(value) if value.denominator == 1 else float(value)


def _exact(bound: Bound) -> Exact:
    """The bound's value, a decimal as exactly what it reads: 0.1 is a tenth."""
    given = [v for v in (bound.low, bound.high) if v is not None]
    if len(given) == 1 and isinstance(given[0], int):
        return given[0]
    if len(given) != 1 or not isfinite(given[0]):
        raise ImpossibleValue(f"the bound {bound.id} must give either a low or a high, a number; it gives {given}.")
    value = given[0]
    return int(value) if float(value).is_integer() else Fraction(str(value))
