"""Incidents as pages and the API show them: the list, what a map draws, and one with all that holds it together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Connection

from tallystick.errors import BadQuestion, UnknownIncident
from tallystick.extract.gazetteer import gazetteer
from tallystick.jobs import deciding, questions
from tallystick.jobs.quantities import Row as QuantityRow
from tallystick.jobs.quantities import listed as quantities_listed
from tallystick.ledger import computed, incident_rows, queries, tally_rows
from tallystick.ledger.incident_rows import AfterIncident, Asked, IncidentRow
from tallystick.lexicon.gazetteer.names import key as fold
from tallystick.lexicon.gazetteer.records import PRECISIONS
from tallystick.model.quantities import Incident, LinkVerdict, SceneLink, Where, Window
from tallystick.model.questions import Question
from tallystick.model.records import DocumentRecord, Held, Scene
from tallystick.model.reviewing import Reviewer
from tallystick.model.values import Measure, Precision
from tallystick.reconcile.labels import event
from tallystick.reconcile.policies import NEUTRAL

SCENES = 12
"""Documents of an incident that one page sets side by side."""
WAITING, CONFLICTS, QUANTITIES = 8, 5, 60
MAPPED = 2_000  # incidents that one map holds
BUDGET = 800_000
"""Characters of kept quantities that one page reads anew."""

KILOMETRES = {
    Precision.POINT: 0.5,
    Precision.TOWN: 4.0,
    Precision.NEAR: 15.0,
    Precision.ADMIN2: 40.0,
    Precision.ADMIN1: 120.0,
    Precision.REGION: 300.0,
    Precision.COUNTRY: 400.0,
    Precision.MULTINATIONAL: 1_200.0,
    Precision.WATER: 200.0,
}
"""How far from its coordinates a place of each precision may lie, in km, where the gazetteer does not tell (ours)."""

IN_WORDS = {
    Precision.POINT: "an exact point: a building, a base, a crossing",
    Precision.TOWN: "a settlement",
    Precision.NEAR: "near a settlement",
    Precision.ADMIN2: "a district, no finer",
    Precision.ADMIN1: "a province, no finer",
    Precision.REGION: "a region without set borders",
    Precision.COUNTRY: "a country, no finer",
    Precision.MULTINATIONAL: "a part of the world, no finer",
    Precision.WATER: "a stretch of water",
}
"""What a precision means, for people."""

_CURSOR = re.compile(r"([0-9-]{0,10})~([0-9a-z.]{1,40})", re.ASCII)
_EARTH = 6371.0


@dataclass(frozen=True, slots=True)
class Listed:
    """One incident of a list. since and until bound its day, None where nobody says; scenes: how many reports tell of
    it. precision is in words.
    """

    id: str
    label: str
    since: date | None
    until: date | None
    place: str | None
    country: str | None
    precision: str | None
    scenes: int


@dataclass(frozen=True, slots=True)
class IncidentList:
    """One page of incidents. next is the next page's after, None on the last. partly: very many sentences hold the
    words, and only the incidents of the newest were looked for.
    """

    rows: tuple[Listed, ...]
    next: str | None = None
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Mapped:
    """One incident for a map. radius: how far from lat and lon it may lie, in km."""

    id: str
    since: date | None
    place: str
    node: str | None
    country: str | None
    admin1: str | None
    precision: Precision
    lat: float
    lon: float
    radius: float
    scenes: int


@dataclass(frozen=True, slots=True)
class MapList:
    """The incidents of a map, the latest first. more: there are more than MAPPED, the earlier ones left out.

    unplaced are some of those whose place nobody gives, or no gazetteer knows: listed, never drawn.
    """

    placed: tuple[Mapped, ...]
    more: bool
    unplaced: tuple[Listed, ...]
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Stated:
    """One sentence of a scene: its text cut into stretches, those of a figure with the figure's id."""

    stretches: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class SceneTold:
    """A document's scene: its sentences that state figures."""

    id: str
    document: DocumentRecord
    scene: Scene
    sentences: tuple[Stated, ...]
    first: str | None  # the id of its first figure


@dataclass(frozen=True, slots=True)
class Tie:
    """A link between two scenes, with the titles of their documents. judged: a person decided it."""

    link: SceneLink
    a: DocumentRecord | None
    b: DocumentRecord | None
    judged: bool = False
    hidden: bool = False  # others judged it, which this person may not see yet


