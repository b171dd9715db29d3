"""Maps without borders: the land of the earth, a view of it, and areas as large as what is known of a place.

Coordinates are degrees. A view may cross the antimeridian: its east then lies beyond 180. Nothing is drawn where no
report says it was; what is known to lie somewhere in a province is an area as large as that province.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tallystick.errors import BadQuestion
from tallystick.model.values import Precision

Ring = list[tuple[float, float]]
"""Longitude and latitude, one after the other; the last is the first again."""

KM = 111.195
"""Kilometres of one degree of latitude."""
STEEPEST = 80.0
"""The latitude up to which views are narrowed, so that shapes look as they are."""
SMALLEST = 0.02
"""Degrees of latitude of the closest view."""
LEAST = 0.011
"""The smallest mark, as a part of the view's width: what is smaller could not be seen, nor hit."""
FINE = 60.0
"""Degrees of latitude up to which a view has the finer coast."""
CREDIT = "Land: Natural Earth, public domain, drawn without any border."
_CORNERS = 48


@dataclass(frozen=True, slots=True)
class View:
    """A stretch of the earth, twice as wide as high on paper: its middle, and its height in degrees."""

    lon: float = 0.0
    lat: float = 0.0
    height: float = 180.0

    @property
    def squeeze(self) -> float:
        """How much a degree of longitude is narrower than one of latitude, in the middle of the view."""
        return 1.0 if self.height >= 180 else math.cos(math.radians(min(STEEPEST, abs(self.lat))))

    @property
    def width(self) -> float:
        """Degrees of longitude."""
        return min(360.0, 2 * self.height / self.squeeze)

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north; east can lie beyond 180."""
        return (
            self.lon - self.width / 2, self.lat - self.height / 2, self.lon + self.width / 2, self.lat + self.height / 2
        )  # fmt: skip

    @property
    def within(self) -> tuple[float, float, float, float] | None:
        """As a question: from -180 to 180, west above east where it crosses the antimeridian; None for all there is."""
        west, south, east, north = self.bbox
        if east - west >= 360:
            return None
        return _turned(west), south, _turned(east), north

    @property
    def whole(self) -> bool:
        """Whether it shows the whole earth."""
        return self.height >= 180

    @property
    def address(self) -> str:
        """The view for an address: west,south,east,north."""
        return ",".join(f"{round(value, 4):g}" for value in self.bbox)

    def zoomed(self, by: float) -> View:
        """Closer by that factor; below 1, from further away."""
        return _view(self.lon, self.lat, self.height / by)

    def moved(self, right: float, up: float) -> View:
        """Moved by these parts of its width and height."""
        return _view(self.lon + right * self.width, self.lat + up * self.height, self.height)


WORLD = View()


def _view(lon: float, lat: float, height: float) -> View:
    height = max(SMALLEST, height)
    squeeze = math.cos(math.radians(min(STEEPEST, abs(lat))))
    if height >= 180 or 2 * height / squeeze > 360:
        return WORLD
    edge = 90 - height / 2
    return View(_turned(lon), max(-edge, min(edge, lat)), height)


def _turned(lon: float) -> float:
    """The longitude from -180 up to 180."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def view_of(text: str | None) -> View:
    """The view of an address, west,south,east,north, made twice as wide as high around the same middle; without one
    the whole earth. West above east crosses the antimeridian. Raises BadQuestion.
    """
    if not text:
        return WORLD
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not (all(map(math.isfinite, (west, east))) and -90.01 <= south < north <= 90.01):
            raise ValueError
        if max(abs(west), abs(east)) > 540:
            raise ValueError
    except ValueError:
        raise BadQuestion(
            f"“{text[:60]}” is no stretch of the earth. Give west,south,east,north in degrees, such as -5,10,5,18."
        ) from None
    wide = east - west if east > west else east - west + 360
    lat = (south + north) / 2
    squeeze = math.cos(math.radians(min(STEEPEST, abs(lat))))
    return _view(west + wide / 2, lat, max(north - south, min(360.0, wide) * squeeze / 2))


