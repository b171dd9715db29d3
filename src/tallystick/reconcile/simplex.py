"""Whether linear sums over bounded quantities can all hold: exact, with the multipliers that prove it when they cannot.

The general simplex of Dutertre and de Moura (CAV 2006) over fractions: every rule is a row that must be zero, or at
most zero; quantities carry the bounds. A refutation is Farkas' lemma: with its multipliers the floors add up to more
than the ceilings. Whole numbers are branched on where the fractions fit. For small systems: tables, not ledgers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

Exact = int | Fraction

# Branches on whole numbers before the search is given up. Sums with single counts almost never need one.
_BRANCHES = 400
# Pivots in all before it is given up: Bland's rule ends always, but on large tables late.
_PIVOTS = 4_000


@dataclass(frozen=True, slots=True)
class Row:
    """sum(coefficient * quantity) <= 0, or == 0 when equal."""

    terms: Mapping[int, int]
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Refutation:
    """What cannot hold together: floors and ceilings by quantity, rows by index, with their multipliers.

    The multipliers are whole and have no common divisor. exact is False where only whole numbers fail: then there is
    no line of arithmetic, and the multipliers say only what took part.
    """

    lows: Mapping[int, int]
    highs: Mapping[int, int]
    rows: Mapping[int, int]
    exact: bool = True


class Undecided(Exception):
    """The search was given up: not an error of the input, and never shown."""


_Tag = tuple[str, int]


@dataclass(slots=True)
class _Tableau:
    """Basic variables as sums of the others. Variables: quantities first, then one a row."""

    rows: dict[int, dict[int, Exact]]
    lows: list[Exact | None]
    highs: list[Exact | None]
    values: list[Exact]
    left: list[int]  # pivots until the search is given up, shared by all branches

    def settle(self) -> dict[_Tag, Exact] | None:
        """None when every bound holds now; else the multipliers of bounds that cannot."""
        while True:
            broken = self._broken()
            if broken is None:
                return None
            self.left[0] -= 1
            if self.left[0] < 0:
                raise Undecided
            basic, short = broken
            entering = self._entering(basic, short)
            if entering is None:
                return self._why(basic, short)
            bound = self.lows[basic] if short else self.highs[basic]
            assert bound is not None
            self._pivot(basic, entering, bound)

    def _broken(self) -> tuple[int, bool] | None:
        found: tuple[int, bool] | None = None
        for basic in self.rows:
            if found is None or basic < found[0]:  # the first by number, as Bland's rule asks
                value, low, high = self.values[basic], self.lows[basic], self.highs[basic]
                if low is not None and value < low:
                    found = basic, True
                elif high is not None and value > high:
                    found = basic, False
        return found

    def _entering(self, basic: int, short: bool) -> int | None:
        row = self.rows[basic]
        for other in sorted(row):
            up = (row[other] > 0) == short
            limit = self.highs[other] if up else self.lows[other]
            if limit is None or (self.values[other] < limit if up else self.values[other] > limit):
                return other
        return None

    def _why(self, basic: int, short: bool) -> dict[_Tag, Exact]:
        why: dict[_Tag, Exact] = {("low" if short else "high", basic): 1}
        for other, factor in self.rows[basic].items():
            why["high" if (factor > 0) == short else "low", other] = factor if factor > 0 else -factor
        return why

    def _pivot(self, basic: int, entering: int, target: Exact) -> None:
        row = self.rows.pop(basic)
        factor = row.pop(entering)
        step = _over(target - self.values[basic], factor)
        self.values[basic] = target
        self.values[entering] = _plain(self.values[entering] + step)
        new = {other: _over(-f, factor) for other, f in row.items()}
        new[basic] = _over(1, factor)
        for other, theirs in self.rows.items():
            if entering not in theirs:
                continue
            share = theirs.pop(entering)
            self.values[other] = _plain(self.values[other] + share * step)
            for column, f in new.items():
                after = _plain(theirs[column] + share * f if column in theirs else share * f)
                if after:
                    theirs[column] = after
                else:
                    theirs.pop(column, None)
        self.rows[entering] = new

    def copy(self) -> _Tableau:
        rows = {basic: dict(row) for basic, row in self.rows.items()}
        return _Tableau(rows, self.lows[:], self.highs[:], self.values[:], self.left)


def _over(value: Exact, factor: Exact) -> Exact:
    """value / factor. Nearly every factor is 1 or -1, and fractions take ten times as long as whole numbers."""
    if factor == 1:
        return _plain(value)
    return _plain(-value) if factor == -1 else _plain(Fraction(value) / factor)


def _plain(value: Exact) -> Exact:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def refute(
    rows: Sequence[Row], lows: Sequence[Exact], highs: Sequence[Exact | None], whole: bool = True
) -> Refutation | None:
    """None when some quantities >= lows and <= highs (None open) obey every row; else what cannot hold together.

    whole asks for whole numbers. Raises Undecided when the search was given up.
    """
    quantities = len(lows)
    for index, (low, high) in enumerate(zip(lows, highs, strict=True)):
        if high is not None and low > high:
            return Refutation({index: 1}, {index: 1}, {})
    values: list[Exact] = list(lows)
    basis: dict[int, dict[int, Exact]] = {}
    bounds_low: list[Exact | None] = list(lows)
    bounds_high: list[Exact | None] = list(highs)
    for index, row in enumerate(rows):
        basis[quantities + index] = {q: f for q, f in row.terms.items() if f}
        values.append(sum(f * lows[q] for q, f in row.terms.items()))
        bounds_low.append(0 if row.equal else None)
        bounds_high.append(0)
    tableau = _Tableau(basis, bounds_low, bounds_high, values, [_PIVOTS])
    why = tableau.settle()
    exact = True
    if why is None:
        if not whole:
            return None
        exact = False
        parts = _branch(tableau, quantities, [_BRANCHES])
        if parts is None:
            return None
        why = dict.fromkeys(parts, 1)
    return _refutation(why, quantities, exact)


def _refutation(why: Mapping[_Tag, Exact], quantities: int, exact: bool) -> Refutation:
    scale = 1
    for factor in why.values():
        scale = scale * Fraction(factor).denominator // _gcd(scale, Fraction(factor).denominator)
    numbers = {tag: int(factor * scale) for tag, factor in why.items()}
    shared = 0
    for number in numbers.values():
        shared = _gcd(shared, number)
    found: dict[str, dict[int, int]] = {"low": {}, "high": {}, "row": {}}
    for (side, index), number in numbers.items():
        if index >= quantities:
            found["row"][index - quantities] = number // shared
        else:
            found[side][index] = number // shared
    return Refutation(found["low"], found["high"], found["row"], exact)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _branch(tableau: _Tableau, quantities: int, left: list[int]) -> set[_Tag] | None:
    """None when whole numbers fit; else the bounds that took part in showing that none do."""
    split = next((q for q in range(quantities) if isinstance(tableau.values[q], Fraction)), None)  # always basic
    if split is None:
        return None
    left[0] -= 1
    if left[0] < 0:
        raise Undecided
    below = floor(tableau.values[split])
    took: set[_Tag] = set()
    for side, bound in (("high", below), ("low", below + 1)):
        half = tableau.copy()
        (half.highs if side == "high" else half.lows)[split] = bound
        why = half.settle()
        parts = set(why) if why is not None else _branch(half, quantities, left)
        if parts is None:
            return None
        if (side, split) not in parts:
            return parts  # refuted without the branch
        took |= parts - {(side, split)}
    return took
