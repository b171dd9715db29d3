"""What a report itself adds up or takes apart ("another", "including", "bringing the total to"), and readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from tallystick.model.constraints import AssumptionKind, Bound, Sum
from tallystick.model.quantities import Figure, Key
from tallystick.model.values import Form, Number
from tallystick.reconcile.halves import limits, text
from tallystick.reconcile.lattice import Lattice
from tallystick.reconcile.scopes import judge

_COST = 2.0  # of an inclusion or a partition (design: reconciliation 2.5)
_READING = 1.0
_ALL = "all:"


def text_sums(
    figures: Sequence[Figure], lattice: Lattice, readings: tuple[str, ...], node: Callable[[Figure], str]
) -> list[Sum]:
    """The sums that reports state. A link whose figures cannot both be right within one report is left out.

    There the reading of the sentence is likelier to be wrong than the report; reports that contradict themselves by
    what their figures count are found all the same.
    """
    by_id = {figure.id: figure for figure in figures if figure.binds}
    if not any(f.part_of or f.same_as or f.total_of or f.adds_to for f in by_id.values()):
        return []
    ceilings: dict[tuple[str, Key], Number] = {}
    for figure in by_id.values():
        high = limits(figure)[1]
        if high is not None:
            place = (figure.document, figure.key)
            ceilings[place] = min(high, ceilings.get(place, high))
    sums: list[Sum] = []
    for figure in by_id.values():
        for other in _known(figure, figure.part_of, by_id):
            if _part_fits(figure, other) and not _too_many(figure, other, ceilings):
                words = f"“{figure.quote}” are among “{other.quote}”"
                sums.append(_sum(f"text:{figure.id}<{other.id}", (figure,), other, False, words, node))
        for other in _known(figure, figure.same_as, by_id):
            alike = (figure.key.measure, figure.key.who) == (other.key.measure, other.key.who)
            if alike and _part_fits(figure, other) and _part_fits(other, figure):
                words = f"“{figure.quote}” and “{other.quote}” are the same"
                sums.append(_sum(f"text:{figure.id}={other.id}", (figure,), other, True, words, node))
        for added in _known(figure, figure.total_of, by_id):
            words = f"“{added.quote}” are among “{figure.quote}”"
            if _part_fits(added, figure):
                sums.append(_sum(f"text:{added.id}<{figure.id}", (added,), figure, False, words, node))
            for before in _known(added, added.adds_to, by_id):
                if _sum_fits((before, added), figure):
                    words = f"“{before.quote}” and “{added.quote}” make “{figure.quote}”"
                    sums.append(_sum(f"text:{figure.id}+", (before, added), figure, True, words, node))
    if "waves" in readings:
        sums += _waves(list(by_id.values()), by_id, lattice, node)
    return [rule for rule in sums if rule.total not in rule.parts and len(set(rule.parts)) == len(rule.parts)]


def _known(figure: Figure, names: Iterable[str], by_id: dict[str, Figure]) -> list[Figure]:
    """The figures named that bind something and are of no other event."""
    events = (figure.key.incident, None)
    return [by_id[n] for n in names if n in by_id and (figure.key.incident is None or by_id[n].key.incident in events)]


def _sum(
    name: str,
    parts: tuple[Figure, ...],
    total: Figure,
    equal: bool,
    words: str,
    node: Callable[[Figure], str],
) -> Sum:
    kind = AssumptionKind.PARTITION if len(parts) > 1 else AssumptionKind.INCLUSION
    return Sum(name, tuple(node(p) for p in parts), node(total), equal, _COST, kind, words)


def _part_fits(part: Figure, whole: Figure) -> bool:
    low, high = limits(part)[0], limits(whole)[1]
    return part.key.unit == whole.key.unit and (low is None or high is None or low <= high)


def _too_many(part: Figure, whole: Figure, ceilings: Mapping[tuple[str, Key], Number]) -> bool:
    """True when the report has a figure for the whole's people that the part goes beyond: a part of something else."""
    low, high = limits(part)[0], ceilings.get((whole.document, whole.key))
    return low is not None and high is not None and low > high


def _sum_fits(parts: tuple[Figure, ...], total: Figure) -> bool:
    """True when the parts can add up to the total, and none of them is the total told before."""
    if any(p.key == total.key or p.key.unit != total.key.unit for p in parts):
        return False
    lows, highs = zip(*(limits(p) for p in parts), strict=True)
    low, high = limits(total)
    if high is not None and sum(n or 0 for n in lows) > high:
        return False
    return low is None or any(n is None for n in highs) or sum(n or 0 for n in highs) >= low


def _waves(
    figures: Sequence[Figure], by_id: dict[str, Figure], lattice: Lattice, node: Callable[[Figure], str]
) -> list[Sum]:
    """The reading that what is added to what is all there is: "up to 12,000 … another 3,000" of 15,000 in all."""
    sums = []
    for figure in figures:
        for first in _known(figure, figure.adds_to, by_id):
            for whole in figures:
                if whole.document != figure.document or whole in (figure, first) or not _holds(whole, figure, lattice):
                    continue
                if not _holds(whole, first, lattice):
                    continue
                words = f"assuming “{first.quote}” and “{figure.quote}” are all of “{whole.quote}”"
                sums.append(_sum(f"waves:{figure.id}", (first, figure), whole, True, words, node))
    return sums


def _holds(whole: Figure, part: Figure, lattice: Lattice) -> bool:
    """True when the whole can hold the part: a flow the stock that it brought, over a time that takes its in."""
    flows = ("sent", "deployed")
    mine, theirs = part.key, whole.key
    if mine.measure in flows and theirs.measure == "sent":
        mine = replace(mine, measure="sent")
    verdict, kinds = judge(mine, theirs, lattice)
    return verdict.comparison.value in ("part_of", "same") and kinds <= {"time"} and part.key != whole.key


def reading_bounds(figures: Sequence[Figure], lattice: Lattice, readings: tuple[str, ...]) -> list[tuple[Key, Bound]]:
    """Bounds that hold only under a reading, each with the key that it bounds; the bound's quantity is left open."""
    found = []
    for figure in figures:
        if "vague" in readings and figure.form is Form.VAGUE and figure.typical_high is not None and figure.binds:
            said = f"{text('high', figure.typical_high, [figure])}, reading “{figure.quote}” as no more"
            found.append((figure.key, _reading(f"vague:{figure.id}", figure, figure.typical_high, said)))
        if f"{_ALL}{figure.id}" in readings and figure.high is not None:
            key = figure.key
            wide = lattice.theatres(key.where) if key.where is not None else ()
            window = replace(key.window, start=None, start_latest=None)  # all of them, from the beginning
            key = replace(key, who=replace(key.who, subset=None), where=wide[0] if wide else key.where, window=window)
            said = f"{text('high', figure.high, [figure])}, read as all of them"
            found.append((key, _reading(f"{_ALL}{figure.id}", figure, figure.high, said)))
    return found


def _reading(name: str, figure: Figure, high: float, said: str) -> Bound:
    return Bound(name, "", None, high, _READING, AssumptionKind.READING, said, (figure.id,), figure.source)
