"""A quantity over time: statements replayed day by day, and what a policy makes of what was known on each.

Three clocks tell when something was known: published (to the public), said (by its source) and captured (by our
ledger). Whatever the clock, an origin's later word supersedes its earlier one by the day on which it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from tallystick.model.constraints import Interval
from tallystick.model.quantities import Figure, Key
from tallystick.model.tallies import Estimate, Origin, Origins, Point, Series, Tally, Voice
from tallystick.model.values import Number
from tallystick.reconcile.estimates import estimate_and_words
from tallystick.reconcile.policies import NEUTRAL, Policy, read_figure
from tallystick.reconcile.policies import policy as policy_called
from tallystick.reconcile.rules_words import Word, day_of, span

UNNAMED = "not named"


class Clock(StrEnum):
    """By which clock a figure counts as known."""

    PUBLISHED = "published"  # public; a document without a date from the day on which we stored it
    SAID = "said"  # spoken by its source; else published
    CAPTURED = "captured"  # in our ledger


def series(
    of: Tally | Sequence[Figure],
    policy: str | Policy = NEUTRAL,
    *,
    until: date | None = None,
    clock: Clock | str = Clock.PUBLISHED,
    most: int | None = None,
) -> Series:
    """One point for each day on which an origin's word or the estimate changed, up to and including until.

    most: looks at no more than so many of the days, spread evenly, the last among them; None looks at all.
    Figures without a tally are grouped by the source they name. Figures that the clock does not date are in no
    point. The tally's propagated bounds are not used: they rest on everything held. Raises UnknownPolicy.
    """
    tally = of if isinstance(of, Tally) else by_source(of)
    by = policy_called(policy, ledger=True) if isinstance(policy, str) else policy
    clock = Clock(clock)
    known = {figure.id: day for figure in tally.figures if (day := known_on(figure, clock)) is not None}
    names = _names(tally)
    read = {figure.id: read_figure(figure, by) for figure in tally.figures}
    points: list[Point] = []
    words: dict[str, Word] = {}
    before: date | None = None
    for day in _days(known.values(), until, most):
        held = tuple(f for f in tally.figures if f.id in known and known[f.id] <= day)
        then = replace(tally, figures=held, bounds=Interval(None, None), conflicts=(), repairs=())
        done, current = estimate_and_words(then, by, read)
        now = {names.get(word.origin, word.name or word.origin): word for word in current}
        if not points or _ends(points[-1].estimate) != _ends(done) or _told(words) != _told(now):
            new = {i for i, when in known.items() if when <= day and (before is None or when > before)}
            points.append(_point(day, done, words, now, new, points[-1].estimate if points else None))
        words, before = now, day
    return Series(tally.id, tally.label, by.name, tuple(points))


def _days(known: Iterable[date], until: date | None, most: int | None) -> list[date]:
    """The days to look at, in order."""
    days = sorted({day for day in known if until is None or day <= until})
    every = 1 if most is None else max(1, -(-len(days) // most))
    return days[::-1][::every][::-1]


def known_on(figure: Figure, clock: Clock) -> date | None:
    """The day from which the figure is known by that clock; None when nothing dates it."""
    captured = None if figure.captured is None else figure.captured.date()
    if clock is Clock.CAPTURED:
        return captured
    if clock is Clock.SAID:
        return day_of(figure)
    return figure.published or captured


def by_source(figures: Iterable[Figure]) -> Tally:
    """A tally of these figures as they stand, one origin for each source that they name.

    For a look at figures whose origins nobody has worked out: nothing is collapsed but the name.
    """
    found = tuple(sorted(figures, key=lambda f: (day_of(f) or date.max, f.id)))
    voices: dict[str, list[Figure]] = {}
    for figure in found:
        voices.setdefault(figure.source or f"figure:{figure.id}", []).append(figure)
    origins = []
    for name, mine in voices.items():
        source, ids = mine[0].source, tuple(f.id for f in mine)
        voice = Voice(name, source, ids, ids[-1], any(f.official for f in mine))
        origins.append(Origin(name, source, (voice,), known=source is not None))
    known = sum(origin.known for origin in origins)
    documents = len({figure.document for figure in found})
    key = found[0].key if found else Key("quantity")
    label = key.measure.replace("_", " ") + (f", {key.where.name}" if key.where else "")
    counted = Origins(len(found), documents, documents, tuple(origins), (), known, len(origins))
    return Tally("figures", key, label, found, counted, Interval(None, None))


def _names(tally: Tally) -> dict[str, str]:
    """A name for each origin that no other has."""
    taken: dict[str, str] = {}
    for origin in tally.origins.origins:
        name = first = origin.name or UNNAMED
        n = 1
        while name in taken.values():
            n += 1
            name = f"{first} ({n})"
        taken[origin.id] = name
    return taken


def _ends(done: Estimate) -> tuple[Number | None, Number | None, Number | None, str | None]:
    return done.low, done.best, done.high, done.status


def _told(words: Mapping[str, Word]) -> dict[str, tuple[Number | None, Number | None, Number | None]]:
    return {name: (w.toll.low, w.toll.best, w.toll.high) for name, w in words.items()}


def _point(
    day: date, done: Estimate, before: Mapping[str, Word], now: Mapping[str, Word], new: set[str], last: Estimate | None
) -> Point:
    """The point of that day: each origin's word, whose figures changed, and a sentence that says so."""
    was, told = _told(before), _told(now)
    notes, changed = [], []
    for name, word in now.items():
        if was.get(name) == told[name]:
            continue
        mine = [i for i in word.ids if i in new] or list(word.ids)
        changed += mine
        came = span(*told[name])
        notes.append(f"{name}: {span(*was[name])}, now {came}" if name in was else f"{name}: {came}")
    gone = [name for name in was if name not in told]
    notes += [f"{name}: no word left" for name in gone]
    ends = (done.low, done.best, done.high)
    if last is None:
        notes.append(f"estimate {span(*ends)}")
    elif ends != (last.low, last.best, last.high):
        notes.append(f"estimate {span(last.low, last.best, last.high)}, now {span(*ends)}")
    by_origin = {name: (w.toll.low, w.toll.high) for name, w in now.items()}
    return Point(day, done, by_origin, tuple(dict.fromkeys(changed)), "; ".join(notes))
