"""Conflicts and repairs in one sentence each, to be read aloud: what each side says, who says it, what it rests on.

A conflict of three or more is told by its arithmetic ("12,000 + 2,000 = 14,000 is less than 15,000"): the multipliers
that prove a set impossible (Farkas) say how often each figure counts, and every conflict is a sum of floors above a
sum of ceilings, because the rules themselves have no constants.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tallystick.model.constraints import Belief, Bound, Side, Sum, System
from tallystick.model.values import Number
from tallystick.reconcile.network import Network, State, number
from tallystick.reconcile.simplex import Exact, Row, Undecided, refute


@dataclass(frozen=True, slots=True)
class Line:
    """The arithmetic of a conflict: floors, each so many times, add up to more than the ceilings do.

    Pairs of multiplier and bound, in the order in which the sums name them. over is what the floors add up to, under
    what the ceilings do.
    """

    floors: tuple[tuple[int, Bound], ...]
    ceilings: tuple[tuple[int, Bound], ...]
    over: Number
    under: Number

    def __str__(self) -> str:
        floors, ceilings = _added(self.floors, self.over), _added(self.ceilings, self.under)
        if not self.ceilings:
            return f"{floors} is more than nobody"
        if not self.floors:
            return f"{ceilings} is less than nobody"
        if len(self.floors) > 1 or self.floors[0][0] > 1:
            return f"{floors} is more than {ceilings}"
        return f"{ceilings} is less than {floors}"


@dataclass(frozen=True, slots=True)
class Told:
    """A conflict in words: the sentence, the quantity it is about and by how much the sides miss one another.

    sides, given and line are the sentence's parts, for telling it in a shorter form.
    """

    sentence: str
    quantity: str | None
    gap: Number | None
    sides: tuple[Side, ...] = ()
    given: tuple[str, ...] = ()
    line: str = ""


def amount(value: Number) -> str:
    """The number with thousands separators: 8,000."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def between(low: Number | None, high: Number | None) -> str:
    """Bounds in words: "185", "600 to 4,700", "at least 12", "any number"."""
    if low is not None and low == high:
        return amount(low)
    if high is None:
        return "any number" if not low else f"at least {amount(low)}"
    return f"at most {amount(high)}" if not low else f"{amount(low)} to {amount(high)}"


