"""Reviewing without a script and by API: decisions are recorded, blindness holds everywhere, nothing wrong passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from tallystick.ledger import queries, waiting
from tallystick.ledger.store import Ledger
from tallystick.model.people import ALLOWED, Person, Role
from tallystick.serve import identity
from tallystick.serve.app import make_app
from tallystick.serve.pages.review import first_of
from tallystick.serve.settings import Audience, Settings
from tests.serve.conftest import NOW, SECRET, ticking

API = "/api/v1/judgements"


def figures(ledger_file: Path) -> list[str]:
    with Ledger.open(ledger_file) as ledger, ledger.reading() as connection:
        return [one.figure for one in waiting.figures(connection)]


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's form."""
    form = page.partition('id="decision"')[2]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.fixture
def coders(ledger_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The app where two people judge each figure; the header X-Person says who asks: "ana coder"."""

    def known(request: Request, _: Any) -> Person:
        name, role = request.headers["X-Person"].split()
        return Person(name, Role(role), ALLOWED[Role(role)])

    monkeypatch.setattr(identity, "_local", known)
    settings = Settings(str(ledger_file), secret=SECRET, hosts=("testserver",), coders=2)
    app = make_app(settings, now=ticking())
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, raise_server_exceptions=False) as made:
        yield made


ANA, BEN, EVA = ({"X-Person": f"{name}"} for name in ("ana coder", "ben coder", "eva adjudicator"))


def judge(client: TestClient, who: dict[str, str], figure: str, verdict: str = "accept", **more: Any) -> Any:
    return client.post(API, json={"verdict": verdict, "subjects": [figure], **more}, headers=who)


def test_a_form_records_a_judgement_and_leads_on(client: TestClient, ledger_file: Path) -> None:
    first = client.get("/review").text
    answer = client.post("/review/decide", data=hidden(first) | {"verdict": "accept", "why": "plain"})

    assert answer.status_code == 200
    assert str(answer.url).startswith("http://testserver/review?after=")
    assert hidden(answer.text)["key"] != hidden(first)["key"]
    with Ledger.open(ledger_file) as ledger, ledger.reading() as connection:
        (made,) = queries.judgements(connection)
    assert (made.subjects[0], made.by, made.why) == (hidden(first)["key"], "ada", "plain")
    assert made.at >= NOW


def test_a_form_corrects_a_field_and_says_what_is_wrong_with_one(client: TestClient) -> None:
    key = hidden(client.get("/review").text)["key"]
    opened = client.get("/review", params={"item": key, "correct": "true"})
    assert 'class="item editing"' in opened.text
    fields = hidden(opened.text) | {"verdict": "correct", "low": "40", "high": "30"}

    wrong = client.post("/review/decide", data=fields)
    assert wrong.status_code == 422
    assert "40 is above 30" in wrong.text
    assert 'class="item editing"' in wrong.text

    right = client.post("/review/decide", data=fields | {"high": "50"})
    assert right.status_code == 200
    assert "40–50" not in right.text  # the next item
    (made,) = client.get(API).json()["items"]
    assert made["changes"] == '{"count": {"high": 50, "low": 40}}'


def test_what_cannot_be_recorded_stays_with_the_reason(client: TestClient) -> None:
    fields = hidden(client.get("/review").text) | {"verdict": "accept"}
    assert client.post("/review/decide", data=fields).status_code == 200

    again = client.post("/review/decide", data=fields | {"verdict": "reject"})
    assert again.status_code == 409
    assert "You judged this meanwhile" in again.text
    assert hidden(again.text)["key"] == fields["key"]


def test_a_preview_shows_how_the_claim_then_reads(client: TestClient) -> None:
    key = hidden(client.get("/review").text)["key"]
    shown = client.post("/review/preview", data={"key": key, "low": "40", "high": ""}).text

    assert "<ins>at least 40</ins>" in shown


def test_undo_takes_back_ones_last_judgement_and_shows_what_it_was_on(client: TestClient) -> None:
    fields = hidden(client.get("/review").text) | {"verdict": "accept"}
    decided = client.post("/review/decide", data=fields)
    assert undone(client.get("/review", params={"item": fields["key"]}).text) == undone(decided.text) != ""
    for _ in range(2):  # by a button pressed twice
        answer = client.post("/review/undo", data={"judgement": undone(decided.text)})
        assert hidden(answer.text)["key"] == fields["key"]

    assert [one["withdrawn_by"] for one in client.get(API).json()["items"]] == ["ada"]
    assert undone(answer.text) == ""
    assert client.post("/review/undo", data={"judgement": ""}).status_code == 422
    assert client.post("/review/undo").status_code == 422


def undone(page: str) -> str:
    """The id of the judgement that the page's undo takes back."""
    (found,) = re.findall(r'<button name="judgement" value="([0-9a-f]*)"', page)
    return str(found)


def test_the_queue_ends_in_words(client: TestClient) -> None:
    shown = client.get("/review", params={"after": "4~0~~"}).text

    assert "Nothing waits for you here" in shown


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/review?after=nowhere", 422),
        ("/review?item=x", 422),
        ("/review?item=00000000:00000000", 404),
        ("/review?item=00000000%230~00000000%231", 404),
    ],
)
def test_an_address_that_names_nothing_is_told_so(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_readers_do_not_judge(coders: TestClient, ledger_file: Path) -> None:
    reader = {"X-Person": "rita reader"}

    assert coders.get("/review", headers=reader).status_code == 403
    assert judge(coders, reader, figures(ledger_file)[0]).status_code == 403


# Blind double coding, on every way in.


def looks(client: TestClient, who: dict[str, str], figure: str, made: str) -> list[str]:
    """The places in which somebody finds a judgement of ana's that bears the reason XYZZY."""
    pages = {
        "list": f"{API}?limit=200",
        "list of one": f"{API}?subject={figure}",
        "list by": f"{API}?by=ana",
        "one": f"{API}/{made}",
        "item": f"{API}/item?key={figure}",
        "review": f"/review?item={figure}",
        "document": f"/documents/{figure[:8]}?figure={figure}",
    }
    return [
        name
        for name, path in pages.items()
        if (text := client.get(path, headers=who).text) and ("XYZZY" in text or "accept · ana" in text)
    ]


EVERYWHERE = ["list", "list of one", "list by", "one", "item", "review", "document"]


def test_nobody_sees_the_first_judgement_before_the_second_is_made(coders: TestClient, ledger_file: Path) -> None:
    figure = figures(ledger_file)[0]
    made = judge(coders, ANA, figure, why="XYZZY").json()["id"]

    assert looks(coders, BEN, figure, made) == []
    assert looks(coders, {"X-Person": "rita reader"}, figure, made) == []
    assert looks(coders, ANA, figure, made) == looks(coders, EVA, figure, made) == EVERYWHERE

    assert judge(coders, BEN, figure, "reject").status_code == 201
    assert looks(coders, BEN, figure, made) == EVERYWHERE
    assert "reject · ben" in coders.get(f"/documents/{figure[:8]}", headers=ANA).text


def test_the_queue_of_each_coder_is_their_own(coders: TestClient, ledger_file: Path) -> None:
    figure = figures(ledger_file)[0]
    judge(coders, ANA, figure)

    def waits(who: dict[str, str]) -> list[str]:
        return [one["key"] for one in coders.get(f"{API}/queue?limit=200", headers=who).json()["items"]]

    assert figure not in waits(ANA)
    assert figure in waits(BEN)


def test_what_shows_everybodys_judgements_at_once_is_not_for_who_codes_blind(coders: TestClient) -> None:
    asked = {"kind": "export", "format": "csv"}
    assert coders.get("/api/v1/claims?judged=true", headers=ANA).status_code == 403
    assert coders.get("/api/v1/claims", headers=ANA).status_code == 200
    assert coders.post("/api/v1/tasks", json=asked, headers=ANA).status_code == 403
    assert coders.get("/api/v1/claims?judged=true", headers=EVA).status_code == 200


def test_people_who_open_the_queue_at_once_begin_at_different_items_and_miss_none() -> None:
    begins = [first_of(name, 40) for name in ("ana", "ben", "eva", "kofi", "lin", "noor", "olu", "sam")]
    assert len(set(begins)) >= 6
    assert begins == [first_of(name, 40) for name in ("ana", "ben", "eva", "kofi", "lin", "noor", "olu", "sam")]

    waiting, met = list(range(40)), []
    while waiting:  # one person alone, who goes back to the start after each
        met.append(waiting.pop(first_of("ana", len(waiting))))
    assert sorted(met) == list(range(40))


def test_in_a_shared_app_each_begins_at_a_place_of_their_own(ledger_file: Path, monkeypatch: Any) -> None:
    def begins(name: str, audience: Audience) -> str:
        monkeypatch.setattr(identity, "_found", lambda request, at: Person(name, Role.CODER, ALLOWED[Role.CODER]))
        settings = Settings(str(ledger_file), audience, secret=SECRET, hosts=("testserver",))
        with TestClient(make_app(settings, now=ticking())) as client:
            found = re.search(r'name="key" value="([^"]+)"', client.get("/review").text)
        assert found is not None
        return found[1]

    names = ("ana", "ben", "eva", "kofi", "lin")
    assert len({begins(name, Audience.SHARED) for name in names}) > 2
    assert len({begins(name, Audience.LOCAL) for name in names}) == 1


def test_an_adjudicator_sees_both_sides_and_settles(coders: TestClient, ledger_file: Path) -> None:
    figure = figures(ledger_file)[0]
    judge(coders, ANA, figure, why="it says so")
    judge(coders, BEN, figure, "correct", changes={"count": {"low": 30, "high": 30}}, why="a slip")

    assert coders.get("/review/differing", headers=ANA).status_code == 403
    shown = coders.get("/review/differing", headers=EVA).text
    assert "it says so" in shown
    assert "a slip" in shown
    (one,) = coders.get(f"{API}/differing", headers=EVA).json()["items"]
    bens = next(made["id"] for made in one["judgements"] if made["by"] == "ben")

    fields = {"key": figure, "as": bens, "why": "the hospital's own number"}
    assert "Coders differ on nothing" in coders.post("/review/settle", data=fields, headers=EVA).text
    refused = judge(coders, ANA, figure)
    assert (refused.status_code, refused.json()["title"]) == (409, "AlreadyJudged")
    assert "eva settled this" in refused.json()["detail"].lower()


def test_agreement_is_shown_with_what_is_not_defined(coders: TestClient, ledger_file: Path) -> None:
    assert "No item was judged by two people yet" in coders.get("/review/agreement", headers=EVA).text
    for figure in figures(ledger_file)[:3]:
        judge(coders, ANA, figure)
        judge(coders, BEN, figure)

    found = coders.get(f"{API}/agreement", headers=EVA).json()
    assert (found["looked"], found["verdicts"]["value"]) == (3, None)
    assert "not defined" in found["verdicts"]["reason"]
    assert "not defined" in coders.get("/review/agreement", headers=EVA).text


# The API.


def test_judgements_are_listed_page_by_page(client: TestClient, ledger_file: Path) -> None:
    made = [judge(client, {}, figure).json()["id"] for figure in figures(ledger_file)[:5]]
    found, after = [], -1
    while after is not None:
        page = client.get(f"{API}?limit=2&after={after}").json()
        found += [one["id"] for one in page["items"]]
        after = page["next"]

    assert found == made
    assert client.get(f"{API}/{made[0]}").json()["by"] == "ada"


def test_a_judgement_is_made_and_withdrawn_by_api(client: TestClient, ledger_file: Path) -> None:
    figure = figures(ledger_file)[0]
    seen = client.get(f"{API}/item?key={figure}").json()["state"]["seen"]
    made = judge(client, {}, figure, "reject", why="a list of names", seen=seen)
    assert made.status_code == 201
    assert judge(client, {}, figure, seen=seen).status_code == 409

    taken = client.post(f"{API}/{made.json()['id']}/withdrawal", json={"why": "looked again"})
    assert (taken.status_code, taken.json()["withdrawn_by"]) == (201, "ada")
    assert client.post(f"{API}/{made.json()['id']}/withdrawal", json={}).json() == taken.json()


def test_a_program_that_judges_anew_says_what_it_replaces(client: TestClient, ledger_file: Path) -> None:
    figure = figures(ledger_file)[0]
    made = judge(client, {}, figure).json()
    refused = judge(client, {}, figure, "reject")
    assert (refused.status_code, refused.json()["title"]) == (409, "AlreadyJudged")
    assert made["id"] in refused.json()["detail"]

    changed = judge(client, {}, figure, "reject", replaces=made["id"])
    assert changed.status_code == 201
    assert judge(client, {}, figure, "reject", replaces=made["id"]).json() == changed.json()  # its answer was lost
    found = client.get(API).json()["items"]
    assert [(one["verdict"], one["withdrawn_by"]) for one in found] == [("accept", "ada"), ("reject", None)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"verdict": "maybe", "subjects": ["a:b"]},
        {"verdict": "accept", "subjects": []},
        {"verdict": "accept", "subjects": ["x", "y", "z"]},
        {"verdict": "accept", "subjects": ["3f9a12cd"]},
        {"verdict": "correct", "subjects": ["FIGURE"]},
        {"verdict": "correct", "subjects": ["FIGURE"], "changes": {"id": "x"}},
        {"verdict": "correct", "subjects": ["FIGURE"], "changes": {"count": {"low": "many"}}},
        {"verdict": "accept", "subjects": ["FIGURE"], "surprise": 1},
        {"verdict": "same", "subjects": ["FIGURE"]},
    ],
)
def test_what_makes_no_sense_is_a_problem_and_nothing_is_recorded(
    client: TestClient, ledger_file: Path, body: dict[str, Any]
) -> None:
    figure = figures(ledger_file)[0]
    given = body | {"subjects": [figure if name == "FIGURE" else name for name in body.get("subjects", [])]}
    answer = client.post(API, json=given if body else {})

    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(API).json()["items"] == []


@pytest.mark.parametrize(
    "raw",
    [
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"count": {"low": 1e999}}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"count": {"low": NaN}}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"count": {"low": true, "high": true}}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"population": {"text": "\\ud800"}}}',
        '{"verdict": "accept", "subjects": ["FIGURE"], "why": "\\ud800"}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"place": {"name": "x", "lat": "y", "lon": 0}}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"place": {"name": 7, "lat": 1e999, "lon": 0}}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"period": {"start": 5, "end": null}}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"population": {"text": 5}}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"measure": []}}',
        '{"verdict": "correct", "subjects": ["FIGURE"], "changes": {"count": {"low": -5, "high": -1}}}',
    ],
)
def test_values_that_no_claim_can_have_are_refused(client: TestClient, ledger_file: Path, raw: str) -> None:
    figure = figures(ledger_file)[0]
    answer = client.post(API, content=raw.replace("FIGURE", figure), headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert client.get(API).json()["items"] == []
    assert client.get(f"/review?item={figure}").status_code == 200
