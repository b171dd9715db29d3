"""Incidents, the map, sources, search and the overview in a real browser: looked at, and used by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.serve.conftest import shot
from tests.serve.walks import LOOKS, grave

PAGES = {
    "overview": "/",
    "incidents": "/incidents",
    "incident-map": "/incidents/map?bbox=-6,8,8,18",
    "sources": "/sources",
    "source": "/sources/voice/the%20district%20hospital",
    "search": "/search?q=killed+in+T%C3%A9ra",
    "search-empty": "/search",
}


@pytest.mark.parametrize(("width", "scheme"), LOOKS[1:])  # the walk through all pages looks at the other
def test_every_page_fits_its_window_and_is_accessible(open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page("/incidents", viewport={"width": width, "height": 900}, color_scheme=scheme)
    incident = page.locator(".incidents a").first.get_attribute("href")
    root = page.url.partition("/incidents")[0]
    for name, path in {**PAGES, "incident": incident}.items():
        page.goto(f"{root}{path}")
        if name == "source":
            page.locator(".drawn-well").wait_for()
        shot(page, f"{name}-{width}-{scheme}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} wide in a window of {width}"
        assert grave(page) == [], name


def test_the_map_is_moved_by_keys_and_says_what_it_shows(open_page: Callable[..., Page]) -> None:
    page = open_page("/incidents/map?bbox=-6,8,8,18")
    box = page.locator("#map-frame svg").get_attribute("viewBox")
    page.locator("#map-frame").focus()
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("bbox=-4"))
    expect(page.locator("#said")).to_have_text(re.compile(r"1 incident at 1 place, from"))
    assert page.locator("#map-frame svg").get_attribute("viewBox") != box
    before = page.url
    page.locator("#map-frame").focus()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(before)
    slow: list[Route] = []
    page.route("**/incidents/map?*", lambda route: slow.append(route), times=1)
    page.locator("#map-frame").focus()
    with page.expect_request("**/incidents/map?*"):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("0")
    expect(page).to_have_url(re.compile("bbox=-180"))
    slow[0].continue_()  # nobody waits for it any more
    expect(page.locator("#move-whole")).to_have_attribute("aria-hidden", "true")


def test_a_mark_is_reached_by_keyboard_and_leads_to_its_incident(open_page: Callable[..., Page]) -> None:
    page = open_page("/incidents/map")
    mark = page.locator("#map-frame a.spot")
    expect(mark).to_have_attribute("aria-label", re.compile("Téra: 1 incident, a settlement, within about 4 km"))
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile("Incident in Téra on 3 June 2024"))


def test_without_a_script_the_map_moves_and_the_sources_have_a_picture(open_page: Callable[..., Page]) -> None:
    page = open_page("/incidents/map?bbox=-6,8,8,18", java_script_enabled=False)
    page.locator("#move-closer").click()
    expect(page).to_have_url(re.compile("bbox=-[34]"))
    assert page.locator("#map-frame svg .land").count() == 1
    page.goto(page.url.partition("/incidents")[0] + "/search")
    page.locator("#ask").fill("gunmen")
    page.locator("#ask").press("Enter")
    expect(page.locator("#s-figures")).to_have_count(1)


def test_a_slash_leads_to_the_search_from_everywhere(open_page: Callable[..., Page]) -> None:
    page = open_page("/sources")
    page.keyboard.press("/")
    page.keyboard.type("liptako")
    page.keyboard.press("Enter")
    expect(page.locator("#s-sources")).to_be_visible()
