"""Two policies over one tally: which rule moved which end, by how much, and through which figures.

The way from one policy to the other is walked in two steps: first its words are read as the other reads them, then
they are taken together as the other takes them. What moves in a step is owed to that step.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tallystick.model.tallies import Estimate, Move, PolicyDiff, Step, Tally
from tallystick.model.values import Number
from tallystick.reconcile.estimates import estimate, estimate_read_by
from tallystick.reconcile.policies import Policy, Together, read_figure
from tallystick.reconcile.policies import policy as policy_called
from tallystick.reconcile.rules_words import select, span

_ENDS = ("low", "best", "high")

_HOW = {
    Together.UNION: "gives the outer range, and a best figure only where independent origins agree",
    Together.RANGE: "goes from the lowest to the highest and gives no best figure",
    Together.LOWEST: "writes one figure, the lowest of all",
    Together.MINIMUM: "writes one minimum and nothing above it",
    Together.RELIABLE: "goes from the lowest to the highest, with what most origins give, or the lower figure, as best",
    Together.RECENT: "writes one figure, the most recent",
    Together.MAJORITY: "takes the figure of most origins as best",
    Together.RANKED: "takes the word of the source ranked first",
    Together.DISCUSSION: "gives no figure where words differ",
    Together.OFFICIAL: "takes the newest official word alone",
    Together.SIDES: "sets the sides side by side and gives no best figure",
    Together.CONSENSUS: "gives the span that most independent origins share",
    Together.WEIGHTED: "weighs sources by how near they came elsewhere",
    Together.NAMES: "counts names alone",
}

# The steps of a trace that set an end.
_SETTERS = {
    "low": ("low", "lowest", "minimum", "names", "people", "rank", "official", "consensus", "discussion", "bounds"),
    "best": ("best", "agree", "lowest", "recent", "majority", "rank", "official", "consensus", "discussion", "catd"),
    "high": ("high", "lowest", "rank", "official", "consensus", "discussion", "bounds"),
}


def policy_diff(tally: Tally, a: str | Policy, b: str | Policy, *, as_of: date | None = None) -> PolicyDiff:
    """What b makes of the tally that a does not, end by end, each with its cause. Raises UnknownPolicy."""
    one = policy_called(a, ledger=True) if isinstance(a, str) else a
    other = policy_called(b, ledger=True) if isinstance(b, str) else b
    first, last = estimate(tally, one, as_of=as_of), estimate(tally, other, as_of=as_of)
    moves: list[Move] = []
    if "not coded" in (first.status, last.status):
        moves += _refused(first, last)
    else:
        between = estimate_read_by(tally, one, other, as_of=as_of)
        moves += _by_reading(tally, one, other, first, between, as_of)
        moves += _by_combining(one, other, between, last)
    return PolicyDiff(tally.id, tally.label, first, last, tuple(moves))


def _moved(before: Estimate, after: Estimate) -> Iterable[tuple[str, Number | None, Number | None]]:
    for end in _ENDS:
        old, new = getattr(before, end), getattr(after, end)
        if old != new:
            yield end, old, new


def _refused(first: Estimate, last: Estimate) -> list[Move]:
    moves = []
    for end, old, new in _moved(first, last):
        refusing = first if first.status == "not coded" else last
        note = next((s.note for s in refusing.steps if s.rule == "refuse"), "")
        figures = last.figures if refusing is first else first.figures
        sentence = f"{_shift(end, old, new)}: {refusing.policy} does not code this, because {note}."
        moves.append(Move(end, "refusal", old, new, _by(old, new), sentence, figures))
    return moves


def _by_reading(
    tally: Tally, one: Policy, other: Policy, first: Estimate, between: Estimate, as_of: date | None
) -> list[Move]:
    kept, _ = select(tally.figures, as_of)
    used = set(first.figures) | set(between.figures)
    moves = []
    for end, old, new in _moved(first, between):
        told: dict[str, list[str]] = {}
        for figure in kept:
            mine, theirs = read_figure(figure, one), read_figure(figure, other)
            if figure.id not in used or (mine.low, mine.best, mine.high) == (theirs.low, theirs.best, theirs.high):
                continue
            words = f"“{figure.quote}”" if figure.quote else f"the figure {figure.id}"
            said = f"{words} is {_span(mine)} under {one.name} and {_span(theirs)} under {other.name}"
            told.setdefault(said, []).append(figure.id)
        figures = tuple(i for ids in told.values() for i in ids)
        sentence = f"{_shift(end, old, new)}: {'; '.join(told)}."
        moves.append(Move(end, "reading", old, new, _by(old, new), sentence, figures))
    return moves


def _span(toll: object) -> str:
    low, best, high = (getattr(toll, end) for end in _ENDS)
    return span(low, best, high)


def _by_combining(one: Policy, other: Policy, between: Estimate, last: Estimate) -> list[Move]:
    moves = []
    for end, old, new in _moved(between, last):
        setting = _setter(last.steps, end)
        lost = _setter(between.steps, end)
        how = f"{one.name} {_HOW[one.together]}; {other.name} {_HOW[other.together]}"
        if one.together is other.together:
            how = f"{other.name} has a rule of its own"
        note = f" ({setting.note})" if setting is not None else ""
        figures = setting.figures if setting is not None else lost.figures if lost is not None else last.figures
        sentence = f"{_shift(end, old, new)}: {how}{note}."
        moves.append(Move(end, "combining", old, new, _by(old, new), sentence, figures))
    return moves


def _setter(steps: Iterable[Step], end: str) -> Step | None:
    return next((step for step in reversed(tuple(steps)) if step.rule in _SETTERS[end]), None)


def _by(old: Number | None, new: Number | None) -> Number | None:
    return None if old is None or new is None else new - old


def _shift(end: str, old: Number | None, new: Number | None) -> str:
    """ "high rises by 12, from 12 to 24", "best 12 is left open"."""
    if old is None:
        return f"{end} becomes {new:,}" if new is not None else end
    if new is None:
        return f"{end} {old:,} is left open"
    verb = "rises" if new > old else "falls"
    return f"{end} {verb} by {abs(new - old):,}, from {old:,} to {new:,}"
