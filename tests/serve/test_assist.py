"""Proposals in the app: off unless set up, shown beside the text as no findings, decided on by people alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from tallystick.assist.model import Model
from tallystick.errors import BadSettings
from tallystick.jobs import assisting, intake
from tallystick.jobs.inputs import Wanted
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger import computed, queries, waiting
from tallystick.ledger.store import Ledger
from tallystick.model.links import Linked
from tallystick.model.quantities import Evidence, LinkVerdict, SceneLink
from tallystick.serve.app import make_app
from tallystick.serve.settings import Settings, check, read_settings
from tests.assist.fake import OFFER, fake, offers
from tests.serve.conftest import NOW, SECRET, Site, running, shot, ticking
from tests.serve.schemas import tried
from tests.serve.test_tasks import followed
from tests.serve.walks import LOOKS, grave

REPORT = (
    "ORRIN BAY - At least 40 people were killed in Aleppo on Monday when shells fell on a market, the mayor said.\n\n"
    "Two schools took in 12 of the hurt children on Monday, according to Dr. Amal Oro, head of the clinic. "
    "<script>alert(1)</script> was painted on a wall.\n\nNobody knows how many are still buried, rescuers said.\n"
)
SCHOOLS = OFFER | {"figure": "Two", "measure": "damaged", "population": "schools"}
MODEL = "a-small-model"


@pytest.fixture(scope="session")
def proposing(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A ledger with two figures of a report proposed and a pair that a model looked at; and that report's id."""
    folder = tmp_path_factory.mktemp("proposing")
    shutil.copytree(shipped.with_name(f"{shipped.name}.blobs"), folder / "ledger.db.blobs")
    report = folder / "orrin.txt"
    report.write_text(REPORT, encoding="utf-8")
    now = ticking()
    with Ledger.open(shutil.copy(shipped, folder / "ledger.db")) as ledger:
        wanted = Wanted(published=date(2026, 2, 26), publisher="The Ford Echo")
        done = intake.add(ledger, [report], now=now, wanted=wanted)
        reconcile(ledger, now=now())
        (name,) = done.added.documents
        with fake(offers(OFFER, SCHOOLS, OFFER | {"figure": "13"})) as at:
            assisting.ask_about(ledger, Model(MODEL, at.endpoint), name, now=NOW, by="ada")
        with ledger.reading() as connection:
            scenes = [one.scene for one in queries.claims_of(connection, name) if one.scene is not None]
            (other,) = connection.exec_driver_sql("SELECT seq FROM scene ORDER BY seq LIMIT 1").one()
            first = queries.scenes(connection, [other])[other]
        link = SceneLink(first.id, scenes[0].id, 0.6, LinkVerdict.QUEUE, (Evidence("place", 1.0, "one region"),))
        with ledger.writing() as connection:
            computed.write(connection, computed.linking_rows("l/test", Linked((), (link,)), {}, {}))
        with ledger.reading() as connection:
            queued = list(waiting.links(connection, limit=50))
        assert [one.a for one in queued].count(first.id) >= 1
        with ledger.reading() as connection:
            held = [*queries.claims_of(connection, name), *queries.claims_of(connection, first.document)]
        words = {
            scene.id: max((h.claim.sentence.text for h in held if h.scene == scene), key=len)
            for scene in (first, scenes[0])
        }
        answers = [
            json.dumps({"verdict": "unsure", "quotes_a": [words[one.a]], "quotes_b": [words[one.b]]})
            if {one.a, one.b} == set(words)
            else json.dumps({"verdict": "unsure", "quotes_a": [], "quotes_b": []})
            for one in queued
        ]
        with fake(*answers) as at:
            assisting.ask_about_pairs(ledger, Model(MODEL, at.endpoint), 50, now=NOW, by="ada")
    return folder / "ledger.db", name


