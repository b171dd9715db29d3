"""The war's total, level by level: incidents add up to districts, districts to fronts, fronts to the war.

Every incident is part of the war's total, so that one stated ceiling ties everything into one system. It is cut here:
each level passes the sum of its parts' floors up and the whole's ceiling down, and a total that is too small is told
by count with the largest parts, not as a smallest set of a thousand figures. Memory grows with the number of inner
nodes and their open sums, not with the incidents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappush, heappushpop

from tallystick.errors import ImpossibleValue
from tallystick.model.values import Number
from tallystick.reconcile.wording import amount, listed

# Parts that a sentence names of those that add up to too much.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One node: an incident, a district, the war. low and high are its bounds so far, inclusive; high None is open.

    parent None is the top. apart: it shares nobody with its sisters, so that floors add up; False where it may tell of
    the same people as another (no place, no day), and then only the largest counts. label names it in a sentence
    ("North Korean casualties"), text says who stated high ("South Korea's intelligence: “4,700” [12:17]"). count is of
    the lowest parts that it stands for: more than one where a level was added up before, as a Floor.
    """

    id: str
    parent: str | None
    low: Number = 0
    high: Number | None = None
    label: str = ""
    text: str = ""
    apart: bool = True
    count: int = 1


@dataclass(frozen=True, slots=True)
class Overflow:
    """A whole that is stated to be smaller than its parts: count of the parts below that count, their floor, the
    ceiling, and the largest parts as (id, label, floor), for drilling down: each may be an inner node itself."""

    whole: str
    count: int
    floor: Number
    ceiling: Number
    largest: tuple[tuple[str, str, Number], ...]
    sentence: str


@dataclass(slots=True)
class Floor:
    """What the parts of one whole add up to so far."""

    apart: Number = 0
    alone: Number = 0  # the largest floor of those that may share people
    count: int = 0

    @property
    def floor(self) -> Number:
        """The least that the whole counts."""
        return max(self.apart, self.alone)

    def add(self, floor: Number, count: int = 1, *, apart: bool) -> None:
        """Takes in one part with a floor above 0; count is of the lowest parts in it."""
        self.count += count
        if apart:
            self.apart += floor
        else:
            self.alone = max(self.alone, floor)


@dataclass(slots=True)
class _Open(Floor):
    """The parts of one whole seen so far, with the largest."""

    largest: list[tuple[Number, str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Node:
    """An inner node after the climb: what follows for it. count is of the parts below that have a floor above 0.

    floor is the larger of its own and its parts' sum; passed is what it counted for one level up; ceiling is the
    smaller of its own and what its whole leaves it, None open.
    """

    id: str
    parent: str | None
    count: int
    floor: Number
    passed: Number
    apart: bool
    parts_floor: Number
    ceiling: Number | None


@dataclass(frozen=True, slots=True)
class Levels:
    """The inner nodes by id, wholes before their parts, and the totals that are too small, lowest level first."""

    nodes: dict[str, Node]
    overflows: tuple[Overflow, ...]

    def ceiling(self, part: Part) -> Number | None:
        """The most that a part can count: its own ceiling, or what its whole leaves it. None is open.

        Never below the part's own floor: where the parts are too many for the whole, the overflow says so.
        """
        whole = None if part.parent is None else self.nodes.get(part.parent)
        return _left(part.high, _passed(part.low, part.high), part.apart, whole)


def climb(parts: Iterable[Part], noun: str = "incidents") -> Levels:
    """Reads every node once, parts before their whole, and adds up. noun names the lowest parts in sentences.

    Where a whole's ceiling is below its parts' sum, only the ceiling is passed up, so that one wrong total is told
    once. Raises ImpossibleValue when a part comes after its whole, or when a whole never comes.
    """
    open_: dict[str, _Open] = {}
    closed: dict[str, tuple[Part, _Open]] = {}
    overflows: list[Overflow] = []
    for part in parts:
        inside = open_.pop(part.id, None)
        floor = part.low if inside is None else max(part.low, inside.floor)
        passed = _passed(floor, part.high)
        if inside is not None:
            if part.id in closed:
                raise ImpossibleValue(
                    f"the whole {part.id} comes twice, or before some of its parts: sort parts first."
                )
            closed[part.id] = part, inside
            if part.high is not None and inside.floor > part.high:
                overflows.append(_overflow(part, inside, part.high, noun))
        if part.parent is None:
            continue
        if part.parent in closed:
            raise ImpossibleValue(f"the part {part.id} comes after its whole {part.parent}: give parts before wholes.")
        whole = open_.setdefault(part.parent, _Open())
        if passed > 0:
            whole.add(passed, part.count if inside is None else inside.count, apart=part.apart)
            entry = (passed, part.id, part.label or part.id)
            (heappush if len(whole.largest) < _NAMED else heappushpop)(whole.largest, entry)
    if open_:
        raise ImpossibleValue(
            f"the whole {min(open_)} does not come after its parts: add it, without bounds if need be."
        )
    return Levels(_nodes(closed), tuple(overflows))


def _passed(floor: Number, high: Number | None) -> Number:
    return floor if high is None else min(floor, high)


def _left(high: Number | None, passed: Number, apart: bool, whole: Node | None) -> Number | None:
    """What a part can be at most, given its own ceiling and that of its whole."""
    if whole is None or whole.ceiling is None:
        return high
    sisters = whole.parts_floor - passed if apart else 0
    most = max(passed, whole.ceiling - sisters)
    return most if high is None else min(high, most)


def _nodes(closed: dict[str, tuple[Part, _Open]]) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for name, (part, inside) in reversed(closed.items()):
        floor = max(part.low, inside.floor)
        passed = _passed(floor, part.high)
        whole = None if part.parent is None else nodes.get(part.parent)
        ceiling = _left(part.high, passed, part.apart, whole)
        nodes[name] = Node(name, part.parent, inside.count, floor, passed, part.apart, inside.apart, ceiling)
    return nodes


def _overflow(part: Part, inside: _Open, high: Number, noun: str) -> Overflow:
    largest = tuple((name, label, floor) for floor, name, label in sorted(inside.largest, reverse=True))
    label = part.label or part.id
    stated = f" ({part.text})" if part.text else ""
    if inside.apart >= inside.alone:
        told = f"{amount(inside.count)} {noun} add up to at least {amount(inside.floor)}"
    else:
        told = f"one of {amount(inside.count)} {noun} alone is at least {amount(inside.floor)}"
    most = listed([f"{name} with {amount(floor)}" for _, name, floor in largest])
    sentence = f"{told}, above the {amount(high)} stated for {label}{stated}; the largest are {most}."
    return Overflow(part.id, inside.count, inside.floor, high, largest, sentence[:1].upper() + sentence[1:])
