"""ACLED-like CSV: 31 columns in the order of the export, and deleted.csv for events that are events no more.

An approximation of a published layout; not endorsed by ACLED.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from tallystick.lexicon.gazetteer.countries import country_name
from tallystick.model.quantities import Where
from tallystick.model.records import Verdict
from tallystick.model.values import Precision
from tallystick.views import words
from tallystick.views.exports import events as ev
from tallystick.views.exports import phrases
from tallystick.views.exports.events import Event
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import Cell, beside, write_csv

_COLUMNS = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
    "actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,"
    "longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
)
COLUMNS = tuple(_COLUMNS.split(","))
DELETED = ("event_id_cnty", "deleted_timestamp")
LOSES = (
    "low and high: ACLED's layout has one whole number of fatalities; every figure stands in notes with who said it",
    "events whose dead are counted in groups that may overlap have no fatalities: the notes list the groups, and a "
    "coder adds them up",
    "everything but deaths, and whose deaths they are, except in notes",
    "figures of no single event: running totals, stocks, background",
    "origins: source joins the outlets with “; ” and does not say which copies which",
    "disorder_type, event_type, sub_event_type, inter1, inter2, interaction, civilian_targeting, iso, region, "
    "source_scale: left empty, they are the coder's to assign; tags names the PLOVER types that were found",
    "an event over several days has its first day, with time_precision 2 (up to a week) or 3",
    "an empty cell in fatalities is unknown, not 0: programs that expect a number there must allow it",
    "the month level of time_precision 3 is from memory, unverified",
)

# Codebook: 1 the town, 2 near it or part of a region, 3 a larger region.
_GEO = {Precision.POINT: 1, Precision.TOWN: 1, Precision.NEAR: 2, Precision.ADMIN2: 2}


def geo_precision(where: Where | None) -> int | None:
    """1 to 3; None where no place is known."""
    return None if where is None or where.precision is None else _GEO.get(Precision(where.precision), 3)


def time_precision(days: int | None) -> int | None:
    """1 the day, 2 within a week, 3 more; None where the days are open."""
    return None if days is None else 1 if days == 1 else 2 if days <= 7 else 3


def rows(material: Material, found: Iterable[Event]) -> Iterator[dict[str, Cell]]:
    """One row an event, with or without a figure for deaths."""
    for event in found:
        yield _row(event, material)


def _row(event: Event, material: Material) -> dict[str, Cell]:
    where, deaths = event.incident.where, ev.total(event, "killed", material.estimate)
    # A floor of groups that may overlap is no count of the event's dead: a person must say who is counted twice.
    one = None if deaths.note == ev.OVERLAP else deaths.best if deaths.best is not None else deaths.low
    out: dict[str, Cell] = dict.fromkeys(COLUMNS)
    out |= {
        "event_id_cnty": event.incident.id,
        "event_date": event.start,
        "year": None if event.start is None else event.start.year,
        "time_precision": time_precision(event.days),
        "actor1": event.actors[0] if event.actors else None,
        "assoc_actor_1": event.actors[1:],
        "actor2": event.targets[0] if event.targets else None,
        "assoc_actor_2": event.targets[1:],
        "country": None if where is None else country_name(where.country),
        "admin1": None if where is None else where.admin1,
        "location": event.place,
        "latitude": None if where is None else where.lat,
        "longitude": None if where is None else where.lon,
        "geo_precision": geo_precision(where),
        "source": event.publishers,
        "notes": _notes(event, deaths, material),
        "fatalities": one,
        "tags": [f"plover={name}" for name in event.types],
        "timestamp": _changed(event, material),
    }
    return out


def _notes(event: Event, deaths: ev.Sum, material: Material) -> str:
    killed = [held for held in event.held if held.claim.measure.value == "killed"]
    others = [held for held in event.held if held.claim.measure.value != "killed"]
    parts = [event.incident.label]
    if killed:
        low, high = deaths.low, deaths.high
        spread = f" ({words.bounds(low, high)} under {material.policy})" if deaths.known else ""
        parts.append(f"Deaths{spread}: {phrases.dispute(killed)}")
    if others:
        parts.append(f"Also: {phrases.dispute(others)}")
    if deaths.note:
        parts.append(deaths.note)
    return ". ".join(part for part in parts if part)


def _changed(event: Event, material: Material) -> int:
    """Unix time at which our knowledge of the event last changed; the export's where nothing says."""
    times = [d.captured_at for d in event.documents if d.captured_at is not None]
    ids = {held.id for held in event.held}
    times += [j.at for j in material.judgements if ids & set(j.subjects)]
    return int(max(times, default=material.generated_at).timestamp())


def deleted(material: Material, found: Iterable[Event]) -> Iterator[tuple[Cell, Cell]]:
    """Events all of whose claims a person has rejected, with the Unix time of the last rejection."""
    alive = {event.incident.id for event in found}
    verdicts = material.verdicts()
    rejected: dict[str, datetime] = {}
    for held in material.held:
        judged = verdicts.get(held.id)
        if held.scene is not None and judged is not None and judged.verdict is Verdict.REJECT:
            before = rejected.get(held.scene.id, judged.at)
            rejected[held.scene.id] = max(before, judged.at)
    for incident in material.incidents:
        times = [rejected[scene] for scene in incident.scenes if scene in rejected]
        if incident.id not in alive and times:
            yield incident.id, int(max(times).timestamp())


def write(material: Material, out: Path) -> Written:
    """Writes the events, and the deleted ones beside them."""
    every = ev.events(material)
    found = ev.dated(every)
    side = beside(out, "deleted.csv")
    count = write_csv(out, COLUMNS, (row.values() for row in rows(material, found)))
    write_csv(side, DELETED, deleted(material, every))
    return Written((out, side), count, ev.left_out(material, every, len(every) - len(found)))


ACLED = Format(
    "acled", "events with one figure for deaths: ACLED-like CSV", ".csv", LOSES, write, "acled-like/1", COLUMNS
)
