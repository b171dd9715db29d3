"""The pages on quantities in a real browser: the chart, the slider, a judgement by keyboard, and how they look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.serve.conftest import shot
from tests.serve.walks import LOOKS, grave

KILLED = "People killed in Téra on 3 June 2024"


def to_killed(page: Page) -> None:
    """From the list to the quantity that the reports disagree about, with its chart drawn."""
    page.get_by_role("link", name=KILLED).first.click()
    expect(page.locator(".chart svg")).to_be_visible()


@pytest.mark.parametrize(("wide", "scheme"), LOOKS[1:])  # the walk through all pages looks at the other
def test_the_pages_fit_are_readable_and_accessible(open_page: Callable[..., Page], wide: int, scheme: str) -> None:
    page = open_page("/quantities", viewport={"width": wide, "height": 900}, color_scheme=scheme)
    name = f"{wide}-{scheme}"
    shot(page, f"quantities-{name}")
    assert grave(page) == []
    to_killed(page)
    shot(page, f"quantity-{name}")
    assert grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Read it as at least 26 … “26 people were killed”").first.click()
    page.wait_for_url("**/conflicts/judge?*")
    shot(page, f"judge-{name}")
    assert grave(page) == []


def test_a_mark_of_the_chart_says_who_said_it_in_a_tooltip_of_our_own_style(open_page: Callable[..., Page]) -> None:
    page = open_page("/quantities", viewport={"width": 1280, "height": 4000})
    to_killed(page)
    expect(page.locator("[hx-trigger=revealed]")).to_have_count(0)  # nothing moves any more
    page.locator(".chart path[aria-roledescription='point']").last.hover()

    tip = page.locator("#vg-tooltip-element.visible")
    expect(tip).to_contain_text("said by")
    assert tip.evaluate("one => getComputedStyle(one).position") == "fixed"


def test_the_slider_goes_back_day_by_day_with_the_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("/quantities")
    to_killed(page)
    slider = page.get_by_label("Day by day")
    slider.focus()
    assert slider.get_attribute("aria-valuetext") == "as it stands now"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")

    expect(page.locator(".result")).to_contain_text("As publicly known at the end of 6 June 2024")
    assert slider.get_attribute("aria-valuetext") == "known by the end of 2024-06-06"
    assert "as_of=2024-06-06" in page.url
    expect(page.locator("#said")).to_contain_text("6 June 2024: 31")
    expect(page.locator(".chart svg")).to_be_visible()
    expect(slider).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".result")).to_contain_text("As it stands now")
    page.go_back()
    expect(page.locator(".result")).to_contain_text("6 June 2024")


def test_another_policy_replaces_the_answer_without_leaving_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/quantities")
    to_killed(page)
    page.evaluate("window.stays = true")
    page.get_by_label("Under the policy", exact=True).select_option("acled-like/1")

    expect(page.locator(".result strong")).to_have_text("acled-like/1")
    assert page.evaluate("window.stays") is True


def test_two_policies_are_compared_in_place(open_page: Callable[..., Page]) -> None:
    page = open_page("/quantities")
    to_killed(page)
    page.get_by_label("with", exact=True).select_option("acled-like/1")
    page.get_by_role("button", name="Say what moves").click()

    expect(page.locator(".moves")).to_contain_text("Best falls by 5, from 31 to 26")


def test_a_conflict_is_settled_by_keyboard_and_the_judgement_is_recorded(open_page: Callable[..., Page]) -> None:
    page = open_page("/quantities")
    to_killed(page)
    page.get_by_role("button", name="Read it as at least 26 … “26 people were killed”").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Why?").focus()
    page.keyboard.press("End")
    page.keyboard.type("the ministry counted those named so far")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").filter(has_text="Recorded as judgement")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/quantities/t:[0-9a-f]+\?judged="))


def test_without_a_script_all_of_it_can_be_read_and_asked(open_page: Callable[..., Page]) -> None:
    page = open_page("/quantities", java_script_enabled=False)
    page.get_by_role("link", name=KILLED).first.click()

    picture = page.get_by_role("img", name="the table beside it says the same")
    expect(picture).to_be_visible()
    assert picture.get_attribute("src")
    expect(page.locator(".graph")).to_be_visible()
    expect(page.get_by_label("Day by day")).to_be_hidden()
    page.get_by_label("Publicly known by the end of").fill("2024-06-05")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".result")).to_contain_text("As publicly known at the end of 5 June 2024")
    shot(page, "quantity-without-script")


def test_a_chart_that_cannot_be_fetched_says_what_to_do(open_page: Callable[..., Page]) -> None:
    page = open_page("/quantities")
    page.route("**/chart.json*", lambda route: route.fulfill(status=200, body="{"))
    page.get_by_role("link", name=KILLED).first.click()

    expect(page.locator(".chart")).to_contain_text("The table beside it says the same")
