"""Tallies and conflicts over the API: what the pages show, as JSON, with days read strictly."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tallystick.jobs import quantities
from tallystick.reconcile.policies import POLICIES

ROOT = "/api/v1"


def get(client: TestClient, path: str, **asked: Any) -> Any:
    answer = client.get(ROOT + path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def killed(client: TestClient) -> str:
    """The path of the tally that the shipped reports disagree about."""
    return f"/tallies/{get(client, '/tallies')['items'][0]['id']}"


def test_the_list_gives_the_range_under_the_policy_and_its_caveat(client: TestClient) -> None:
    neutral, acled = get(client, "/tallies"), get(client, "/tallies", policy="acled-like")

    first = neutral["items"][0]
    assert (first["low"], first["best"], first["high"], first["conflicts"]) == (26, 31, 31, 1)
    assert acled["items"][0]["best"] == 26
    assert "not endorsed" in acled["caveat"]
    assert neutral["caveat"] is None


def test_pages_follow_one_another(client: TestClient) -> None:
    everything = [one["id"] for one in get(client, "/tallies")["items"]]
    seen, after = [], None
    while True:
        page = get(client, "/tallies", limit=4, **({"after": after} if after else {}))
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert seen == everything
    assert len(seen) == 9


def test_filters_and_plain_words_narrow_the_list(client: TestClient) -> None:
    found = get(client, "/tallies", measure=["killed", "wounded"])["items"]
    assert {one["measure"] for one in found} == {"killed", "wounded"}
    words = get(client, "/tallies", words="shops destroyed in Tera")
    assert words["read"] == ["“Tera”: place=Téra, Niger", "“destroyed”: measure=destroyed"]
    assert "shops destroyed in Téra on 3 June 2024" in [one["label"] for one in words["items"]]


def test_one_tally_bears_its_figures_with_their_words_and_its_neighbours(client: TestClient, killed: str) -> None:
    one = get(client, killed)

    assert (one["label"], len(one["figures"]), one["next"]) == ("people killed in Téra on 3 June 2024", 13, None)
    figure = one["figures"][0]
    assert {"quote", "start", "end", "chain", "document", "publisher"} <= set(figure)
    assert {near["within"] for near in one["neighbours"]} == {True, False}
    assert one["asked"] == {"policy": "neutral/1", "known_by": None, "held_by": None}


def test_figures_beyond_one_answer_follow(client: TestClient, killed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.serve.api.tallies.FIGURES", 10)
    first = get(client, killed)
    second = get(client, killed, after=first["next"])

    assert (len(first["figures"]), len(second["figures"]), second["next"]) == (10, 3, None)


def test_as_of_a_day_the_answer_is_what_was_public_then(client: TestClient, killed: str) -> None:
    then = get(client, killed, as_of="2024-06-05")

    assert {figure["published"] for figure in then["figures"]} == {"2024-06-03", "2024-06-04"}
    assert (then["estimate"]["low"], then["conflicts"], then["bounds"]["low"]) == (24, 0, None)
    before = get(client, killed, as_of="2024-06-01")
    assert (before["estimate"], before["figures"]) == (None, [])
    assert get(client, "/tallies", as_of="2024-06-01")["items"] == []


def test_held_by_goes_by_when_this_ledger_stored_it(client: TestClient, killed: str) -> None:
    assert get(client, killed, held_by="2026-02-27")["figures"] == []
    assert len(get(client, killed, held_by="2026-02-28T23:00")["figures"]) == 13


@pytest.mark.parametrize("path", ["/tallies", "{killed}", "{killed}/estimates", "{killed}/origins"])
@pytest.mark.parametrize(
    "bad", ["0", "1717372800", "2024-06-03T00:00:00", "2024-6-3", "2024-13-01", "today", "٢٠٢٤-٠٦-٠٣"]
)
def test_what_is_no_day_is_refused_and_never_read_as_1970(client: TestClient, killed: str, path: str, bad: str) -> None:
    answer = client.get(ROOT + path.format(killed=killed), params={"as_of": bad})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_policy_is_there_with_its_steps(client: TestClient, killed: str) -> None:
    made = get(client, f"{killed}/estimates")["estimates"]

    assert [one["policy"] for one in made] == list(POLICIES)
    assert all(one["steps"] for one in made)


def test_the_series_tells_day_by_day_what_changed(client: TestClient, killed: str) -> None:
    found = get(client, f"{killed}/series")
    early = get(client, f"{killed}/series", until="2024-06-05")
    caught = get(client, f"{killed}/series", clock="captured")

    assert found["points"][0]["day"] == "2024-06-03"
    assert (found["thinned"], found["points"][-1]["estimate"]["best"]) == (False, 31)
    assert [point["day"] for point in early["points"]] == ["2024-06-03", "2024-06-04"]
    assert [point["day"] for point in caught["points"]] == ["2026-02-28"]


def test_a_thinned_series_says_so(client: TestClient, killed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantities, "LARGE", 3)
    monkeypatch.setattr(quantities, "POINTS", 2)
    found = get(client, f"{killed}/series")

    assert found["thinned"]
    assert len(found["points"]) <= 2
    assert found["points"][-1]["estimate"]["best"] == 31


def test_origins_come_with_their_reasons(client: TestClient, killed: str) -> None:
    found = get(client, f"{killed}/origins")

    assert (found["mentions"], found["at_least"], found["counted"]) == (13, 3, True)
    hospital = next(one for one in found["origins"] if one["name"] == "District hospital")
    assert "cites" in {reason["rule"] for reason in hospital["reasons"]}


def test_conflicts_come_with_both_sides_and_the_cheapest_repairs(client: TestClient, killed: str) -> None:
    (mine,) = get(client, f"{killed}/conflicts")["conflicts"]
    everything = get(client, "/conflicts")

    assert everything == {"items": [mine], "next": None}
    assert len(mine["conflict"]["sides"]) == 2
    assert [repair["cost"] for repair in mine["repairs"]] == [2.0, 4.0]


def test_two_policies_are_told_apart_end_by_end(client: TestClient, killed: str) -> None:
    found = get(client, f"{killed}/policy-diff", a="neutral", b="acled-like")

    assert {move["end"] for move in found["moves"]} >= {"best"}
    assert not found["same"]
    assert get(client, f"{killed}/policy-diff", a="neutral", b="neutral")["same"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tallies/t:nothing", 404),
        ("/tallies/T%20x", 422),
        ("/tallies?policy=nobody", 404),
        ("/tallies?after=nan~x", 422),
        ("/tallies?actor=%00", 422),
        ("/tallies?measure=maimed", 422),
        ("/tallies?limit=0", 422),
        ("/conflicts?after=1e999~x", 422),
    ],
)
def test_what_is_not_there_or_cannot_be_asked_is_a_problem(client: TestClient, path: str, status: int) -> None:
    answer = client.get(ROOT + path)

    assert answer.status_code == status
    assert answer.json()["detail"]


def test_who_has_the_answer_already_is_told_so(client: TestClient, killed: str) -> None:
    first = client.get(ROOT + killed)
    again = client.get(ROOT + killed, headers={"If-None-Match": first.headers["ETag"]})
    other = client.get(f"{ROOT}{killed}?as_of=2024-06-05", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)


def test_a_repair_cannot_be_made_by_reading(client: TestClient, killed: str) -> None:
    for path in (killed, "/conflicts", f"{killed}/conflicts"):
        assert client.post(ROOT + path).status_code == 405


def test_the_models_are_described(client: TestClient) -> None:
    described = client.get(f"{ROOT}/openapi.json").json()
    listing = described["paths"][f"{ROOT}/tallies"]["get"]

    assert {"as_of", "held_by", "measure", "policy", "after"} <= {one["name"] for one in listing["parameters"]}
    answer = described["paths"][f"{ROOT}/tallies/{{tally}}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"]["$ref"].endswith("/Whole")
