"""What reconciling computes, kept so that pages open at once: incidents, links, tallies, conflicts, and a queue.

Rows of a component are replaced together, in one transaction, and bear the hash of all that went in: what has the same
hash is not computed again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Select, Table, delete, func, or_, select, tuple_

from tallystick.errors import UnknownTally
from tallystick.ledger import codec
from tallystick.ledger.computed_tables import (
    block,
    component,
    conflict,
    conflict_figure,
    create,
    drop,
    incident,
    mark,
    overflow,
    scene_incident,
    scene_link,
    tally,
    tally_figure,
    total,
    weighing,
)
from tallystick.ledger.lookups import among, some
from tallystick.ledger.projections import load
from tallystick.ledger.stakes import stake
from tallystick.ledger.tables import document
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.model.constraints import Conflict, ConflictKind, Repair
from tallystick.model.links import Linked
from tallystick.model.quantities import Incident, LinkVerdict, SceneLink, Where
from tallystick.model.questions import Question
from tallystick.model.tallies import Tally

__all__ = ["create", "drop"]

TALLIED = "tallied"

SEVERITY = {
    ConflictKind.ARITHMETIC: 5.0,
    ConflictKind.GENUINE: 4.0,
    ConflictKind.DEFINITION: 2.0,
    ConflictKind.IDENTITY: 2.0,
    ConflictKind.READING: 1.0,
}
"""What a conflict of each kind weighs: one source that contradicts itself most, a mere reading least (our choice)."""


@dataclass(frozen=True, slots=True)
class KeptConflict:
    """A conflict as kept: with the cheapest repairs, the tallies it touches and what it weighs in the queue."""

    id: str
    conflict: Conflict
    repairs: tuple[Repair, ...] = ()
    tallies: tuple[str, ...] = ()
    consequence: float = 0.0


T = TypeVar("T")
Rows = dict[str, list[tuple[Any, ...]]]
"""Rows by table, made by whoever computes and written by the one that writes."""


def consequence(one: Conflict) -> float:
    """How much a conflict matters: its kind's weight times the doublings of the number of people it is about."""
    gap = float(one.gap) if one.gap is not None else 1.0
    return round(SEVERITY[one.kind] * math.log2(2 + max(0.0, gap)), 4)


def weight(one: Tally) -> float:
    """What a tally weighs where tallies are listed: as its weightiest conflict; without one its stake, below any."""
    return max(map(consequence, one.conflicts), default=None) or stake(one)


def conflict_id(one: Conflict) -> str:
    """Sixteen hex digits of what clashes: the same figures in the same clash bear the same id."""
    key = "|".join((one.kind.value, *sorted(one.members), "", *sorted(one.figures)))
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def clear(connection: Connection, names: Iterable[str]) -> None:
    """Forgets what was computed of these components."""
    for part in some(list(names)):
        for table in (incident, scene_incident, scene_link, tally, tally_figure, conflict, conflict_figure):
            connection.execute(delete(table).where(table.c.component.in_(part)))
        connection.execute(delete(component).where(component.c.name.in_(part)))


def forget_scenes(connection: Connection, seqs: Sequence[int], ids: Sequence[str]) -> list[str]:
    """Forgets incidents and links of these scenes, given by their entries and ids. Returns the incidents' ids."""
    old = sorted(set(incidents_of(connection, seqs).values()))
    for part in some(old):
        connection.execute(delete(incident).where(incident.c.id.in_(part)))
        connection.execute(delete(scene_incident).where(scene_incident.c.incident.in_(part)))
    for part in some(ids):
        for end in (scene_link.c.a, scene_link.c.b):
            connection.execute(delete(scene_link).where(end.in_(part)))
    return old


