"""Incidents as a list, a map or a page shows them: found on an index, without going through what is kept of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, or_, select, tuple_

from tallystick.ledger import codec, lookups, search
from tallystick.ledger.computed_tables import incident, scene_incident, scene_link
from tallystick.ledger.tables import claim, document, scene
from tallystick.model.quantities import LinkVerdict, SceneLink

LOOKED_THROUGH = 1_000
"""Sentences that hold the words of a question and are looked through, the newest first."""
LINKS = 400
"""Pairs of scenes looked through for those that wait."""


class IncidentRow(NamedTuple):
    """One incident in short. place is its name; None where no report gives one that is known."""

    id: str
    since: str | None
    until: str | None
    country: str | None
    admin1: str | None
    node: str | None
    place: str | None
    precision: str | None
    lat: float | None
    lon: float | None
    scenes: int


class AfterIncident(NamedTuple):
    """Where a page of incidents ended: the last one's day ("" for none) and id."""

    day: str
    id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which incidents. All that is given must hold. Of a stretch of days those without a day are left out.

    names are folded names of the place; areas are (country, admin1) that lie in it, admin1 None for all of a country.
    node is one place by its part-of node. within is west, south, east, north in degrees: west > east crosses the
    antimeridian. among: only these ids.
    """

    names: tuple[str, ...] = ()
    areas: tuple[tuple[str, str | None], ...] = ()
    country: str | None = None
    admin1: str | None = None
    node: str | None = None
    since: date | None = None
    until: date | None = None
    within: tuple[float, float, float, float] | None = None
    among: tuple[str, ...] | None = None

    @property
    def any(self) -> bool:
        """Whether anything is asked."""
        return self != Asked()


def rows(
    connection: Connection,
    asked: Asked,
    *,
    after: AfterIncident | None = None,
    limit: int,
    placed: bool | None = None,
) -> list[IncidentRow]:
    """The incidents asked for, the latest first, those without a day last. placed: only those with a known place."""
    c = incident.c
    query = select(
        c.id, c.day, c.until, c.country, c.admin1, c.node, c.place, c.precision, c.lat, c.lon, c.scenes
    ).where(*_conditions(asked))
    if after is not None:
        query = query.where(tuple_(c.day, c.id) < tuple_(after.day, after.id))
    if placed is not None:
        query = query.where(c.lat.is_not(None) if placed else c.lat.is_(None))
    found = connection.execute(query.order_by(c.day.desc(), c.id.desc()).limit(limit))
    return [IncidentRow(row[0], row[1] or None, *row[2:]) for row in found]


def after(row: IncidentRow) -> AfterIncident:
    """Where an incident stands in the list."""
    return AfterIncident(row.since or "", row.id)


def _conditions(asked: Asked) -> list[Any]:
    c = incident.c
    found: list[Any] = []
    if asked.names or asked.areas:
        inside = [
            c.country == country if admin1 is None else and_(c.country == country, c.admin1 == admin1)
            for country, admin1 in asked.areas
        ]
        found.append(or_(c.place_key.in_(asked.names), *inside))
    for column, value in ((c.country, asked.country), (c.admin1, asked.admin1), (c.node, asked.node)):
        if value is not None:
            found.append(column == value)
    if asked.since is not None:
        found.append(or_(c.until >= asked.since.isoformat(), and_(c.until.is_(None), c.day != "")))
    if asked.until is not None:
        found += [c.day <= asked.until.isoformat(), c.day != ""]
    if asked.within is not None:
        west, south, east, north = asked.within
        found.append(c.lat.between(south, north))
        found.append(c.lon.between(west, east) if west <= east else or_(c.lon >= west, c.lon <= east))
    if asked.among is not None:
        found.append(c.id.in_(asked.among))
    return found


def labels(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """What these incidents are called."""
    found: dict[str, str] = {}
    for part in lookups.some(ids):
        query = select(incident.c.id, incident.c.label).where(incident.c.id.in_(part))
        found.update({row.id: row.label for row in connection.execute(query)})
    return found


def with_words(connection: Connection, asked: Asked, words: str) -> tuple[Asked, bool]:
    """The question narrowed to incidents that a sentence with these words tells of, and whether only the newest
    LOOKED_THROUGH sentences were looked through. Raises BadQuestion for words without a letter.
    """
    matches = search.matching(connection, words).subquery()
    own = matches.c.id
    ids = list(connection.scalars(select(own).order_by(own.desc()).limit(LOOKED_THROUGH + 1)))
    found: dict[str, None] = {}
    for part in lookups.some(ids[:LOOKED_THROUGH]):
        query = (
            select(scene_incident.c.incident)
            .join(claim, claim.c.scene == scene_incident.c.scene)
            .where(lookups.scattered(connection, claim.c.passage, part))
        )
        found.update(dict.fromkeys(connection.scalars(query)))
    return replace(asked, among=tuple(sorted(found))), len(ids) > LOOKED_THROUGH


class Told(NamedTuple):
    """A scene of an incident: its entry, its document's, and its number there."""

    scene: int
    document: int
    number: int


def scenes_of(connection: Connection, incident_id: str) -> list[Told]:
    """An incident's scenes, those of documents published first before the others."""
    query = (
        select(scene.c.seq, scene.c.document, scene.c.number)
        .join(scene_incident, scene_incident.c.scene == scene.c.seq)
        .join(document, document.c.seq == scene.c.document)
        .where(scene_incident.c.incident == incident_id)
        .order_by(document.c.published.is_(None), document.c.published, scene.c.seq)
    )
    return [Told(*row) for row in connection.execute(query)]


def claims_of(connection: Connection, told: Iterable[Told]) -> dict[int, list[int]]:
    """The entries of the claims of these scenes, in text order, by the scene's entry."""
    wanted = {one.scene: one.document for one in told}
    found: dict[int, list[int]] = {}
    for part in lookups.some(sorted(set(wanted.values()))):
        # By document: claims have no index of scenes.
        rows = connection.execute(
            select(claim.c.seq, claim.c.scene)
            .where(claim.c.document.in_(part), claim.c.scene.is_not(None))
            .order_by(claim.c.quote_start, claim.c.seq)
        )
        for seq, where in rows:
            if where in wanted:
                found.setdefault(where, []).append(seq)
    return found


def waiting_links(connection: Connection, scenes: Sequence[str], most: int) -> list[SceneLink]:
    """Pairs of these scenes and others that wait for a person, the likeliest first."""
    c = scene_link.c
    found: dict[tuple[str, str], tuple[float, str]] = {}
    for column in (c.a, c.b):
        for part in lookups.some(scenes):
            # Few links a scene: the index of its name is read, and the verdict looked at here.
            rows = connection.execute(select(c.a, c.b, c.score, c.verdict, c.body).where(column.in_(part)).limit(LINKS))
            found.update({(r.a, r.b): (r.score, r.body) for r in rows if r.verdict == LinkVerdict.QUEUE.value})
    order = sorted(found, key=lambda pair: (-found[pair][0], pair))[:most]
    return [codec.loads(SceneLink, found[pair][1]) for pair in order]


def incidents_of_scenes(connection: Connection, names: Sequence[str]) -> dict[str, str]:
    """The incident of each of these scenes ("3f9a12cd#0") that is in one."""
    seqs = {seq: name for name in names for seq in lookups.find(connection, name)}
    s = scene_incident.c
    query = select(s.scene, s.incident).where(s.scene.in_(list(seqs)))
    return {seqs[row.scene]: row.incident for row in connection.execute(query)}
