"""Sources over the web: voices and publishers apart, and one of them with what it said over time."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.testclient import TestClient

HOSPITAL = "/sources/voice/the%20district%20hospital"


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/sources/\w+/[^"]+"[^>]*>([^<]+)</a>', page)


def test_voices_and_publishers_are_two_lists_those_with_most_claims_first(client: TestClient) -> None:
    voices = client.get("/sources").text
    assert names(voices)[0] == "the district hospital"
    publishers = client.get("/sources?kind=publisher").text
    assert "Liptako Wire" in names(publishers)
    assert not {"Liptako Wire"} & set(names(voices))
    assert "it is no source of what others say in it" in voices


def test_a_name_is_looked_for_by_its_words(client: TestClient) -> None:
    found = names(client.get("/sources?q=HOSPITAL").text)
    assert found
    assert all("hospital" in name.lower() for name in found)
    assert "No such name" in client.get("/sources?q=nobody").text


def test_a_voice_tells_its_figures_its_part_and_its_conflicts(client: TestClient) -> None:
    page = client.get(HOSPITAL).text
    assert "A voice: documents quote it" in page
    assert f'data-spec="{HOSPITAL}/chart.json"' in page
    assert re.search(r"<dt>Origin</dt><dd>3 times", page)
    assert "At least 24" in page or "at least 24" in page  # it revised its own figure
    assert "What would settle it".lower() in page.lower()
    assert re.search(r"<mark>At least 24 people were killed</mark></a> in Monday’s attack", page)


def test_a_publisher_ran_what_stands_below_whoever_speaks(client: TestClient) -> None:
    page = client.get("/sources/publisher/liptako%20wire").text
    assert "A publisher: it ran the documents" in page
    assert "Who says so" in page
    assert "the district hospital" in page


def test_the_chart_has_one_mark_a_figure_on_its_day(client: TestClient) -> None:
    spec = client.get(f"{HOSPITAL}/chart.json").json()
    rows = spec["data"]["values"]
    assert {row["day"] for row in rows} == {"2024-06-03", "2024-06-04", "2024-06-06", "2024-06-07"}
    assert {row["measure"] for row in rows} == {"killed"}
    assert "9 figures from 2024-06-03 to 2024-06-07" in spec["description"]
    assert "http" not in str(spec["data"])


def test_pages_of_claims_go_on_by_links(client: TestClient) -> None:
    first = client.get("/api/v1/sources/voice/the district hospital/claims", params={"limit": 4}).json()
    second = client.get(
        "/api/v1/sources/voice/the district hospital/claims", params={"limit": 20, "after": first["next"]}
    ).json()
    assert len({one["id"] for one in (*first["items"], *second["items"])}) == 9
    assert second["next"] is None
    page = client.get(f"{HOSPITAL}?after={quote(first['next'])}").text
    assert page.count('class="day"') == 5


def test_the_api_tells_the_same(client: TestClient) -> None:
    one = client.get(f"/api/v1{HOSPITAL}").json()
    assert one["source"] == {
        "kind": "voice", "key": "the district hospital", "name": "the district hospital", "claims": 9
    }  # fmt: skip
    assert one["origin"] == 3
    assert one["revisions"][0]["after"]["low"] == 31
    listed = client.get("/api/v1/sources?kind=publisher&limit=1").json()
    assert listed["next"]
    after = client.get("/api/v1/sources", params={"kind": "publisher", "after": listed["next"]}).json()
    assert listed["items"][0] not in after["items"]


def test_a_source_that_is_not_there_and_a_kind_that_is_none_are_told_so(client: TestClient) -> None:
    for path in ("/sources/voice/nobody", "/sources/voice/nobody/chart.json", "/api/v1/sources/voice/nobody"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "list of sources" in answer.text
    assert client.get("/sources/outlet/x").status_code == 422
    assert client.get("/sources?after=x").status_code == 422
    assert client.get(f"{HOSPITAL}?after=x").status_code == 422
