"""Quantities that share nobody and lie in one whole: together they are no more than it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter

from tallystick.model.constraints import AssumptionKind, Bound, Sum
from tallystick.model.quantities import Comparison, Figure, Key, Who, Window
from tallystick.reconcile.halves import slack
from tallystick.reconcile.lattice import Lattice
from tallystick.reconcile.scopes import compare
from tallystick.reconcile.windows import apart as days_apart

_COST = 2.0  # of taking it that nobody is counted twice (design: reconciliation 2.5, partition)
# Parts of one whole beyond which packing is left to reconcile.levels, which adds up whole levels.
_MOST = 80
STOCKS = ("deployed", "strength")

Parts = list[tuple[tuple[str, ...], str, bool]]
"""(names of quantities that share nobody, why, whether that must be assumed)."""


def packings(
    keys: Mapping[str, Key], above: Mapping[str, set[str]], lattice: Lattice, *, apart: bool = False
) -> list[Sum]:
    """A sum for every family of quantities that share nobody and lie, for certain, in one whole.

    Counts of things that can befall a person twice (wounds, flights) add up only by assumption. apart: killed, wounded
    and the like add up too; off by default, since who dies of wounds is often told under both.
    """
    # In a long series the last day holds all before it: such wholes, most pairs by far, are passed over at once.
    held = Counter(chain.from_iterable(above.values()))
    few = {whole for whole, parts in held.items() if parts <= _MOST or whole in above[whole]}
    below: defaultdict[str, list[str]] = defaultdict(list)
    for name, wholes in above.items():
        for whole in wholes & few:
            if whole != name and name not in above[whole]:
                below[whole].append(name)
    sums = []
    for whole, parts in sorted(below.items()):
        if not 2 <= len(parts) <= _MOST:
            continue
        for names, words, assumed in _families(sorted(parts), keys, lattice, measures=apart):
            tag = hashlib.sha256("+".join((*names, whole)).encode()).hexdigest()[:10]
            sums.append(
                Sum(f"pack:{tag}", names, whole, False, _COST if assumed else None, AssumptionKind.PARTITION, words)
            )
    return sums


def _families(names: Sequence[str], keys: Mapping[str, Key], lattice: Lattice, *, measures: bool) -> Parts:
    found: Parts = []
    seen: set[tuple[str, ...]] = set()

    def look(of: Callable[[Key], Hashable], far: Callable[[Key, Key], bool], words: str, assumed: bool | None) -> None:
        groups: defaultdict[Hashable, list[str]] = defaultdict(list)
        for name in names:
            groups[of(keys[name])].append(name)
        for group in groups.values():
            family = tuple(sorted(_spread(group, keys, far)))
            if len(family) < 2 or family in seen:
                continue
            seen.add(family)
            first = keys[family[0]]
            once = lattice.mark("measure" if first.unit is None else "things", first.measure, "once")
            found.append((family, words, not once if assumed is None else assumed))

    def place_apart(a: Key, b: Key) -> bool:
        if a.where is None or b.where is None or a.where.node == b.where.node:
            return False
        return compare(a, b, lattice).comparison is Comparison.DIFFERENT_PLACE

    # Most wholes have parts that differ in one facet only: the others need no look.
    of_parts = [keys[name] for name in names]
    if _some_apart([k.window for k in of_parts]):
        look(
            attrgetter("measure", "who", "where", "incident", "unit"),
            lambda a, b: days_apart(a.window, b.window),
            "they are of separate times",
            None,
        )
    if any(k.where != of_parts[0].where for k in of_parts):
        look(
            attrgetter("measure", "who", "window", "incident", "unit"), place_apart, "they are of separate places", None
        )
    if any(k.who != of_parts[0].who for k in of_parts):
        look(
            attrgetter("measure", "where", "window", "incident", "unit"),
            lambda a, b: _who_apart(a.who, b.who, lattice),
            "they are separate people",
            False,
        )
    if measures:
        look(
            attrgetter("who", "where", "window", "incident", "unit"),
            lambda a, b: lattice.disjoint("measure" if a.unit is None else "things", a.measure, b.measure),
            "nobody is counted under both",
            True,
        )
    return found


def _some_apart(windows: Iterable[Window]) -> bool:
    """True when some two windows are apart: found at once, as running totals all begin on one day."""
    starts, lasts = [], []
    for window in windows:
        last = window.end_latest or window.end
        if window.start is not None:
            starts.append(window.start)
        if last is not None:
            lasts.append(last)
    return bool(starts and lasts) and min(lasts) < max(starts)


def _who_apart(a: Who, b: Who, lattice: Lattice) -> bool:
    """True when the two populations share nobody in some facet, whatever is believed."""
    if a.subset is not None or b.subset is not None:
        return False
    for facet in ("status", "sex", "age", "role"):
        mine, theirs = getattr(a, facet), getattr(b, facet)
        if mine is not None and theirs is not None and mine != theirs:
            between = lattice.separation(facet, mine, theirs)
            if between is not None and between.assuming is None:
                return True
    return False


def _spread(group: Iterable[str], keys: Mapping[str, Key], far: Callable[[Key, Key], bool]) -> list[str]:
    """Members that are pairwise apart, the earliest first: as many as one pass finds."""
    taken: list[str] = []
    for name in sorted(group, key=lambda n: (str(keys[n].window.end_latest or keys[n].window.end), n)):
        if all(far(keys[name], keys[other]) for other in taken):
            taken.append(name)
    return taken


def standing(
    keys: Mapping[str, Key], wholes: Mapping[str, Mapping[str, tuple[str, ...]]], lattice: Lattice
) -> list[Sum]:
    """Stock and flow: those in place at a time and those dead by then are at most all who were sent.

    wholes: quantity -> each of its wholes with the beliefs that this rests on. Nobody is in place and dead, wherever
    they died.
    """
    stocks = [name for name, key in keys.items() if key.measure in STOCKS]
    sums = []
    for stock in stocks:
        for whole, needs in wholes[stock].items():
            for dead, held in wholes.items():
                if keys[dead].measure != "killed" or whole not in held or not lattice.mark("measure", "killed", "once"):
                    continue
                if _by_then(keys[dead].window, keys[stock].window):
                    tag = hashlib.sha256(f"{stock}+{dead}+{whole}".encode()).hexdigest()[:10]
                    both = tuple(dict.fromkeys((*needs, *held[whole])))
                    words = "the dead are not among those in place"
                    sums.append(Sum(f"stock:{tag}", (stock, dead), whole, text=words, needs=both))
    return sums


def _by_then(dead: Window, stock: Window) -> bool:
    now = (stock.start, stock.start_latest)
    if (dead.end, dead.end_latest) == now:
        return dead.end is not None
    last = dead.end_latest or dead.end
    return last is not None and stock.start is not None and last <= stock.start


def loosened(
    sums: Sequence[Sum], bounds: Sequence[Bound], figures: Mapping[str, Figure]
) -> tuple[list[Sum], list[Bound], list[str]]:
    """The sums with every packing of round figures put on stand-ins that allow half a unit of rounding.

    What a text adds up itself stays exact. Gives the sums, the stand-ins' bounds, and the stand-ins' names with a "~".
    """
    by_quantity: defaultdict[str, list[Bound]] = defaultdict(list)
    for bound in bounds:
        by_quantity[bound.quantity].append(bound)
    extra: dict[str, Bound] = {}
    changed = []
    stand_ins: dict[str, str] = {}

    def stand_in(name: str) -> str:
        loose = {
            b.id: max((slack(figures[f]) for f in b.figures if f in figures), default=0) for b in by_quantity[name]
        }
        if not any(loose.values()):
            return name
        stand_ins[name] = f"{name}~"
        for bound in by_quantity[name]:
            by = loose[bound.id]
            low = None if bound.low is None else max(0, bound.low - by)
            high = None if bound.high is None else bound.high + by
            extra[f"{bound.id}~"] = replace(bound, id=f"{bound.id}~", quantity=f"{name}~", low=low, high=high)
        return f"{name}~"

    for rule in sums:
        if rule.id.startswith("pack:"):
            rule = replace(rule, parts=tuple(stand_in(p) for p in rule.parts), total=stand_in(rule.total))
        changed.append(rule)
    return changed, list(extra.values()), list(stand_ins)
