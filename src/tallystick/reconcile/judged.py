"""What people decided of two figures or two documents: one quantity or two, one origin or two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tallystick.lexicon import fold
from tallystick.model.quantities import Figure, Key, Window
from tallystick.model.records import Judgement, Verdict
from tallystick.reconcile.partition import Parts
from tallystick.reconcile.systems import quantity
from tallystick.reconcile.tallying import series_key


def standing(judgements: Iterable[Judgement], about: str) -> dict[tuple[str, str], Judgement]:
    """The last word on each pair, by its two names in order; withdrawn ones and "unsure" are passed over."""
    found: dict[tuple[str, str], Judgement] = {}
    for one in sorted(judgements, key=lambda j: (j.at, j.id)):
        if one.about == about and one.withdrawn is None and len(one.subjects) == 2:
            a, b = sorted(one.subjects)
            found[a, b] = one
    return {pair: one for pair, one in found.items() if one.verdict in (Verdict.SAME, Verdict.DIFFERENT)}


def as_judged(figures: Sequence[Figure], judgements: Iterable[Judgement]) -> list[Figure]:
    """The figures, those that people judged to count the same with one key, those judged apart with two.

    Figures of one quantity count what the first of them that was told counts, of an event before a running total.
    Of two judged apart, the later one is kept from all others: it counts only what its own words say.
    """
    decided = standing(judgements, "quantity")
    if not decided:
        return list(figures)
    by_id = {f.id: f for f in figures}
    here = {pair: one.verdict for pair, one in decided.items() if by_id.keys() >= {*pair}}
    apart = [pair for pair, verdict in here.items() if verdict is Verdict.DIFFERENT]
    together = Parts({name for pair in here for name in pair}, apart)
    for (a, b), verdict in sorted(here.items()):
        if verdict is Verdict.SAME:
            together.join(a, b, "judged", "")
    keys: dict[str, Key] = {}
    for group in together.groups():
        first = min((by_id[name] for name in group), key=lambda f: (f.key.incident is None, _told(f)))
        keys.update({name: _like(by_id[name], first) for name in group})
    for pair in apart:
        earlier, later = sorted((by_id[name] for name in pair), key=_told)
        if _counts(earlier, keys) == _counts(later, keys):
            words = f"{fold(later.quote)} ({later.document[:8]}:{later.start or 0})"
            for name in together.members[together.find(later.id)]:
                keys[name] = replace(keys[name], who=replace(keys[name].who, subset=words))
    return [replace(f, key=keys[f.id]) if f.id in keys else f for f in figures]


def _told(figure: Figure) -> tuple[bool, str, str, int, str]:
    day = figure.published
    return day is None, "" if day is None else day.isoformat(), figure.document, figure.start or 0, figure.id


def _like(figure: Figure, first: Figure) -> Key:
    """The key of the first; of a total that runs on, with the figure's own day of telling."""
    runs_on = series_key(first)
    if runs_on == first.key or figure.id == first.id:
        return first.key
    own = figure.key.window
    if series_key(figure) != figure.key:
        return replace(
            first.key, window=Window(first.key.window.start, own.end, first.key.window.start_latest, own.end_latest)
        )
    return runs_on


def _counts(figure: Figure, keys: Mapping[str, Key]) -> str:
    return quantity(series_key(replace(figure, key=keys[figure.id])))


def partners(judgements: Iterable[Judgement], documents: Iterable[str]) -> set[str]:
    """The beginnings of the ids of documents whose figures were judged together with figures of these documents.

    documents are ids or their beginnings, eight digits or more; so are figures' ids before the colon.
    """
    found = {name[:8] for name in documents}
    pairs = [{name.partition(":")[0] for name in pair} for pair in standing(judgements, "quantity")]
    begun = set(found)
    grown = True
    while grown:
        more = {name for pair in pairs if pair & found for name in pair} - found
        found |= more
        grown = bool(more)
    return found - begun


def of_figures(judgements: Sequence[Judgement], figures: Iterable[Figure]) -> tuple[Judgement, ...]:
    """The judgements, those on the origins of two documents said of the figures of both.

    One figure of each document and voice stands for the others, which the voice joins.
    """
    documents = [one for one in judgements if one.about == "origin" and not any(":" in name for name in one.subjects)]
    if not documents:
        return tuple(judgements)
    told: dict[str, list[str]] = {}
    for figure in figures:
        told.setdefault(figure.document, []).append(figure.id)
    rest = tuple(one for one in judgements if one not in documents)
    pairs = tuple(
        replace(one, subjects=(a, b))
        for one in documents
        if len(one.subjects) == 2
        for a in told.get(one.subjects[0], ())
        for b in told.get(one.subjects[1], ())
    )
    return (*pairs, *rest)
