"""Numbers joined to their units and to one another ("12-24", "$5 to $7 million"), before comparators are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest

from tallystick.extract.notcounts import find_notcounts
from tallystick.extract.numbercontext import people, words_of
from tallystick.extract.numerals import Numeral, exact, find_numerals, number
from tallystick.extract.units import rate_after, unit_after, unit_before
from tallystick.extract.words import Words, class_of
from tallystick.lexicon import fold, load
from tallystick.model.syntax import Parse
from tallystick.model.values import Number


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or range with its unit.

    first and last are the indexes of the number's words, begin and close those with the unit beside it. rate is
    where "a day" stands. reasons are (rule, start, end) at offsets of the text.
    """

    first: int
    last: int
    begin: int
    close: int
    low: Number
    high: Number
    unit: str | None = None
    unit_rule: str = ""
    share: bool = False
    mantissa: Number = 0
    scale: int = 1
    rate: tuple[int, int] | None = None
    reasons: tuple[tuple[str, int, int], ...] = ()


def find_figures(words: Words, parse: Parse | None = None) -> list[Figure]:
    """The figures of a text in order: numbers that count or measure, ranges joined."""
    numerals = _ratios(words, find_numerals(words))
    dropped = find_notcounts(words, numerals, parse)
    figures: list[Figure | None] = [
        None if i in dropped else _figure(words, numeral) for i, numeral in enumerate(numerals)
    ]
    return _join(words, figures)


# "One in five children": wholes that ratios are given of.
_RATIO_WHOLES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100, 1000)


def _ratios(words: Words, numerals: Sequence[Numeral]) -> list[Numeral]:
    """The numbers with each ratio of people ("one in five children", "4 in 10 voters") made one share."""
    found: list[Numeral] = []
    skip = False
    for a, b in zip_longest(numerals, numerals[1:]):
        if skip or a is None:
            skip = False
        elif b is not None and _is_ratio(words, a, b):
            share = number(Fraction(int(a.value), int(b.value)))
            found.append(Numeral(a.first, b.last, share, share, share=True, words=a.words, rules=("ranges/ratio",)))
            skip = True
        else:
            found.append(a)
    return found


def _is_ratio(words: Words, a: Numeral, b: Numeral) -> bool:
    between = [words.text(i) for i in range(a.last + 1, b.first)]
    if between not in (["in"], ["in", "every"], ["out", "of", "every"]) or a.scale > 1 or b.scale > 1:
        return False
    if a.value >= b.value or b.value not in _RATIO_WHOLES or a.value not in range(1, 10):
        return False
    # "killed one in two attacks" is no ratio of attacks.
    following = words.text(b.last + 1)
    if a.value == 1 and following in words_of("auxiliaries"):
        return True
    return following == "of" or (following in people() and following not in _events())


@lru_cache(maxsize=1)
def _events() -> frozenset[str]:
    return frozenset(fold(w) for e in load("populations") if e.get("class") == "events" for w in e.words)


def _figure(words: Words, numeral: Numeral) -> Figure | None:
    first, last = numeral.first, numeral.last
    before, after = unit_before(words, first), unit_after(words, last)
    value, begin, close, unit, rule, rate = numeral.value, first, last, None, "", None
    if before is not None:
        begin, unit, rule = before.first, before.name, before.rule
        below = rate_after(words, last)
        if below is not None:
            unit, close = f"{unit}/{below.name}", below.last
        elif after is not None and after.rule == rule:
            close = after.last
    elif after is not None:
        close, unit, rule = after.last, after.name, after.rule
    elif words.text(last + 1) == "-" and words.glued(last) and words.glued(last + 1):
        # "a 500-strong force" counts; "a four-bedroom house" does not; "5-10" is for the joining of ranges.
        following = words.text(last + 2)
        if words.alpha(last + 2) and following not in words_of("person-compounds") and following != "to":
            return None
    else:
        per = _rate_of_people(words, last)
        rate = (words[per[0]].start, words[per[1]].end) if per else None
    negative = _negative(words, begin, unit)
    if negative is not None:
        begin, value = negative, -value
    elif before is not None and words.text(first - 1) == "-":  # "$-50.8bn"
        value = -value
    reasons = [(r, words[first].start, words[last].end) for r in numeral.rules or ("numerals/digits",)]
    if unit:
        reasons.append((rule, words[begin].start, words[close].end))
    return Figure(
        first,
        last,
        begin,
        close,
        value,
        value,
        unit,
        rule,
        numeral.share,
        numeral.mantissa,
        numeral.scale,
        rate,
        tuple(reasons),
    )