def view_around(spots: Sequence[Spot], *, margin: float = 1.35, least: float = 3.0) -> View:
    """A view that holds these areas, no closer than least degrees high; the whole earth for none."""
    if not spots:
        return WORLD
    middle = spots[0].lon
    # Unwound around the first, so that places on both sides of the antimeridian lie together.
    lons = [middle + _turned(spot.lon - middle) for spot in spots]
    reaches = [spot.radius / KM for spot in spots]
    wide = [r / max(0.05, math.cos(math.radians(spot.lat))) for r, spot in zip(reaches, spots, strict=True)]
    west = min(lon - r for lon, r in zip(lons, wide, strict=True))
    east = max(lon + r for lon, r in zip(lons, wide, strict=True))
    south = max(-90.0, min(spot.lat - r for spot, r in zip(spots, reaches, strict=True)))
    north = min(90.0, max(spot.lat + r for spot, r in zip(spots, reaches, strict=True)))
    lat = (south + north) / 2
    squeeze = math.cos(math.radians(min(STEEPEST, abs(lat))))
    return _view((west + east) / 2, lat, max(least, (north - south) * margin, (east - west) * margin * squeeze / 2))


@dataclass(frozen=True, slots=True)
class Spot:
    """What is drawn for one place: the area in which it lies, radius km around lat and lon, and how many lie there.

    area is the province it is in, None where that is not known. told are the ids of what lies there.
    """

    lat: float
    lon: float
    radius: float
    precision: Precision
    name: str
    node: str | None = None
    country: str | None = None
    area: str | None = None
    told: tuple[str, ...] = ()
    places: int = 1
    latest: str | None = None
    href: str | None = None
    label: str = field(default="")

    @property
    def kind(self) -> str:
        """How it is drawn: exact, settlement, area, country, or several places taken together."""
        return "several" if self.places > 1 else KINDS[self.precision]


KINDS = {
    Precision.POINT: "exact",
    Precision.TOWN: "settlement",
    Precision.NEAR: "settlement",
    Precision.ADMIN2: "area",
    Precision.ADMIN1: "area",
    Precision.REGION: "area",
    Precision.WATER: "area",
    Precision.COUNTRY: "country",
    Precision.MULTINATIONAL: "country",
}
LEGEND = (
    ("exact", "an exact point"),
    ("settlement", "a settlement, or near one"),
    ("area", "somewhere in a district, province or region"),
    ("country", "somewhere in a country"),
    ("several", "several places of one province"),
)
_FINE = (Precision.POINT, Precision.TOWN, Precision.NEAR, Precision.ADMIN2)


def grouped(spots: Iterable[Spot], view: View) -> list[Spot]:
    """The spots, those of one place together, and those of one province together where they would lie on one another.

    Large areas first, so that small ones lie above them.
    """
    places: dict[tuple[Any, ...], list[Spot]] = {}
    for spot in spots:
        places.setdefault((spot.node or (spot.lat, spot.lon), spot.precision), []).append(spot)
    close = 4 * LEAST * view.width
    areas: dict[tuple[str, str], list[Spot]] = {}
    found = []
    for spot in (same[0] if len(same) == 1 else _together(same[0], same[1:]) for same in places.values()):
        if spot.country is None or spot.area is None or spot.precision not in _FINE:
            found.append(spot)
        else:
            areas.setdefault((spot.country, spot.area), []).append(spot)
    for (_, area), inside in areas.items():
        if len(inside) == 1 or _extent(inside) > close:
            found += inside
            continue
        lat = sum(one.lat for one in inside) / len(inside)
        first = inside[0].lon
        lon = _turned(first + sum(_turned(one.lon - first) for one in inside) / len(inside))
        reach = max(_apart(lat, lon, one) * KM + one.radius for one in inside)
        one = replace(inside[0], lat=lat, lon=lon, radius=reach, name=area, node=None, places=len(inside))
        found.append(_together(one, inside[1:]))
    return sorted(found, key=lambda spot: (-spot.radius, spot.name))