def linking_rows(name: str, linked: Linked, homes: Mapping[str, str], seqs: Mapping[str, int]) -> Rows:
    """The rows of incidents and links. homes gives each incident's block, seqs each scene's entry, by their ids."""
    incidents: list[tuple[Any, ...]] = []
    scenes: dict[int, tuple[Any, ...]] = {}
    links: dict[tuple[str, str], tuple[Any, ...]] = {}
    for one in linked.incidents:
        where, window = one.where, one.window
        since, until = _iso(window.start), _iso(window.end_latest or window.end)
        incidents.append((
            one.id, name, homes[one.id], one.label, *_place(where), since, until, since or until or "",
            len(one.scenes), codec.dumps(one),
        ))  # fmt: skip
        scenes.update({seqs[scene]: (seqs[scene], one.id, name) for scene in one.scenes if scene in seqs})
    for link in linked.links:
        row = (link.a, link.b, name, link.verdict.value, float(link.score), codec.dumps(link))
        links[link.a, link.b] = row
    return {
        "incident": incidents, "scene_incident": list(scenes.values()), "scene_link": list(links.values())
    }  # fmt: skip


def _place(where: Where | None) -> tuple[str | float | None, ...]:
    if where is None:
        return (None,) * 8
    return (
        where.node, where.name, fold(where.name), where.country, where.admin1, where.precision, where.lat, where.lon
    )  # fmt: skip


def tallying_rows(name: str, inputs: str, made: Sequence[Tally], written: Mapping[str, str] | None = None) -> Rows:
    """The rows of one component's tallies and conflicts. inputs is the hash of all that went in.

    written: the figures as codec.dumps gives them, by their ids, where they are at hand.
    """
    tallies = {one.id: _tally_row(one, name, written) for one in made}
    members = {(f.id, one.id): (f.id, one.id, name) for one in made for f in one.figures}
    conflicts: list[tuple[Any, ...]] = []
    figures: list[tuple[Any, ...]] = []
    for kept in _conflicts(made):
        clash = kept.conflict
        # One clash told of in two components is kept with each.
        own = hashlib.sha256(f"{name}|{kept.id}".encode()).hexdigest()[:16]
        row = (own, name, clash.kind.value, clash.sentence, kept.consequence, codec.dumps(replace(kept, id=own)))
        conflicts.append(row)
        figures += [(own, figure, name) for figure in dict.fromkeys(clash.figures)]
    return {
        "tally": list(tallies.values()), "tally_figure": sorted(members.values()), "conflict": conflicts,
        "conflict_figure": figures, "component": [(name, TALLIED, inputs)],
    }  # fmt: skip


def write(connection: Connection, rows: Rows) -> None:
    """Writes rows that nothing stands in the way of: what was computed before is cleared first."""
    for name, some_rows in rows.items():
        load(connection, _BY_NAME[name], some_rows)


_BY_NAME: dict[str, Table] = {
    table.name: table
    for table in (
        incident, scene_incident, scene_link, tally, tally_figure, conflict, conflict_figure, component, block,
        weighing, total, overflow,
    )
}  # fmt: skip


def _conflicts(made: Iterable[Tally]) -> list[KeptConflict]:
    """Every conflict of a component once, though each tally that it touches bears it."""
    found: dict[str, KeptConflict] = {}
    for one in made:
        for clash in one.conflicts:
            name = conflict_id(clash)
            before = found.get(name)
            if before is None:
                mending = [r for r in one.repairs if set(r.drop) & set(clash.members)]
                mending.sort(key=lambda r: r.cost)
                found[name] = KeptConflict(name, clash, tuple(mending[:5]), (one.id,), consequence(clash))
            else:
                tallies = tuple(dict.fromkeys((*before.tallies, one.id)))
                found[name] = KeptConflict(name, before.conflict, before.repairs, tallies, before.consequence)
    return list(found.values())


def _tally_row(one: Tally, name: str, written: Mapping[str, str] | None) -> tuple[Any, ...]:
    key, origins = one.key, one.origins
    where, window = key.where, key.window
    low, high = one.bounds.low, one.bounds.high
    return (
        one.id, name, key.measure, key.who.actor and fold(key.who.actor), key.who.status, where and where.node,
        where and fold(where.name), where and where.country, key.incident, key.unit, _iso(window.start),
        _iso(window.end_latest or window.end), one.label,
        None if low is None else float(low), None if high is None else float(high),
        origins.mentions, origins.documents, origins.carriers, origins.at_least, origins.at_most, len(one.conflicts),
        weight(one), one.inputs, _body(one, written),
    )  # fmt: skip


