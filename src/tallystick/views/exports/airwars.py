"""Airwars-like CSVs: incidents, casualties, sources. The least that the site's own summary files need.

An approximation of a layout read from the site's code; not endorsed by Airwars.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tallystick.lexicon.gazetteer.countries import country_name
from tallystick.model.tallies import Tally
from tallystick.views.exports import events as ev
from tallystick.views.exports.events import Event
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.phrases import file_name
from tallystick.views.exports.writing import Cell, beside, compact, write_csv

INCIDENTS = (
    "code", "date", "date_end", "date_type", "country", "location_name", "latitude", "longitude",
    "geolocation_accuracy", "civilian_harm_status", "civilians_killed_min", "civilians_killed_max",
    "civilians_injured_min", "civilians_injured_max", "militants_killed_min", "militants_killed_max",
)  # fmt: skip
_CASUALTIES = (
    "post_id,post_status,permalink,code,casualty_type_taxonomy,casualty_type_name,casualty_type_slug,"
    "casualty_affiliation_name,casualty_affiliation_slug,while_working,killed_min,killed_max,injured_min,injured_max,"
    "hash"
)
CASUALTIES = tuple(_CASUALTIES.split(","))
_SOURCES = "post_id,post_status,permalink,code,date,name,language,url,archive_url,media,hash"
SOURCES = tuple(_SOURCES.split(","))
LOSES = (
    "the grade (civilian_harm_status) is empty unless the policy gives one: it is the assessor's decision",
    "a best figure: only min and max; empty is Unknown, never 0",
    "combatants' injuries, and all measures but killed and injured",
    "comparators, attribution chains and origins: sources.csv lists the reports, not who copied whom",
    "whether people whose status no report gives were civilians: they are counted among them, as Airwars presumes",
    "strike status, munition, belligerents with their conceded figures, victims' families: not extracted",
    "post_id, post_status, permalink, archive_url and media, which the site assigns: empty",
    "figures of no single event",
)


def incidents(material: Material, found: Sequence[Event]) -> Iterator[tuple[Cell, ...]]:
    """One row an incident."""
    for event in found:
        where = event.incident.where
        killed = _of(event, "killed", "civilian", material)
        hurt = _of(event, "wounded", "civilian", material)
        fighters = _of(event, "killed", "combatant", material)
        yield (
            event.incident.id,
            event.start,
            None if event.end == event.start else event.end,
            None if event.start is None else "single_date" if event.days == 1 else "date_range",
            country_name(where.country) if where else None,
            event.place,
            where.lat if where else None,
            where.lon if where else None,
            where.precision if where else None,
            killed.status,
            killed.low,
            killed.high,
            hurt.low,
            hurt.high,
            fighters.low,
            fighters.high,
        )


def _of(event: Event, measure: str, status: str, material: Material) -> ev.Sum:
    """Those of that status; people of whom the reports do not say go with the civilians, as their policy has it."""
    found = ev.of_status(event, measure, material.estimate, status)
    if found.known or status == "combatant":
        return found
    return ev.of_status(event, measure, material.estimate, None)


def casualties(material: Material, found: Sequence[Event]) -> Iterator[tuple[Cell, ...]]:
    """One row a tally of killed or injured people."""
    for event in found:
        for tally in event.tallies:
            if tally.key.measure not in ("killed", "wounded") or tally.key.unit not in (None, "person"):
                continue
            made = material.estimate(tally)
            dead = tally.key.measure == "killed"
            kind = _kind(tally)
            side = tally.key.who.actor
            row: tuple[Cell, ...] = (
                None, None, None, event.incident.id, "casualty_type", kind, kind.lower(), side,
                None if side is None else side.lower().replace(" ", "-"), tally.key.who.role,
                made.low if dead else None, made.high if dead else None,
                None if dead else made.low, None if dead else made.high,
            )  # fmt: skip
            yield (*row, _hash(row))


def _kind(tally: Tally) -> str:
    who = tally.key.who
    if who.age == "child":
        return "Child"
    if who.sex is not None:
        return {"female": "Woman", "male": "Man"}[who.sex] if who.age in (None, "adult") else who.sex.title()
    return (who.status or "unknown").title()


def sources(found: Sequence[Event]) -> Iterator[tuple[Cell, ...]]:
    """One row a report of an incident."""
    for event in found:
        for d in event.documents:
            name = d.publisher or file_name(d)
            row: tuple[Cell, ...] = (
                None,
                None,
                None,
                event.incident.id,
                d.published,
                name,
                d.language,
                d.url,
                None,
                None,
            )
            yield (*row, d.sha256)


def _hash(row: Sequence[Cell]) -> str:
    return hashlib.sha256(compact([str(value) for value in row]).encode("utf-8", "replace")).hexdigest()[:32]


def write(material: Material, out: Path) -> Written:
    """Writes the three tables."""
    every = ev.events(material)
    found = ev.dated(every)
    count = write_csv(out, INCIDENTS, incidents(material, found))
    hurt, told = beside(out, "casualties.csv"), beside(out, "sources.csv")
    write_csv(hurt, CASUALTIES, casualties(material, found))
    write_csv(told, SOURCES, sources(found))
    return Written((out, hurt, told), count, ev.left_out(material, every, len(every) - len(found)))


AIRWARS = Format("airwars", "incidents, casualties and sources: Airwars-like CSVs", ".csv", LOSES, write,
                 "airwars-like/1", INCIDENTS)  # fmt: skip
