"""The REST API: every filter, pages that lose nothing, ETags, problems in one shape, and proofs that prove."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from starlette.testclient import TestClient

from tallystick.ledger import merkle


def everything(client: TestClient, path: str, **params: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        query = params | ({} if after is None else {"after": after})
        answer = client.get(f"/api/v1/{path}", params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        after = page["next"]
        if after is None:
            return found


@pytest.mark.parametrize(("path", "asked"), [("claims", {}), ("documents", {}), ("search", {"q": "killed"})])
def test_small_pages_together_hold_what_one_large_page_holds(
    client: TestClient, path: str, asked: dict[str, Any]
) -> None:
    at_once = everything(client, path, limit=200, **asked)
    one_by_one = everything(client, path, limit=1, **asked)
    assert one_by_one == at_once
    assert len(at_once) > 3


def test_claims_are_filtered_as_a_question_is(client: TestClient) -> None:
    killed = everything(client, "claims", measure="killed")
    assert {one["claim"]["measure"] for one in killed} == {"killed"}
    assert everything(client, "claims", measure="killed", until="1999-01-01", dated_only=True) == []


def test_a_claim_gives_its_words_its_reasons_and_its_quantities(client: TestClient) -> None:
    first = client.get("/api/v1/claims", params={"limit": 1}).json()["items"][0]
    whole = client.get(f"/api/v1/claims/{first['id']}").json()
    assert whole["claim"] == first["claim"]
    assert whole["why"]
    assert all(client.get(f"/api/v1/tallies/{one}").status_code == 200 for one in whole["tallies"])
    text = client.get(f"/api/v1/documents/{first['document']['id']}/text").text
    span = first["claim"]["span"]
    assert text[span["start"] : span["end"]] == span["text"]


def test_a_proof_leads_from_the_bytes_of_the_claim_to_the_root(client: TestClient) -> None:
    first = client.get("/api/v1/claims", params={"limit": 1}).json()["items"][0]
    proof = client.get(f"/api/v1/claims/{first['id']}/proof").json()
    committed = hashlib.sha256(bytes.fromhex(proof["salt"]) + proof["body"].encode()).hexdigest()
    assert committed == proof["commitment"]
    path = [bytes.fromhex(one) for one in proof["path"]]
    leaf, root = bytes.fromhex(proof["leaf"]), bytes.fromhex(proof["root"])
    assert merkle.verify_inclusion(proof["seq"], proof["size"], leaf, path, root)
    assert client.get("/api/v1/ledger").json()["root"] == proof["root"]


def test_an_unchanged_answer_is_not_sent_twice_and_a_changed_one_is(client: TestClient) -> None:
    path = "/api/v1/claims?judged=true"
    first = client.get(path)
    etag = first.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    figure = first.json()["items"][0]["id"]
    judged = client.post("/api/v1/judgements", json={"verdict": "reject", "subjects": [figure]})
    assert judged.status_code == 201, judged.text
    again = client.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert figure not in {one["id"] for one in again.json()["items"]}


def test_the_original_bytes_are_saved_and_never_shown(client: TestClient) -> None:
    document = client.get("/api/v1/documents", params={"limit": 1}).json()["items"][0]
    answer = client.get(f"/api/v1/documents/{document['id']}/original")
    assert hashlib.sha256(answer.content).hexdigest() == document["sha256"]
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "claims?as_of=0",
        "claims?known_by=2024-01-01",  # it is as_of: a misspelt filter must not be passed over
        "claims?place=Lesna&place=Kovel",
        "claims?since=2024-02-30",
        "claims?held_by=yesterday",
        "claims?after=x~y",
        "claims?measure=slain",
        "claims?limit=100000",
        "search?q=%2A",
    ],
)
def test_what_cannot_be_understood_is_refused_in_one_shape(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail"}


def test_an_unknown_thing_is_a_404_that_says_so(client: TestClient) -> None:
    assert client.get("/api/v1/claims/ffffffff:ffffffff").status_code == 404
    assert client.get("/api/v1/documents/ffffffffffffffff").status_code == 404


def test_a_later_log_is_shown_to_continue_the_earlier_one(client: TestClient) -> None:
    before = client.get("/api/v1/ledger").json()
    figure = client.get("/api/v1/claims").json()["items"][0]["id"]
    client.post("/api/v1/judgements", json={"verdict": "accept", "subjects": [figure]})
    shown = client.get("/api/v1/ledger/consistency", params={"old": before["size"]}).json()
    roots = bytes.fromhex(before["root"]), bytes.fromhex(shown["root"])
    path = [bytes.fromhex(one) for one in shown["path"]]
    assert merkle.verify_consistency(before["size"], shown["size"], *roots, path)


def test_nobody_unknown_is_told_anything(client: TestClient) -> None:
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        answer = client.get(path.replace("{", "").replace("}", ""), headers={"Authorization": "Bearer wrong"})
        assert answer.status_code in (401, 404, 405, 422), path
        assert answer.status_code == 401 or "items" not in answer.text


def test_a_card_from_the_api_verifies_and_an_altered_one_is_found_out(client: TestClient) -> None:
    figure = client.get("/api/v1/claims", params={"measure": "killed", "limit": 1}).json()["items"][0]["id"]
    card = client.get(f"/api/v1/cards/{figure}").content
    whole = client.post("/api/v1/cards/check", files={"card": ("card.json", card)}).json()
    assert (whole["figure"], whole["altered"]) == (figure, False)
    forged = card.replace(b'"killed"', b'"wounded"', 1)
    assert forged != card
    assert client.post("/api/v1/cards/check", files={"card": ("card.json", forged)}).json()["altered"]
