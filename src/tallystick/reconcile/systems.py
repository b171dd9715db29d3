"""From figures to a system of assumptions: quantities, and what is part of what, adds up to what, and may be doubted.

Quantities are equal keys. What a text or a lattice says for certain is an axiom; whatever has to be believed is an
assumption with a cost, so that a conflict names it. Readings that make more comparable are off unless asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from tallystick.lexicon import fold
from tallystick.model.constraints import AssumptionKind, Belief, Bound, Sum, System
from tallystick.model.quantities import Comparison, Figure, Key, SceneLink, Who, Window
from tallystick.model.tallies import Origins
from tallystick.reconcile.halves import Half, bound, halves
from tallystick.reconcile.labels import PLANNED, label
from tallystick.reconcile.lattice import Lattice
from tallystick.reconcile.overtaken import overtaken
from tallystick.reconcile.packing import STOCKS, loosened, packings, standing
from tallystick.reconcile.scopes import judge
from tallystick.reconcile.tellings import Tellings, by_telling, identities, tellings
from tallystick.reconcile.textrules import reading_bounds, text_sums

# Costs by design 2.5.
INCLUSION_COST, PARTITION_COST = 2.0, 2.0
# Assumptions that stand by default; the others make more figures comparable and have to be asked for by name.
_STANDING = frozenset({"time"})
# Above so many keys in one component, only neighbours in a series and keys of one day are compared.
_ALL_PAIRS = 80


_WHO = tuple(field.name for field in fields(Who))
_WINDOW = tuple(field.name for field in fields(Window))


@lru_cache(maxsize=16_384)  # asked for many times of each key while a component is worked on
def quantity(key: Key) -> str:
    """The name of the quantity that a key counts: equal keys, equal names."""
    # Where a place lies on the map, and how it is written, does not change which place it is.
    where = None if key.where is None else key.where.node
    who = {name: getattr(key.who, name) for name in _WHO}
    window = {name: getattr(key.window, name) for name in _WINDOW}
    content = [key.measure, who, where, window, key.incident, key.unit]
    return "q:" + hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:12]


def system(
    figures: Sequence[Figure],
    lattice: Lattice,
    *,
    incident_links: Iterable[SceneLink] = (),
    readings: Sequence[str] = (),
    origins: Iterable[Origins] = (),
) -> System:
    """Everything that the figures say of one another. Near-linear where events are told by few reports.

    incident_links are those that hold incidents together: those short of .99 become beliefs. origins give each
    quantity's voices: a voice's older words bound from below only. readings, all off by default: "A_kw" and other
    partitions by id; "measure", "population", "place", "theatre", the assumptions of that sort; "waves", what is added
    to what is all there is; "apart", nobody is counted under two measures; "vague", vague words end where they usually
    do; "all:<figure id>", that figure is the whole toll. Ids are stable: the same figures give the same system.
    """
    chosen = tuple(dict.fromkeys(readings))
    figures = sorted(figures, key=lambda f: f.id)
    groups = _by_quantity(figures)
    keys = {name: group[-1].key for name, group in groups.items()}
    extra = reading_bounds(figures, lattice, chosen)
    keys.update((quantity(key), key) for key, _ in extra)
    splits = _partitions(keys, lattice, chosen)
    keys.update((quantity(key), key) for whole, parts, _ in splits for key in (whole, *parts))
    beliefs: dict[str, Belief] = {}
    sums, above = _inclusions(keys, lattice, chosen, beliefs)
    sums += packings(keys, above, lattice, apart="apart" in chosen)
    if any(key.measure in STOCKS for key in keys.values()):
        sums += standing(keys, _guessed(above, sums), lattice)
    sums += [_split_sum(*split) for split in splits]
    told = _told(figures, groups, keys, above, tuple(incident_links), lattice, beliefs)
    sums = [rule for made in sums for rule in by_telling(made, keys, told)]
    sums += text_sums(figures, lattice, chosen, lambda f: told[quantity(f.key)].nodes[f.document])
    bounds = _bounds(figures, groups, told, lattice, tuple(origins))
    tied = [rule for tellings_ in told.values() for rule in tellings_.sums]
    labels = {name: words for tellings_ in told.values() for name, words in tellings_.labels.items()}
    bounds += [replace(reading, quantity=quantity(key)) for key, reading in extra]
    sums, loose, stand_ins = loosened(sums, bounds, {f.id: f for f in figures})
    named = {name: labels.get(name) or label(key) for name, key in keys.items()} | labels
    named |= {f"{name}~": named[name] for name in stand_ins}
    rules = {rule.id: rule for rule in (*sums, *tied)}
    needed = {name for rule in rules.values() for name in rule.needs}
    held = tuple(belief for name, belief in sorted(beliefs.items()) if name in needed)
    return System((*bounds, *loose), tuple(rules.values()), held, named)


def _inclusions(
    keys: Mapping[str, Key], lattice: Lattice, readings: tuple[str, ...], beliefs: dict[str, Belief]
) -> tuple[list[Sum], dict[str, set[str]]]:
    """Part-of sums between quantities, those that others imply left out; and every quantity's certain wholes."""
    certain: defaultdict[str, dict[str, str]] = defaultdict(dict)
    assumed: defaultdict[str, dict[str, tuple[str, tuple[str, ...]]]] = defaultdict(dict)
    allowed = _STANDING | set(readings)
    for a, b in _pairs(keys):
        verdict, kinds = judge(keys[a], keys[b], lattice, readings)
        if verdict.comparison not in (Comparison.PART_OF, Comparison.CONTAINS, Comparison.SAME) or not kinds <= allowed:
            continue
        part, whole = (b, a) if verdict.comparison is Comparison.CONTAINS else (a, b)
        words = "; ".join(verdict.reasons) or "one is part of the other"
        if verdict.assuming:
            assumed[part][whole] = (words, verdict.assuming)
        else:
            certain[part][whole] = words
            if verdict.comparison is Comparison.SAME:
                certain[whole][part] = words
    above: dict[str, set[str]] = {}
    for name in keys:
        above[name] = _reach(name, certain, above)
    sums = []
    for part, wholes in certain.items():
        for whole, words in wholes.items():
            if not any(other != whole and whole in above[other] and part not in above[other] for other in wholes):
                sums.append(Sum(f"part:{part}<{whole[2:]}", (part,), whole, text=words))
    for part, guesses in assumed.items():
        for whole, (words, assuming) in guesses.items():
            if whole in above[part] or _implied(part, whole, guesses, above):
                continue
            needs = []
            for assumption in assuming:
                name = "incl:" + hashlib.sha256(assumption.encode()).hexdigest()[:10]
                beliefs[name] = Belief(name, INCLUSION_COST, AssumptionKind.INCLUSION, assumption)
                needs.append(name)
            sums.append(Sum(f"maybe:{part}<{whole[2:]}", (part,), whole, text=words, needs=tuple(needs)))
    return sums, above


