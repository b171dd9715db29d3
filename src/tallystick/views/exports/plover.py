"""PLOVER JSON Lines: one event a line and PLOVER type, its size extended by our figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallystick.lexicon.gazetteer.countries import country_name, iso3
from tallystick.views.exports import events as ev
from tallystick.views.exports import phrases
from tallystick.views.exports.events import Event, Sum
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import write_lines

LOSES = (
    "events without a day, an actor or a PLOVER type: all three are required; the notes say how many",
    "low and high as fields of PLOVER: size.dead, size.injured and size.arrested hold the best figure, or the floor, "
    "and size.figures (our extension) low, best, high and the figure ids",
    "actor and recipient codes (countries, roles, sectors): names as the reports give them",
    "which report says what, except in size.figures: cite_info names the earliest report",
    "figures of no single event",
)
_SIZES = {"dead": "killed", "injured": "wounded", "arrested": "detained"}


def records(material: Material, found: tuple[Event, ...]) -> Iterator[dict[str, Any]]:
    """One record an event and PLOVER type."""
    for event in found:
        if event.start is None or not event.actors:
            continue
        for index, kind in enumerate(event.types):
            yield _record(event, kind, index, material)


def _record(event: Event, kind: str, index: int, material: Material) -> dict[str, Any]:
    first = event.documents[0]
    lead = next(h for h in event.held if h.document.id == first.id)
    out: dict[str, Any] = {
        "id": f"{event.incident.id}-{kind}" if index else event.incident.id,
        "date": None if event.start is None else event.start.isoformat(),
        "enddate": None if event.end is None or event.end == event.start else event.end.isoformat(),
        "actor": [{"actor_text": name} for name in event.actors],
        "recipient": [{"actor_text": name} for name in event.targets],
        "event": kind,
        "event_loc": _location(event),
        "size": _size(event, material),
        "text_info": {"start": lead.claim.sentence.start, "end": lead.claim.sentence.end,
                      "text_story": lead.claim.sentence.text},
        "cite_info": {
            "citation": first.title,
            "url": first.url,
            "title": first.title,
            "publication": first.publisher,
            "language": first.language,
            "coder": f"tallystick {material.version}",
            "codebook": "plover-base",
            "version": material.policy,
        },
    }  # fmt: skip
    return {key: value for key, value in out.items() if value is not None}


def _location(event: Event) -> dict[str, Any] | None:
    where = event.incident.where
    if where is None:
        return None if event.place is None else {"extracted_place": event.place}
    words = next((scene.place_text for scene in event.scenes if scene.place_text), where.name)
    kind, _, number = where.node.partition(":")
    full = {
        "extracted_place": words,
        "resolved_place": where.name,
        "geonameid": int(number) if kind == "geo" and number.isdigit() else None,
        "lat": where.lat,
        "lon": where.lon,
        "province": where.admin1,
        "country": country_name(where.country),
        "country_code": iso3(where.country),
        "resolution": where.precision,
    }
    return {key: value for key, value in full.items() if value is not None}


def _size(event: Event, material: Material) -> dict[str, Any]:
    out: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    for key, measure in _SIZES.items():
        found: Sum = ev.total(event, measure, material.estimate)
        if not found.known:
            continue
        one = found.best if found.best is not None else found.low
        if one is not None:
            out[key] = one
        figures[measure] = {"low": found.low, "best": found.best, "high": found.high, "ids": list(found.figures)}
    out["figures"] = figures
    out["said"] = [phrases.cited(held) for held in event.held]
    return out


def write(material: Material, out: Path) -> Written:
    """Writes the events that have all that PLOVER requires."""
    found = ev.events(material)
    count = write_lines(out, records(material, found))
    short = sum(1 for e in found if e.start is None or not e.actors or not e.types)
    word = "event has" if short == 1 else "events have"
    without = (f"{short} {word} no day, no actor or no PLOVER type, and no line here.",) if short else ()
    return Written((out,), count, (*ev.left_out(material, found), *without))


PLOVER = Format("plover", "events with PLOVER types, JSON Lines", ".jsonl", LOSES, write, "neutral/1")