def _together(one: Spot, others: Sequence[Spot]) -> Spot:
    told = (*one.told, *(name for other in others for name in other.told))
    return replace(one, told=told, latest=max([s.latest or "" for s in (one, *others)]) or None)


def _apart(lat: float, lon: float, spot: Spot) -> float:
    """Degrees between two places, near enough for places of one province."""
    return math.hypot(lat - spot.lat, _turned(lon - spot.lon) * math.cos(math.radians((lat + spot.lat) / 2)))


def _extent(spots: Sequence[Spot]) -> float:
    first = spots[0].lon
    lons = [_turned(spot.lon - first) for spot in spots]
    lats = [spot.lat for spot in spots]
    return max(max(lons) - min(lons), max(lats) - min(lats))


def disc(lat: float, lon: float, km: float) -> Ring:
    """What lies within so many kilometres, as a ring. Longitudes go on beyond 180; around a pole the ring runs along
    all longitudes and back over the pole.
    """
    reach = min(km / KM, 89.0)
    if abs(lat) + reach >= 90:
        return _cap(lat, lon, reach)
    ring = []
    phi, far = math.radians(lat), math.radians(reach)
    for at in range(_CORNERS):
        turn = 2 * math.pi * at / _CORNERS
        there = math.asin(math.sin(phi) * math.cos(far) + math.cos(phi) * math.sin(far) * math.cos(turn))
        over = math.atan2(
            math.sin(turn) * math.sin(far) * math.cos(phi), math.cos(far) - math.sin(phi) * math.sin(there)
        )
        ring.append((lon + math.degrees(over), math.degrees(there)))
    return [*ring, ring[0]]


def _cap(lat: float, lon: float, reach: float) -> Ring:
    """A disc that holds a pole: for each longitude how far from the pole it begins."""
    sign = 1.0 if lat >= 0 else -1.0
    phi, far = math.radians(abs(lat)), math.radians(reach)
    edge: Ring = []
    for at in range(_CORNERS + 1):
        turn = 2 * math.pi * at / _CORNERS - math.pi
        # The lowest latitude within reach on that meridian: sin(phi) sin(x) + cos(phi) cos(x) cos(turn) = cos(far).
        a, b = math.sin(phi), math.cos(phi) * math.cos(turn)
        size = math.hypot(a, b)
        low = math.atan2(a, b) - math.acos(max(-1.0, min(1.0, math.cos(far) / size)))
        edge.append((lon + math.degrees(turn), sign * min(90.0, math.degrees(low))))
    pole = sign * 90.0
    return [*edge, (edge[-1][0], pole), (edge[0][0], pole), edge[0]]


def cut(ring: Ring) -> list[Ring]:
    """The ring in parts that lie between -180 and 180 each, as GeoJSON wants it."""
    if all(-180 <= lon <= 180 for lon, _ in ring):
        return [ring]
    found = []
    for shift in (-360.0, 0.0, 360.0):
        part = _clipped([(lon + shift, lat) for lon, lat in ring[:-1]])
        if len(part) > 2:
            found.append([*part, part[0]])
    return found


def _clipped(points: Ring) -> Ring:
    """What of a polygon lies between -180 and 180 (Sutherland and Hodgman)."""
    for edge, sign in ((-180.0, 1.0), (180.0, -1.0)):
        kept: Ring = []
        for at, (lon, lat) in enumerate(points):
            before, there = points[at - 1]
            inside, was = sign * (lon - edge) >= 0, sign * (before - edge) >= 0
            if inside != was:
                kept.append((edge, there + (lat - there) * (edge - before) / (lon - before)))
            if inside:
                kept.append((lon, lat))
        points = kept
    return points


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """One piece of land: west, south, east, north, its rings as arrays of longitudes and latitudes, and its outline as
    the path of an SVG, latitudes downwards.
    """

    bbox: tuple[float, float, float, float]
    rings: tuple[NDArray[np.float64], ...]
    path: str

    def near(self, west: float, south: float, east: float, north: float) -> str:
        """Its path as far as it can be seen there: a coast that goes on beyond one side of the view is cut short
        beyond that side, so that what is filled within the view stays the same.
        """
        return "".join(path(kept) for ring in self.rings if len(kept := _near(ring, west, south, east, north)) > 2)


