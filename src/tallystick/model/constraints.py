"""Systems of assumptions about quantities, and what cannot all be true.

Pure arithmetic over names: no text, no claims. A quantity is a whole number >= 0 with a name. An assumption may be
blamed and has a cost; a rule without one is an axiom and never is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tallystick.model.values import Number


class AssumptionKind(StrEnum):
    """What a conflict can blame, with the cost it has unless told otherwise (design: reconciliation 2.5)."""

    READING = "reading"  # 1: words can be read otherwise
    CEILING = "ceiling"  # 2: "at most": tolls grow
    PARTITION = "partition"  # 2: these parts are all there is
    INCLUSION = "inclusion"  # 2: one place, time or population lies in another, perhaps
    IDENTITY = "identity"  # (1 - p) * 4: two scenes are one event
    FLOOR = "floor"  # 3; 4 with two or more origins; 5 for a list of names


@dataclass(frozen=True, slots=True)
class Bound:
    """Half of a figure: quantity >= low, or quantity <= high; exactly one of them is given.

    text reads in a sentence: "at least 600 (no source given: “600 deaths” [1060:1070])". figures are the ids behind it,
    origin who said it.
    """

    id: str
    quantity: str
    low: Number | None = None
    high: Number | None = None
    cost: float = 3.0
    kind: AssumptionKind = AssumptionKind.FLOOR
    text: str = ""
    figures: tuple[str, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """parts[0] + parts[1] + ... <= total, or == total when equal. One part and not equal is plain part-of.

    cost None: an axiom. text says why, in words ("killed are part of casualties").
    needs names further assumptions (ids) that the rule rests on: it holds only while all of them do.
    """

    id: str
    parts: tuple[str, ...]
    total: str
    equal: bool = False
    cost: float | None = None
    kind: AssumptionKind = AssumptionKind.PARTITION
    text: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Belief:
    """An assumption with no arithmetic of its own that rules rest on: "these two reports tell of one event"."""

    id: str
    cost: float
    kind: AssumptionKind
    text: str


@dataclass(frozen=True, slots=True)
class System:
    """Everything known about one component. labels gives each quantity its words ("North Koreans killed in Kursk")."""

    bounds: tuple[Bound, ...] = ()
    sums: tuple[Sum, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a quantity is at least or at most so many: the bound or sum last used, and the proofs of what it used."""

    quantity: str
    side: str  # "low" or "high"
    value: Number
    by: str  # id of a Bound or Sum
    uses: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """What follows for one quantity: low <= it <= high, None open; with the proof of each side, None where trivial."""

    low: Number | None
    high: Number | None
    low_proof: Proof | None = None
    high_proof: Proof | None = None


class ConflictKind(StrEnum):
    """A conflict's type: by its cheapest member, or arithmetic when one origin contradicts itself."""

    READING = "reading"
    IDENTITY = "identity"
    DEFINITION = "definition"  # partition or inclusion
    GENUINE = "genuine"  # floors and ceilings only
    ARITHMETIC = "arithmetic"  # every figure is one origin's


@dataclass(frozen=True, slots=True)
class Side:
    """What one assumption says, for telling a conflict or a repair: half of a figure, or what has to be believed.

    about is what it bounds, in words, and low or high its value. Both are None for a belief and for a sum, which text
    states. id is the assumption's, figures are the ids of the figures behind it, the one that binds most first; times
    is how often the arithmetic counts it.
    """

    id: str
    about: str = ""
    low: Number | None = None
    high: Number | None = None
    text: str = ""
    figures: tuple[str, ...] = ()
    times: int = 1


@dataclass(frozen=True, slots=True)
class Conflict:
    """A smallest set of assumptions that cannot all be true: drop any one and the rest can be.

    members are assumption ids, figures the ids of the figures behind them. sentence says it in one sentence, with
    the quoted words. gap is by how much the sides miss one another. sides are the members one by one, the figures
    first, given the definitions that make them comparable, line the arithmetic: what a short form is told from.
    """

    members: tuple[str, ...]
    kind: ConflictKind
    sentence: str
    figures: tuple[str, ...] = ()
    quantity: str | None = None
    gap: Number | None = None
    sides: tuple[Side, ...] = ()
    given: tuple[str, ...] = ()
    line: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """A smallest set of assumptions whose dropping makes the rest consistent. proposals: figure id -> the value that
    the arithmetic would need, (low, high), where dropping one figure fixes it: what it needs, not a finding of fact.
    sides are what is dropped, one by one."""

    drop: tuple[str, ...]
    cost: float
    sentence: str
    proposals: Mapping[str, tuple[Number | None, Number | None]] = field(default_factory=dict)
    sides: tuple[Side, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All minimal conflicts and repairs of a system, cheapest first; more is True where the search was capped.

    bounds are those that follow when the cheapest repair is made (all assumptions hold when there is no conflict).
    """

    conflicts: tuple[Conflict, ...] = ()
    repairs: tuple[Repair, ...] = ()
    bounds: Mapping[str, Interval] = field(default_factory=dict)
    more: bool = False
    set_aside: tuple[str, ...] = ()

    @property
    def consistent(self) -> bool:
        """True when everything can be true together."""
        return not self.conflicts
