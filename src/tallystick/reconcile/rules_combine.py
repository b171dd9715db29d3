"""What the current words of several origins become: one function for each way of taking them together.

Each takes the words, the tally and the policy, and gives low, best and high with its steps. None decides whose
word is true; where a rule needs a judgement that the figures cannot give, it leaves the number open and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.model.claims import Factuality, Interest
from tallystick.model.quantities import Figure
from tallystick.model.tallies import Step, Tally
from tallystick.model.values import Number
from tallystick.reconcile.policies import AIRWARS_LIKE, HRDAG_ENUMERATION, IBC_LIKE, Policy
from tallystick.reconcile.rules_words import Word, independent, named, span

ENUMERATION = "enumeration: minimum bound, not the total"


@dataclass(frozen=True, slots=True)
class Combined:
    """low, best and high before they are held to what follows from elsewhere; figures are the ids of those used."""

    low: Number | None = None
    best: Number | None = None
    high: Number | None = None
    figures: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    status: str | None = None


def ids(words: Sequence[Word]) -> tuple[str, ...]:
    """The ids of the words' figures, each once, in order."""
    return tuple(dict.fromkeys(i for word in words for i in word.ids))


def outer(words: Sequence[Word]) -> tuple[Number | None, Number | None]:
    """The lowest floor and the highest ceiling. A ceiling that any word leaves open stays open.

    A word without a floor ("up to 40") says nothing of the floor and leaves it to the others.
    """
    lows = [word.low for word in words if word.low is not None]
    highs = [word.toll.high for word in words]
    ceilings = [high for high in highs if high is not None]
    high = max(ceilings) if ceilings and len(ceilings) == len(highs) else None
    return (min(lows) if lows else None), high


def _named(word: Word, figure: str) -> str:
    return f"{figure} ({word.label})"


def _ends(words: Sequence[Word], low: Number | None, high: Number | None) -> tuple[Step, ...]:
    """Who gives each end."""
    steps = []
    floors = [word for word in words if low is not None and word.low == low]
    if floors:
        steps.append(Step("low", _named(floors[0], f"lowest: {low:,}"), ids(floors)))
    tops = [word for word in words if high is not None and word.toll.high == high]
    if tops:
        steps.append(Step("high", _named(tops[0], f"highest: {high:,}"), ids(tops)))
    elif words:
        opened = [word for word in words if word.toll.high is None]
        steps.append(Step("high", "no ceiling: at least one word leaves it open", ids(opened)))
    return tuple(steps)