def _near(ring: NDArray[np.float64], west: float, south: float, east: float, north: float) -> NDArray[np.float64]:
    lon, lat = ring[:, 0], ring[:, 1]
    side = np.select([lon < west, lon > east, lat < south, lat > north], [1, 2, 3, 4], 0)
    # Of points in a row beyond one side, the first and the last: the line between them lies beyond it as well.
    kept = (side == 0) | (side != np.roll(side, 1)) | (side != np.roll(side, -1))
    kept[0] = kept[-1] = True
    seen: NDArray[np.float64] = ring[kept]
    return seen


@cache
def land(fine: bool = False) -> tuple[Land, ...]:
    """All land, decoded from the topology that the package holds: 0.01 degrees exact."""
    name = "land-50m.json" if fine else "land-110m.json"
    folder = resources.files("tallystick") / "serve" / "static" / "vendor"
    held = json.loads((folder / name).read_text(encoding="utf-8"))
    arcs = list(_arcs(held))
    return tuple(
        _piece([_ring(arcs, parts) for parts in polygon])
        for shape in held["objects"]["land"]["geometries"]
        for polygon in shape["arcs"]
    )


def _arcs(held: dict[str, Any]) -> Iterator[NDArray[np.float64]]:
    """The arcs of a quantised topology: each point is told as steps from the one before."""
    scale, origin = np.array(held["transform"]["scale"]), np.array(held["transform"]["translate"])
    return (np.cumsum(np.array(steps), axis=0) * scale + origin for steps in held["arcs"])


def _ring(arcs: Sequence[NDArray[np.float64]], parts: Sequence[int]) -> NDArray[np.float64]:
    """The arcs joined; ~i is arc i backwards. The last point of an arc is the first of the next."""
    found = [arcs[part] if part >= 0 else arcs[~part][::-1] for part in parts]
    ring: NDArray[np.float64] = np.concatenate([found[0], *(arc[1:] for arc in found[1:])])
    # A coast that crosses the antimeridian goes on beyond 180; one around a pole ends a whole turn on, and is closed
    # over that pole.
    ring[:, 0] = np.unwrap(ring[:, 0], period=360.0)
    ring[:, 0] -= 360.0 * np.round(ring[:, 0].mean() / 360.0)  # with the lakes in it
    first, last = ring[0], ring[-1]
    if abs(last[0] - first[0]) > 180:
        pole = math.copysign(90.0, float(ring[:, 1].mean()))
        ring = np.concatenate([ring, [[last[0], pole], [first[0], pole], first]])
    return ring


def _piece(rings: Sequence[NDArray[np.float64]]) -> Land:
    (west, south), (east, north) = rings[0].min(axis=0).tolist(), rings[0].max(axis=0).tolist()
    return Land((west, south, east, north), tuple(rings), "".join(map(path, rings)))


def path(ring: Ring | NDArray[np.float64]) -> str:
    """A ring as an SVG's path in degrees, latitudes downwards, without the repeated last point."""
    points = ring.tolist() if isinstance(ring, np.ndarray) else ring
    steps = [f"{lon:.2f} {-lat:.2f}" for lon, lat in points[:-1]]
    kept = [step for at, step in enumerate(steps) if at == 0 or step != steps[at - 1]]
    return f"M{'L'.join(kept)}Z"


def geometry(spot: Spot) -> dict[str, Any]:
    """What a place is as GeoJSON (RFC 7946): a point only where it is one, else the area in which it lies."""
    if spot.precision is Precision.POINT:
        return {"type": "Point", "coordinates": [round(spot.lon, 5), round(spot.lat, 5)]}
    return _area(spot.lat, spot.lon, spot.radius)


@lru_cache(maxsize=5_000)  # incidents of one place are many
def _area(lat: float, lon: float, radius: float) -> dict[str, Any]:
    parts = [[[[round(x, 3), round(y, 3)] for x, y in ring[::-1]]] for ring in cut(disc(lat, lon, radius))]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}
