"""A tally under a policy: low, best and high, with every step and the figures it used.

select -> drop -> read vague words -> collapse to origins' current words -> combine -> hold to what follows from
other quantities -> check low <= best <= high. Pure: the same tally and policy always give the same estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from tallystick.model.coding import Toll
from tallystick.model.constraints import Interval, Proof
from tallystick.model.quantities import Figure
from tallystick.model.tallies import Estimate, Step, Tally
from tallystick.model.values import Number
from tallystick.reconcile import rules_combine as rules
from tallystick.reconcile.policies import BOTH_SIDES, NEUTRAL, Policy, Together
from tallystick.reconcile.policies import policy as policy_called
from tallystick.reconcile.rules_combine import Combined
from tallystick.reconcile.rules_consensus import consensus, weighted
from tallystick.reconcile.rules_words import Word, select, span, words_of
from tallystick.reconcile.systems import quantity

_RULES: dict[Together, Callable[[Sequence[Word], Tally, Policy], Combined]] = {
    Together.UNION: rules.union,
    Together.RANGE: rules.ranged,
    Together.LOWEST: rules.lowest,
    Together.MINIMUM: rules.minimum,
    Together.RELIABLE: rules.reliable,
    Together.RECENT: rules.recent,
    Together.MAJORITY: rules.majority,
    Together.RANKED: rules.ranked,
    Together.DISCUSSION: rules.discussion,
    Together.OFFICIAL: rules.official,
    Together.SIDES: rules.by_sides,
    Together.CONSENSUS: consensus,
    Together.NAMES: rules.names,
}


def estimate(
    tally: Tally,
    policy: str | Policy = NEUTRAL,
    *,
    as_of: date | None = None,
    bounds: Interval | None = None,
    beside: Sequence[Tally] = (),
) -> Estimate:
    """low, best and high of the tally under the policy, as far as it gives them; None is open or not given.

    as_of: only what was public by the end of that day. The tally's own bounds rest on everything held, so with
    as_of they are not used: pass bounds that held then. beside are other tallies, for policies that weigh a source
    by what it said elsewhere (catd/1). Raises UnknownPolicy.
    """
    by = policy_called(policy, ledger=True) if isinstance(policy, str) else policy
    return estimate_read_by(tally, by, by, as_of=as_of, bounds=bounds, beside=beside)


def estimate_read_by(
    tally: Tally,
    by: Policy,
    reader: Policy,
    *,
    as_of: date | None = None,
    bounds: Interval | None = None,
    beside: Sequence[Tally] = (),
) -> Estimate:
    """The estimate of a policy whose words are read as another policy, reader, reads them. See estimate."""
    if (refusal := _refusal(tally, by)) is not None:
        return _refused(by, refusal)
    kept, steps = select(tally.figures, as_of)
    words, collapsed = words_of(tally, kept, replace(reader, together=by.together))
    combined = _combined(words, tally, by, beside)
    low, best, high, held = _held(combined, tally, by, as_of, bounds)
    trace = (*steps, *collapsed, *combined.steps, *held)
    return Estimate(by.name, low, best, high, _used(combined, words), trace, _status(combined, low, high), by.warning)


def estimate_and_words(tally: Tally, by: Policy, read: Mapping[str, Toll]) -> tuple[Estimate, tuple[Word, ...]]:
    """The estimate with the words that it was made from; read holds the figures as the policy reads them, by id."""
    kept, steps = select(tally.figures, None)
    words, collapsed = words_of(tally, kept, by, read)
    if (refusal := _refusal(tally, by)) is not None:
        return _refused(by, refusal), words
    combined = _combined(words, tally, by, ())
    low, best, high, held = _held(combined, tally, by, None, None)
    trace = (*steps, *collapsed, *combined.steps, *held)
    return Estimate(
        by.name, low, best, high, _used(combined, words), trace, _status(combined, low, high), by.warning
    ), words


def _refused(by: Policy, why: str) -> Estimate:
    return Estimate(by.name, status="not coded", steps=(Step("refuse", why),), caveat=by.warning)


def _combined(words: Sequence[Word], tally: Tally, by: Policy, beside: Sequence[Tally]) -> Combined:
    """What the policy makes of the words together, with the words themselves as its first step."""
    if not words:
        return rules.none(by)
    if by.together is Together.WEIGHTED:
        made = weighted(words, tally, by, beside)
    else:
        made = _RULES[by.together](words, tally, by)
    return replace(made, steps=(_collapse(words), *made.steps))


def _status(combined: Combined, low: Number | None, high: Number | None) -> str | None:
    """The policy's label; where no figure was usable but others leave only so much, that it is so."""
    silent = combined.low is None and combined.best is None and combined.high is None
    return "follows from other figures alone" if silent and (low is not None or high is not None) else combined.status


def _used(combined: Combined, words: Sequence[Word]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*combined.figures, *(i for word in words for i in word.correctors))))


