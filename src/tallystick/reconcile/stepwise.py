"""Series of figures, day by day -> systems: running totals, what each day adds, and parts beside their whole.

A running total grows by what the day adds. It may be corrected downwards by whoever keeps it; whether that counts as a
contradiction is the caller's choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tallystick.model.constraints import AssumptionKind, Bound, Sum, System
from tallystick.model.values import Number
from tallystick.reconcile.wording import amount


@dataclass(frozen=True, slots=True)
class Stated:
    """One number of a series on one day. low and high are inclusive, None open; equal for an exact figure.

    cumulative: the running total at the end of the day; else what the day added. id is the figure's, label how a
    sentence names the quantity ("“killed_cum” in row 102"), words how it gives the number, origin who keeps the series.
    """

    id: str
    series: str
    day: date
    low: Number | None
    high: Number | None
    cumulative: bool = True
    label: str = ""
    words: str = ""
    origin: str | None = None


def halves(stated: Stated, quantity: str) -> tuple[Bound, ...]:
    """The floor and the ceiling that one stated number gives; both hold of a closed count, and cost the same.

    A running total that its keeper closes for the day is no toll that still grows: its ceiling is as strong as its
    floor.
    """
    out = []
    if stated.low is not None:
        words = stated.words or f"at least {amount(stated.low)}"
        floor = Bound(f"{stated.id}≥", quantity, low=stated.low, text=words, figures=(stated.id,), origin=stated.origin)
        out.append(floor)
    if stated.high is not None:
        words = stated.words or f"at most {amount(stated.high)}"
        kind = AssumptionKind.CEILING
        out.append(Bound(f"{stated.id}≤", quantity, None, stated.high, 3.0, kind, words, (stated.id,), stated.origin))
    return tuple(out)


def step_system(
    numbers: Iterable[Stated],
    parts: Sequence[tuple[str, Sequence[str]]] = (),
    falls: bool = False,
) -> System:
    """The system of running totals and daily figures.

    Between two days that follow one another total + day = next total (rules "step:..."); over a gap the days that are
    stated cannot exceed the growth. parts are pairs of a whole and disjoint parts of it, all series: on each day the
    parts add up to no more than the whole ("parts:..."). falls: where no daily figure says how a total grew, it must
    not fall ("fall:..."). Every rule is an axiom. Quantities are "series by day" for totals, "series on day" for what
    a day added; several numbers for one of them are kept, and may contradict each other.
    """
    totals: dict[str, dict[date, None]] = {}
    added: dict[str, dict[date, None]] = {}
    bounds: list[Bound] = []
    labels: dict[str, str] = {}
    for number in numbers:
        (totals if number.cumulative else added).setdefault(number.series, {})[number.day] = None
        quantity = _quantity(number.series, number.day, number.cumulative)
        labels.setdefault(quantity, number.label or quantity)
        bounds += halves(number, quantity)
    sums: list[Sum] = []
    for series, days in totals.items():
        ordered = sorted(days)
        fresh = sorted(added.get(series, ()))
        at = 0
        for before, after in pairwise(ordered):
            between = []
            while at < len(fresh) and fresh[at] <= after:
                if fresh[at] > before:
                    between.append(fresh[at])
                at += 1
            sums += _step(series, before, after, between, falls)
    for whole, named in parts:
        for day in sorted(totals.get(whole, ())):
            there = [p for p in named if day in totals.get(p, ())]
            if there:
                inside, total = tuple(_quantity(p, day, True) for p in there), _quantity(whole, day, True)
                name = f"parts:{' + '.join(named)}:{day}"
                sums.append(Sum(name, inside, total, text="parts cannot exceed their whole"))
    return System(tuple(bounds), tuple(sums), (), labels)


def _quantity(series: str, day: date, cumulative: bool) -> str:
    return f"{series} {'by' if cumulative else 'on'} {day}"


def _step(series: str, before: date, after: date, between: Sequence[date], falls: bool) -> list[Sum]:
    start, end = _quantity(series, before, True), _quantity(series, after, True)
    if not between:
        text = "a running total does not fall"
        return [Sum(f"fall:{series}:{after}", (start,), end, text=text)] if falls else []
    every = len(between) == (after - before).days
    text = "a running total grows by what each day adds" if every else "a running total grows at least by what is added"
    parts = (start, *(_quantity(series, day, False) for day in between))
    return [Sum(f"step:{series}:{after}", parts, end, equal=every, text=text)]
