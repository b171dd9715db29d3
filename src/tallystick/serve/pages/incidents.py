"""Incidents: the list, the map, and one with its scenes and links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from tallystick.jobs import incidents
from tallystick.jobs.incidents import MapList, Mapped
from tallystick.ledger.incident_rows import Asked
from tallystick.model.values import Precision
from tallystick.reconcile.policies import NEUTRAL
from tallystick.serve import clocks, rendering
from tallystick.serve.asked import filled
from tallystick.serve.clocks import Day
from tallystick.serve.identity import At, Exporter, Reader
from tallystick.serve.pages.review import reviewer, told
from tallystick.views import map_drawing, maps, words
from tallystick.views.maps import Spot, View

router = APIRouter()

ROWS = 40
LINES = 60
"""Places of the table beside a map; the rest are counted."""

Name = Annotated[str, Path(max_length=80, pattern=r"^[0-9a-z.]+$")]
Words = Annotated[str | None, Query(max_length=400)]
Box = Annotated[str | None, Query(max_length=80, description="west,south,east,north in degrees.")]
Cursor = Annotated[str | None, Query(max_length=80)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What incidents are asked for, as the address says it."""

    q: str | None
    place: str | None
    country: str | None
    admin1: str | None
    node: str | None
    since: date | None
    until: date | None

    @property
    def address(self) -> dict[str, str]:
        """What gives the same again."""
        return {name: str(value) for name in self.__slots__ if (value := getattr(self, name))}

    def asked(self, view: View | None = None) -> Asked:
        """The question; with a view, of what lies in it."""
        return incidents.asked_of(
            place=self.place, country=self.country, admin1=self.admin1, node=self.node, since=self.since,
            until=self.until, within=None if view is None else view.within,
        )  # fmt: skip


def filters(
    q: Words = None,
    place: Words = None,
    country: Annotated[str | None, Query(pattern="^([A-Za-z]{2})?$", description="ISO 3166-1 alpha-2.")] = None,
    admin1: Annotated[str | None, Query(max_length=200, description="The province, as incidents name it.")] = None,
    node: Annotated[str | None, Query(max_length=200, description="One place by its id, such as geo:2440485.")] = None,
    since: Day = None,
    until: Day = None,
) -> Filters:
    """The filters of incidents; all that are given must hold. Raises BadQuestion."""
    return Filters(
        filled(q), filled(place), filled(country), filled(admin1), filled(node), clocks.day(since),
        clocks.day(until),
    )  # fmt: skip


Wanted = Annotated[Filters, Depends(filters)]


@router.get("/incidents")
def index(request: Request, at: At, person: Reader, wanted: Wanted, after: Cursor = None) -> Response:
    """The incidents asked for, the latest first."""
    with at.reading() as connection:
        found = incidents.listed(connection, wanted.asked(), words=wanted.q, after=after, limit=ROWS)
    following = None if found.next is None else "/incidents?" + urlencode(wanted.address | {"after": found.next})
    return rendering.page(
        request, "incidents.html", filters=wanted, found=found, following=following, first=after is None, w=words,
        query=urlencode(wanted.address),
    )  # fmt: skip


def spot_of(one: Mapped) -> Spot:
    """One incident for a map."""
    latest = None if one.since is None else one.since.isoformat()
    return Spot(
        one.lat, one.lon, one.radius, one.precision, one.place, one.node, one.country, one.admin1, (one.id,), 1, latest
    )  # fmt: skip


def _placed(found: Iterable[Mapped], view: View, address: dict[str, str]) -> list[Spot]:
    """The spots of a map, those of one place together, each with where it leads and what it says."""
    made = []
    for spot in maps.grouped([spot_of(one) for one in found], view):
        if len(spot.told) == 1:
            href = f"/incidents/{spot.told[0]}"
        elif spot.places > 1:
            asked = address | {"country": spot.country or "", "admin1": spot.area or ""}
            href = "/incidents?" + urlencode({name: value for name, value in asked.items() if name != "place"})
        else:
            asked = {name: value for name, value in address.items() if name != "place"}
            href = "/incidents?" + urlencode(asked | ({"node": spot.node} if spot.node else {}))
        many = words.counted(len(spot.told), "incident")
        how = f"{spot.places} places" if spot.places > 1 else precise(spot)
        label = f"{spot.name}: {many}, {how}"
        made.append(replace(spot, href=href, label=label))
    return made


def precise(spot: Spot) -> str:
    """How exactly a place is known, with how far off it may lie."""
    what = incidents.IN_WORDS[spot.precision].partition(":")[0]
    return what if spot.precision is Precision.POINT else f"{what}, within about {spot.radius:,.0f} km"


@router.get("/incidents/map")
def on_map(request: Request, at: At, person: Reader, wanted: Wanted, bbox: Box = None) -> Response:
    """The incidents asked for on a map, with a table of the same; with htmx the part that changes with the view."""
    view, spots, found = _mapped(at, wanted, bbox)
    lines = sorted(spots, key=lambda spot: (-len(spot.told), spot.name))
    values: dict[str, Any] = {
        "filters": wanted, "found": found, "view": view, "lines": lines[:LINES], "more_lines": len(lines) - LINES,
        "drawing": Markup(_drawn(view, spots)), "moves": _moves(view, wanted), "precise": precise,
        "query": urlencode(wanted.address), "legend": _legend(), "credit": maps.CREDIT,
        "svg": "/incidents/map.svg?" + urlencode(wanted.address | {"bbox": view.address}),
        "most": incidents.MAPPED, "shown": sum(len(spot.told) for spot in spots), "closer": _closer(wanted),
        "within": _within_words(view),
    }  # fmt: skip
    part = "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
    said = f"{words.counted(values['shown'], 'incident')} at {words.counted(len(spots), 'place')}, {values['within']}"
    headers = {"Vary": "Cookie, HX-Request"} | ({"X-Said": quote(said)} if part else {})
    return rendering.page(request, "_incident_map.html" if part else "incident_map.html", headers=headers, **values)