@dataclass(frozen=True, slots=True)
class IncidentView:
    """One incident. told are the scenes of this page, from the one at first on; of is how many there are.

    conflicts are (sentence, id of a quantity that is in it). where is None where it cannot be drawn.
    """

    incident: Incident
    row: Listed
    told: tuple[SceneTold, ...]
    first: int
    of: int
    ties: tuple[Tie, ...]
    waiting: tuple[Tie, ...]
    quantities: tuple[QuantityRow, ...]
    policy: str
    conflicts: tuple[tuple[str, str], ...]
    where: Mapped | None


def asked_of(
    *,
    place: str | None = None,
    country: str | None = None,
    admin1: str | None = None,
    node: str | None = None,
    since: date | None = None,
    until: date | None = None,
    within: tuple[float, float, float, float] | None = None,
) -> Asked:
    """The question in terms of the list: a place counts with all that lies in it, as the place index has it."""
    names: tuple[str, ...] = ()
    areas: list[tuple[str, str | None]] = []
    if place is not None:
        found = questions.scope_of(Question(place=place, country=country)).places
        names = tuple(sorted({fold(place), *(fold(one.name) for one in found)}))
        for one in found:
            if one.country is not None and one.precision is Precision.COUNTRY:
                areas.append((one.country, None))
            elif one.country is not None and one.precision is Precision.ADMIN1 and one.admin1 is not None:
                areas.append((one.country, one.admin1))
    return Asked(
        names, tuple(areas), country and country.upper(), admin1, node, since, until, within
    )  # fmt: skip


def listed(
    connection: Connection, asked: Asked, *, words: str | None = None, after: str | None = None, limit: int = 50
) -> IncidentList:
    """One page of the incidents asked for, the latest first. words: all must stand in one sentence about it.

    Raises LedgerError where nothing has been reconciled, BadQuestion for words without a letter and a wrong after.
    """
    questions.check_reconciled(connection)
    partly = False
    if words is not None:
        asked, partly = incident_rows.with_words(connection, asked, words)
    found = incident_rows.rows(connection, asked, after=_after(after), limit=limit + 1)
    shown = found[:limit]
    last = incident_rows.after(shown[-1]) if len(found) > limit else None
    return IncidentList(
        tuple(_listed(connection, shown)), None if last is None else f"{last.day}~{last.id}", partly
    )  # fmt: skip


def _after(cursor: str | None) -> AfterIncident | None:
    if not cursor:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadQuestion(f"{cursor!r} is no place in this list. Begin with the first page.")
    return AfterIncident(match[1], match[2])


def _listed(connection: Connection, rows: Sequence[IncidentRow]) -> Iterable[Listed]:
    labels = incident_rows.labels(connection, [row.id for row in rows])
    for row in rows:
        where = Where("", row.place, precision=row.precision) if row.place else None
        title = event(labels.get(row.id, ""), where, Window(_day(row.since), _day(row.until)))
        yield Listed(
            row.id, title, _day(row.since), _day(row.until), row.place, row.country,
            None if row.precision is None else IN_WORDS[Precision(row.precision)], row.scenes,
        )  # fmt: skip


def _day(text: str | None) -> date | None:
    return None if not text else date.fromisoformat(text)


def mapped(connection: Connection, asked: Asked, *, words: str | None = None, limit: int = MAPPED) -> MapList:
    """The incidents asked for, for a map. Raises as listed does."""
    questions.check_reconciled(connection)
    partly = False
    if words is not None:
        asked, partly = incident_rows.with_words(connection, asked, words)
    found = incident_rows.rows(connection, asked, limit=limit + 1, placed=True)
    placed = tuple(one for row in found[:limit] if (one := _mapped(row)) is not None)
    loose = incident_rows.rows(connection, replace(asked, within=None), limit=20, placed=False)
    return MapList(placed, len(found) > limit, tuple(_listed(connection, loose)), partly)


def _mapped(row: IncidentRow) -> Mapped | None:
    if row.lat is None or row.lon is None or row.precision is None or not -90 <= row.lat <= 90:
        return None
    precision = Precision(row.precision)
    lon = (row.lon + 180) % 360 - 180
    reach = _reach(precision, row.node, row.country)
    return Mapped(
        row.id, _day(row.since), row.place or "", row.node, row.country, row.admin1, precision, row.lat, lon, reach,
        row.scenes,
    )  # fmt: skip


