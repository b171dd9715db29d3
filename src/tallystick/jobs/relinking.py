"""Scenes of the ledger to incidents, a country at a time and in it a month at a time, so that memory stays flat.

A month's scenes are linked together with every scene that shares an incident with one of them: a report of the 31st
and one of the 1st still meet. What a new document touches is its own months; a full run is every month, in order.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, func, select

from tallystick.ledger import computed, lookups, queries
from tallystick.ledger.computed_tables import block, scene_incident
from tallystick.ledger.projections import load, unpack
from tallystick.ledger.tables import document, fingerprints, scene
from tallystick.model.links import CopyLink, Linked
from tallystick.model.quantities import Incident, SceneLink
from tallystick.model.records import DocumentRecord, Judgement, Scene
from tallystick.reconcile import copies, linking

SCENES_A_TIME = 5_000
"""Scenes whose blocks are worked out in one transaction."""


@dataclass(slots=True)
class Relinked:
    """What linking found anew for some scenes: what stood for them before is to be forgotten."""

    component: str
    rows: computed.Rows
    seqs: list[int]
    ids: list[str]
    incidents: list[str]


@dataclass(slots=True)
class _State:
    """Incidents while months pass by: where each scene is, and what each incident holds."""

    of_scene: dict[int, str] = field(default_factory=dict)
    scenes: dict[str, list[int]] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    links: dict[tuple[str, str], SceneLink] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    met: dict[int, str] = field(default_factory=dict)


def note_blocks(connection: Connection, after: int) -> int | None:
    """Works out the blocks of the next scenes after that entry. Returns the last entry done, None at the end."""
    rows = connection.execute(
        select(scene.c.seq, document.c.latest)
        .join(document, document.c.seq == scene.c.document)
        .where(scene.c.seq > after, scene.c.cumulative == 0)
        .order_by(scene.c.seq)
        .limit(SCENES_A_TIME)
    ).all()
    if not rows:
        return None
    told = queries.scenes(connection, [row.seq for row in rows])
    connection.execute(delete(block).where(block.c.scene > after, block.c.scene <= rows[-1].seq))
    found = []
    for seq, latest in rows:
        published = None if latest is None else date.fromisoformat(latest)
        if seq in told:
            found += [(key, seq) for key in linking.blocks(told[seq], published)]
    load(connection, block, found)
    return int(rows[-1].seq)


def countries(connection: Connection) -> list[str]:
    """What blocks are keyed by before the month: country codes, "?" and places outside any, the busiest first."""
    sizes: defaultdict[str, int] = defaultdict(int)
    for key, size in connection.execute(select(block.c.key, func.count()).group_by(block.c.key)):
        sizes[key.rpartition("/")[0]] += size
    return sorted(sizes, key=lambda name: (-sizes[name], name))


def months(connection: Connection, country: str) -> list[str]:
    """The blocks of a country in the order of time."""
    inside = (block.c.key >= f"{country}/", block.c.key < f"{country}0")  # "0" comes after "/"
    return list(connection.scalars(select(block.c.key).where(*inside).distinct().order_by(block.c.key)))


def inputs(connection: Connection, country: str, judgements: Sequence[Judgement], rules: str) -> str:
    """The hash of all that the incidents of a country follow from."""
    digest = hashlib.sha256(rules.encode())
    inside = (block.c.key >= f"{country}/", block.c.key < f"{country}0")
    rows = select(block.c.key, block.c.scene).where(*inside).order_by(block.c.key, block.c.scene)
    for key, seq in connection.execute(rows):
        digest.update(f"{key}:{seq};".encode())
    for one in judgements:
        digest.update(f"{one.id}{one.withdrawn};".encode())
    return digest.hexdigest()[:16]


def relink(
    connection: Connection, blocks: Iterable[str], judgements: Sequence[Judgement], *, fresh: bool
) -> Relinked | None:
    """The incidents of the scenes in these blocks of one country, given in the order of time; None for no scenes.

    fresh: nothing that stood before is looked at, because all blocks of the country are given.
    """
    state = _State()
    country = "?"
    for key in blocks:
        country = key.rpartition("/")[0]
        own = list(connection.scalars(select(block.c.scene).where(block.c.key == key)))
        if not fresh:
            _recall(connection, state, own)
        wanted = set(own)
        for name in {state.of_scene[seq] for seq in own if seq in state.of_scene}:
            wanted.update(state.scenes[name])
        _link(connection, state, sorted(wanted), judgements)
    if not state.met:
        return None
    linked = Linked(tuple(state.incidents.values()), tuple(state.links.values()))
    rows = computed.linking_rows(f"l/{country}", linked, state.homes, state.seqs)
    # Two documents whose ids begin alike name their scenes alike: entries tell them apart.
    rows["scene_incident"] = [(seq, name, f"l/{country}") for seq, name in sorted(state.of_scene.items())]
    return Relinked(f"l/{country}", rows, sorted(state.met), sorted(set(state.met.values())), sorted(state.incidents))


def touched(connection: Connection, documents: Sequence[int]) -> dict[str, list[str]]:
    """The blocks of these documents' scenes, by country, in the order of time."""
    keys: set[str] = set()
    for part in lookups.some(documents):
        inside = block.c.scene.in_(select(scene.c.seq).where(scene.c.document.in_(part)))
        keys.update(connection.scalars(select(block.c.key).where(inside)))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        found[key.rpartition("/")[0]].append(key)
    return dict(found)


