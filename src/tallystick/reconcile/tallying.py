"""Tallies: the figures of each quantity with their origins, bounds, conflicts and repairs."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from tallystick.model.constraints import Conflict, Diagnosis, Interval, Proof, System
from tallystick.model.quantities import Figure, Key, SceneLink, Window
from tallystick.model.tallies import Origins, Tally
from tallystick.model.values import Accumulation
from tallystick.reconcile.labels import label
from tallystick.reconcile.lattice import Lattice, load_lattice
from tallystick.reconcile.systems import quantity, system
from tallystick.reconcile.tellings import ties

# Steps of a proof that a tally keeps: more than anybody reads, few enough to store.
PROOF = 200
_OF_A_TIME = (Accumulation.STOCK, Accumulation.INCREMENTAL, Accumulation.RATE)


def series_key(figure: Figure) -> Key:
    """The key of the tally that a figure belongs to: its own, less the day of telling for a total that runs on.

    "600 killed so far", told in April and in August, is one tally with two points; a count of 2023 is another.
    """
    key = figure.key
    window = key.window
    if key.incident is not None or figure.accumulation in _OF_A_TIME:
        return key
    told = window.end_latest is not None or window.end is None or window.end == figure.published
    return replace(key, window=Window(window.start, None, window.start_latest, None)) if told else key


def tally_id(key: Key) -> str:
    """A tally's id, from what it counts alone: figures come and go, the id stays."""
    return "t:" + quantity(key)[2:]


def groups(figures: Iterable[Figure]) -> dict[Key, list[Figure]]:
    """Figures by the tally they belong to, each oldest first. Keys that name one quantity are one."""
    found: dict[str, tuple[Key, list[Figure]]] = {}
    for figure in figures:
        key = series_key(figure)
        found.setdefault(quantity(key), (key, []))[1].append(figure)
    return {key: sorted(group, key=_age) for key, group in found.values()}


def _age(figure: Figure) -> tuple[bool, date, str, int]:
    told = figure.said or figure.published
    return told is not None, told or date.min, figure.document, figure.start or 0


def tallies(
    figures: Sequence[Figure],
    lattice: Lattice | None = None,
    *,
    links: Iterable[SceneLink] = (),
    origins_of: Callable[[Sequence[Figure]], Origins],
    diagnose: Callable[[System], Diagnosis],
    readings: Sequence[str] = (),
    written: Mapping[str, str] | None = None,
) -> tuple[Tally, ...]:
    """The tallies of all figures, in the order of their first figures. written: all of each figure, by its id.

    Each component (figures joined by what is part of what, sums and events) is diagnosed on its own, so that an
    unrelated figure changes nothing. Conflicts and repairs stand with every tally they touch.
    """
    lattice = lattice or load_lattice()
    links = tuple(links)
    grouped = groups(figures)
    origins = {tally_id(key): origins_of(group) for key, group in grouped.items()}
    made: dict[str, Tally] = {}
    for members in components(grouped, lattice, links, readings):
        inside = [figure for key in members for figure in grouped[key]]
        of_members = [origins[tally_id(key)] for key in members]
        here = {figure.key.incident for figure in inside}
        near = _links_of(inside, links) if here != {None} else ()
        whole = system(inside, lattice, incident_links=near, readings=readings, origins=of_members)
        found = diagnose(whole)
        told = map(repr, inside) if written is None else (written[figure.id] for figure in inside)
        inputs = _inputs(told, near, lattice, readings)
        for key in members:
            made[tally_id(key)] = _tally(key, grouped[key], origins[tally_id(key)], whole, found, inputs)
    return tuple(made[tally_id(key)] for key in grouped)


