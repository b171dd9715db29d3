"""Documents: found, read with their figures marked, long ones in parts, hostile ones inert."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from tallystick.ledger.store import Ledger
from tallystick.model.records import Recording, figure_id
from tallystick.serve.app import make_app
from tallystick.serve.settings import Settings
from tests.ledger.reports import NOON, recording
from tests.serve.conftest import SECRET, shot, ticking
from tests.serve.walks import LOOKS, grave

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> <svg onload=alert(3)> {{ 7 * 7 }} "
    "javascript:alert(4) \u202ekilled 21 &amp; &lt; \U0001f600 מת\n"
)


def ids(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"/documents/([0-9a-f]{16})", page)))


@pytest.fixture
def with_reports(tmp_path: Path) -> Iterator[Callable[..., TestClient]]:
    """A client of the app over a ledger of these reports, never reconciled."""
    made: list[TestClient] = []

    def opens(*reports: Recording) -> TestClient:
        path = tmp_path / "some.db"
        with Ledger.create(path, now=NOON) as ledger:
            ledger.add(reports, now=NOON, actor="tests 1")
        app = make_app(Settings(str(path), signs="ada", secret=SECRET, hosts=("testserver",)), now=ticking())
        client = TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, raise_server_exceptions=False)
        made.append(client.__enter__())
        return client

    yield opens
    for client in made:
        client.__exit__(None, None, None)


def test_documents_are_listed_those_added_last_first(client: TestClient) -> None:
    shown = client.get("/documents").text

    assert len(ids(shown)) == 8
    assert shown.index("The names of the dead of Tera") < shown.index("Gunmen attack market in Tera")


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("q=ministry", 2),
        ("publisher=liptako+wire", 2),
        ("since=2024-06-05", 3),
        ("since=2024-06-05&until=2024-06-06", 1),
        ("q=ministry&publisher=radio+sirba", 1),
        ("q=unheard", 0),
        ("publisher=nobody", 0),
    ],
)
def test_documents_are_found_by_words_publisher_and_days(client: TestClient, query: str, many: int) -> None:
    shown = client.get(f"/documents?{query}").text

    assert len(ids(shown)) == many
    assert ("No document fits" in shown) == (many == 0)


@pytest.mark.parametrize("query", ["since=yesterday", "since=2024-02-31", "until=0", "after=x", "q=%E2%80%A6"])
def test_a_filter_that_cannot_be_understood_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/documents?{query}").status_code == 422


@pytest.mark.parametrize("query", ["", "q=killed", "since=2000-01-01"])
def test_the_list_goes_on_where_a_page_ends(with_reports: Callable[..., TestClient], query: str) -> None:
    reports = [recording(n, publisher=f"Paper {n}") for n in range(2, 62)]
    client = with_reports(*reports)
    found, path = [], f"/documents?{query}"
    while path:
        shown = client.get(path).text
        found += ids(shown)
        more = re.search(r'rel="next" href="([^"]+)"', shown)
        path = more[1].replace("&amp;", "&") if more else ""

    assert sorted(found) == sorted(report.document.id for report in reports)
    assert len(found) == len(set(found)) == 60


def test_an_empty_ledger_says_what_to_do(with_reports: Callable[..., TestClient]) -> None:
    assert "Add documents" in with_reports().get("/documents").text


def test_a_document_is_shown_with_its_figures_marked_and_their_fields(client: TestClient) -> None:
    name = ids(client.get("/documents?q=hospital").text)[0]
    shown = client.get(f"/documents/{name}").text
    figures = re.findall(r'data-figure="([^"]+)"', shown)

    assert len(figures) >= 2
    for figure in figures:
        assert f'id="w-{figure}"' in shown
        assert f'id="f-{figure}"' in shown
        assert f'href="/cards/{figure}.html"' in shown
        assert f'href="/review?item={figure.replace(":", "%3A")}"' in shown
    assert "/quantities/t:" in shown
    assert "Why it is read so" in shown


def test_what_changed_between_two_captures_is_told(client: TestClient) -> None:
    pages = {one: client.get(f"/documents/{one}").text for one in ids(client.get("/documents").text)}
    name = next(one for one, page in pages.items() if "what changed" in page)
    shown = client.get(f"/documents/{name}/changes").text

    assert "<del>" in shown
    assert "no notice" in shown or "The page says" in shown


def test_copies_are_told_with_the_passages_they_share(client: TestClient) -> None:
    shown = [client.get(f"/documents/{one}/copies").text for one in ids(client.get("/documents").text)]

    assert any("opened fire on a crowded market" in text and "of the shorter text" in text for text in shown)


def test_the_original_is_saved_and_never_shown(client: TestClient) -> None:
    name = ids(client.get("/documents").text)[0]
    answer = client.get(f"/documents/{name}/original")

    assert b"<html" in answer.content.lower()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/documents/0000", "/documents/zz", "/documents/0000/original", "/documents/0000/copies"]
)
def test_a_document_that_is_not_there_is_told_so(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_hostile_document_is_text_and_nothing_else(with_reports: Callable[..., TestClient]) -> None:
    evil = recording(
        12, more=HOSTILE, title="<script>alert(0)</script>", publisher='"><b onclick=x>', url="javascript:alert(5)"
    )
    client = with_reports(evil)
    name = evil.document.id
    for path in ("/documents", f"/documents/{name}", f"/review/item?item={figure_id(name, evil.claims[0].id)}"):
        shown = client.get(path).text
        assert client.get(path).status_code == 200
        for markup in ("<script>alert", "<img", "<svg", "<b ", 'href="javascript', ">49<"):
            assert markup not in shown
    assert "&lt;script&gt;alert(1)" in client.get(f"/documents/{name}").text


def test_marks_count_code_points_also_behind_an_emoji(with_reports: Callable[..., TestClient]) -> None:
    # Letters that take two places in UTF-16, and four in UTF-8, stand before the second figure.
    report = recording(31, 47)
    text = report.text.replace("Eastford", "\U0001f600" * 8, 1)
    assert len(text) == len(report.text)
    client = with_reports(replace(report, text=text))

    shown = client.get(f"/documents/{report.document.id}").text
    marks = re.findall(r'<a class="words figure[^>]*>(?:<span[^>]*></span>)?(?:<sup[^>]*>\d+</sup>)?([^<]*)</a>', shown)
    assert marks == ["31", "47"]


def test_a_long_document_opens_in_parts_and_fast(with_reports: Callable[..., TestClient]) -> None:
    long = recording(*range(1_000, 1_400), more="Nothing new was said. " * 90_000)
    assert len(long.text) > 1_900_000
    client = with_reports(long)
    name, wanted = long.document.id, figure_id(long.document.id, long.claims[390].id)
    late = f"/documents/{name}?figure={wanted}"

    took = []
    for path in (f"/documents/{name}", late, f"/documents/{name}?part=99999"):
        client.get(path)
        began = time.process_time()
        answer = client.get(path)
        took.append(time.process_time() - began)
        assert answer.status_code == 200
        assert len(answer.text) < 400_000

    assert f'id="f-{wanted}"' in client.get(late).text
    assert "Part 2 of" in client.get(f"/documents/{name}?part=2").text
    assert "No figure was found in this part" in client.get(f"/documents/{name}?part=99999").text
    assert min(took) < 0.5  # about 0.06 s where nothing else runs


# In the browser.


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_document_looks_right_and_is_accessible(open_page: Callable[..., Page], width: int, scheme: Any) -> None:
    size = {"width": width, "height": 900}
    page = open_page("/documents", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    shot(page, f"documents-{width}-{scheme}")
    page.get_by_role("link", name="District hospital says at least 21").click()
    expect(page.get_by_text("of the shorter text").first).to_be_visible()
    shot(page, f"document-{width}-{scheme}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave(page) == []


def test_j_and_k_step_through_figures_and_a_link_leads_to_one(open_page: Callable[..., Page]) -> None:
    page = open_page("/documents")
    page.get_by_role("link", name="District hospital says at least 21").click()
    page.wait_for_url("**/documents/*")
    figures = page.locator(".figure-card[data-figure]")
    page.keyboard.press("j")
    expect(figures.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(figures.nth(0)).to_be_focused()
    wanted = figures.nth(2).get_attribute("data-figure")
    page.goto(f"{page.url.partition('#')[0]}#w-{wanted}")

    expect(figures.nth(2)).to_have_class(re.compile("current"))
    expect(page.locator(".words.current").first).to_be_attached()