def _body(one: Tally, written: Mapping[str, str] | None) -> str:
    if written is None:
        return codec.dumps(one)
    figures = ",".join([written[figure.id] for figure in one.figures])
    return codec.dumps(replace(one, figures=()), figures=f"[{figures}]")


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def inputs_of(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """The hash of what went into each of these components when it was computed last."""
    found: dict[str, str] = {}
    for part in some(names):
        rows = connection.execute(select(component.c.name, component.c.inputs).where(component.c.name.in_(part)))
        found.update({row.name: row.inputs for row in rows})
    return found


def get_mark(connection: Connection, name: str) -> str | None:
    """What was last noted under a name; None for nothing."""
    return connection.scalar(select(mark.c.value).where(mark.c.name == name))


def set_mark(connection: Connection, name: str, value: str | None) -> None:
    """Notes a value under a name, or with None forgets it."""
    connection.execute(delete(mark).where(mark.c.name == name))
    if value is not None:
        load(connection, mark, [(name, value)])


def reconciled_at(connection: Connection) -> datetime | None:
    """When the ledger was reconciled last; None where it never was."""
    at = get_mark(connection, "at")
    return None if at is None else datetime.fromisoformat(at)


def waiting_documents(connection: Connection) -> int:
    """How many documents were added after the ledger was reconciled last; all where it never was."""
    done = get_mark(connection, "done")
    query = select(func.count()).select_from(document).where(document.c.seq > int(done or -1))
    return connection.scalar(query) or 0


def incidents_of(connection: Connection, scenes: Sequence[int]) -> dict[int, str]:
    """The incident of each scene that is in one, by the scene's entry."""
    found: dict[int, str] = {}
    for part in some(scenes):
        rows = connection.execute(
            select(scene_incident.c.scene, scene_incident.c.incident).where(scene_incident.c.scene.in_(part))
        )
        found.update({row.scene: row.incident for row in rows})
    return found


def incidents(connection: Connection, ids: Sequence[str]) -> dict[str, Incident]:
    """The incidents with these ids."""
    found: dict[str, Incident] = {}
    for part in some(ids):
        rows = connection.execute(select(incident.c.id, incident.c.body).where(incident.c.id.in_(part)))
        found.update({row.id: codec.loads(Incident, row.body) for row in rows})
    return found


def scenes_in(connection: Connection, incident_id: str) -> list[int]:
    """The entries of an incident's scenes."""
    wanted = scene_incident.c.incident == incident_id
    return list(connection.scalars(select(scene_incident.c.scene).where(wanted).order_by(scene_incident.c.scene)))


class AfterTally(NamedTuple):
    """Where a page ended: the next begins after this consequence and id."""

    consequence: float
    id: str


def tallies(
    connection: Connection,
    question: Question = Question(),  # noqa: B008
    *,
    actors: Iterable[str] = (),
    after: AfterTally | None = None,
    limit: int | None = None,
) -> Iterator[Tally]:
    """The tallies asked for, the weightiest first, then by id.

    Of the question: measures, actor (with actors: any of them), status, place, country, days and incident count.
    """
    query = select(tally.c.body).where(*tally_conditions(question, actors))
    if after is not None:
        query = query.where(
            or_(
                tally.c.consequence < after.consequence,
                (tally.c.consequence == after.consequence) & (tally.c.id > after.id),
            )
        )
    query = query.order_by(tally.c.consequence.desc(), tally.c.id).limit(limit)
    yield from _streamed(connection, query, Tally)


def tally_conditions(question: Question, actors: Iterable[str]) -> list[Any]:
    """What the tallies asked for must fulfil, as far as a tally alone can tell."""
    c = tally.c
    found: list[Any] = []
    names = [fold(name) for name in (question.actor, *actors) if name]
    if question.measures:
        found.append(c.measure.in_(question.measures))
    if names:
        found.append(c.actor.in_(names))
    if question.status is not None:
        found.append(c.status == question.status)
    if question.place is not None:
        found.append(c.place == fold(question.place))
    if question.country is not None:
        found.append(c.country == question.country.upper())
    if question.incident is not None:
        found.append(c.incident == question.incident)
    if question.since is not None:
        found.append(or_(c.until >= question.since.isoformat(), c.until.is_(None)))
    if question.until is not None:
        found.append(or_(c.since <= question.until.isoformat(), c.since.is_(None)))
    if question.dated_only:
        found.append(or_(c.since.is_not(None), c.until.is_not(None)))
    return found


def tally_named(connection: Connection, name: str) -> Tally:
    """The tally whose id begins so. Raises UnknownTally for none or several."""
    rows = connection.execute(
        select(tally.c.id, tally.c.label, tally.c.body)
        .where(tally.c.id >= name, tally.c.id < name + "\uffff")
        .order_by(tally.c.id)
        .limit(4)
    ).all()
    if len(rows) == 1 or (rows and rows[0].id == name):
        return codec.loads(Tally, rows[0].body)
    if rows:
        which = "; ".join(f"{row.id} ({row.label})" for row in rows[:3])
        raise UnknownTally(f"several tallies have ids that begin with “{name}”: {which}. Give more of it.")
    raise UnknownTally(f"no tally has an id that begins with “{name}”. “tallystick tallies” lists them.")


def tallies_with(connection: Connection, figures: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The ids of the tallies that each of these figures is in, by figure id."""
    found: dict[str, list[str]] = {}
    for part in some(list(figures)):
        for row in connection.execute(
            select(tally_figure.c.figure, tally_figure.c.tally)
            .where(among(connection, tally_figure.c.figure, part))
            .order_by(tally_figure.c.tally)
        ):
            found.setdefault(row.figure, []).append(row.tally)
    return {figure: tuple(ids) for figure, ids in found.items()}


def conflicts(
    connection: Connection,
    *,
    tally_id: str | None = None,
    figure: str | None = None,
    after: AfterTally | None = None,
    limit: int | None = None,
) -> Iterator[KeptConflict]:
    """All conflicts, the weightiest first, then by id; or those that touch one tally or one figure.

    after and limit give one page: AfterTally(consequence, id) of its last conflict is the next page's after.
    """
    query: Select[Any] = select(conflict.c.body)
    inside: Select[Any] | None = None
    if tally_id is not None:
        inside = select(conflict_figure.c.conflict).join(
            tally_figure, tally_figure.c.figure == conflict_figure.c.figure
        ).where(tally_figure.c.tally == tally_id)  # fmt: skip
    if figure is not None:
        inside = select(conflict_figure.c.conflict).where(conflict_figure.c.figure == figure)
    if inside is not None:
        query = query.where(conflict.c.id.in_(inside))
    if after is not None:
        query = query.where(
            or_(
                conflict.c.consequence < after.consequence,
                (conflict.c.consequence == after.consequence) & (conflict.c.id > after.id),
            )
        )
    query = query.order_by(conflict.c.consequence.desc(), conflict.c.id).limit(limit)
    yield from _streamed(connection, query, KeptConflict)


def links(
    connection: Connection,
    *,
    verdict: LinkVerdict | None = LinkVerdict.QUEUE,
    scene: str | None = None,
    after: tuple[float, str, str] | None = None,
    limit: int | None = None,
) -> Iterator[SceneLink]:
    """Pairs of scenes with a verdict (None: any), the most likely first: by default those that wait for a person."""
    c = scene_link.c
    query = select(c.body)
    if verdict is not None:
        query = query.where(c.verdict == verdict.value)
    if scene is not None:
        query = query.where(or_(c.a == scene, c.b == scene))
    if after is not None:
        score, a, b = after
        query = query.where(or_(c.score < score, (c.score == score) & (tuple_(c.a, c.b) > tuple_(a, b))))
    query = query.order_by(c.score.desc(), c.a, c.b).limit(limit)
    yield from _streamed(connection, query, SceneLink)


def _streamed(connection: Connection, query: Select[Any], kind: type[T]) -> Iterator[T]:
    with connection.execute(query, execution_options={"yield_per": 500}) as result:
        for body in result.scalars():
            yield codec.loads(kind, body)