def components(
    grouped: dict[Key, list[Figure]], lattice: Lattice, links: Iterable[SceneLink] = (), readings: Sequence[str] = ()
) -> Iterator[tuple[Key, ...]]:
    """Keys of tallies that bear on one another.

    Figures of one event, and totals that may hold one another, go together. An event's figures are not joined to a
    total that holds many events: reconcile.levels adds those up.
    """
    keys = list(grouped)
    parent = list(range(len(keys)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    blocks: defaultdict[object, list[int]] = defaultdict(list)
    documents: dict[str, int] = {}
    for i, key in enumerate(keys):
        if key.incident is not None:
            blocks[key.incident].append(i)
        else:
            blocks[_total_block(key)].append(i)
        for figure in grouped[key]:
            for name in (figure.id, *figure.part_of, *figure.adds_to, *figure.total_of, *figure.same_as):
                other = documents.setdefault(name, i)
                parent[root(i)] = root(other)
            if figure.revises is not None:
                parent[root(i)] = root(documents.setdefault(figure.revises, i))
    for block in blocks.values():
        for i in block[1:]:
            parent[root(i)] = root(block[0])
    found: defaultdict[int, list[Key]] = defaultdict(list)
    for i, key in enumerate(keys):
        found[root(i)].append(key)
    yield from (tuple(members) for members in found.values())


def _total_block(key: Key) -> tuple[object, ...]:
    """What two totals must share to be comparable: people or one kind of thing, one side or none, planned or not."""
    planned = key.measure.startswith("planned:")
    return ("total", key.unit, planned, None if key.who.actor is None else key.who.actor, _country(key))


def _country(key: Key) -> str | None:
    # Without a side, totals of different countries never meet; with one, a force abroad is counted in both.
    return None if key.who.actor is not None or key.where is None else key.where.country


def _links_of(figures: Sequence[Figure], links: Iterable[SceneLink]) -> tuple[SceneLink, ...]:
    here = {figure.document[:8] for figure in figures if figure.key.incident is not None}
    return tuple(link for link in links if link.a.partition("#")[0] in here and link.b.partition("#")[0] in here)


def _tally(key: Key, group: list[Figure], origins: Origins, whole: System, found: Diagnosis, inputs: str) -> Tally:
    names = {quantity(figure.key) for figure in group} if found.conflicts else set()
    last = quantity(group[-1].key) if quantity(key) not in found.bounds else quantity(key)
    ids = {figure.id for figure in group}
    conflicts = tuple(c for c in found.conflicts if ids & set(c.figures) or _quantity_of(c) in names)
    named = {member for conflict in conflicts for member in conflict.members}
    repairs = tuple(r for r in found.repairs if named & set(r.drop))
    shown = replace(key, window=group[-1].key.window)
    notes = tuple(dict.fromkeys(f"“{f.quote}”: {f.reading}" for f in group if f.reading))
    if found.more:
        notes = (*notes, "the search for conflicts was capped: there are more")
    return Tally(
        tally_id(key),
        shown,
        label(shown),
        tuple(group),
        origins,
        _told(found.bounds.get(last, Interval(None, None))),
        conflicts,
        repairs,
        notes,
        inputs,
    )


def _quantity_of(conflict: Conflict) -> str | None:
    return None if conflict.quantity is None else conflict.quantity.partition("@")[0].partition("/")[0]


def _inputs(figures: Iterable[str], links: Sequence[SceneLink], lattice: Lattice, readings: Sequence[str]) -> str:
    """A hash of all that goes into a component: the same inputs give the same tallies."""
    tied = ties((link.a, link.b, link.score, link.verdict.value) for link in links)
    digest = hashlib.sha256(json.dumps([lattice.id, sorted(readings), tied]).encode())
    for figure in sorted(figures):
        digest.update(f"\n{figure}".encode())
    return digest.hexdigest()[:16]


__all__ = ["components", "groups", "series_key", "tallies", "tally_id"]


def _told(interval: Interval) -> Interval:
    """The interval with proofs of PROOF steps at most: shared parts of a proof stand in it again and again."""
    return Interval(interval.low, interval.high, _cut(interval.low_proof), _cut(interval.high_proof))


def _cut(proof: Proof | None) -> Proof | None:
    """The proof's first steps; a step beyond them stands without what it used."""
    return None if proof is None else _steps(proof, [PROOF])


def _steps(proof: Proof, room: list[int]) -> Proof:
    if len(proof.uses) > room[0]:
        return replace(proof, uses=())
    room[0] -= len(proof.uses)
    return replace(proof, uses=tuple(_steps(use, room) for use in proof.uses))