def _recall(connection: Connection, state: _State, seqs: Sequence[int]) -> None:
    """Learns which incidents these scenes are in, and who else is."""
    before = computed.incidents_of(connection, [seq for seq in seqs if seq not in state.of_scene])
    names = sorted(set(before.values()) - state.scenes.keys())
    state.scenes.update((name, []) for name in names)
    for part in lookups.some(names):
        columns = (scene_incident.c.scene, scene_incident.c.incident)
        for seq, name in connection.execute(select(*columns).where(scene_incident.c.incident.in_(part))):
            # One that has been linked anew in this run is where that put it.
            if seq not in state.met:
                state.scenes[name].append(seq)
                state.of_scene[seq] = name


def _link(connection: Connection, state: _State, seqs: Sequence[int], judgements: Sequence[Judgement]) -> None:
    told = queries.scenes(connection, seqs)
    order = [seq for seq in seqs if seq in told]
    of_document, records = _documents(connection, order)
    scenes = [told[seq] for seq in order]
    numbers = {(one.document, one.index): seq for seq, one in told.items()}
    linked = linking.link(scenes, judgements, copies_among(connection, set(of_document.values())), records.values())
    for seq in order:
        old = state.of_scene.pop(seq, None)
        if old is not None:
            state.incidents.pop(old, None)
            state.scenes.pop(old, None)
        state.met[seq] = told[seq].id
        state.seqs[told[seq].id] = seq
    within = {one.id for one in scenes}
    for pair in [pair for pair in state.links if pair[0] in within and pair[1] in within]:
        del state.links[pair]
    by_id: dict[str, list[Scene]] = defaultdict(list)
    for one in scenes:
        by_id[one.id].append(one)
    for incident in linked.incidents:
        members = [one for name in incident.scenes for one in by_id[name]]
        own = [numbers[one.document, one.index] for one in members]
        state.incidents[incident.id] = incident
        state.scenes[incident.id] = own
        state.of_scene.update(dict.fromkeys(own, incident.id))
        first = members[0]
        published = records[first.document].latest_published if first.document in records else None
        state.homes[incident.id] = linking.blocks(first, published)[0]
    state.links.update({(link.a, link.b): link for link in linked.links})


def _documents(connection: Connection, seqs: Sequence[int]) -> tuple[dict[int, int], dict[str, DocumentRecord]]:
    of_scene: dict[int, int] = {}
    for part in lookups.some(seqs):
        rows = connection.execute(select(scene.c.seq, scene.c.document).where(scene.c.seq.in_(part)))
        of_scene.update({row.seq: row.document for row in rows})
    records = queries.documents_at(connection, sorted(set(of_scene.values())))
    return of_scene, {one.id: one for one in records.values()}


def copies_among(connection: Connection, documents: Iterable[int]) -> tuple[CopyLink, ...]:
    """The pairs of these documents that share their words."""
    return copies.among(prints_of(connection, documents))


def prints_of(connection: Connection, documents: Iterable[int]) -> dict[str, tuple[int, ...]]:
    """The fingerprints of these documents, by their ids; of those that have any."""
    found: dict[str, tuple[int, ...]] = {}
    for part in lookups.some(sorted(documents)):
        rows = connection.execute(
            select(document.c.id, fingerprints.c.packed)
            .join(document, document.c.seq == fingerprints.c.document)
            .where(fingerprints.c.document.in_(part))
            .order_by(fingerprints.c.document)
        )
        found.update({row.id: tuple(unpack(row.packed)) for row in rows})
    return found
