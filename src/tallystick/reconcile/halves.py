"""A figure as two half-claims, at least and at most, each with what it costs to give it up.

Which half binds, and how firmly, by the words (design: reconciliation 2.1): a bare toll bounds from below firmly and
from above weakly, since tolls grow; "up to" can be cancelled ("up to 40, perhaps more": McNabb et al., Sinn und
Bedeutung 20); vague words have no ceiling; single and named victims are no toll.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tallystick.model.claims import Factuality, Interest
from tallystick.model.constraints import AssumptionKind, Bound
from tallystick.model.quantities import Figure
from tallystick.model.values import Form, Mod, Number

# Costs, by design 2.5: reading 1 < ceiling 2 < floor 3 < floor of two origins 4 < list of names 5.
CANCELLABLE, WEAK_CEILING, STRONG_CEILING = 1.5, 2.0, 3.0
HEARSAY_FLOOR, FLOOR, FLOOR_OF_TWO, NAMED_FLOOR = 2.5, 3.0, 4.0, 5.0
_NO_CEILING = (Form.VAGUE, Form.IMPLICIT_PLURAL, Form.UNQUANTIFIED, Form.SINGLE, Form.NAMED)
# From here on a number is often rounded. Below, half a unit of ten would swallow real differences.
_ROUND_FROM = 100
_SHOWN = 2  # quotes in one bound's text


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a figure: side "low" says at least value, "high" at most."""

    figure: Figure
    side: Literal["low", "high"]
    value: Number
    cost: float


def halves(figure: Figure) -> tuple[Half, ...]:
    """The half-claims of a figure, none for one that binds nothing."""
    if not figure.binds:
        return ()
    low, high = limits(figure)
    found = []
    if low is not None and low > 0:
        found.append(Half(figure, "low", low, _floor_cost(figure)))
    if high is not None:
        found.append(Half(figure, "high", high, _ceiling_cost(figure)))
    return tuple(found)


def limits(figure: Figure) -> tuple[Number | None, Number | None]:
    """The figure's own bounds, widened for "about", without a ceiling for vague words and single victims."""
    low, high = figure.low, figure.high
    if figure.form in _NO_CEILING:
        return low, None
    if figure.mod is Mod.APPROX and figure.value is not None:
        half = half_unit(figure.value)
        low = None if low is None else max(0, min(low, figure.value - half))
        high = None if high is None else max(high, figure.value + half)
    return low, high


def half_unit(value: Number) -> int:
    """Half of the last digit that is not nought: 50 for 4,700, 500 for 15,000; 0 for odd numbers.

    How far readers take "about N" to reach is narrower still (Ferson et al. 2015, ±4–10 % below 1,000); the
    coefficients of that regression are not shipped, so half a unit stands for it.
    """
    whole = abs(math.floor(value))
    if whole == 0:
        return 0
    unit = 1
    while whole % (unit * 10) == 0:
        unit *= 10
    return unit // 2


def slack(figure: Figure) -> int:
    """What a round bare number may be off by where it is summed with others; 0 for exact or bounded ones."""
    if figure.value is None or figure.mod is not None or abs(figure.value) < _ROUND_FROM:
        return 0
    return half_unit(figure.value)


def _floor_cost(figure: Figure) -> float:
    if figure.named_list:
        return NAMED_FLOOR
    # What a side says of its enemy's losses is no firmer than hearsay: Airwars takes it for no evidence by itself.
    doubtful = figure.factuality is Factuality.HEDGED or figure.interest is Interest.ENEMY_LOSSES
    return HEARSAY_FLOOR if doubtful else FLOOR


def _ceiling_cost(figure: Figure) -> float:
    if not figure.soft_high:
        return STRONG_CEILING
    return CANCELLABLE if figure.mod is Mod.EQUAL_OR_LESS else WEAK_CEILING


def bound(name: str, quantity: str, side: str, group: Sequence[Half], origins: Sequence[str | None]) -> Bound:
    """One assumption for half-claims that say the same of one quantity. origins are theirs, in order.

    Two origins or more make a floor dearer to give up; a ceiling that many repeat is no firmer than its firmest.
    """
    figures = [half.figure for half in group]
    known = dict.fromkeys(origin for origin in origins if origin is not None)
    cost = max(half.cost for half in group)
    low = high = None
    if side == "low":
        low = group[0].value
        if len(known) > 1:
            cost = max(cost, FLOOR_OF_TWO)
    else:
        high = group[0].value
    return Bound(
        name,
        quantity,
        low,
        high,
        cost,
        AssumptionKind.FLOOR if side == "low" else AssumptionKind.CEILING,
        text(side, group[0].value, figures),
        tuple(figure.id for figure in figures),
        next(iter(known)) if len(known) == 1 and None not in origins else None,
    )


def text(side: str, value: Number, figures: Sequence[Figure]) -> str:
    """A bound in words, with who said so: at least 600 (no source given: “600 deaths” [1060:1070])."""
    words = "at least" if side == "low" else "at most"
    said = [f"{source(f)}: “{f.quote}”{'' if f.start is None else f' [{f.start}:{f.end}]'}" for f in figures[:_SHOWN]]
    more = len(figures) - len(said)
    if more:
        said.append(f"and {more} more")
    return f"{words} {value:,} ({'; '.join(said)})"


def source(figure: Figure) -> str:
    """Who says it, with the outlet that passes it on: "two officers, in The Lowland Herald"."""
    name = figure.source
    if name is None:
        name = "no source given"
    if figure.publisher is None or figure.publisher == name:
        return name
    return f"{name}, in {figure.publisher}"
