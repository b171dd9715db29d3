"""Tallies: the figures of one quantity, the origins behind them, and what a policy makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tallystick.errors import ImpossibleCount
from tallystick.model.constraints import Conflict, Interval, Repair
from tallystick.model.quantities import Figure, Key
from tallystick.model.values import Number


class Sameness(StrEnum):
    """Whether two voices rest on one origin."""

    ONE = "one"
    SEVERAL = "several"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class OriginReason:
    """Why two voices are one origin or two: rule, in words, with the quotes it rests on.

    rule is one of cites, same-source, same-words, same-rare-value, judged, own-detail, other-source; of a doubt also
    no-own-source (the figure is given later, without a source) and undecided-name (the names may be one source).
    """

    rule: str
    note: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker on one quantity: all figures that trace to it, oldest first; current is its newest word.

    name None: the text gives no source. superseded figures survive only as floors, unless revised away.
    """

    id: str
    name: str | None
    figures: tuple[str, ...]
    current: str
    official: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """The independent root that repeated figures share: one or several voices.

    known is False for "have been reported".
    """

    id: str
    name: str | None
    voices: tuple[Voice, ...]
    reasons: tuple[OriginReason, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two origins that may be one: shown, never collapsed silently."""

    a: str
    b: str
    score: float
    reasons: tuple[OriginReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Origins:
    """mentions -> carriers -> voices -> origins of one quantity.

    at_least and at_most count the independent origins: undecided pairs and unnamed sources make them differ.
    """

    mentions: int
    documents: int
    carriers: int
    origins: tuple[Origin, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    at_least: int = 0
    at_most: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a policy: the rule, what it did, and to which figures."""

    rule: str
    note: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """low <= best <= high of one tally under a named policy. None is open or not given; figures are those used.

    status is the policy's own label ("provisional", "fair", "enumeration: minimum bound, not the total").
    Raises ImpossibleCount when the three are out of order.
    """

    policy: str
    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    figures: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    status: str | None = None
    caveat: str | None = None

    def __post_init__(self) -> None:
        known = [n for n in (self.low, self.best, self.high) if n is not None]
        if known != sorted(known):
            raise ImpossibleCount(f"low {self.low}, best {self.best} and high {self.high} are out of order.")


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures judged to count the same thing, with what follows for it from everything else.

    id is stable while the key and the figures are. bounds are the propagated ones. inputs is a hash of all that went
    in: the same inputs give the same tally.
    """

    id: str
    key: Key
    label: str
    figures: tuple[Figure, ...]
    origins: Origins
    bounds: Interval
    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    inputs: str = ""

    @property
    def first(self) -> Figure:
        """The figure that was published first; one without a day only where none has one."""
        return min(self.figures, key=lambda f: (f.published is None, f.published or date.max, f.document, f.start or 0))


@dataclass(frozen=True, slots=True)
class Point:
    """A tally as of one day: the estimate on what had been said by then, and whose figure changed it."""

    day: date
    estimate: Estimate
    by_origin: Mapping[str, tuple[Number | None, Number | None]] = field(default_factory=dict)
    changed_by: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A quantity over time, one point for each day on which something changed."""

    tally: str
    label: str
    policy: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One end that one rule moved, on the way from policy a to policy b.

    end is low, best or high; before and after are its values, None where it is open or not given; by is after less
    before, None where either is. cause is reading (of words), combining (of words of several origins) or refusal.
    figures are the ids through which it happened, sentence says it in one sentence.
    """

    end: str
    cause: str
    before: Number | None
    after: Number | None
    by: Number | None
    sentence: str
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """Two policies over one tally: what each gives, and which rule moved which end by how much."""

    tally: str
    label: str
    a: Estimate
    b: Estimate
    moves: tuple[Move, ...] = ()

    @property
    def same(self) -> bool:
        """True when both give the same three numbers."""
        return (self.a.low, self.a.best, self.a.high) == (self.b.low, self.b.best, self.b.high)