def _legend() -> list[tuple[Markup, str]]:
    return [(Markup(map_drawing.symbol(kind)), says) for kind, says in maps.LEGEND]


def _mapped(at: At, wanted: Filters, bbox: str | None) -> tuple[View, list[Spot], MapList]:
    """The view, what is drawn in it, and what was found. Without a view, one that holds what was found."""
    view = maps.view_of(bbox)
    with at.reading() as connection:
        found = incidents.mapped(connection, wanted.asked(view if bbox else None), words=wanted.q)
    if not bbox and wanted.address and found.placed:
        view = maps.view_around([spot_of(one) for one in found.placed])
    return view, _placed(found.placed, view, wanted.address), found


def _drawn(view: View, spots: Sequence[Spot], *, saved: bool = False, small: bool = False) -> str:
    shown = sum(len(spot.told) for spot in spots)
    label = (
        f"Map of {words.counted(shown, 'incident')} at {words.counted(len(spots), 'place')}, {_within_words(view)}. "
        "Each place is drawn as large as it is uncertain. The table beside it says the same."
    )
    around = view.within
    towns = incidents.towns(around) if around is not None and view.height <= 40 else []
    return map_drawing.drawing(view, spots, towns, label=label, saved=saved, small=small)


def _within_words(view: View) -> str:
    if view.whole:
        return "the whole earth"
    west, south, east, north = view.bbox
    across = f"{_degrees(west, 'E', 'W')} to {_degrees(east, 'E', 'W')}"
    return f"from {_degrees(south, 'N', 'S')} to {_degrees(north, 'N', 'S')}, {across}"


def _degrees(value: float, positive: str, negative: str) -> str:
    turned = (value + 180) % 360 - 180 if positive == "E" else value
    return f"{abs(round(turned, 2)):g}° {positive if turned >= 0 else negative}"


def _moves(view: View, wanted: Filters) -> list[tuple[str, str, str, str]]:
    """Where the buttons of the map lead: (name, sign, what it does, address); "" where there is nowhere to go."""
    steps = (
        ("closer", "+", "Closer", view.zoomed(2)),
        ("further", "−", "Further away", view.zoomed(0.5)),
        ("west", "←", "West", view.moved(-0.3, 0)),
        ("north", "↑", "North", view.moved(0, 0.3)),
        ("south", "↓", "South", view.moved(0, -0.3)),
        ("east", "→", "East", view.moved(0.3, 0)),
        ("whole", "⤢", "The whole earth", maps.WORLD),
    )
    found = []
    for name, sign, does, there in steps:
        href = "" if there == view else "/incidents/map?" + urlencode(wanted.address | {"bbox": there.address})
        found.append((name, sign, does, href))
    return found


def _closer(wanted: Filters) -> Any:
    """Makes the address of a map of one spot alone."""

    def there(spot: Spot) -> str:
        close = maps.view_around([spot], margin=2.2, least=2.0)
        return "/incidents/map?" + urlencode(wanted.address | {"bbox": close.address})

    return there


@router.get("/incidents/map.svg")
def map_svg(at: At, person: Exporter, wanted: Wanted, bbox: Box = None) -> Response:
    """The map as a file of its own, with what its marks mean and whose land it is."""
    view, spots, _ = _mapped(at, wanted, bbox)
    return _svg(_drawn(view, spots, saved=True), "map")


def _svg(text: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="tallystick-{name}.svg"', "Cache-Control": "private, no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }  # fmt: skip
    return Response(text, media_type="image/svg+xml", headers=headers)


@router.get("/incidents/{name}")
def one(
    request: Request,
    at: At,
    person: Reader,
    name: Name,
    policy: Annotated[str | None, Query(max_length=40)] = None,
    first: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """One incident."""
    with at.reading() as connection:
        found = incidents.view(connection, reviewer(at, person), name, policy=policy or NEUTRAL.name, first=first)
    drawn, around = None, ""
    if found.where is not None:
        view, spots = _around(found.where)
        drawn, around = Markup(_drawn(view, spots, small=True)), "/incidents/map?" + urlencode({"bbox": view.address})
    return rendering.page(
        request, "incident.html", view=found, incident=found.incident, drawing=drawn, precise=precise, w=words,
        spot=None if found.where is None else spot_of(found.where), told=told, quoted=quote,
        map_href=around,
        named=[name for one in found.told for name in (one.document.title, one.document.publisher)],
        following=first + incidents.SCENES if found.of > first + incidents.SCENES else None,
        credit=maps.CREDIT,
    )  # fmt: skip


def _around(where: Mapped) -> tuple[View, list[Spot]]:
    spot = spot_of(where)
    view = maps.view_around([spot], margin=2.2, least=4.0)
    return view, [replace(spot, label=f"{spot.name}: {precise(spot)}")]


@router.get("/incidents/{name}/map.svg")
def one_svg(at: At, person: Exporter, name: Name) -> Response:
    """The small map of an incident as a file; of one whose place nobody knows, the empty earth."""
    with at.reading() as connection:
        incidents.incident_named(connection, name)
        found = incidents.mapped(connection, Asked(among=(name,)), limit=1)
    if not found.placed:
        return _svg(_drawn(maps.WORLD, [], saved=True), name)
    view, spots = _around(found.placed[0])
    return _svg(_drawn(view, spots, saved=True), name)