def listed(items: Sequence[str], last: str = " and") -> str:
    """Items in a row: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])}{last} {items[-1]}"


def said(bound: Bound) -> str:
    """What a bound says: its own words, or "at most 12 (origin)"."""
    if bound.text:
        return bound.text
    plain = f"at least {amount(bound.low)}" if bound.low is not None else f"at most {amount(bound.high or 0)}"
    return f"{plain} ({bound.origin})" if bound.origin else plain


def rule_said(rule: Sum, labels: Mapping[str, str]) -> str:
    """Why a sum holds: its own words without "assuming", or what it adds."""
    if rule.text:
        return rule.text.removeprefix("assuming ").removeprefix("that ")
    parts, total = [labels.get(p, p) for p in rule.parts], labels.get(rule.total, rule.total)
    if len(parts) == 1:
        return f"{parts[0]} and {total} are the same" if rule.equal else f"{parts[0]} is part of {total}"
    return f"{listed(parts)} add up to {total}" if rule.equal else f"{listed(parts)} are parts of {total}"


def tell(net: Network, members: Sequence[int]) -> Told:
    """A smallest conflict of the network, by the numbers of its members, in one sentence and in its parts."""
    state = net.spread(members)
    bounds = [a for i in members if isinstance(a := net.assumptions[i], Bound)]
    line = _line(net, state, bounds)
    times = {} if line is None else {bound.id: n for n, bound in (*line.floors, *line.ceilings)}
    others = [a for i in members if not isinstance(a := net.assumptions[i], Bound)]
    told = _sentence(net, bounds, line, _tail(net, state, members))
    return replace(
        told,
        sides=tuple(side(net.system.labels, a, times.get(a.id, 1)) for a in (*bounds, *others)),
        given=tuple(dict.fromkeys(_definitions(net, state))),
        line="" if line is None else str(line),
    )


def side(labels: Mapping[str, str], one: Bound | Sum | Belief, times: int = 1) -> Side:
    """An assumption as a side of a conflict or a repair."""
    if isinstance(one, Bound):
        return Side(one.id, _name(labels, one), one.low, one.high, said(one), one.figures, times)
    return Side(one.id, text=rule_said(one, labels) if isinstance(one, Sum) else one.text)


def _sentence(net: Network, bounds: Sequence[Bound], line: Line | None, tail: str) -> Told:
    system = net.system
    label = system.labels
    if line is not None and line.ceilings and (len(bounds) > 2 or _weighted(line)):
        sides = [line.ceilings, line.floors]
        if len(line.floors) > 1 or line.floors[0][0] > 1:
            sides.reverse()
        first, second = ([f"{_name(label, b)}, {said(b)}" for _, b in side] for side in sides)
        sentence = f"{line}: {listed(first, ', and')}, against {listed(second, ', and')}{tail}."
        return Told(_capital(sentence), _about(line, net), line.over - line.under)
    floors, ceilings = [b for b in bounds if b.low is not None], [b for b in bounds if b.high is not None]
    if len(bounds) == 2 and floors and ceilings and line is not None:
        (low,), (high,) = floors, ceilings
        gap = line.over - line.under
        if low.quantity == high.quantity:
            sentence = f"{_name(label, low)} cannot be both {said(low)} and {said(high)}{tail}."
        else:
            sentence = f"{_name(label, low)} cannot be {said(low)} with {_name(label, high)} {said(high)}{tail}."
        return Told(_capital(sentence), high.quantity, gap)
    if len(bounds) == 1:
        (only,) = bounds
        why = "" if only.high is None or only.high >= 0 else ": a count is never below 0"
        value = only.low if only.high is None else -only.high
        sentence = f"{_name(label, only)} cannot be {said(only)}{why}{tail}."
        return Told(_capital(sentence), only.quantity, value)
    sentence = f"No whole numbers fit {listed([f'{_name(label, b)}, {said(b)}' for b in bounds])}{tail}."
    return Told(sentence, bounds[-1].quantity if bounds else None, None)


def _name(labels: Mapping[str, str], bound: Bound) -> str:
    return labels.get(bound.quantity, bound.quantity)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _weighted(line: Line) -> bool:
    return any(times > 1 for times, _ in (*line.floors, *line.ceilings))


def _added(side: Sequence[tuple[int, Bound]], total: Number) -> str:
    """ "12,000 + 2,000 = 14,000"; one figure stands alone."""
    terms = []
    for times, bound in side:
        value = amount(bound.low if bound.low is not None else bound.high or 0)
        terms.append(value if times == 1 else f"{times} × {value}")
    if not terms:
        return "0"
    return terms[0] if len(terms) == 1 and side[0][0] == 1 else f"{' + '.join(terms)} = {amount(total)}"


def _about(line: Line, net: Network) -> str:
    """The quantity that a conflict is told of: the one side that is a single figure, a total mostly."""
    side = line.floors if len(line.floors) == 1 else line.ceilings
    return side[-1][1].quantity


def _tail(net: Network, state: State, members: Sequence[int]) -> str:
    """The definitions and assumptions that a conflict rests on: ", given that ..., assuming that ..."."""
    axioms = _definitions(net, state)
    beliefs = [
        rule_said(a, net.system.labels) if isinstance(a, Sum) else a.text
        for i in members
        if isinstance(a := net.assumptions[i], (Sum, Belief))
    ]
    parts = []
    if axioms:
        parts.append(f"given that {listed(list(dict.fromkeys(axioms)))}")
    if beliefs:
        parts.append(f"assuming that {listed(list(dict.fromkeys(beliefs)))}")
    return "".join(f", {part}" for part in parts)


def _definitions(net: Network, state: State) -> list[str]:
    """The definitions that were used, those that rest on a belief last: they are told with it."""
    sums = {s.id: s for s in net.system.sums}
    used = [sums[net.rules[r].id] for r in state.rules]
    used = [s for s in used if s.cost is None and not s.needs] + [s for s in used if s.cost is None and s.needs]
    return [_brief(rule_said(s, net.system.labels)) for s in used]


def _brief(text: str) -> str:
    """A definition without the reasons that follow it after a colon: "the dead are casualties: whoever ..."."""
    heads = []
    for clause in text.split("; "):
        head, colon, _ = clause.partition(": ")
        heads.append(head if colon and not any(mark in head for mark in "“(") else clause)
    return " and ".join(dict.fromkeys(heads)).rstrip(".")


def _line(net: Network, state: State, bounds: Sequence[Bound]) -> Line | None:
    """The arithmetic of a conflict; None where only whole numbers fail or nothing was proved."""
    order: dict[str, int] = {}
    rows: list[Row] = []
    for r in state.rules:
        rule = net.rules[r]
        terms: Counter[int] = Counter(order.setdefault(net.names[p], len(order)) for p in rule.parts)
        terms[order.setdefault(net.names[rule.total], len(order))] -= 1
        rows.append(Row(terms, rule.equal))
    for bound in bounds:
        order.setdefault(bound.quantity, len(order))
    lows: list[Exact] = [0] * len(order)
    highs: list[Exact | None] = [None] * len(order)
    floors: dict[int, Bound] = {}
    ceilings: dict[int, Bound] = {}
    for bound in bounds:
        at = order[bound.quantity]
        _, low, value = net.bound_of[net.index[bound.id]]
        if low:
            lows[at], floors[at] = value, bound
        else:
            highs[at], ceilings[at] = value, bound
    try:
        proof = refute(rows, lows, highs, whole=False)
    except Undecided:
        return None
    if proof is None:
        return None
    over = sum((times * lows[at] for at, times in proof.lows.items()), start=0)
    under = sum((times * (highs[at] or 0) for at, times in proof.highs.items()), start=0)
    return Line(
        tuple((proof.lows[at], floors[at]) for at in sorted(proof.lows) if at in floors),
        tuple((proof.highs[at], ceilings[at]) for at in sorted(proof.highs) if at in ceilings),
        number(over),
        number(under),
    )


@dataclass(frozen=True, slots=True)
class Dropped:
    """Assumptions that a repair drops together. proposal is what all else needs instead, where they are one figure's.

    near: values of the quantities beside it, by label, for recognising a value that was copied.
    """

    gone: tuple[Bound | Sum | Belief, ...]
    proposal: tuple[Number | None, Number | None] | None = None
    near: Mapping[str, Number] = field(default_factory=dict)


def repair_told(system: System, dropped: Iterable[Dropped]) -> str:
    """What would have to be so for all else to be true, in one sentence."""
    return f"All else can be true {listed([clause for d in dropped for clause in _clauses(system, d)])}."


def _clauses(system: System, dropped: Dropped) -> list[str]:
    bounds = [a for a in dropped.gone if isinstance(a, Bound)]
    if dropped.proposal is None or not bounds:
        return [_without(system, a) for a in dropped.gone]
    needed = f"{between(*dropped.proposal)}, not {amount(_value(bounds))}"
    note = noted(dropped)
    return [f"if {_name(system.labels, bounds[0])} were {needed}{f' ({note})' if note else ''}"]


def noted(dropped: Dropped) -> str:
    """The slip of the pen that would explain the figure; "" where none fits, or where it needs no one value."""
    bounds = [a for a in dropped.gone if isinstance(a, Bound)]
    low, high = dropped.proposal or (None, None)
    return "" if not bounds or low is None or low != high else slip(_value(bounds), low, dropped.near)


def _value(bounds: Sequence[Bound]) -> Number:
    return next(v for b in bounds for v in (b.low, b.high) if v is not None)


def _without(system: System, gone: Bound | Sum | Belief) -> str:
    if isinstance(gone, Belief):
        return f"without assuming that {gone.text}"
    if isinstance(gone, Sum):
        return f"without assuming that {rule_said(gone, system.labels)}"
    return f"without {_name(system.labels, gone)} being {said(gone)}"


def slip(stated: Number, needed: Number, near: Mapping[str, Number]) -> str:
    """How a stated number may have come from the needed one by a slip of the pen; "" when no common slip fits."""
    copied = next((label for label, value in near.items() if value == stated), None)
    if copied is not None:
        return f"{amount(stated)} repeats {copied}"
    if not isinstance(stated, int) or not isinstance(needed, int):
        return ""
    if stated == 0:
        return "0 may stand for “not known”"
    a, b = str(stated), str(needed)
    if len(a) == len(b):
        differ = [i for i in range(len(a)) if a[i] != b[i]]
        if len(differ) == 2 and a[differ[0]] == b[differ[1]] and a[differ[1]] == b[differ[0]]:
            return f"{amount(stated)} is {amount(needed)} with two digits transposed"
        if len(differ) == 1 and len(a) > 3 and max(len(a.rstrip("0")), len(b.rstrip("0"))) > 2:
            return "one digit differs"  # of short or round numbers that says nothing
    if stated == needed * 10 or needed == stated * 10:
        return "a nought too many" if stated > needed else "a nought is missing"
    if len(a) + 1 == len(b) and any(b[:i] + b[i + 1 :] == a for i in range(len(b))):
        return "a digit is missing"
    if len(b) + 1 == len(a) and any(a[:i] + a[i + 1 :] == b for i in range(len(a))):
        return "a digit too many"
    return ""
