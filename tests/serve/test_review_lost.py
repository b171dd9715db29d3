"""Undo in a real browser, also where an answer is lost on the way: it takes back what the page names, and that once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.serve.conftest import Site
from tests.serve.test_review_browser import Open, another, kept, key, recorded


@pytest.fixture
def flaky(browser: Browser, site: Site) -> Iterator[Page]:
    """A page of the queue. Not open_page: a lost connection is an error to the browser's console."""
    page = browser.new_page()
    page.goto(site.start)
    page.goto(f"{site.address}/review")
    yield page
    page.close()


def lost(route: Route) -> None:
    """The request arrives and is answered, and the answer is lost on the way."""
    route.fetch()
    route.abort("connectionreset")


def two_judged(page: Page) -> tuple[str, str]:
    """The keys of two items, accepted one after the other; the answers to both have come."""
    first = key(page)
    page.keyboard.press("a")
    second = another(page, first)
    recorded(page, 1)
    page.keyboard.press("a")
    another(page, second)
    recorded(page, 2)
    return first, second


def shows(page: Page, item: str) -> None:
    expect(page.locator("#item")).to_have_attribute("data-key", item)


def standing(ledger_file: Path) -> list[str]:
    return [one.subjects[0] for one in kept(ledger_file) if one.withdrawn is None]


def test_undo_whose_answer_was_lost_takes_back_nothing_more_when_it_is_sent_again(
    flaky: Page, ledger_file: Path
) -> None:
    first, second = two_judged(flaky)
    flaky.route("**/review/undo", lost)
    flaky.keyboard.press("z")
    expect(flaky.get_by_role("alert")).to_contain_text("The app did not answer")
    assert standing(ledger_file) == [first]  # it was done; only the page does not know

    flaky.unroute("**/review/undo")
    flaky.keyboard.press("z")
    shows(flaky, second)
    recorded(flaky, 1)
    assert standing(ledger_file) == [first]

    flaky.keyboard.press("z")  # once more is another one
    shows(flaky, first)
    recorded(flaky, 0)
    assert standing(ledger_file) == []


def test_undo_pressed_twice_takes_back_two(open_page: Open, ledger_file: Path) -> None:
    page = open_page("/review")
    first, _ = two_judged(page)
    page.keyboard.press("z")
    page.keyboard.press("z")
    shows(page, first)
    recorded(page, 0)

    assert standing(ledger_file) == []


def test_undo_takes_back_the_decision_whose_answer_was_lost_and_not_the_one_before(
    flaky: Page, ledger_file: Path
) -> None:
    first = key(flaky)
    flaky.keyboard.press("a")
    second = another(flaky, first)
    recorded(flaky, 1)
    flaky.route("**/review/decide", lost)
    flaky.keyboard.press("a")
    expect(flaky.get_by_role("alert")).to_contain_text("The app did not answer")
    shows(flaky, second)
    assert standing(ledger_file) == [first, second]

    flaky.keyboard.press("z")
    expect(flaky.get_by_role("alert")).to_be_hidden()
    recorded(flaky, 1)
    assert standing(ledger_file) == [first]