def union(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """Outer range; a best figure only where two independent origins give the same one and no other pair another."""
    low, high = outer(words)
    agreed = _agreed(words, tally)
    steps = list(_ends(words, low, high))
    best: Number | None = None
    n = independent(words, tally)
    status = "one origin" if n == 1 else f"{n} independent origins, no two with one figure" if n else "no named origin"
    if len(agreed) == 1:
        best, having = agreed[0]
        backers = independent(having, tally)
        status = f"{backers} of {n} independent origins agree"
        steps.append(Step("agree", f"{backers} independent origins give {best:,}", ids(having)))
    elif n > 1:
        steps.append(Step("agree", "no figure is given by two independent origins alone", ids(words)))
    shared = _shared(words)
    if len(words) > 1 and shared is not None and shared != (low, high):
        steps.append(Step("agreed-range", f"all words allow {span(shared[0], None, shared[1])}", ids(words)))
    if best is not None:
        low = best if low is None else min(low, best)
        high = None if high is None else max(high, best)
    return Combined(low, best, high, ids(words), tuple(steps), status)


def _agreed(words: Sequence[Word], tally: Tally) -> list[tuple[Number, list[Word]]]:
    """Best figures that two or more independent origins give."""
    bests = dict.fromkeys(word.toll.best for word in words if word.toll.best is not None)
    groups = [(best, [word for word in words if word.toll.best == best]) for best in bests]
    return [(best, having) for best, having in groups if independent(having, tally) >= 2]


def _shared(words: Sequence[Word]) -> tuple[Number | None, Number | None] | None:
    """What every word allows; None where they exclude one another."""
    lows = [w.toll.low for w in words if w.toll.low is not None]
    highs = [w.toll.high for w in words if w.toll.high is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    return None if low is not None and high is not None and low > high else (low, high)


def ranged(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """Lowest to highest, no best. Airwars-like: names raise the low end, conceded deaths are kept apart.

    IBC-like: people not known to be civilians count only for the high end; one origin is provisional.
    """
    steps: list[Step] = []
    status: str | None = None
    considered = list(words)
    if by.stem == AIRWARS_LIKE.stem:
        words, steps, status = _airwars(words, tally)
        if not words:
            return Combined(figures=ids(considered), steps=tuple(steps), status=status)
    low, high = outer(words)
    steps += _ends(words, low, high)
    if by.stem == AIRWARS_LIKE.stem:
        names = _longest(words)
        if names is not None and names.low is not None and low is not None and names.low > low:
            low = names.low
            high = None if high is None else max(high, low)
            steps.append(Step("names", f"{low:,} identified by name, more than the lowest report", (names.id,)))
    if by.stem == IBC_LIKE.stem:
        status = "provisional: one independent origin" if independent(words, tally) < 2 else None
        if tally.key.who.status is None:
            low = None
            steps.append(Step("people", "not said to be civilians: for the maximum only", ids(words)))
    return Combined(low, None, high, ids(considered), tuple(steps), status)


def _airwars(words: Sequence[Word], tally: Tally) -> tuple[Sequence[Word], list[Step], str]:
    """The words left, what was set apart, and the grade by origins."""
    steps: list[Step] = []
    conceded = [w for w in words if _conceded(w)]
    if conceded:
        low, high = outer(conceded)
        steps.append(Step("conceded", f"accepted by the party that did it: {span(low, None, high)}", ids(conceded)))
        if len(conceded) < len(words):
            words = [w for w in words if w not in conceded]
    if tally.key.who.status == "combatant":
        alone = [w for w in words if w.interests == {Interest.ENEMY_LOSSES}]
        if alone and len(alone) == len(words):
            note = "only the party that did it says that they were fighters: context, not evidence"
            return (), [*steps, Step("militants", note, ids(alone))], "unknown"
    n = independent(words, tally)
    grade = "confirmed" if conceded else "fair" if n >= 2 else "weak"
    steps.append(Step("grade", f"{grade}: {n} independent {'origin' if n == 1 else 'origins'} at least", ids(words)))
    return words, steps, grade


def _conceded(word: Word) -> bool:
    """The party that inflicted the losses acknowledges them."""
    return all(f.factuality is Factuality.ACKNOWLEDGED and f.interest is Interest.ENEMY_LOSSES for f in word.figures)


def lowest(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """One figure, the lowest of all; the dispute is noted."""
    having = [word for word in words if word.toll.best is not None or word.low is not None]
    if not having:
        return Combined(figures=ids(words), steps=(Step("lowest", "no word gives a number"),), status="unknown")
    values = [n for w in having for n in (w.toll.low, w.toll.best) if n is not None]
    value = min(values)
    tops = {n for w in having for n in (w.toll.best, w.toll.high) if n is not None}
    mine = [w for w in having if value in (w.toll.low, w.toll.best)]
    steps = [Step("lowest", _named(mine[0], f"the most conservative figure: {value:,}"), ids(mine))]
    if tops - {value}:
        numbers = ", ".join(f"{n:,}" for n in sorted(tops | {value}))
        steps.append(Step("dispute", f"reports differ: {numbers}", ids(having)))
    status = None if tally.key.incident is not None else "total tied to no event: left out of event data"
    return Combined(value, value, value, ids(words), tuple(steps), status)


def minimum(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The smallest number that any word gives, and nothing above it."""
    low, _ = outer(words)
    mine = [w for w in words if low is not None and w.low == low]
    steps = (Step("minimum", _named(mine[0], f"the smaller number: {low:,}"), ids(mine)),) if mine else ()
    return Combined(low, None, None, ids(words), steps, "minimum" if mine else "unknown")


def reliable(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """Lowest to highest; best is what most independent origins give, the lower of equals."""
    low, high = outer(words)
    steps = list(_ends(words, low, high))
    best = _most(words, tally, lower=True)
    if best is not None:
        having = [w for w in words if w.toll.best == best]
        n = independent(having, tally)
        why = f"given by {n} independent origins" if n > 1 else "none stands out: the lower figure"
        steps.append(Step("best", f"{best:,}, {why}", ids(having)))
        low = best if low is None else min(low, best)
        high = None if high is None else max(high, best)
    return Combined(low, best, high, ids(words), tuple(steps))


def _most(words: Sequence[Word], tally: Tally, lower: bool) -> Number | None:
    """The best figure of the greatest number of independent origins. Of equals the lower one, or none."""
    bests = sorted({w.toll.best for w in words if w.toll.best is not None})
    votes = {best: independent([w for w in words if w.toll.best == best], tally) for best in bests}
    if not votes:
        return None
    top = [best for best, n in votes.items() if n == max(votes.values())]
    return top[0] if lower or len(top) == 1 else None


def recent(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The newest word; else what most of the newest say; else the lowest of them. Vague words have none."""
    days = [w.day for w in words if w.day is not None]
    newest = [w for w in words if w.day == max(days)] if days else list(words)
    best = _most(newest, tally, lower=False)
    how = "the most recent word" if len(newest) == 1 else "what most of the most recent words say"
    if best is None:
        bests = [w.toll.best for w in newest if w.toll.best is not None]
        if not bests:
            return Combined(figures=ids(words), status="unknown")
        best, how = min(bests), "no majority: the lowest figure"
    steps = [Step("recent", f"{best:,}: {how}", ids(newest))]
    others = sorted({w.toll.best for w in words if w.toll.best is not None} - {best})
    if others:
        steps.append(Step("dispute", f"other words: {', '.join(f'{n:,}' for n in others)}", ids(words)))
    return Combined(None, best, None, ids(newest), tuple(steps))


def majority(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """Outer range; best is what the greatest number of independent origins give, none on a tie."""
    low, high = outer(words)
    best = _most(words, tally, lower=False)
    steps = list(_ends(words, low, high))
    if best is None:
        steps.append(Step("majority", "no figure has more origins than the others", ids(words)))
    else:
        having = [w for w in words if w.toll.best == best]
        steps.append(Step("majority", f"{best:,}: given by most origins", ids(having)))
        low = best if low is None else min(low, best)
        high = None if high is None else max(high, best)
    return Combined(low, best, high, ids(words), tuple(steps))


def ranked(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The word of the source that stands first in the policy's rank."""
    if not by.rank:
        note = "no figure is taken without a ranking of sources: give one with --ranking FILE, or ranking= in Python"
        return Combined(steps=(Step("rank", note),), status="refused: no ranking of sources")
    for place, name in enumerate(by.rank, 1):
        for word in words:
            if word.name is not None and _bare(word.name) == _bare(name):
                toll = word.toll
                step = Step("rank", f"{word.label} stands {place} in the ranking", word.ids)
                return Combined(toll.low, toll.best, toll.high, word.ids, (step,))
    return Combined(steps=(Step("rank", "no ranked source gives a figure"),), status="unknown")


def _bare(name: str) -> str:
    return " ".join(name.casefold().removeprefix("the ").split())


def discussion(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The figure that all give; where they differ, none: people decide."""
    readings = {(w.toll.low, w.toll.best, w.toll.high) for w in words}
    if len(readings) == 1:
        low, best, high = readings.pop()
        return Combined(low, best, high, ids(words), (Step("discussion", "all words agree", ids(words)),))
    note = "words differ: " + "; ".join(f"{w.label} {span(w.toll.low, None, w.toll.high)}" for w in words)
    status = "pending: for discussion in the team"
    return Combined(figures=ids(words), steps=(Step("discussion", note, ids(words)),), status=status)


def official(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The newest word of an official origin; several of one day give their outer range."""
    days = [w.day for w in words if w.day is not None]
    newest = [w for w in words if w.day == max(days)] if days else list(words)
    low, high = outer(newest)
    bests = {w.toll.best for w in newest}
    best = bests.pop() if len(bests) == 1 else None
    day = f" of {max(days)}" if days else ""
    who = ", ".join(w.label for w in newest)
    return Combined(low, best, high, ids(newest), (Step("official", f"newest official word{day}: {who}", ids(newest)),))


SIDES: tuple[tuple[Interest | None, str], ...] = (
    (Interest.OWN_LOSSES, "the party that suffers"),
    (Interest.ENEMY_LOSSES, "the party that inflicts"),
    (Interest.THIRD_PARTY, "third parties"),
    (None, "sources whose interest is not known"),
)


def side_words(words: Sequence[Word]) -> dict[str, list[Word]]:
    """Words by the interest of their newest figure, in the order of SIDES; empty sides are left out."""
    sides = {label: [w for w in words if w.figures[-1].interest is interest] for interest, label in SIDES}
    return {label: mine for label, mine in sides.items() if mine}


def by_sides(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The outer range of all, never a best; one step a side says what that side's words allow."""
    low, high = outer(words)
    steps = []
    for label, mine in side_words(words).items():
        given = span(*_side(mine))
        names = ", ".join(dict.fromkeys(w.label for w in mine))
        steps.append(Step("side", f"{label}: {given} ({names})", ids(mine)))
    return Combined(low, None, high, ids(words), tuple(steps), "side by side: not merged")


def _side(words: Sequence[Word]) -> tuple[Number | None, Number | None, Number | None]:
    low, high = outer(words)
    return low, None, high


def names(words: Sequence[Word], tally: Tally, by: Policy) -> Combined:
    """The longest list of names, as a floor. HRDAG-like: only for a known place and time, else refused."""
    longest = _longest(words)
    if longest is None or longest.low is None:
        return Combined(status="unknown")
    strict = by.stem == HRDAG_ENUMERATION.stem
    window = tally.key.window
    if strict and (tally.key.where is None or (window.start is None and window.end is None)):
        note = "a record needs a name, a date and a place; the list gives no date or no place"
        return Combined(
            None, None, None, ids(words), (Step("names", note, (longest.id,)),), "refused: no date or place"
        )
    step = Step("names", f"{longest.low:,} names; lists are not merged by name here", (longest.id,))
    return Combined(longest.low, None, None, ids(words), (step,), ENUMERATION if strict else "floor: names counted")


def none(by: Policy) -> Combined:
    """What a policy gives where no figure is left that it can use."""
    if by.stem == HRDAG_ENUMERATION.stem:
        note = "no list of names: reported totals are no lists, and the unreported is not estimated"
        return Combined(steps=(Step("names", note),), status="refused: no list of names")
    return Combined(steps=(Step("unknown", "no figure that the policy can use"),), status="unknown")


def _longest(words: Sequence[Word]) -> Figure | None:
    """The figure that counts the most names; None where no list of names stands behind any."""
    lists = [f for w in words for f in w.figures if named(f)]
    return max(lists, key=lambda f: (f.low or 0, f.id), default=None)