@lru_cache(maxsize=5_000)
def _reach(precision: Precision, node: str | None, country: str | None) -> float:
    """How far from its middle a place reaches, in km: for provinces and countries as far as nine in ten of the
    gazetteer's places in them lie, so that a small country is not drawn like a large one.
    """
    usual = KILOMETRES[precision]
    if precision not in (Precision.ADMIN1, Precision.COUNTRY) or country is None:
        return usual
    index = gazetteer()
    inside: Any
    if precision is Precision.COUNTRY:
        try:
            own = index.country_row(country)
        except KeyError:
            return usual
        inside = index.country == index.country[own]
    else:
        number = (node or "").removeprefix("geo:")
        known = number.isdecimal() and len(number) < 10
        rows: Any = np.nonzero(index.geonameid == int(number))[0] if known else ()
        if len(rows) == 0:
            return usual
        own = int(rows[0])
        inside = index.admin1 == own
    lat, lon = np.radians(index.lat[inside].astype(float)), np.radians(index.lon[inside].astype(float))
    if len(lat) < 3:
        return usual
    here, there = np.radians(float(index.lat[own])), np.radians(float(index.lon[own]))
    half = np.sin((lat - here) / 2) ** 2 + np.cos(lat) * np.cos(here) * np.sin((lon - there) / 2) ** 2
    far = float(np.quantile(2 * _EARTH * np.arcsin(np.sqrt(half)), 0.9))
    return round(min(3_000.0, max(10.0, far)), 1)


def towns(within: tuple[float, float, float, float], most: int = 6) -> list[tuple[str, float, float]]:
    """The largest settlements of a stretch of the world, for orientation: (name, latitude, longitude), no two of them
    close together. within is west, south, east, north; west > east crosses the antimeridian.
    """
    west, south, east, north = within
    index = gazetteer()
    across = index.lon >= west if west > east else (index.lon >= west) & (index.lon <= east)
    if west > east:
        across |= index.lon <= east
    settled = index.precision == PRECISIONS.index(Precision.TOWN)
    rows = np.nonzero(across & (index.lat >= south) & (index.lat <= north) & settled & (index.population > 0))[0]
    found: list[tuple[str, float, float]] = []
    apart = (north - south) / 7
    for row in rows[np.argsort(index.population[rows])[::-1][: 8 * most]]:
        lat, lon = float(index.lat[row]), float(index.lon[row])
        if all(abs(lat - other[1]) > apart or abs(lon - other[2]) > 3 * apart for other in found):
            found.append((index.name(int(row)), lat, lon))
        if len(found) == most:
            break
    return found


def incident_named(connection: Connection, name: str) -> Incident:
    """The incident of that id. Raises UnknownIncident, and LedgerError where nothing has been reconciled."""
    questions.check_reconciled(connection)
    found = computed.incidents(connection, [name]).get(name)
    if found is None:
        raise UnknownIncident(
            f"no incident has the id “{name}”. Ids change when reports are put together otherwise: look it up in the "
            "list of incidents."
        )
    return found


def gravest_first(measure: str, conflicts: int, mentions: int) -> tuple[bool, int, int]:
    """Sorts an incident's quantities as a coder asks for them: what clashes, the dead, the hurt, and so on down."""
    order = [one.value for one in Measure]
    return not conflicts, order.index(measure) if measure in order else len(order), -mentions


def view(
    connection: Connection, who: Reviewer, name: str, *, policy: str = NEUTRAL.name, first: int = 0
) -> IncidentView:
    """One incident with all that a page shows. first: how many scenes to pass over. Raises as incident_named does, and
    UnknownPolicy.
    """
    found = incident_named(connection, name)
    told = incident_rows.scenes_of(connection, name)
    quantities = quantities_listed(
        connection, Question(incident=name), policy=policy, limit=QUANTITIES, budget=BUDGET
    )  # fmt: skip
    (row,) = incident_rows.rows(connection, Asked(among=(name,)), limit=1)
    (short,) = _listed(connection, [row])
    records = queries.documents_at(connection, sorted({one.document for one in told}))
    return IncidentView(
        found,
        short,
        tuple(_told(connection, told[first : first + SCENES], records)),
        first,
        len(told),
        _ties(connection, who, found.links, records.values()),
        _waiting(connection, found, records.values()),
        tuple(sorted(quantities.rows, key=lambda one: gravest_first(one.measure, one.conflicts, one.mentions))),
        quantities.policy,
        _conflicts(connection, quantities.rows),
        _mapped(row),
    )


