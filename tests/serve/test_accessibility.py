"""Every page of the app for everybody: axe, narrow and very wide windows, zoom, print, keyboard, motion, contrast."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, expect
from starlette.testclient import TestClient

from tallystick.errors import LedgerBusy
from tallystick.jobs import intake
from tallystick.ledger.store import Ledger
from tallystick.office import passwords
from tallystick.serve.app import make_app
from tallystick.serve.service import Service
from tallystick.serve.settings import Settings
from tests.serve.conftest import NOW, SECRET, Site, Watch, shot, ticking
from tests.serve.walks import EMPTY, FIGURE, PAGES, TALLY, addresses, grave, prepared, settled, shared, sign_in

ALONE = ("card", "report")
"""Pages without the app around them."""
NARROW = ("quantity", "incident", "account")
"""Pages with words that stand in a narrow window alone. The others' colours are those of a wide one."""
SHOWN = ("overview", "review-pair", "jobs", "agreement", "quantity", "incident", "source", "missing")
"""Pages that are kept as pictures, of those that no other test keeps."""

HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4")].filter(one => one.checkVisibility()
    || one.classList.contains("unseen")).map(one => Number(one.tagName[1]))"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT = """() => [...document.querySelectorAll("main *")].filter(one => {
    const style = getComputedStyle(one);
    return one.checkVisibility() && !one.closest(".unseen, svg, dialog, input, select, textarea")
        && /auto|scroll|hidden|clip/.test(style.overflowY) && one.scrollHeight > one.clientHeight + 2;
}).map(one => one.outerHTML.slice(0, 100))"""
"""What would lose words on paper."""
LONG = """() => [...document.querySelectorAll("main p")].filter(one =>
    one.checkVisibility() && one.getBoundingClientRect().width > 75 * parseFloat(getComputedStyle(one).fontSize)
).map(one => one.outerHTML.slice(0, 100))"""
"""Paragraphs in lines too long to read."""


@pytest.fixture(scope="module")
def cheaper() -> Iterator[None]:
    real, passwords.HASHER = passwords.HASHER, PasswordHasher(1, 1024, 1)
    yield
    passwords.HASHER = real


@pytest.fixture(scope="module")
def walked(cheaper: None, shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path]]:
    ledger = prepared(shipped, tmp_path_factory.mktemp("walked"))
    with shared(ledger) as site:
        yield site, ledger


@pytest.fixture(scope="module")
def walker(browser: Browser, walked: tuple[Site, Path]) -> Iterator[Page]:
    """Ada's page. Fails the test afterwards for any outside request, script error or breach of the policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watch = Watch(context, walked[0].address)
    page = context.new_page()
    sign_in(page, walked[0])
    yield page
    context.close()
    assert watch.outside == []
    assert [one for one in watch.errors if "404 (Not Found)" not in one] == []  # the pages that are not there


@pytest.fixture(scope="module")
def found(walker: Page, walked: tuple[Site, Path]) -> dict[str, str]:
    return addresses(walker, *walked)


@pytest.fixture
def at(walker: Page, walked: tuple[Site, Path]) -> Iterator[Any]:
    """Opens a page of the app anew, 1280 px wide and light."""

    def opens(path: str) -> Page:
        walker.goto(walked[0].address + path)
        settled(walker)
        return walker

    yield opens
    walker.set_viewport_size({"width": 1280, "height": 900})
    walker.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference", forced_colors="none")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits_every_window_and_paper(at: Any, found: dict[str, str], name: str) -> None:
    page = at(found[name])

    levels = page.evaluate(HEADINGS)
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert page.locator("main").count() == 1
    assert grave(page) == []
    page.emulate_media(color_scheme="dark")
    assert grave(page, ["color-contrast"]) == []
    for wide in (640, 360):  # 640 is what 1280 px are at a zoom of 200 %
        page.set_viewport_size({"width": wide, "height": 800})
        assert page.evaluate(WIDE) <= 0, wide
    assert grave(page, ["scrollable-region-focusable", "target-size"]) == []
    if name in SHOWN:
        shot(page, f"walk-{name}-360-dark")
    page.emulate_media(color_scheme="light")
    if name in NARROW:
        assert grave(page, ["color-contrast"]) == []
    if name in ALONE:
        return
    page.set_viewport_size({"width": 3840, "height": 1600})
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20
    assert page.evaluate(LONG) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    expect(page.locator(".top, .foot").first).to_be_hidden()
    assert page.evaluate(CUT) == []


