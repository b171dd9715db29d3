"""Random systems of figures and sums, and z3 as the referee of what can all be true in whole numbers."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from dataclasses import replace

import z3

from tallystick.model.constraints import AssumptionKind, Belief, Bound, Sum, System

# A 2 x 2 table with its margins: rows and columns both add up, so that every sum lies on a ring.
TABLE = (
    ("row 0", ("a", "b"), "ab"),
    ("row 1", ("c", "d"), "cd"),
    ("column 0", ("a", "c"), "ac"),
    ("column 1", ("b", "d"), "bd"),
    ("all rows", ("ab", "cd"), "all"),
    ("all columns", ("ac", "bd"), "all"),
)
SAME = Belief("same", 1.0, AssumptionKind.IDENTITY, "the two reports tell of one event")


def table(chance: random.Random) -> tuple[Sum, ...]:
    """The sums of the table, some of them assumptions, a few only "at most"."""
    return tuple(Sum(name, parts, whole, chance.random() < 0.9, _price(chance)) for name, parts, whole in TABLE)


def tree(chance: random.Random) -> tuple[Sum, ...]:
    """Sums without rings."""
    free = [f"q{i}" for i in range(chance.randint(4, 10))]
    sums: list[Sum] = []
    while len(free) > 2:
        whole = free.pop(chance.randrange(len(free)))
        parts = tuple(free.pop() for _ in range(min(chance.randint(1, 3), len(free))))
        sums.append(Sum(f"sum {len(sums)}", parts, whole, chance.random() < 0.5, _price(chance)))
        free.append(whole)
    return tuple(sums)


def tangle(chance: random.Random) -> tuple[Sum, ...]:
    """Any sums at all: rings, a quantity twice in one sum, a whole within itself."""
    names = [f"q{i}" for i in range(chance.randint(3, 7))]
    sums = []
    for i in range(chance.randint(2, 6)):
        parts = tuple(chance.choices(names, k=chance.randint(1, 3)))
        sums.append(Sum(f"sum {i}", parts, chance.choice(names), chance.random() < 0.6, _price(chance)))
    return tuple(sums)


def _price(chance: random.Random) -> float | None:
    return chance.choice((None, None, 2.0))


def system(chance: random.Random, sums: tuple[Sum, ...]) -> System:
    """Figures on the quantities of the sums; in a third of the systems some sums rest on a shared belief."""
    names = sorted({q for rule in sums for q in (*rule.parts, rule.total)}) or ["q"]
    beliefs: tuple[Belief, ...] = ()
    if chance.random() < 0.33:
        beliefs = (SAME,)
        sums = tuple(replace(rule, needs=("same",)) if chance.random() < 0.4 else rule for rule in sums)
    bounds: list[Bound] = []
    unit = chance.choice((1, 1, 1, 1_000))  # with large numbers bounds can creep around a ring for long
    for i in range(chance.randint(1, 7)):
        low = chance.randint(0, 30) * unit + chance.choice((0, 0, 1))
        high = chance.choice((low, low + chance.randint(0, 12) * unit, None))
        quantity = chance.choice(names)
        if chance.random() < 0.7:
            bounds.append(Bound(f"f{i}≥", quantity, low=low, figures=(f"f{i}",)))
        if high is not None:
            ceiling = Bound(f"f{i}≤", quantity, None, high, 2.0, AssumptionKind.CEILING, figures=(f"f{i}",))
            bounds.append(ceiling)
    return System(tuple(bounds), sums, beliefs)


def assumptions(given: System) -> list[str]:
    """The ids of all that may be blamed."""
    priced = [rule.id for rule in given.sums if rule.cost is not None]
    return [*(b.id for b in given.bounds), *priced, *(b.id for b in given.beliefs)]


class Referee:
    """Says whether whole numbers >= 0 satisfy some of the assumptions and all axioms."""

    def __init__(self, given: System) -> None:
        self.switches = {name: z3.Bool(f"?{name}") for name in assumptions(given)}
        names = {b.quantity for b in given.bounds} | {q for r in given.sums for q in (*r.parts, r.total)}
        counts = {name: z3.Int(name) for name in names}
        self.solver = z3.Solver()
        self.solver.add([count >= 0 for count in counts.values()])
        for bound in given.bounds:
            count = counts[bound.quantity]
            said = count >= bound.low if bound.low is not None else count <= bound.high
            self.solver.add(z3.Implies(self.switches[bound.id], said))
        for rule in given.sums:
            parts, whole = z3.Sum([counts[p] for p in rule.parts]), counts[rule.total]
            guards = [self.switches[name] for name in (*((rule.id,) if rule.cost is not None else ()), *rule.needs)]
            self.solver.add(z3.Implies(z3.And(guards), parts == whole if rule.equal else parts <= whole))

    def can(self, held: Iterable[str]) -> bool:
        """True when those held can all be true."""
        answer = self.solver.check([self.switches[name] for name in held])
        assert answer != z3.unknown
        return bool(answer == z3.sat)

    def is_smallest_conflict(self, members: Collection[str]) -> bool:
        """True when the members clash, and no longer do without any one of them."""
        return not self.can(members) and all(self.can(m for m in members if m != one) for one in members)

    def is_smallest_repair(self, everything: Collection[str], drop: Collection[str]) -> bool:
        """True when the rest can all be true, and no longer can with any one of the dropped back."""
        rest = [name for name in everything if name not in drop]
        return self.can(rest) and all(not self.can([*rest, one]) for one in drop)