def _told(
    connection: Connection, told: Sequence[incident_rows.Told], records: dict[int, DocumentRecord]
) -> Iterable[SceneTold]:
    scenes = queries.scenes(connection, [one.scene for one in told])
    claims = incident_rows.claims_of(connection, told)
    held = {one.seq: one for one in queries.held_at(connection, [seq for seqs in claims.values() for seq in seqs])}
    for one in told:
        scene, record = scenes.get(one.scene), records.get(one.document)
        if scene is None or record is None:  # erased
            continue
        mine = [held[seq] for seq in claims.get(one.scene, ()) if seq in held]
        yield SceneTold(scene.id, record, scene, tuple(_sentences(mine)), mine[0].id if mine else None)


def _sentences(held: Sequence[Held]) -> Iterable[Stated]:
    """Each sentence once, with all its figures marked; of figures within one another the longer one."""
    sentences: dict[int, list[Held]] = {}
    for one in held:
        sentences.setdefault(one.claim.sentence.start, []).append(one)
    for start, stating in sorted(sentences.items()):
        text = stating[0].claim.sentence.text
        yield Stated(tuple(cut(text, start, [(o.claim.span.start, o.claim.span.end, o.id) for o in stating])))


def cut(text: str, start: int, spans: Iterable[tuple[int, int, str]]) -> Iterable[tuple[str, str | None]]:
    """A sentence that begins at start, cut into what is marked and what is not. spans are (start, end, id)."""
    at = 0
    for first, last, name in sorted(spans, key=lambda span: (span[0], -span[1])):
        begin, end = first - start, last - start
        if begin < at or end > len(text) or begin >= end:
            continue
        if begin > at:
            yield text[at:begin], None
        yield text[begin:end], name
        at = end
    if at < len(text):
        yield text[at:], None


def _record(records: Iterable[DocumentRecord], scene: str) -> DocumentRecord | None:
    return next((record for record in records if record.id.startswith(scene.partition("#")[0])), None)


def _ties(
    connection: Connection, who: Reviewer, links: Sequence[SceneLink], records: Iterable[DocumentRecord]
) -> tuple[Tie, ...]:
    known = list(records)
    found = []
    for link in links:
        judged = link.verdict in (LinkVerdict.JUDGED_SAME, LinkVerdict.JUDGED_DIFFERENT)
        hidden = judged and not _visible(connection, who, link)
        if hidden:
            link = replace(link, evidence=tuple(one for one in link.evidence if one.rule != "judged"))
        found.append(Tie(link, _record(known, link.a), _record(known, link.b), judged and not hidden, hidden))
    return tuple(found)


def _visible(connection: Connection, who: Reviewer, link: SceneLink) -> bool:
    made = [
        one
        for one in queries.judgements(connection, link.a, about="event", current=True)
        if set(one.subjects) == {link.a, link.b}
    ]
    return len(deciding.visible(connection, who, made)) == len(made)


def _waiting(connection: Connection, found: Incident, records: Iterable[DocumentRecord]) -> tuple[Tie, ...]:
    links = incident_rows.waiting_links(connection, found.scenes, WAITING)
    known = {record.id[:8]: record for record in records}
    for short in {name.partition("#")[0] for link in links for name in (link.a, link.b)} - known.keys():
        known[short] = queries.document_named(connection, short)
    return tuple(Tie(link, known.get(link.a.partition("#")[0]), known.get(link.b.partition("#")[0])) for link in links)


def _conflicts(connection: Connection, rows: Sequence[QuantityRow]) -> tuple[tuple[str, str], ...]:
    found: dict[str, tuple[float, str, str]] = {}
    for row in [row for row in rows if row.conflicts][:CONFLICTS]:
        for kept in tally_rows.conflicts_near(connection, row.id):
            if row.id in kept.tallies:
                found.setdefault(kept.id, (-kept.consequence, kept.conflict.sentence, row.id))
    return tuple((sentence, tally) for _, sentence, tally in sorted(found.values())[:CONFLICTS])