def test_nobody_needs_more_than_the_page_to_sign_in(browser: Browser, walked: tuple[Site, Path]) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(walked[0].address)
    assert grave(page) == []
    assert page.evaluate(WIDE) <= 0
    page.close()


def test_a_coder_is_told_in_words_that_a_page_is_not_for_them(browser: Browser, walked: tuple[Site, Path]) -> None:
    page = browser.new_page()
    sign_in(page, walked[0], "cole")
    answer = page.goto(f"{walked[0].address}/administration")

    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("alert")).to_contain_text("cole (coder) may not administer accounts here")
    assert grave(page) == []
    page.context.close()


# By keyboard


def test_the_skip_link_comes_first_and_leads_past_the_menu(at: Any) -> None:
    page = at("/documents")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    assert page.locator(".skip").evaluate("one => one.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    "path", ["/review", f"/documents/{FIGURE[:8]}", f"/quantities/{TALLY}", "/incidents/map", "/administration"]
)
def test_tab_reaches_every_action_and_shows_where_it_is(at: Any, path: str) -> None:
    page = at(path)
    wanted = page.evaluate(
        """() => {
            const all = [...document.querySelectorAll(
                "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
                .filter(one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0);
            all.forEach((one, at) => { one.dataset.nth = at; });
            return all.length;
        }"""
    )
    seen, hidden = set(), []
    for _ in range(wanted * 3 + 5):  # a field for a day has several stops
        page.keyboard.press("Tab")
        nth, marked, html = page.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one);
                const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
                    || style.boxShadow !== "none";
                return [one.dataset.nth, marked, one.outerHTML.slice(0, 100)];
            }"""
        )
        if nth is not None:
            seen.add(nth)
            hidden += [] if marked else [html]
        if len(seen) == wanted:
            break
    assert hidden == []
    assert len(seen) == wanted


def test_keys_do_nothing_while_somebody_types(at: Any) -> None:
    page = at("/review")
    key = page.locator("#item").get_attribute("data-key")
    for field in (page.get_by_label("Reason (optional)"), page.locator("#find")):
        field.focus()
        page.keyboard.type("a/crsduznjk?")
        expect(field).to_have_value("a/crsduznjk?")
        expect(page.locator("#item")).to_have_attribute("data-key", key or "")
    assert page.locator("dialog[open]").count() == 0
    expect(page.locator("#progress strong").first).to_have_text("0")


def test_a_judgement_is_said_to_who_cannot_see_it(at: Any) -> None:
    page = at("/review")
    key = page.locator("#item").get_attribute("data-key")
    page.keyboard.press("n")
    page.wait_for_function("key => document.getElementById('item').dataset.key !== key", arg=key)
    expect(page.locator("#said")).to_contain_text("Skipped. ")
    expect(page.locator("#said[role=status][aria-live=polite]")).to_have_count(1)
    expect(page.locator("#item")).to_be_focused()
    key = page.locator("#item").get_attribute("data-key")
    page.keyboard.press("a")
    page.wait_for_function("key => document.getElementById('item').dataset.key !== key", arg=key)
    expect(page.locator("#said")).to_contain_text("Accepted.")
    expect(page.locator("#progress strong").first).to_have_text("1")
    page.keyboard.press("z")
    expect(page.locator("#said")).to_contain_text("Took back: accept.")


# As the reader's own settings ask


def test_nothing_moves_for_who_asks_for_stillness(at: Any) -> None:
    page = at("/")
    page.emulate_media(reduced_motion="reduce")
    for path in ("/review", f"/quantities/{TALLY}", "/incidents/map", f"/documents/{FIGURE[:8]}"):
        at(path)
        assert page.evaluate(
            """() => [...document.querySelectorAll("*")].filter(one => {
                const style = getComputedStyle(one);
                return [style.transitionDuration, style.animationDuration].some(time => parseFloat(time) > 0)
                    || style.scrollBehavior === "smooth";
            }).map(one => one.outerHTML.slice(0, 100))"""
        ) == []  # fmt: skip


def test_marks_are_more_than_a_colour_in_a_system_palette(at: Any) -> None:
    page = at(f"/documents/{FIGURE[:8]}")
    page.emulate_media(forced_colors="active")
    assert page.locator(".report .words").first.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    shot(page, "walk-document-forced-colours")


# States


def test_what_is_being_fetched_is_seen_to_be_on_its_way(at: Any) -> None:
    page = at(f"/quantities/{TALLY}")
    waiting = []
    page.route("**/quantities/*policy=acled*", lambda route: waiting.append(route))
    with page.expect_request("**/quantities/*policy=acled*"):
        page.get_by_label("Under the policy", exact=True).select_option("acled-like/1")
    page.wait_for_function("() => parseFloat(getComputedStyle(document.getElementById('answer')).opacity) < 0.6")
    (route,) = waiting
    route.continue_()
    page.unroute_all(behavior="ignoreErrors")
    expect(page.locator(".result strong")).to_have_text("acled-like/1")


@pytest.mark.parametrize("reports", [False, True], ids=["empty", "not-reconciled"])
def test_a_ledger_with_nothing_to_show_says_so_on_every_page(
    cheaper: None, browser: Browser, tmp_path: Path, reports: bool
) -> None:
    now = ticking()
    with Ledger.create(tmp_path / "ledger.db", now=now()) as ledger:
        if reports:
            one = tmp_path / "one.txt"
            one.write_text("At least 12 people were killed in Téra on Monday, the mayor said.\n", "utf-8")
            intake.add(ledger, [one], now=now)
    context = browser.new_context(viewport={"width": 360, "height": 800})
    with shared(tmp_path / "ledger.db") as site:
        watch = Watch(context, site.address)
        page = context.new_page()
        sign_in(page, site)
        for name in EMPTY:
            answer = page.goto(site.address + PAGES[name])
            assert answer is not None
            assert answer.status == 200, name
            assert page.locator("main").inner_text().count("\n") > 0, name
            assert page.evaluate(WIDE) <= 0, name
            if not reports:  # the same pages again otherwise
                assert grave(page, ["color-contrast", "heading-order", "empty-table-header"]) == [], name
                shot(page, f"walk-empty-{name}-360")
        context.close()
    assert watch.outside == []
    assert watch.errors == []


def test_a_ledger_that_is_locked_is_said_to_be(ledger_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_: Service) -> Any:
        raise LedgerBusy("another program writes to the ledger. Try again in a moment.")

    app = make_app(Settings(str(ledger_file), signs="ada", secret=SECRET, hosts=("testserver",)), now=lambda: NOW)
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, raise_server_exceptions=False) as client:
        monkeypatch.setattr(Service, "reading", busy)
        for name in ("documents", "quantities", "review", "incidents", "sources"):
            answer = client.get(PAGES[name])
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert "another program writes to the ledger" in answer.text
            assert "<h1>" in answer.text


def test_what_is_not_known_yet_is_not_shown_as_nought(tmp_path: Path) -> None:
    now = ticking()
    one = tmp_path / "one.txt"
    one.write_text("At least 12 people were killed in Téra on Monday, the mayor said.\n", "utf-8")
    with Ledger.create(tmp_path / "ledger.db", now=now()) as ledger:
        intake.add(ledger, [one], now=now)
    settings = Settings(str(tmp_path / "ledger.db"), signs="ada", secret=SECRET, hosts=("testserver",))
    with TestClient(make_app(settings, now=now), headers={"Authorization": f"Bearer {SECRET}"}) as client:
        shown = client.get("/").text
        assert shown.count('<strong class="num">unknown</strong>') == 3
        assert "Reconcile now" in client.get("/quantities").text
        assert client.get("/api/v1/tallies").status_code == 409
