"""GeoJSON (RFC 7946): events, and claims of no event, with how exactly their place is known.

Only a place that is known to a town or better is a point. A province or a country has no point: its feature has a null
geometry, and its central point stands in the properties, named for what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallystick.model.values import Precision
from tallystick.views import words
from tallystick.views.exports import events as ev
from tallystick.views.exports import phrases
from tallystick.views.exports.events import Event
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.writing import stamp, write_json

POINTS = {Precision.POINT.value, Precision.TOWN.value, Precision.NEAR.value}
LOSES = (
    "places known only to a district, province, region or country: no point is drawn (geometry null); their central "
    "point is in centre_lat and centre_lon, with the precision",
    "borders: the gazetteer holds points, no areas",
    "offsets, chains and origins: figures are listed as text with their ids",
    "claims without any place",
)


def features(material: Material) -> Iterator[dict[str, Any]]:
    """Events first, by day; then claims that belong to none and have a place, in the order of the log."""
    found = ev.events(material)
    yield from (_event(event, material) for event in found)
    shown = {held.id for event in found for held in event.held}
    for held in material.kept():
        mention = held.claim.place
        if held.id not in shown and mention is not None and mention.place is not None:
            place, period = mention.place, held.claim.period
            facts = {
                "kind": "claim",
                "place": place.name,
                "country": place.country,
                "from": str(period.start) if period and period.start else None,
                "to": str(period.end) if period and period.end else None,
                "figures": [phrases.cited(held)],
                "quote": phrases.quote(held),
            }
            yield _feature(held.id, place.lat, place.lon, place.precision.value, facts)


def _event(event: Event, material: Material) -> dict[str, Any]:
    where = event.incident.where
    facts: dict[str, Any] = {
        "kind": "event",
        "label": words.clean(event.incident.label),
        "place": event.place,
        "country": where.country if where else None,
        "from": str(event.start) if event.start else None,
        "to": str(event.end) if event.end else None,
        "actors": list(event.actors),
        "targets": list(event.targets),
        "policy": material.policy,
    }
    for measure in ("killed", "wounded"):
        total = ev.total(event, measure, material.estimate)
        facts |= {f"{measure}_low": total.low, f"{measure}_best": total.best, f"{measure}_high": total.high}
    facts["figures"] = [phrases.cited(held) for held in event.held]
    facts["reports"] = list(event.publishers)
    if where is None:
        return _feature(event.incident.id, None, None, None, facts)
    return _feature(event.incident.id, where.lat, where.lon, where.precision, facts)


def _feature(
    name: str, lat: float | None, lon: float | None, precision: str | None, facts: dict[str, Any]
) -> dict[str, Any]:
    exact = precision in POINTS and lat is not None and lon is not None
    about = {**facts, "precision": precision or "unknown"}
    if not exact and lat is not None:
        about |= {"centre_lat": lat, "centre_lon": lon}
    return {
        "type": "Feature",
        "id": name,
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if exact else None,
        "properties": about,
    }


def write(material: Material, out: Path) -> Written:
    """Writes one FeatureCollection."""
    found = list(features(material))
    collection = {
        "type": "FeatureCollection",
        "generator": f"tallystick {material.version}",
        "generated": stamp(material.generated_at),
        "note": "Only places known to a town or better are points; precision says how exactly each is known.",
        "features": found,
    }
    write_json(out, collection)
    flat = sum(1 for feature in found if feature["geometry"] is None)
    left = (f"{flat} of {len(found)} features are known too coarsely for a point on a map.",) if flat else ()
    return Written((out,), len(found), left)


GEOJSON = Format("geojson", "events and claims on a map", ".geojson", LOSES, write, "neutral/1")