def _negative(words: Words, begin: int, unit: str | None) -> int | None:
    """The index of a minus sign before a measured number."""
    if unit is None or begin == 0:
        return None
    i = begin - 1
    if words.text(i) == "-" and words.glued(i):
        if words.text(i - 1) == "minus":
            return i - 1
        if i > 0 and words.glued(i - 1):
            return None
        return None if words.text(i - 1)[:1].isdecimal() else i
    return i if words.text(i) == "minus" else None


def _rate_of_people(words: Words, last: int) -> tuple[int, int] | None:
    """ "a day" within three words after a number that has no unit: "1,200 men a day"."""
    for end in range(last, min(last + 4, len(words))):
        rate = rate_after(words, end)
        if rate is not None:
            return rate.first, rate.last
        if not words.alpha(end + 1):
            break
    return None


def _join(words: Words, figures: Sequence[Figure | None]) -> list[Figure]:
    joined: list[Figure] = []
    previous: Figure | None = None
    for figure in figures:
        if figure is None:
            previous = None
            continue
        if previous is not None and _repeats(words, previous, figure):  # "20 (twenty)"
            joined[-1] = previous = replace(previous, last=figure.last + 1, close=figure.last + 1)
            continue
        merged = _range(words, previous, figure) if previous is not None else None
        if merged is not None:
            joined[-1] = merged
        else:
            joined.append(figure)
        previous = merged or figure
    return joined


def _repeats(words: Words, a: Figure, b: Figure) -> bool:
    """True when b says a again in parentheses."""
    parted = a.close + 2 == b.begin and words.text(a.close + 1) == "(" and words.text(b.close + 1) == ")"
    return parted and (a.low, a.high) == (b.low, b.high) and b.unit is None


def _range(words: Words, a: Figure, b: Figure) -> Figure | None:
    """The range that two neighbouring figures make, None where they make none."""
    if a.low != a.high or b.low != b.high or a.share or b.share:
        return None
    if a.unit and b.unit and a.unit.split("/")[0] != b.unit.split("/")[0]:
        return None
    if a.unit and not b.unit and not a.unit_rule.endswith("/money"):
        return None
    link = _link(words, a, b)
    if link is None:
        return None
    low = a.low
    if link[0] in ("dash", "to") and b.scale == 1 and _grouped(words, b) and isinstance(a.low, int):
        # "30-40,000" leaves the thousands of the first number out.
        low = a.low * 1000 if a.low < b.low / 1000 else a.low
    elif b.scale > 1 and a.scale == 1 and a.low < b.mantissa:
        low = number(exact(a.low) * b.scale)
    elif b.scale > 1 and a.scale == b.scale:
        low = a.low
    if low >= b.high:
        return None
    reason = (f"ranges/{link[0]}", words[link[1]].start, words[b.close].end)
    return Figure(
        a.first,
        b.last,
        min(a.begin, link[1]),
        b.close,
        low,
        b.high,
        b.unit or a.unit,
        b.unit_rule or a.unit_rule,
        rate=b.rate,
        reasons=(*a.reasons, *b.reasons, reason),
    )


def _grouped(words: Words, figure: Figure) -> bool:
    """True for a round number of thousands written with a comma: "40,000"."""
    return words.text(figure.first).endswith(",000") and figure.first == figure.last


def _link(words: Words, a: Figure, b: Figure) -> tuple[str, int] | None:
    """How two figures are joined, and where the joining begins: ("between", index), None where they are not."""
    between = [words.text(i) for i in range(a.close + 1, b.begin)]
    before = words.text(a.begin - 1)
    if between in (["-"], ["-", "-"]) or between in (["to", "-"], ["-", "to"]):
        return "dash", a.begin
    if between == ["up", "to"] and before == "from":
        return "from-to", a.begin - 1
    if between == ["to"]:
        if before == "from":
            # "rose from 30 to 40" are two figures of two days, "from 30 to 40 men" one.
            changed = any(words.text(i) in words_of("change-words") for i in range(max(0, a.begin - 7), a.begin - 1))
            return None if changed else ("from-to", a.begin - 1)
        if before == "by" and words.text(a.begin - 2) in words_of("change-words"):
            return None  # "rose by 3 to 41"
        return "to", a.begin
    if between == ["and"] and before == "between":
        return "between", a.begin - 1
    if between == ["or"]:
        return "or", a.begin
    hedge = " ".join(t for t in between if t not in (",", "-", "\u2014"))
    return ("hedge", a.begin) if hedge in class_of("comparators", "hedged-range") else None
