"""What a quantity of no conflict weighs in lists and in the review queue, as one number, which one index puts in order.

First come the people whom it is about and the voices that speak of it, then the day of the newest report.
"""

from __future__ import annotations

import math

from tallystick.model.tallies import Tally

CONFLICT = 1.0
"""The least that a conflict weighs (computed.consequence): all stakes are below it."""

_MOST = 0.9999999
_A_DAY = 1e-14  # of ten thousand years: less than the last digit that people and voices are rounded to


def stake(one: Tally) -> float:
    """A thousandth of the doublings of its people times the doublings of its voices, at least 0.001 and below CONFLICT.

    People are the largest number that a figure of it states, 0 for things and money. Of two that weigh the same, the
    one of which the newest report was published later weighs a little more; one without a day weighs least.
    """
    stated = [float(end) for f in one.figures for end in (f.low, f.high) if end is not None]
    people = max((end for end in stated if math.isfinite(end)), default=0.0) if one.key.unit is None else 0.0
    voices = sum(len(origin.voices) for origin in one.origins.origins)
    weight = math.log2(2 + max(0.0, people)) * math.log2(1 + max(1, voices)) / 1_000
    newest = max((f.published.toordinal() for f in one.figures if f.published is not None), default=0)
    return round(min(_MOST, round(weight, 7)) + newest * _A_DAY, 14)
