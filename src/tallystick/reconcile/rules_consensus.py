"""Two ways of weighing words against each other: the span that most origins share, and CATD's weighted median.

Neither knows who is right. Marzullo's interval (K. Marzullo, PhD thesis, Stanford 1984; as used in NTP, RFC 5905)
finds where the greatest number of intervals overlap. CATD (Li et al., PVLDB 8(4), 2014) weights a source by the
upper end of a confidence interval on its errors elsewhere, so that few claims earn little weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from statistics import median

from tallystick.model.tallies import Step, Tally
from tallystick.model.values import Number
from tallystick.reconcile.policies import Policy
from tallystick.reconcile.rules_combine import Combined, ids
from tallystick.reconcile.rules_words import Word, independent, select, span, words_of

ENOUGH = 5
"""Quantities that a source must share with others before its word is weighted (design: reconciliation 4G)."""


def consensus(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The span that the greatest number of independent origins share; a best only where it is one number.

    No middle is taken: half-way between two reports is a number that nobody gave.
    """
    spans = [
        (w, -inf if w.toll.low is None else w.toll.low, inf if w.toll.high is None else w.toll.high) for w in words
    ]
    spots = sorted({low for _, low, _ in spans})
    voted: list[tuple[int, float, list[Word]]] = []
    for spot in spots:
        within = [w for w, low, high in spans if low <= spot <= high]
        voted.append((independent(within, tally), spot, within))
    top = max((n for n, _, _ in voted), default=0)
    if top < 2:
        return Combined(
            figures=ids(words),
            steps=(Step("consensus", "no two independent origins allow the same number", ids(words)),),
            status="no consensus",
        )
    shared = [(spot, within) for n, spot, within in voted if n == top]
    ends = [min(high for w, _, high in spans if w in within) for _, within in shared]
    low, high = _number(shared[0][0]), _number(max(ends))
    having = [w for w in words if any(w in within for _, within in shared)]
    apart = len(shared) > 1 and any(end < spot for end, (spot, _) in zip(ends, shared[1:], strict=False))
    note = f"{top} independent origins allow {span(low, None, high)}" + (", in separate spans" if apart else "")
    best = low if low == high else None
    status = f"{top} of {independent(words, tally)} independent origins"
    return Combined(low, best, high, ids(words), (Step("consensus", note, ids(having)),), status)


def _number(end: float) -> Number | None:
    if end in (inf, -inf):
        return None
    return int(end) if float(end).is_integer() else end


def weighted(words: Sequence[Word], tally: Tally, by: Policy, beside: Sequence[Tally]) -> Combined:
    """CATD's weighted median over origins, by name; refused unless two sources share ENOUGH other quantities."""
    errors = _errors(beside, by)
    weights = {w.origin: _weight(errors.get((w.name or "").casefold(), ())) for w in words}
    able = [w for w in words if w.toll.best is not None and weights[w.origin] is not None]
    if len(able) < 2:
        note = f"fewer than two sources speak on {ENOUGH} other quantities that others speak on as well"
        return Combined(figures=ids(words), steps=(Step("catd", note),), status="refused: too little overlap")
    rows = sorted((w.toll.best, weights[w.origin] or 0.0, w) for w in able if w.toll.best is not None)
    half, run = sum(weight for _, weight, _ in rows) / 2, 0.0
    best = rows[-1][0]
    for value, weight, _ in rows:
        run += weight
        if run >= half:
            best = value
            break
    parts = ", ".join(f"{w.label} {weight:.2g}" for _, weight, w in rows)
    step = Step("catd", f"median weighted by errors elsewhere: {parts}", ids(able))
    return Combined(rows[0][0], best, rows[-1][0], ids(words), (step,))


def _errors(beside: Sequence[Tally], by: Policy) -> dict[str, list[float]]:
    """For each source its relative distances from the median of the others' words, one a quantity."""
    found: dict[str, list[float]] = {}
    for tally in beside:
        kept, _ = select(tally.figures, None)
        words = [w for w in words_of(tally, kept, by)[0] if w.toll.best is not None and w.name]
        for word in words:
            others = [w.toll.best for w in words if w is not word and w.toll.best is not None]
            if others and word.toll.best is not None:
                middle = median(others)
                found.setdefault((word.name or "").casefold(), []).append(
                    (float(word.toll.best) - middle) / max(abs(middle), 1.0)
                )
    return found


def _weight(errors: Sequence[float]) -> float | None:
    """CATD's weight: the lower 2.5 % point of chi-squared with n degrees, over the sum of squared errors."""
    n = len(errors)
    if n < ENOUGH:
        return None
    # Wilson and Hilferty's approximation; 1.96 standard deviations for alpha = .05.
    point = n * (1 - 2 / (9 * n) - 1.96 * sqrt(2 / (9 * n))) ** 3
    return float(max(point, 1e-6) / max(sum(e * e for e in errors), 1e-4))
