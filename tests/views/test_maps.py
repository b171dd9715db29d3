"""Maps: land without borders, views across the antimeridian and at the poles, and areas as large as what is known."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tallystick.errors import BadQuestion
from tallystick.model.values import Precision
from tallystick.views import maps
from tallystick.views.map_drawing import drawing
from tallystick.views.maps import WORLD, Spot, View, cut, disc, geometry, grouped, land, view_around, view_of

TOWN = Spot(14.0, 0.75, 4.0, Precision.TOWN, "Eastford", "geo:1", "NE", "Tillabéri", ("i1",), label="Eastford")
BRIDGE = replace(TOWN, lat=13.9, precision=Precision.POINT, radius=0.5, name="Bridge", node="geo:2", told=("i2",))
ISLES = Spot(-17.0, 179.5, 300.0, Precision.REGION, "Isles", "geo:3", "FJ", None, ("i3",), label="Isles")
ARCTIC = Spot(88.0, 20.0, 400.0, Precision.WATER, "Ice", "geo:4", None, None, ("i4",), label="Ice")


def inside(ring: maps.Ring | Any, lon: float, lat: float) -> bool:
    """Even-odd rule."""
    x, y = np.asarray(ring, float).T
    crossing = np.nonzero((y[:-1] > lat) != (y[1:] > lat))[0]
    x1, y1, x2, y2 = x[crossing], y[crossing], x[crossing + 1], y[crossing + 1]
    return int((lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1).sum()) % 2 == 1


def on_land(lon: float, lat: float, fine: bool = False) -> bool:
    return any(
        sum(inside(ring, lon + shift, lat) for ring in piece.rings) % 2 == 1
        for piece in land(fine)
        for shift in (-360, 0, 360)
    )


@pytest.mark.parametrize("fine", [False, True])
def test_the_topology_is_decoded_to_where_land_is(fine: bool) -> None:
    for lon, lat in [
        (2.1, 13.5),
        (37.6, 55.7),
        (-58.4, -34.7),
        (134.0, -25.0),
        (178.0, 67.0),
        (-175.0, 66.5),
        (0, -89),
    ]:
        assert on_land(lon, lat, fine), (lon, lat)
    for lon, lat in [(-30.0, 30.0), (51.0, 42.0), (-140.0, -30.0), (179.9, 0.0), (0.0, 89.0)]:  # the Caspian is a hole
        assert not on_land(lon, lat, fine), (lon, lat)


def test_no_line_is_drawn_along_the_antimeridian() -> None:
    for piece in land():
        for ring in piece.rings:
            jumps = abs(ring[1:, 0] - ring[:-1, 0])
            assert (jumps[abs(ring[1:, 1]) < 89] < 180).all()


def test_coasts_that_go_on_beyond_a_view_are_cut_short_and_fill_it_the_same() -> None:
    west, south, east, north = -20.0, 30.0, 45.0, 60.0
    europe = next(p for p in land(True) if sum(inside(r, 10, 50) for r in p.rings) == 1)
    near = europe.near(west, south, east, north)
    assert len(near) < len(europe.path) / 2
    rings = [
        [tuple(map(float, step.split())) for step in part.rstrip("Z").split("L")] for part in near.split("M") if part
    ]
    closed = [[(lon, -lat) for lon, lat in ring] + [(ring[0][0], -ring[0][1])] for ring in rings]
    for lon in range(-19, 45, 4):
        for lat in range(31, 60, 4):
            whole = sum(inside(r, lon, lat) for r in europe.rings) % 2
            assert sum(inside(ring, lon, lat) for ring in closed) % 2 == whole, (lon, lat)


def test_a_view_is_twice_as_wide_as_high_on_paper_and_comes_back_from_its_address() -> None:
    for view in (view_of("-5,8,20,25"), view_of("10,60,40,70"), view_of("170,-25,-170,-10"), view_of("-60,84,60,90")):
        assert view.width * view.squeeze == pytest.approx(2 * view.height)
        again = view_of(view.address)
        assert (again.lon, again.lat, again.height) == pytest.approx((view.lon, view.lat, view.height), abs=0.001)
    assert view_of(None) == view_of("-180,-90,180,90") == WORLD


def test_a_view_can_cross_the_antimeridian() -> None:
    view = view_of("170,-25,-170,-10")
    assert view.lon == pytest.approx(180)
    assert view.within is not None
    west, _, east, _ = view.within
    assert west > 0 > east
    assert "Isles" in drawing(view, [ISLES], label="x")


def test_zooming_out_ends_at_the_whole_earth_and_moving_up_ends_at_the_pole() -> None:
    view = view_of("-5,8,20,25")
    for _ in range(20):
        view = view.zoomed(0.5)
    assert view == WORLD
    view = view_of("-5,8,20,25")
    for _ in range(60):
        view = view.moved(0, 0.3)
    assert view.bbox[3] == pytest.approx(90)
    assert view.zoomed(1e9).height == maps.SMALLEST


@pytest.mark.parametrize("text", ["1,2,3", "a,b,c,d", "0,10,5,5", "0,-91,5,5", "nan,0,5,5", "9999,0,5,5", "0,inf,1,2"])
def test_a_stretch_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadQuestion, match="-5,10,5,18"):
        view_of(text)


def test_a_disc_is_as_far_from_its_middle_everywhere() -> None:
    for lon, lat in disc(60.0, 10.0, 300.0):
        a, b = math.radians(60), math.radians(lat)
        over = math.radians(lon - 10)
        apart = math.acos(math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(over))
        assert math.degrees(apart) * maps.KM == pytest.approx(300, rel=0.001)


def test_a_disc_around_a_pole_runs_along_all_longitudes() -> None:
    ring = disc(88.0, 20.0, 400.0)
    lons = [lon for lon, _ in ring]
    assert max(lons) - min(lons) == pytest.approx(360)
    assert min(lat for _, lat in ring) == pytest.approx(88 - 400 / maps.KM, abs=0.01)
    assert max(lat for _, lat in ring) == 90


def test_an_area_across_the_antimeridian_is_cut_in_two_for_geojson() -> None:
    parts = cut(disc(-17.0, 179.5, 300.0))
    assert len(parts) == 2
    assert all(-180 <= lon <= 180 for ring in parts for lon, _ in ring)
    assert geometry(ISLES)["type"] == "MultiPolygon"


def test_only_an_exact_point_is_a_point() -> None:
    assert geometry(BRIDGE) == {"type": "Point", "coordinates": [0.75, 13.9]}
    assert {geometry(replace(TOWN, precision=p))["type"] for p in Precision if p is not Precision.POINT} == {"Polygon"}


def test_incidents_of_one_place_are_one_mark_with_their_number() -> None:
    (one,) = grouped([TOWN, replace(TOWN, told=("i9",))], WORLD)
    assert one.told == ("i1", "i9")
    assert one.kind == "settlement"
    assert re.search(r'class="many"[^>]*>2<', drawing(WORLD, [one], label="x"))


def test_places_of_one_province_are_taken_together_from_afar_and_apart_from_close() -> None:
    (far,) = grouped([TOWN, BRIDGE], WORLD)
    assert (far.kind, far.name, far.places, len(far.told)) == ("several", "Tillabéri", 2, 2)
    assert far.radius >= 5.5  # it covers both
    assert len(grouped([TOWN, BRIDGE], view_around([TOWN, BRIDGE], least=0.3))) == 2


def test_a_country_is_never_taken_together_with_a_town_of_it() -> None:
    country = replace(TOWN, precision=Precision.COUNTRY, radius=700.0, node="country:NE", name="Niger", area=None)
    assert [spot.kind for spot in grouped([TOWN, country], WORLD)] == ["country", "settlement"]  # the larger below


def test_precision_is_seen() -> None:
    country = replace(TOWN, precision=Precision.COUNTRY, radius=700.0, node="country:NE", name="Niger")
    text = drawing(view_around([country]), [country, TOWN, BRIDGE], label="x")
    assert re.search(r'<path class="country" fill="url\(#hatch-country\)"[^>]*stroke-dasharray', text)
    assert re.search(r'<circle class="settlement"', text)  # too small to be seen at that distance
    assert re.search(r'<circle class="exact"', text)
    close = drawing(view_around([TOWN], least=0.2), [TOWN], label="x")
    assert re.search(r'<path class="settlement"', close)  # here its four kilometres are drawn as they are


def test_a_drawing_is_one_file_without_style_script_or_address_and_says_what_it_shows() -> None:
    hostile = replace(ARCTIC, name='<script>alert("1")</script>', label='"><script>', href="javascript:alert(1)")
    for saved in (False, True):
        text = drawing(view_of("-60,80,60,90"), [hostile], [("<b>", 85.0, 0.0)], label='a "map" <of> all', saved=saved)
        root = ET.fromstring(text)
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not names & {"style", "script", "image", "foreignObject", "a", "b"}
        assert not [
            name for element in root.iter() for name in element.attrib if name.startswith("on") or name == "style"
        ]
        assert root.attrib["aria-label"] == 'a "map" <of> all'
    assert maps.CREDIT in text


def test_a_view_around_nothing_is_the_earth_and_around_something_holds_it() -> None:
    assert view_around([]) == WORLD
    view = view_around([ISLES, replace(ISLES, lon=-179.0)])
    assert view.width < 60
    assert isinstance(view, View)
    west, south, east, north = view.bbox
    assert south < -17 < north
    assert west < 179.5 - 360 < east  # the view lies west of the antimeridian, and goes on across it