def sides(tally: Tally, *, as_of: date | None = None) -> dict[str, Estimate]:
    """For each side that speaks the outer range of its own words, in the order in which both-sides/1 shows them."""
    kept, _ = select(tally.figures, as_of)
    words, _ = words_of(tally, kept, BOTH_SIDES)
    out = {}
    for label, mine in rules.side_words(words).items():
        part = rules.union(mine, tally, BOTH_SIDES)
        out[label] = Estimate(
            BOTH_SIDES.name, part.low, part.best, part.high, part.figures, part.steps, label, BOTH_SIDES.warning
        )
    return out


def _refusal(tally: Tally, by: Policy) -> str | None:
    """Why the policy does not code such a quantity at all; None when it does."""
    key = tally.key
    if by.measures is not None and key.measure not in by.measures:
        named = " and ".join(by.measures)
        extra = ": casualties are killed and wounded, and never become deaths" if key.measure == "casualties" else ""
        return f"the rules cover {named}, not {key.measure}{extra}"
    if by.stem == "ibc-like" and key.who.status == "combatant":
        return "the rules count civilians, and these are combatants"
    return None


def _collapse(words: Sequence[Word]) -> Step:
    told = "; ".join(f"{w.label} {span(w.toll.low, w.toll.best, w.toll.high)}" for w in words)
    n = len(words)
    return Step("collapse", f"current word of {n} {'origin' if n == 1 else 'origins'}: {told}", rules.ids(words))


def _held(
    combined: Combined, tally: Tally, by: Policy, as_of: date | None, given: Interval | None
) -> tuple[Number | None, Number | None, Number | None, list[Step]]:
    """The three ends held to what other quantities prove, and what that changed."""
    low, best, high = combined.low, combined.best, combined.high
    interval = given if given is not None else tally.bounds
    floor = _elsewhere(interval, "low", tally)
    ceiling = _elsewhere(interval, "high", tally)
    if floor is None and ceiling is None:
        return low, best, high, []
    if as_of is not None and given is None:
        note = "not held to what follows from other figures: that rests on everything held, not on what was public then"
        return low, best, high, [Step("bounds", note)]
    if floor is not None and ceiling is not None and floor > ceiling:
        return low, best, high, [Step("bounds", "other figures contradict one another here: not used")]
    ours = by.stem == NEUTRAL.stem
    if not ours and low is None and best is None and high is None:
        return low, best, high, []
    steps: list[Step] = []
    single = low is not None and low == best == high
    rests = f" (with the cheapest repair of {len(tally.conflicts)} conflicts)" if tally.conflicts else ""
    if floor is not None:
        up = [n for n in (low, best, high) if n is not None and n < floor]
        if up or (ours and low is None):
            steps.append(Step("bounds", f"other figures show that it is at least {floor:,}{rests}"))
        if single and up:
            low = best = high = floor
        else:
            low = floor if (ours and low is None) or (low is not None and low < floor) else low
            best = _unless(best is not None and best < floor, best, steps, "best")
            high = _unless(high is not None and high < floor, high, steps, "high")
    if ceiling is not None:
        down = [n for n in (low, best, high) if n is not None and n > ceiling]
        if down or (ours and high is None):
            steps.append(Step("bounds", f"other figures show that it is at most {ceiling:,}{rests}"))
        if single and down:
            low = best = high = None
            steps.append(
                Step("bounds", "the figure is above that and is left open: the reports contradict one another")
            )
        else:
            high = ceiling if (ours and high is None) or (high is not None and high > ceiling) else high
            best = _unless(best is not None and best > ceiling, best, steps, "best")
            low = _unless(low is not None and low > ceiling, low, steps, "low")
    return low, best, high, steps


def _unless(wrong: bool, value: Number | None, steps: list[Step], end: str) -> Number | None:
    """The value, or None with a step where other figures contradict it: no number is made up in its place."""
    if not wrong:
        return value
    steps.append(Step("bounds", f"{end} {value:,} cannot be, and is left open"))
    return None


def _grounds(proof: Proof) -> set[str]:
    """The quantities whose figures a proof starts from: "q:1f", without what tells their tellings apart."""
    found: set[str] = set()
    pending = [proof]
    while pending:
        last = pending.pop()
        pending += last.uses
        if not last.uses:
            found.add(last.quantity.partition("@")[0].partition("/")[0].rstrip("~"))
    return found


_LAST: tuple[tuple[Figure, ...], frozenset[str]] = ((), frozenset())


def _counted(figures: tuple[Figure, ...]) -> frozenset[str]:
    """The quantities that these figures count. Kept for the figures asked about last: what every policy makes of a
    thousand of them asks twice for each, and naming their keys took half of the time.
    """
    global _LAST
    known, names = _LAST
    if figures is not known:
        names = frozenset(quantity(key) for key in {figure.key for figure in figures})
        _LAST = figures, names
    return names


def _elsewhere(interval: Interval, side: str, tally: Tally) -> Number | None:
    """A bound that follows from other quantities; None for one that only repeats a figure of this tally.

    How this tally's own figures disagree is for the policy to say.
    """
    value, proof = (interval.low, interval.low_proof) if side == "low" else (interval.high, interval.high_proof)
    if value is None:
        return None
    if proof is not None:
        mine = _counted(tally.figures) if proof.uses else frozenset()
        return value if proof.uses and not _grounds(proof) <= mine else None
    own = {f.low if side == "low" else f.high for f in tally.figures}
    return None if value in own else value
