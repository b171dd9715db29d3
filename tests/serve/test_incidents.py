"""Incidents over the web: the list, the map, one with its reports side by side, and the same by API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tallystick.jobs.reconciling import reconcile
from tallystick.ledger.store import Ledger
from tallystick.model.people import Role
from tallystick.serve.app import make_app
from tallystick.serve.service import open_service
from tallystick.serve.settings import Audience, Settings
from tests.deciding import decide
from tests.jobs.places import EASTFORD, ledger_of, several, told
from tests.serve.conftest import NOW, SECRET, ticking
from tests.serve.people import Clock, House, cheap

__all__ = ["cheap"]


@contextmanager
def coder_of(path: Path) -> Iterator[TestClient]:
    """A coder in a shared app over that ledger, where two people judge each item blindly."""
    settings = Settings(str(path), audience=Audience.SHARED, hosts=("testserver",), coders=2, sign_ins_a_minute=1000)
    clock = Clock()
    service = open_service(settings, clock)
    try:
        made = House(service, clock)
        made.add("cleo", Role.CODER)
        yield made.signed_in("cleo")
    finally:
        service.close()


@pytest.fixture(scope="module")
def several_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    path = str(tmp_path_factory.mktemp("places") / "ledger.db")
    ledger_of(several(), path).close()
    app = make_app(Settings(path, signs="ada", secret=SECRET, hosts=("testserver",)), now=ticking())
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, raise_server_exceptions=False) as made:
        yield made


def ids(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/incidents/(i[0-9a-f]+\.\d+)"', page)))


def test_the_list_is_filtered_as_the_address_says(several_places: TestClient) -> None:
    assert len(ids(several_places.get("/incidents").text)) == 9
    assert len(ids(several_places.get("/incidents?place=Eastford").text)) == 6
    assert len(ids(several_places.get("/incidents?country=fj&since=&until=").text)) == 1
    assert len(ids(several_places.get("/incidents?q=21+killed").text)) == 1
    none = several_places.get("/incidents?country=ZZ").text
    assert ids(none) == []
    assert "No incident fits" in none


@pytest.mark.parametrize("query", ["since=0", "until=2026-02-30", "after=x", "country=NER", "bbox=1,2"])
def test_a_filter_that_makes_no_sense_is_refused(several_places: TestClient, query: str) -> None:
    path = "/incidents/map" if query.startswith("bbox") else "/incidents"
    assert several_places.get(f"{path}?{query}").status_code == 422


def test_an_incident_sets_its_reports_side_by_side(client: TestClient) -> None:
    (name,) = ids(client.get("/incidents").text)
    page = client.get(f"/incidents/{name}").text
    assert page.count('<article class="card"') == 8
    assert re.search(
        r'<a class="figure" href="/documents/\w+\?figure=[0-9a-f:]+#w-[0-9a-f:]+"><mark>Two soldiers', page
    )
    assert "Known as a settlement: anywhere within about 4 km." in page
    assert page.count("put together by rules") == 7  # one link fewer than reports
    assert re.search(r'href="/review\?item=[0-9a-f]{8}%230~[0-9a-f]{8}%230"', page)
    assert re.search(r'href="/quantities/t:[0-9a-f]+"[^>]*>People killed in Téra', page)
    assert "cannot be" in page  # the conflict, told
    assert f'href="/reports/{name}.pdf"' in page


def test_an_incident_that_is_not_there_is_a_page_that_says_so(client: TestClient) -> None:
    for path in ("/incidents/i0.0", "/incidents/i0.0/map.svg", "/api/v1/incidents/i0.0"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "list of incidents" in answer.text


def test_the_map_and_its_table_say_the_same(several_places: TestClient) -> None:
    page = several_places.get("/incidents/map").text
    assert "8 incidents at 2 places" in page  # Eastford and Westford lie in one province
    assert page.count('class="spot"') == 3  # the isles lie on both sides of the antimeridian
    assert "Without a known place: 1" in page
    close = several_places.get("/incidents/map?bbox=0.2,13.7,1.4,14.5").text
    assert "7 incidents at 2 places" in close
    assert "a settlement, within about 4 km" in close


def test_the_map_moves_by_links_alone(several_places: TestClient) -> None:
    page = several_places.get("/incidents/map?bbox=170,-25,-170,-10").text
    moves = dict(re.findall(r'data-move="(\w+)" href="([^"]+)"', page))
    assert set(moves) == {"closer", "further", "west", "north", "south", "east", "whole"}
    for href in moves.values():
        assert several_places.get(href.replace("&amp;", "&")).status_code == 200


def test_htmx_gets_the_part_that_changes_and_says_what_it_shows(several_places: TestClient) -> None:
    answer = several_places.get("/incidents/map?place=Eastford", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert answer.headers["x-said"].startswith("6%20incidents%20at%201%20place")
    assert "HX-Request" in answer.headers["vary"]


def test_a_saved_map_is_one_file_with_what_its_marks_mean(several_places: TestClient) -> None:
    answer = several_places.get("/incidents/map.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "Natural Earth" in answer.text
    assert "several places of one province" in answer.text
    assert "<a " not in answer.text
    for name in ids(several_places.get("/incidents").text):
        assert several_places.get(f"/incidents/{name}/map.svg").status_code == 200


def test_the_api_lists_tells_and_draws_the_same(several_places: TestClient) -> None:
    found, after = [], None
    while True:
        page = several_places.get("/api/v1/incidents", params={"limit": 4} | ({"after": after} if after else {})).json()
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    assert [one["id"] for one in found] == ids(several_places.get("/incidents").text)
    one = several_places.get(f"/api/v1/incidents/{found[-2]['id']}").json()
    assert one["told_by"] == len(one["scenes"]) == 1
    assert len(one["scenes"][0]["figures"]) == 1
    assert several_places.get(f"/api/v1/incidents/{found[-2]['id']}/links").json() == {"links": [], "waiting": []}


def test_geojson_has_areas_for_what_is_no_point_and_null_for_what_is_nowhere(several_places: TestClient) -> None:
    answer = several_places.get("/api/v1/map.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    kinds = {f["properties"]["place"]: f["geometry"] and f["geometry"]["type"] for f in answer.json()["features"]}
    assert kinds == {"Eastford": "Polygon", "Westford": "Polygon", "Far Isles": "MultiPolygon", None: None}
    asked = several_places.get("/api/v1/map.geojson?bbox=170,-25,-170,-10").json()
    assert next(f["properties"]["place"] for f in asked["features"]) == "Far Isles"


def test_answers_bear_tags_and_unknown_parameters_are_refused(several_places: TestClient) -> None:
    for path in ("incidents", "map.geojson", "sources"):
        tag = several_places.get(f"/api/v1/{path}").headers["etag"]
        assert several_places.get(f"/api/v1/{path}", headers={"If-None-Match": tag}).status_code == 304
        refused = several_places.get(f"/api/v1/{path}?plcae=x")
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"


def test_a_coder_is_not_told_that_others_judged_a_pair(client: TestClient, ledger_file: Path) -> None:
    (name,) = ids(client.get("/incidents").text)
    link = client.get(f"/api/v1/incidents/{name}/links").json()["links"][0]["link"]
    with Ledger.open(ledger_file) as ledger:
        decide(
            ledger,
            "same",
            (link["a"], link["b"]),
            by="bruno",
            why="the same market",
            about="event",
            changes=(),
            now=NOW,
        )
        reconcile(ledger, now=NOW)
    assert "bruno: the same market" in client.get(f"/incidents/{name}").text  # alone, one sees all
    with coder_of(ledger_file) as coder:
        page = coder.get(f"/incidents/{name}").text
        assert "put together" in page
        assert "bruno" not in page
        assert "bruno" not in json.dumps(coder.get(f"/api/v1/incidents/{name}/links").json())


def test_an_empty_ledger_says_what_to_do(tmp_path: Path) -> None:
    path = str(tmp_path / "empty.db")
    ledger_of([], path).close()
    app = make_app(Settings(path, signs="ada", secret=SECRET, hosts=("testserver",)), now=ticking())
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}) as client:
        assert "No incidents yet" in client.get("/incidents").text
        assert "No voice yet" in client.get("/sources").text
        assert "Nothing lies here" in client.get("/incidents/map").text


def test_many_reports_of_one_incident_come_in_pages(tmp_path: Path) -> None:
    path = str(tmp_path / "many.db")
    reports = [told(30, EASTFORD, publisher=f"Paper {n}", by=None) for n in range(15)]
    ledger_of(reports, path).close()
    app = make_app(Settings(path, signs="ada", secret=SECRET, hosts=("testserver",)), now=ticking())
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}) as client:
        name = ids(client.get("/incidents").text)[0]
        first, second = (client.get(f"/incidents/{name}?first={at}").text for at in (0, 12))
        papers = [re.findall(r"<bdi>(Paper \d+)</bdi> · \d", page) for page in (first, second)]
        assert len(papers[0]) == 12
        assert len({*papers[0], *papers[1]}) == 15
