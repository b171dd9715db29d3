"""How far people who judge the same things agree, beyond what chance gives.

Cohen's kappa for two people (J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological
Measurement 20, 1960) and Krippendorff's alpha for any number, with values missing (K. Krippendorff, Computing
Krippendorff's Alpha-Reliability, University of Pennsylvania, 2011; Content Analysis, chapter 12). Where a coefficient
is not defined the answer is None with the reason, never a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

from tallystick.model.reviewing import Coefficient
from tallystick.model.values import Number

V = TypeVar("V", bound=Hashable)
Difference = Callable[[V, V], float]

NOTHING = "no item was judged by two people"
NO_CHANCE = "all judgements are the same: with nothing to differ on, agreement beyond chance is not defined"


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Coefficient:
    """Cohen's kappa of two people's answers, a pair an item: (observed - by chance) / (1 - by chance)."""
    n = len(pairs)
    if not n:
        return Coefficient(None, 0, 0, NOTHING)
    observed = sum(a == b for a, b in pairs) / n
    mine, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    # Whole numbers, so that agreement that chance alone gives is told exactly.
    together = sum(count * theirs[answer] for answer, count in mine.items())
    if together == n * n:
        return Coefficient(None, n, 2 * n, NO_CHANCE)
    chance = together / (n * n)
    return Coefficient((observed - chance) / (1 - chance), n, 2 * n)


def nominal(a: Hashable, b: Hashable) -> float:
    """Answers are the same or not."""
    return float(a != b)


def interval(a: Number, b: Number) -> float:
    """Numbers are as far apart as their difference: 10 and 20 as far as 1,010 and 1,020. Squared."""
    return float((a - b) ** 2)


def ratio(a: Number, b: Number) -> float:
    """Numbers are as far apart as their difference is to their sum: 10 and 20 as far as 1,000 and 2,000. Squared."""
    return 0.0 if a == b else float(((a - b) / (a + b)) ** 2)


def alpha(units: Iterable[Sequence[V]], difference: Difference[V]) -> Coefficient:
    """Krippendorff's alpha: 1 - observed disagreement / that of all values put together at random.

    units hold the values that an item was given, without those missing; an item with fewer than two counts for
    nothing. difference is the squared distance of two values.
    """
    paired = [unit for unit in units if len(unit) > 1]
    counts = Counter(value for unit in paired for value in unit)
    n = sum(counts.values())
    if not n:
        return Coefficient(None, 0, 0, NOTHING)
    observed = sum(2 * _apart(Counter(unit), difference) / (len(unit) - 1) for unit in paired) / n
    expected = 2 * _apart(counts, difference) / (n * (n - 1))
    if not expected:
        return Coefficient(None, len(paired), n, NO_CHANCE)
    return Coefficient(1 - observed / expected, len(paired), n)


def _apart(counts: Counter[V], difference: Difference[V]) -> float:
    """The sum of the differences of all pairs of values."""
    return sum(counts[a] * counts[b] * difference(a, b) for a, b in combinations(counts, 2))