@pytest.fixture
def ledger_file(proposing: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it for one test to write to."""
    made, _ = proposing
    shutil.copytree(made.with_name("ledger.db.blobs"), tmp_path / "ledger.db.blobs")
    return Path(shutil.copy(made, tmp_path / "ledger.db"))


@pytest.fixture
def document(proposing: tuple[Path, str]) -> str:
    """The report's id."""
    return proposing[1]


@pytest.fixture
def assisted(ledger_file: Path, document: str) -> Iterator[TestClient]:
    settings = Settings(str(ledger_file), signs="ada", secret=SECRET, hosts=("testserver",), assist=Model(MODEL))
    with TestClient(
        make_app(settings, now=ticking()), headers={"Authorization": f"Bearer {SECRET}"}, raise_server_exceptions=False
    ) as made:
        yield made


@pytest.fixture
def site(ledger_file: Path, document: str) -> Iterator[Site]:
    with running(Settings(str(ledger_file), signs="ada", secret=SECRET, assist=Model(MODEL))) as made:
        yield made


def proposals(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/assist/proposals").json()["items"]
    return found


def test_without_a_model_there_is_no_route_and_no_word_of_one(client: TestClient) -> None:
    for path in ("/assist", "/assist/askings/1", "/api/v1/assist/proposals", "/api/v1/assist/askings/1"):
        assert client.get(path).status_code == 404
    for path in ("/assist/proposals/1", "/assist/pairs", "/api/v1/assist/askings"):
        assert client.post(path, json={"pairs": 1}).status_code in (404, 405)
    assert "assist" not in json.dumps(list(client.get("/api/v1/openapi.json").json()["paths"]))
    document = client.get("/api/v1/documents").json()["items"][0]["id"]
    for path in ("/review", f"/documents/{document}", "/tasks"):
        page = client.get(path)
        assert page.status_code == 200
        assert "/assist" not in page.text


def test_without_a_model_no_job_asks_one(client: TestClient) -> None:
    answer = client.post("/tasks", data={"kind": "assist"})
    assert answer.status_code == 422
    assert "o language model is set up" in answer.text


def test_without_a_model_nothing_of_the_extra_is_imported(ledger_file: Path) -> None:
    code = (
        "import sys\nfrom starlette.testclient import TestClient\nfrom tallystick.serve.app import make_app\n"
        "from tallystick.serve.settings import Settings\nimport tallystick.cli\n"
        f"app = make_app(Settings({str(ledger_file)!r}, secret='s', hosts=('testserver',)))\n"
        "with TestClient(app, headers={'Authorization': 'Bearer s'}) as client:\n"
        "    assert client.get('/documents').status_code == 200\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('pydantic_ai', 'openai')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_settings_name_the_model_and_refuse_another_machine_unless_it_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "tallystick.toml"
    file.write_text('[assist]\nmodel = "small"\nseconds = 30\n', encoding="utf-8")
    assert read_settings(file)["assist"] == Model("small", seconds=30)
    file.write_text('[assist]\nmodel = "large"\nendpoint = "https://api.example.org/v1"\n', encoding="utf-8")
    with pytest.raises(BadSettings, match="the text of documents would leave it"):
        check(Settings("ledger.db", **read_settings(file)))


@pytest.mark.parametrize("body", ['model = "m"\nkey = "secret"', 'endpoint = "http://127.0.0.1/v1"', "model = 3"])
def test_settings_of_the_assist_that_mean_nothing_are_refused(tmp_path: Path, body: str) -> None:
    file = tmp_path / "tallystick.toml"
    file.write_text(f"[assist]\n{body}\n", encoding="utf-8")
    with pytest.raises(BadSettings, match=r"\[assist\]"):
        read_settings(file)


def test_a_proposal_stands_beside_the_text_and_says_that_it_is_no_finding(assisted: TestClient) -> None:
    page = assisted.get("/assist").text
    assert page.count(f"proposed by {MODEL}; not a finding") == 2
    assert f"proposed by {MODEL}: unsure; not a finding" in page
    assert "Proposed by a language model; not a finding." in page
    assert 'class="words figure' in page
    assert "hurt children" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_how_it_was_asked_can_be_read_with_what_was_refused(assisted: TestClient) -> None:
    one = proposals(assisted)[0]
    told = assisted.get(f"/api/v1/assist/askings/{one['asking']}").json()
    assert told["model"] == MODEL
    assert {refused["why"] for refused in told["refused"]} == {"“13” does not stand in the text."}
    page = assisted.get(f"/assist/askings/{one['asking']}").text
    assert "“13” does not stand in the text." in page
    assert "<script>alert" not in page


def test_accepting_makes_a_claim_and_declining_makes_none(assisted: TestClient, document: str) -> None:
    children, schools, _ = proposals(assisted)
    before = assisted.get(f"/documents/{document}").text
    assert children["subject"] not in before
    answer = assisted.post(f"/api/v1/assist/proposals/{children['key']}", json={"verdict": "accept"})
    assert (answer.status_code, answer.json()["by"]) == (201, "ada")
    answer = assisted.post(
        f"/assist/proposals/{schools['key']}", data={"verdict": "reject", "why": "not damaged"}, follow_redirects=False
    )
    assert answer.headers["location"] == "/assist?said=reject"
    after = assisted.get(f"/documents/{document}").text
    assert children["subject"] in after
    assert f"proposed by {MODEL}, accepted by ada" in after
    assert schools["subject"] not in after
    assert len(proposals(assisted)) == 1
    again = assisted.post(f"/api/v1/assist/proposals/{children['key']}", json={"verdict": "accept"})
    assert (again.status_code, again.json()["title"]) == (409, "AlreadyJudged")


def test_a_pair_is_judged_as_in_the_queue(assisted: TestClient) -> None:
    pair = proposals(assisted)[-1]
    assert (pair["sort"], pair["verdict"], len(pair["quotes"])) == ("pair", "unsure", 2)
    assert assisted.post(f"/api/v1/assist/proposals/{pair['key']}", json={"verdict": "accept"}).status_code == 422
    made = assisted.post(f"/api/v1/assist/proposals/{pair['key']}", json={"verdict": "different"}).json()
    assert (made["about"], made["verdict"], set(made["subjects"])) == ("event", "different", set(pair["scenes"]))


def test_a_form_leads_back_to_the_proposals_and_nowhere_else(assisted: TestClient) -> None:
    one = proposals(assisted)[0]
    answer = assisted.post(
        f"/assist/proposals/{one['key']}", data={"verdict": "reject", "back": "//evil.example"}, follow_redirects=False
    )
    assert answer.headers["location"].startswith("/assist?")
    assert "evil" not in answer.headers["location"].split("said")[0]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/assist/proposals/999999", {"verdict": "accept"}, 404),
        ("/api/v1/assist/proposals/1", {"verdict": "believe"}, 422),
        ("/api/v1/assist/askings", {}, 422),
        ("/api/v1/assist/askings", {"documents": ["ffffffff"]}, 404),
        ("/api/v1/assist/askings", {"pairs": 10_000}, 422),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(assisted: TestClient, path: str, body: Any, status: int) -> None:
    answer = assisted.post(path, json=body)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_every_answer_about_proposals_is_one_that_the_schema_names(ledger_file: Path, document: str) -> None:
    settings = Settings(
        str(ledger_file), signs="ada", secret=SECRET, hosts=("testserver", "localhost"), reads_a_minute=10**6,
        writes_a_minute=10**6, assist=Model(MODEL),
    )  # fmt: skip
    labels, wrong = tried(make_app(settings, now=ticking()), path_regex="/assist/")

    assert not wrong, "\n\n".join(wrong)
    assert len(labels) == 4


def test_a_document_is_asked_about_beside_the_pages(ledger_file: Path, document: str) -> None:
    third = OFFER | {"figure": "Two", "measure": "struck", "population": "schools"}
    with fake(offers(third)) as at:
        settings = Settings(
            str(ledger_file), signs="ada", secret=SECRET, hosts=("testserver",), assist=Model("other", at.endpoint)
        )
        with TestClient(make_app(settings, now=ticking()), headers={"Authorization": f"Bearer {SECRET}"}) as client:
            assert "Ask other which figures are missing" in client.get(f"/documents/{document}").text
            answer = client.post(f"/assist/documents/{document}", follow_redirects=False)
            task = followed(client, answer.headers["location"].rsplit("/", 1)[-1])
            page = client.get(answer.headers["location"]).text
            waits = proposals(client)
    assert (task["state"], task["result"]["proposed"]) == ("done", 1), task
    assert "None of it is a finding" in page
    assert "other" in {one["model"] for one in waits}
    assert at.question()["report"] == REPORT


def test_proposals_are_decided_on_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("/assist", viewport={"width": 1280, "height": 900})
    cards = page.locator(".proposal")
    expect(cards).to_have_count(3)
    expect(cards.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("k")
    shot(page, "assist-1280")
    page.keyboard.press("a")
    expect(page.locator(".done")).to_contain_text("Accepted: it is a claim now")
    expect(page.locator("#said")).to_contain_text("Accepted")
    expect(cards.nth(0)).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator(".done")).to_have_count(2)
    expect(cards.nth(0)).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".done")).to_have_count(3)
    page.reload()
    expect(page.get_by_text("No proposal waits.")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_proposals_read_well_and_are_accessible(open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page("/assist", viewport={"width": width, "height": 800}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert grave(page) == []
    shot(page, f"assist-{width}-{scheme}")
    page.goto(page.locator("text=How it was asked").first.evaluate("node => node.href"))
    assert grave(page) == []
    shot(page, f"assist-asking-{width}-{scheme}")