def _guessed(above: Mapping[str, set[str]], sums: Sequence[Sum]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Every quantity's wholes, those reached by one guess too, with the beliefs that the guess rests on."""
    found: dict[str, dict[str, tuple[str, ...]]] = {name: dict.fromkeys(wholes, ()) for name, wholes in above.items()}
    for rule in sums:
        if rule.needs:
            for whole in (rule.total, *above[rule.total]):
                found[rule.parts[0]].setdefault(whole, rule.needs)
    return found


def _implied(
    part: str, whole: str, guesses: Mapping[str, tuple[str, tuple[str, ...]]], above: Mapping[str, set[str]]
) -> bool:
    """True when another guess with the same assumptions leads to the whole by certain steps."""
    mine = set(guesses[whole][1])
    return any(
        other != whole and whole in above[other] and other not in above[whole] and set(guess[1]) <= mine
        for other, guess in guesses.items()
    )


def _reach(name: str, up: Mapping[str, Mapping[str, str]], known: Mapping[str, set[str]]) -> set[str]:
    """All wholes of a quantity, step by step; known are all wholes of some others."""
    seen: set[str] = set()
    queue = [name]
    while queue:
        for whole in up.get(queue.pop(), ()):
            if whole in seen:
                continue
            seen.add(whole)
            if whole in known:
                seen |= known[whole]
            else:
                queue.append(whole)
    return seen


def _pairs(keys: Mapping[str, Key]) -> Iterable[tuple[str, str]]:
    """Pairs of quantities that may be part of one another: of one event, of an event and a total, of two totals."""
    blocks: defaultdict[tuple[str | None, bool], list[str]] = defaultdict(list)
    totals: defaultdict[bool, list[str]] = defaultdict(list)
    for name, key in keys.items():
        if key.measure.startswith(PLANNED):
            continue
        if key.incident is None:
            totals[key.unit is None].append(name)
        else:
            blocks[key.incident, key.unit is None].append(name)
    for (_, people), names in blocks.items():
        yield from ((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
        yield from ((a, b) for a in names for b in totals[people] if len(totals[people]) <= _ALL_PAIRS)
    for names in totals.values():
        if len(names) <= _ALL_PAIRS:
            yield from ((a, b) for i, a in enumerate(names) for b in names[i + 1 :])
        else:
            yield from _neighbours(names, keys)


def _neighbours(names: Sequence[str], keys: Mapping[str, Key]) -> Iterable[tuple[str, str]]:
    """In long series: each day against the next of the same series, and series against each other within a day."""
    series: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    days: defaultdict[object, list[str]] = defaultdict(list)
    for name in names:
        key = keys[name]
        since = (key.window.start, key.window.start_latest)
        series[key.measure, key.who, key.where, since, key.incident, key.unit].append(name)
        days[key.window.end_latest or key.window.end].append(name)
    for of_series in series.values():
        told = sorted(of_series, key=lambda n: (keys[n].window.end is not None, keys[n].window.end))
        yield from pairwise(told)
    for of_day in days.values():
        yield from ((a, b) for i, a in enumerate(of_day[:_ALL_PAIRS]) for b in of_day[i + 1 : _ALL_PAIRS])


def _partitions(
    keys: Mapping[str, Key], lattice: Lattice, readings: tuple[str, ...]
) -> list[tuple[Key, tuple[Key, ...], tuple[str, str]]]:
    """(whole, parts, (id, words)) for each partition of measures that is switched on, its missing parts added."""
    found = []
    for split in lattice.partitions("measure"):
        if split.id not in readings:
            continue
        for key in list(keys.values()):
            if key.measure == split.whole and key.unit is None:
                parts = tuple(replace(key, measure=measure) for measure in split.parts)
                found.append((key, parts, (split.id, split.assuming or split.meaning)))
    return found


def _split_sum(whole: Key, parts: tuple[Key, ...], named: tuple[str, str]) -> Sum:
    names, total = tuple(quantity(part) for part in parts), quantity(whole)
    return Sum(
        f"{named[0]}:{total[2:]}", names, total, True, PARTITION_COST, AssumptionKind.PARTITION, f"assuming {named[1]}"
    )


def _told(
    figures: Sequence[Figure],
    groups: Mapping[str, list[Figure]],
    keys: Mapping[str, Key],
    above: Mapping[str, set[str]],
    links: tuple[SceneLink, ...],
    lattice: Lattice,
    beliefs: dict[str, Belief],
) -> dict[str, Tellings]:
    """The tellings of every quantity that some figure is of; adds the beliefs that tie documents to events."""
    same = identities(figures, links)
    beliefs.update((belief.id, belief) for of in same.values() for belief in of.values())
    near: defaultdict[str, list[str]] = defaultdict(list)
    for name in groups:
        for whole in above[name] if keys[name].incident is not None else ():
            if whole in groups and whole != name and keys[whole].incident == keys[name].incident:
                near[name].append(whole)
                near[whole].append(name)
    return {
        name: tellings(
            name,
            keys[name],
            group,
            [*group, *(f for other in dict.fromkeys(near[name]) for f in groups[other])],
            same.get(keys[name].incident or "", {}),
            lattice,
        )
        for name, group in groups.items()
    }


def _by_quantity(figures: Sequence[Figure]) -> dict[str, list[Figure]]:
    groups: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[quantity(figure.key)].append(figure)
    return groups


def _bounds(
    figures: Sequence[Figure],
    groups: Mapping[str, list[Figure]],
    tellings_of: Mapping[str, Tellings],
    lattice: Lattice,
    origins: tuple[Origins, ...],
) -> list[Bound]:
    """The half-claims on every quantity, figures that say the same put together."""
    root = _roots(origins)
    retired = {figure.revises for figure in figures if figure.revises is not None}
    floors_only = _superseded(groups.values(), origins) | overtaken(figures, lattice)
    bounds: list[Bound] = []
    for name, group in groups.items():
        told = tellings_of[name]
        halved = [
            half
            for figure in group
            if figure.id not in retired
            for half in halves(figure)
            if half.side == "low" or figure.id not in floors_only
        ]
        alike: defaultdict[tuple[str, object, str], list[Half]] = defaultdict(list)
        for half in halved:
            alike[half.side, half.value, "" if told.grows else told.nodes[half.figure.document]].append(half)
        for (side, value, apart), same_value in alike.items():
            # The earliest telling of a floor and the latest of a ceiling bind most.
            ranked = sorted(same_value, key=lambda h: (told.order[h.figure.document], h.figure.id))
            first = ranked[0] if side == "low" else ranked[-1]
            node = told.nodes[first.figure.document]
            ordered = ranked if side == "low" else [first, *ranked[:-1]]
            sources = [root.get(h.figure.id) or _voice(h.figure) for h in ordered]
            mark = "≥" if side == "low" else "≤"
            bounds.append(bound(f"{apart or name}{mark}{value}", node, side, ordered, sources))
    return bounds


def _voice(figure: Figure) -> str | None:
    return None if figure.source is None else fold(figure.source)


def _roots(origins: tuple[Origins, ...]) -> dict[str, str]:
    return {
        figure: origin.id
        for quantity_origins in origins
        for origin in quantity_origins.origins
        for voice in origin.voices
        for figure in voice.figures
        if origin.known
    }


def _superseded(groups: Iterable[Sequence[Figure]], origins: tuple[Origins, ...]) -> set[str]:
    """Figures that survive as floors only: the same voice has given another figure since.

    Without origins, a voice is whatever source has the same name on the same quantity.
    """
    told = {figure.id: figure for group in groups for figure in group}
    voices: list[list[str]] = [
        [*voice.figures, voice.current]
        for of_quantity in origins
        for origin in of_quantity.origins
        for voice in origin.voices
        if voice.name is not None
    ]
    if not origins:
        named: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for figure in told.values():
            voice = _voice(figure)
            if voice is not None and figure.binds and figure.published is not None:
                named[quantity(figure.key), voice].append(figure.id)
        voices = [sorted(names, key=lambda n: (told[n].published or date.min, n)) for names in named.values()]
    found = set()
    for names in voices:
        now = told.get(names[-1])
        if now is None or now.published is None:
            continue
        for figure in (told[name] for name in names if name in told):
            older = figure.published is not None and figure.published < now.published
            if older and not _says_same(figure, now):
                found.add(figure.id)
    return found


def _says_same(a: Figure, b: Figure) -> bool:
    return (a.low, a.high) == (b.low, b.high)
