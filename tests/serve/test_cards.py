"""Evidence cards and reports in the app: the same files as on the command line, with their own strict policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pypdfium2 import PdfDocument
from starlette.testclient import TestClient

from tallystick.jobs.card_checks import check_card
from tallystick.ledger import checkpoints
from tallystick.ledger.store import Ledger
from tallystick.model.people import Role
from tallystick.model.records import figure_id
from tests.deciding import decide
from tests.ledger.reports import recording
from tests.serve.conftest import NOW, SHOTS, Watch, shot
from tests.serve.people import cheap, house

__all__ = ["cheap"]

FIGURE = "c1ba834c:2858406f"


@pytest.fixture
def saved(client: TestClient, ledger_file: Path, tmp_path: Path) -> Path:
    """A folder with a signed card and a report, as they were downloaded."""
    with Ledger.open(ledger_file) as ledger:
        checkpoints.checkpoint(ledger, now=NOW)
    for name, path in (("card.html", f"/cards/{FIGURE}.html"), ("report.html", "/reports/t:b96be7.html")):
        (tmp_path / name).write_bytes(client.get(path).content)
    return tmp_path


def test_a_card_is_served_with_its_own_policy_and_verifies(client: TestClient) -> None:
    answer = client.get(f"/cards/{FIGURE}.html", params={"policy": ["neutral", "ucdp-like"]})

    assert answer.status_code == 200
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"] == 'inline; filename="tallystick-c1ba834c-2858406f.html"'
    verdict = check_card(answer.content)
    assert not verdict.altered
    assert "ucdp-like/1" in answer.text


def test_a_card_is_saved_as_json_or_on_request_as_a_page(client: TestClient) -> None:
    answer = client.get(f"/cards/{FIGURE}.json")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/json"
    assert not check_card(answer.content).altered
    page = client.get(f"/cards/{FIGURE}.html", params={"download": "1"})
    assert page.headers["Content-Disposition"].startswith("attachment")


def test_a_report_is_served_as_a_page_and_saved_as_pdf(client: TestClient) -> None:
    page, pdf = client.get("/reports/t:b96be7.html"), client.get("/reports/t:b96be7.pdf")

    assert "People killed in Téra on 3 June 2024" in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="tallystick-t-b96be7ca0d3e.pdf"'


def test_a_report_is_as_of_the_day_in_the_address(client: TestClient) -> None:
    answer = client.get("/reports/t:b96be7.html", params={"as_of": "2024-06-04", "policy": "neutral/1", "held_by": ""})

    assert "the end of 2024-06-04" in answer.text
    assert "Twenty-six people" not in answer.text
    assert client.get("/reports/t:b96be7.pdf", params={"as_of": "0"}).status_code == 422


def test_an_incidents_report_holds_its_quantities(client: TestClient) -> None:
    assert "People wounded in Téra" in client.get("/reports/i3261.html").text


@pytest.mark.parametrize(
    "path",
    [
        "/cards/c1ba834c:0000.html",
        "/cards/none.json",
        "/reports/t:zz.html",
        "/reports/i99.pdf",
        "/cards/x.html?policy=y",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert "That did not work" in answer.text


def test_nobody_gets_a_card_without_signing_in(client: TestClient) -> None:
    for path in (f"/cards/{FIGURE}.html", f"/cards/{FIGURE}.json", "/reports/t:b96be7.pdf"):
        assert client.get(path, headers={"Authorization": ""}, follow_redirects=False).status_code == 303


def test_a_coder_gets_no_card_that_shows_what_another_decided_blind(tmp_path: Path, cheap: None) -> None:
    report = recording(12)
    figure = figure_id(report.document.id, report.claims[0].id)
    with house(str(tmp_path / "blind.db"), coders=2) as shared:
        for name, role in (("ben", Role.CODER), ("dia", Role.ADJUDICATOR)):
            shared.add(name, role)
        shared.service.ledger.add([report], now=NOW, actor="tests 1")
        ben, dia = shared.signed_in("ben"), shared.signed_in("dia")
        assert ben.get(f"/cards/{figure}.html").status_code == 200
        decide(shared.service.ledger, "reject", [figure], by="ana", now=NOW)

        assert [one.get(f"/cards/{figure}.{kind}").status_code for one in (ben, dia) for kind in ("html", "json")] == [
            403, 403, 200, 200,
        ]  # fmt: skip


def test_a_card_opens_in_the_app_without_a_breach(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/cards/{FIGURE}.html")

    assert page.get_by_role("heading", level=1).inner_text() == "26 people killed"


@pytest.fixture
def offline(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a saved file with no script and no network. Any request or console error fails the test."""
    watches = []

    def opens(file: Path, **options: object) -> Page:
        context = browser.new_context(java_script_enabled=True, offline=True, **options)  # type: ignore[arg-type]
        watches.append((context, Watch(context, "file://")))
        page = context.new_page()
        page.goto(file.as_uri())
        return page

    yield opens
    for context, watch in watches:
        context.close()
        assert watch.outside == []
        assert watch.errors == []


@pytest.mark.parametrize("name", ["card", "report"])
def test_a_saved_file_opens_offline_in_light_and_dark_wide_and_narrow_and_prints(
    saved: Path, offline: Callable[..., Page], name: str
) -> None:
    file = saved / f"{name}.html"
    for width, scheme in ((1280, "light"), (360, "dark")):
        page = offline(file, viewport={"width": width, "height": 900}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shot(page, f"{name}-{width}-{scheme}")
        found = Axe().run(page).response
        assert len(found["passes"]) > 10
        assert [one["id"] for one in found["violations"] if one["impact"] in ("serious", "critical")] == []
    pages = offline(file).pdf(prefer_css_page_size=True)
    (SHOTS / f"{name}-printed.pdf").write_bytes(pages)
    if name == "card":
        assert 1 <= len(PdfDocument(pages)) <= 2
