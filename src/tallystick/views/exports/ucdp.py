"""UCDP-GED-like CSV: 49 columns in the order of the released files, and a side file of origins.

The codes for precision follow the GED codebook as far as it could be read; those marked in LOSES are from memory.
An approximation of a published layout; not endorsed by the Uppsala Conflict Data Program.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from tallystick.lexicon.gazetteer.countries import country_name
from tallystick.model.quantities import Where
from tallystick.model.values import Precision
from tallystick.views import words
from tallystick.views.exports import events as ev
from tallystick.views.exports.events import Event, Sum
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import Cell, beside, write_csv

_COLUMNS = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,"
    "dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,"
    "source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,"
    "where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,"
    "date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob"
)
COLUMNS = tuple(_COLUMNS.split(","))
ORIGINS = (
    "id",
    "tally",
    "label",
    "figure",
    "origin",
    "voice",
    "known",
    "origins_at_least",
    "origins_at_most",
    "reasons",
)
LOSES = (
    "everything but deaths: the wounded, the missing, the displaced, equipment",
    "figures of no single event: running totals, stocks, background",
    "comparators and vague words: “at least 12” and “12” are both a number here",
    "who said which figure: sources are joined in one cell; the side file .origins.csv lists origins by figure",
    "best and high of an event whose dead are counted in groups that may overlap: only the largest floor is given",
    "the days of each statement: one row an event, as known at the time of the export",
    "id holds Tallystick's own incident id; ids of UCDP's conflicts, dyads and sides, Gleditsch–Ward numbers and "
    "regions are left empty: they are the coder's to assign",
    "type_of_violence is left empty: whether violence is state-based, non-state or one-sided is a coder's decision",
    "an empty cell in best, high, low or deaths_* is unknown, not 0: programs that expect a number there must allow it",
    "where_prec 6 and 7 and date_prec follow the codebook from memory, unverified",
)

# GED codebook: 1 exact, 2 near, 3 ADM2, 4 ADM1, 5 part of a country or a line; 6 and 7 from memory.
_WHERE_PREC = {
    Precision.POINT: 1,
    Precision.TOWN: 1,
    Precision.NEAR: 2,
    Precision.ADMIN2: 3,
    Precision.ADMIN1: 4,
    Precision.REGION: 5,
    Precision.COUNTRY: 6,
    Precision.MULTINATIONAL: 7,
    Precision.WATER: 7,
}
_GRID_FROM = {Precision.POINT, Precision.TOWN, Precision.NEAR}


def where_prec(where: Where | None) -> int | None:
    """How exactly the place is known, 1 to 7; None where no place is."""
    return None if where is None or where.precision is None else _WHERE_PREC[Precision(where.precision)]


def date_prec(days: int | None) -> int | None:
    """How exactly the days are known: 1 one day, 2 two to six, 3 a week, 4 up to a month, 5 up to a year or more."""
    if days is None:
        return None
    return next(code for limit, code in ((1, 1), (6, 2), (7, 3), (31, 4), (math.inf, 5)) if days <= limit)


def priogrid(lat: float, lon: float) -> int:
    """The PRIO-GRID cell: half a degree, numbered from the south-west corner, 720 a row."""
    row = min(int((lat + 90) * 2), 359)
    column = min(int((lon + 180) * 2), 719)
    return row * 720 + column + 1


def rows(material: Material, found: Iterable[Event]) -> Iterator[dict[str, Cell]]:
    """One row an event with a figure for deaths."""
    for event in found:
        deaths = ev.total(event, "killed", material.estimate)
        if deaths.known:
            yield _row(event, deaths, material)


def _row(event: Event, deaths: Sum, material: Material) -> dict[str, Cell]:
    out: dict[str, Cell] = dict.fromkeys(COLUMNS)
    where, start = event.incident.where, event.start
    side_a = event.actors[0] if event.actors else None
    civilians = ev.of_status(event, "killed", material.estimate, "civilian").best
    of_a = _side(event, side_a, material)
    others = sorted({t.key.who.actor for t in ev.plain(event, "killed") if t.key.who.actor} - {(side_a or "").lower()})
    side_b = others[0] if len(others) == 1 else None
    of_b = _side(event, side_b, material)
    named = [n for n in (civilians, of_a, of_b) if n is not None]
    rest = None if deaths.best is None or sum(named) > deaths.best else deaths.best - sum(named)
    titles = [words.clean(d.title) for d in event.documents if d.title]
    out |= {
        "id": event.incident.id,
        "year": None if start is None or event.end is None or start.year != event.end.year else start.year,
        "code_status": material.policy,
        "side_a": side_a,
        "side_b": side_b or ("Civilians" if civilians is not None and civilians == deaths.best else None),
        "number_of_sources": len(event.documents),
        "source_article": [_article(event, index) for index in range(len(event.documents))],
        "source_office": event.publishers,
        "source_date": [str(d.published) for d in event.documents if d.published],
        "source_headline": titles,
        "source_original": event.origins,
        "where_prec": where_prec(where),
        "where_coordinates": event.place,
        "where_description": event.incident.label or None,
        "adm_1": None if where is None else where.admin1,
        "latitude": None if where is None else where.lat,
        "longitude": None if where is None else where.lon,
        "country": None if where is None else country_name(where.country),
        "event_clarity": 1 if event.days == 1 else 2,
        "date_prec": date_prec(event.days),
        "date_start": start,
        "date_end": event.end,
        "deaths_a": of_a,
        "deaths_b": of_b,
        "deaths_civilians": civilians,
        "deaths_unknown": rest,
        "best": deaths.best,
        "high": deaths.high,
        "low": deaths.low,
    }
    if where is not None and where.lat is not None and where.lon is not None:
        out["geom_wkt"] = f"POINT ({where.lon} {where.lat})"
        if where.precision in _GRID_FROM:
            out["priogrid_gid"] = priogrid(where.lat, where.lon)
    return out


def _side(event: Event, side: str | None, material: Material) -> int | float | None:
    if side is None:
        return None
    return ev.of_status(event, "killed", material.estimate, "combatant", side.lower()).best


def _article(event: Event, index: int) -> str:
    document = event.documents[index]
    outlet = words.clean(document.publisher) if document.publisher else None
    day = str(document.published) if document.published else None
    title = f"“{words.clean(document.title)}”" if document.title else None
    return ", ".join(part for part in (outlet, day, title) if part) or document.id


def origins(material: Material, found: Iterable[Event]) -> Iterator[tuple[Cell, ...]]:
    """Which figure of which event goes back to whom."""
    for event in found:
        for tally in event.tallies:
            several = tally.origins
            for origin in several.origins:
                reasons = [reason.note for reason in origin.reasons]
                for voice in origin.voices:
                    for figure in voice.figures:
                        counts = (several.at_least, several.at_most)
                        known = "yes" if origin.known else "no"
                        head = (event.incident.id, tally.id, tally.label, figure)
                        yield (*head, origin.name, voice.name, known, *counts, reasons)


def write(material: Material, out: Path) -> Written:
    """Writes the events, and the origins beside them."""
    every = ev.events(material)
    found = ev.dated(every)
    side = beside(out, "origins.csv")
    count = write_csv(out, COLUMNS, (row.values() for row in rows(material, found)))
    write_csv(side, ORIGINS, origins(material, found))
    none = len(found) - count
    word = "event has" if none == 1 else "events have"
    without = (f"{none} {word} no figure for deaths and no row here.",) if none else ()
    return Written((out, side), count, (*ev.left_out(material, every, len(every) - len(found)), *without))


UCDP = Format("ucdp", "events with deaths as best, high, low: UCDP-GED-like CSV", ".csv", LOSES, write, "ucdp-like/1",
              COLUMNS)  # fmt: skip
