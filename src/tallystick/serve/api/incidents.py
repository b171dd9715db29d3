"""Incidents, the links that hold them together, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from tallystick.jobs import incidents
from tallystick.jobs.incidents import Listed, MapList
from tallystick.model.quantities import SceneLink, Where, Window
from tallystick.reconcile.policies import NEUTRAL
from tallystick.serve.asked import Limit
from tallystick.serve.identity import At, Reader
from tallystick.serve.pages.incidents import Box, Name, Wanted, spot_of
from tallystick.serve.pages.review import reviewer
from tallystick.serve.tagging import Tagged
from tallystick.views import maps

router = APIRouter(tags=["incidents"], route_class=Tagged)


class IncidentsOut(BaseModel):
    """A page of incidents, the latest first; next is the after of the next page. partly: very many sentences hold the
    words, and only the incidents of the newest are among these.
    """

    items: list[Listed]
    next: str | None
    partly: bool


@dataclass(frozen=True, slots=True)
class SceneOut:
    """What one report says of an incident: figures are the ids of its claims."""

    id: str
    document: str
    publisher: str | None
    published: date | None
    start: date | None
    end: date | None
    place: str | None
    figures: list[str]


class IncidentOut(BaseModel):
    """One incident. scenes are at most 12: next is the first of the following ones. quantities are ids of tallies."""

    id: str
    label: str
    where: Where | None
    window: Window
    told_by: int
    scenes: list[SceneOut]
    next: int | None
    quantities: list[str]


class LinkOut(BaseModel):
    """A link between two scenes. judged: a person decided it. hidden: others did, which this person may not see yet."""

    link: SceneLink
    judged: bool
    hidden: bool


class LinksOut(BaseModel):
    """The links that hold an incident together, and pairs with other scenes that wait for a person."""

    links: list[LinkOut]
    waiting: list[SceneLink]


@router.get("/incidents")
def listed(
    at: At,
    person: Reader,
    wanted: Wanted,
    after: Annotated[str | None, Query(max_length=80, description="The “next” of the page before.")] = None,
    limit: Limit = 50,
) -> IncidentsOut:
    """The incidents asked for. Of a stretch of days those without a day are left out."""
    with at.reading() as connection:
        found = incidents.listed(connection, wanted.asked(), words=wanted.q, after=after, limit=limit)
    return IncidentsOut(items=list(found.rows), next=found.next, partly=found.partly)


@router.get("/incidents/{name}")
def one(
    at: At,
    person: Reader,
    name: Name,
    first: Annotated[int, Query(ge=0, le=100_000, description="Scenes to pass over.")] = 0,
    policy: Annotated[str, Query(max_length=40, pattern=r"^[^\x00]*$")] = NEUTRAL.name,
) -> IncidentOut:
    """One incident, with what each report says of it."""
    with at.reading() as connection:
        found = incidents.view(connection, reviewer(at, person), name, policy=policy, first=first)
    scenes = [
        SceneOut(
            told.id,
            told.document.id,
            told.document.publisher,
            told.document.published,
            told.scene.start,
            told.scene.end,
            told.scene.place.name if told.scene.place is not None else told.scene.place_text,
            [figure for sentence in told.sentences for _, figure in sentence.stretches if figure is not None],
        )
        for told in found.told
    ]
    following = first + incidents.SCENES
    return IncidentOut(
        id=found.incident.id,
        label=found.row.label,
        where=found.incident.where,
        window=found.incident.window,
        told_by=found.of,
        scenes=scenes,
        next=following if found.of > following else None,
        quantities=[row.id for row in found.quantities],
    )


@router.get("/incidents/{name}/links")
def links(at: At, person: Reader, name: Name) -> LinksOut:
    """What holds an incident together, with the evidence for each link."""
    with at.reading() as connection:
        found = incidents.view(connection, reviewer(at, person), name)
    return LinksOut(
        links=[LinkOut(link=tie.link, judged=tie.judged, hidden=tie.hidden) for tie in found.ties],
        waiting=[tie.link for tie in found.waiting],
    )


@router.get("/map.geojson", response_class=Response, responses={200: {"content": {"application/geo+json": {}}}})
def geojson(
    at: At,
    person: Reader,
    wanted: Wanted,
    bbox: Box = None,
    limit: Annotated[int, Query(ge=1, le=incidents.MAPPED, description="How many at most, the latest.")] = 500,
) -> Response:
    """The incidents asked for as GeoJSON: a point only where a place is one, else the area in which it lies; null where
    nobody knows. more: there are more than the limit; move the bbox, or give days.
    """
    view = maps.view_of(bbox)
    with at.reading() as connection:
        found = incidents.mapped(connection, wanted.asked(view if bbox else None), words=wanted.q, limit=limit)
    made = {"type": "FeatureCollection", "features": _features(found), "more": found.more, "partly": found.partly}
    return JSONResponse(made, media_type="application/geo+json")


def _features(found: MapList) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": one.id,
            "geometry": maps.geometry(spot_of(one)),
            "properties": {
                "since": None if one.since is None else one.since.isoformat(),
                "place": one.place,
                "country": one.country,
                "admin1": one.admin1,
                "precision": one.precision.value,
                "within_km": one.radius,
                "reports": one.scenes,
            },
        }
        for one in found.placed
    ]
    made += [
        {
            "type": "Feature",
            "id": one.id,
            "geometry": None,
            "properties": {
                "since": None if one.since is None else one.since.isoformat(),
                "place": None,
                "country": one.country,
                "admin1": None,
                "precision": None,
                "within_km": None,
                "reports": one.scenes,
            },
        }
        for one in found.unplaced
    ]
    return made
