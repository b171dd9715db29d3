"""Claims of the ledger to tallies, one component at a time: an event with all who tell of it, or one sort of totals.

Human judgements are applied first: what was rejected is left out, what was corrected counts as corrected.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from tallystick.jobs.weighing import prints_of
from tallystick.ledger import codec, computed, corrections, lookups, queries
from tallystick.ledger.computed_tables import incident, scene_incident, total
from tallystick.ledger.tables import claim, document, scene
from tallystick.model.links import CopyLink
from tallystick.model.quantities import Figure, Incident, SceneLink
from tallystick.model.records import Held, Judgement
from tallystick.model.tallies import Origins
from tallystick.reconcile import copies
from tallystick.reconcile.conflicts import diagnose
from tallystick.reconcile.figures import figures
from tallystick.reconcile.judged import as_judged, partners
from tallystick.reconcile.lattice import Lattice
from tallystick.reconcile.origins import origins
from tallystick.reconcile.tallying import series_key, tallies
from tallystick.reconcile.tellings import ties

Prints = Mapping[str, Collection[int]]
"""The fingerprints of documents, by their ids."""


@cache
def _code() -> str:
    """A digest of the rules that make tallies of claims: others may give others, so what is kept is made anew."""
    digest = hashlib.sha256()
    folders = (resources.files("tallystick").joinpath(*path) for path in (["reconcile"], ["model"], ["lexicon", "en"]))
    for file in (file for folder in folders for file in sorted(folder.iterdir(), key=lambda f: f.name)):
        if file.name.endswith((".py", ".toml", ".tsv")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Setting:
    """What every component is computed under. judged holds the last word on each figure that people judged."""

    lattice: Lattice
    judgements: tuple[Judgement, ...] = ()

    @property
    def rules(self) -> str:
        """The versions of code and lattices."""
        return f"{_code()}/{self.lattice.id}"

    def judged(self) -> dict[str, Judgement]:
        """The last word on each figure that people judged."""
        return corrections.in_force(self.judgements)


@dataclass(frozen=True, slots=True)
class Component:
    """One component as computed: its name, and the rows that replace those it had."""

    name: str
    rows: computed.Rows
    tallies: int = 0
    conflicts: int = 0


def events(connection: Connection, incidents: Sequence[str], setting: Setting) -> Iterator[Component]:
    """The components of those incidents that have changed since they were last computed.

    incidents are of one neighbourhood, so that the documents that tell of them are mostly the same.
    """
    told = _scenes_of(connection, incidents)
    names = [f"e/{name}" for name in told]
    kept = computed.inputs_of(connection, names)
    ties = _ties_of(connection, list(told))
    wanted: dict[str, str] = {}
    for name, seqs in told.items():
        judged = _judged_inside(connection, seqs, setting)
        digest = _digest(setting, [f"{seq}" for seq in seqs], [ties.get(name, "")], judged)
        if kept.get(f"e/{name}") != digest:
            wanted[name] = digest
    if not wanted:
        return
    seqs = [seq for name in wanted for seq in told[name]]
    documents = _documents_of(connection, seqs)
    documents += beside(connection, documents, setting)
    made = figures_of(connection, documents, setting)
    of_incident: defaultdict[str, list[Figure]] = defaultdict(list)
    for figure in made:
        if figure.key.incident in wanted:
            of_incident[str(figure.key.incident)].append(figure)
    bodies = computed.incidents(connection, list(wanted))
    prints = prints_of(connection, documents)
    for name, digest in wanted.items():
        event: Incident | None = bodies.get(name)
        links = () if event is None else event.links
        own = of_incident.get(name, [])
        # Among its own documents only: what an event's tallies are must not hang on those computed beside it.
        of_own = {figure.document: prints[figure.document] for figure in own if figure.document in prints}
        yield _component(f"e/{name}", digest, own, links, partial(dict, of_own), setting)


def totals_of(connection: Connection, documents: Sequence[int], setting: Setting) -> list[tuple[int, str, Figure]]:
    """The figures of these documents that are of no one event: document, component, figure."""
    seqs = {name: seq for seq, name in _ids(connection, documents)}
    return [
        (seqs[figure.document], total_component(figure), figure)
        for figure in figures_of(connection, documents, setting)
        if figure.key.incident is None and figure.document in seqs
    ]


def total_component(figure: Figure) -> str:
    """The component of a figure of no one event: people or one thing, planned or not, one side or one country.

    Without a side, totals of different countries never meet; with one, a force abroad is counted in both.
    """
    key = series_key(figure)
    actor = key.who.actor or ""
    country = "" if actor or key.where is None else key.where.country or ""
    planned = "planned" if key.measure.startswith("planned:") else ""
    return f"t/{key.unit or ''}/{planned}/{actor}/{country}"


def with_totals(connection: Connection, documents: Sequence[int]) -> list[int]:
    """Those of the documents that may have figures of no one event."""
    short = (scene.c.cumulative == 0) & (scene.c.since == scene.c.until)
    found: list[int] = []
    for part in lookups.some(documents):
        query = (
            select(claim.c.document)
            .outerjoin(scene, scene.c.seq == claim.c.scene)
            .where(claim.c.document.in_(part), or_(claim.c.scene.is_(None), short.is_not(True)))
            .distinct()
            .order_by(claim.c.document)
        )
        found += connection.scalars(query)
    return found


def totals(connection: Connection, name: str, setting: Setting) -> Component | None:
    """A component of totals; None where it has not changed since it was last computed."""
    columns = (total.c.id, total.c.document, total.c.body)
    rows = connection.execute(select(*columns).where(total.c.component == name).order_by(total.c.id)).all()
    digest = _digest(setting, (f"{row.id}{row.body}" for row in rows), _judged_of(rows, setting))
    if computed.inputs_of(connection, [name]).get(name) == digest:
        return None
    some = codec.loads(tuple[Figure, ...], f"[{','.join([row.body for row in rows])}]")
    prints = partial(prints_of, connection, {row.document for row in rows})
    return _component(name, digest, some, (), prints, setting, {row.id: row.body for row in rows})


def _judged_of(totals: Iterable[Row[Any, Any, Any]], setting: Setting) -> list[str]:
    """The judgements on whose word the figures of these documents rest."""
    about = [one for one in setting.judgements if one.about == "origin"]
    begins = {row.id[:8] for row in totals} if about else set()
    return [f"{one.id}{one.withdrawn}" for one in about if any(subject[:8] in begins for subject in one.subjects)]


def everything(connection: Connection, documents: Sequence[int], setting: Setting) -> Component | None:
    """All documents as one component, so that figures of events and totals bear on one another; None: unchanged."""
    grouped = select(scene_incident.c.scene, scene_incident.c.incident).order_by(scene_incident.c.scene)
    placed = [f"{seq}={name}" for seq, name in connection.execute(grouped)]
    judged = [f"{one.id}{one.withdrawn}" for one in setting.judgements]
    digest = _digest(setting, [str(seq) for seq in documents], [*placed, *judged])
    if computed.inputs_of(connection, ["all"]).get("all") == digest:
        return None
    made = figures_of(connection, documents, setting)
    ids = sorted({figure.key.incident for figure in made if figure.key.incident is not None})
    links = [link for one in computed.incidents(connection, ids).values() for link in one.links]
    return _component("all", digest, made, links, partial(prints_of, connection, documents), setting)


def figures_of(connection: Connection, documents: Sequence[int], setting: Setting) -> list[Figure]:
    """The figures of whole documents, and of those judged together with them, as people judged them."""
    judged = setting.judged()
    held: list[Held] = []
    for one in queries.held_of(connection, [*documents, *beside(connection, documents, setting)]):
        after = corrections.applied(one, judged.get(one.id)) if judged else one
        if after is not None:
            held.append(after)
    made = figures(held, _incident_of(connection, held), setting.lattice)
    return as_judged(made, setting.judgements)


def beside(connection: Connection, documents: Sequence[int], setting: Setting) -> list[int]:
    """Further documents with figures that people judged to count the same as figures of these, or not the same."""
    if not any(one.about == "quantity" for one in setting.judgements):
        return []
    begins = partners(setting.judgements, (name for _, name in _ids(connection, documents)))
    found: set[int] = set()
    for name in begins:
        own = (document.c.id >= name, document.c.id < name + "g")
        found.update(connection.scalars(select(document.c.seq).where(*own)))
    return sorted(found - set(documents))


def _incident_of(connection: Connection, held: Iterable[Held]) -> dict[str, str]:
    """The incident of each scene, by the scene's id; with a stand-in for each scene of it in other documents.

    Whether an incident is told of by several scenes makes a difference to what counts as one event.
    """
    documents = sorted({one.document.id for one in held})
    ids: dict[int, str] = {}
    found: dict[str, str] = {}
    for part in lookups.some(documents):
        rows = connection.execute(
            select(scene.c.seq, scene.c.number, document.c.id, scene_incident.c.incident)
            .join(document, document.c.seq == scene.c.document)
            .join(scene_incident, scene_incident.c.scene == scene.c.seq)
            .where(document.c.id.in_(part))
        )
        for row in rows:
            ids[row.seq] = row.incident
            found[f"{row.id[:8]}#{row.number}"] = row.incident
    for name, seqs in _scenes_of(connection, sorted(set(ids.values()))).items():
        found.update({f"{seq}": name for seq in seqs if seq not in ids})
    return found


def _component(
    name: str,
    digest: str,
    some: Sequence[Figure],
    links: Iterable[SceneLink],
    prints: Callable[[], Prints],
    setting: Setting,
    written: Mapping[str, str] | None = None,
) -> Component:
    """A component of these figures. prints: the fingerprints of its documents, read where they are asked for."""
    known: list[Prints] = []

    def origins_of(group: Sequence[Figure]) -> Origins:
        def shared(unjoined: set[str]) -> list[CopyLink]:
            if len(unjoined) < 2:
                return []
            if not known:
                known.append(prints())
            order = {document: at for at, document in enumerate(dict.fromkeys(figure.document for figure in group))}
            return sorted(copies.among(known[0], unjoined), key=lambda copy: order[copy.a])

        return origins(group, shared, setting.judgements)

    if written is None:
        written = {figure.id: codec.dumps(figure) for figure in some}
    if len(written) < len(some):
        written = None  # two documents whose ids begin alike name their figures alike
    made = tallies(some, setting.lattice, links=links, origins_of=origins_of, diagnose=diagnose, written=written)
    rows = computed.tallying_rows(name, digest, made, written)
    return Component(name, rows, len(made), len(rows["conflict"]))


def _scenes_of(connection: Connection, incidents: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for part in lookups.some(incidents):
        rows = connection.execute(
            select(scene_incident.c.incident, scene_incident.c.scene)
            .where(scene_incident.c.incident.in_(part))
            .order_by(scene_incident.c.scene)
        )
        for name, seq in rows:
            found.setdefault(name, []).append(seq)
    return found


def _ties_of(connection: Connection, incidents: Sequence[str]) -> dict[str, str]:
    """What holds each of these incidents together, in a line, as far as tallies hang on it."""
    found: dict[str, str] = {}
    for part in lookups.some(incidents):
        for row in connection.execute(select(incident.c.id, incident.c.body).where(incident.c.id.in_(part))):
            links = json.loads(row.body).get("links", ())
            found[row.id] = ";".join(ties((one["a"], one["b"], one["score"], one["verdict"]) for one in links))
    return found


def _documents_of(connection: Connection, scenes: Sequence[int]) -> list[int]:
    found: set[int] = set()
    for part in lookups.some(scenes):
        found.update(connection.scalars(select(scene.c.document).where(scene.c.seq.in_(part))))
    return sorted(found)


def _ids(connection: Connection, documents: Sequence[int]) -> Iterator[tuple[int, str]]:
    for part in lookups.some(documents):
        rows = connection.execute(select(document.c.seq, document.c.id).where(document.c.seq.in_(part)))
        yield from ((row.seq, row.id) for row in rows)


def _judged_inside(connection: Connection, scenes: Sequence[int], setting: Setting) -> list[str]:
    """The judgements that bear on figures of these scenes' documents."""
    if not setting.judgements:
        return []
    begins = {name[:8] for _, name in _ids(connection, _documents_of(connection, scenes))}
    begins |= partners(setting.judgements, begins)
    return [
        f"{one.id}{one.withdrawn}"
        for one in setting.judgements
        if any(subject[:8] in begins for subject in one.subjects)
    ]


def _digest(setting: Setting, *parts: Iterable[str]) -> str:
    digest = hashlib.sha256(setting.rules.encode())
    for part in parts:
        digest.update(";".join(part).encode() + b"|")
    return digest.hexdigest()[:16]
