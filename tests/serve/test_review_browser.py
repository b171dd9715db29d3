"""A coder at work in a real browser: by keys alone, with nothing lost, and two tabs at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import delete

from tallystick.jobs import deciding
from tallystick.ledger import computed, computed_tables, queries, waiting
from tallystick.ledger.store import Ledger
from tallystick.model.links import Linked
from tallystick.model.quantities import LinkVerdict
from tallystick.model.records import Judgement, Verdict
from tallystick.model.reviewing import Reviewer
from tests.serve.conftest import NOW, Site, shot
from tests.serve.walks import LOOKS, grave

Open = Callable[..., Page]
DESK = {"width": 1280, "height": 900}


def kept(ledger_file: Path) -> tuple[Judgement, ...]:
    with Ledger.open(ledger_file) as ledger, ledger.reading() as connection:
        return queries.judgements(connection)


def key(page: Page) -> str:
    return page.locator("#item").get_attribute("data-key") or ""


def another(page: Page, before: str) -> str:
    """The key of the item that came in the place of one."""
    page.wait_for_function("before => document.getElementById('item').dataset.key !== before", arg=before)
    return key(page)


def recorded(page: Page, many: int) -> None:
    expect(page.locator("#progress strong").first).to_have_text(str(many))


def test_ten_claims_are_judged_by_keys_alone_in_under_a_minute(open_page: Open, ledger_file: Path) -> None:
    page = open_page("/review", viewport=DESK)
    started, wanted = time.monotonic(), []
    for number in range(10):
        now = key(page)
        if number == 3:
            page.keyboard.press("c")
            page.keyboard.type("41")
            page.keyboard.press("Tab")
            page.keyboard.type("44")
            page.keyboard.press("Enter")
            wanted.append((now, Verdict.CORRECT))
        elif number == 6:
            page.keyboard.press("r")
            page.keyboard.type("a list of names, no toll")
            page.keyboard.press("Enter")
            wanted.append((now, Verdict.REJECT))
        else:
            page.keyboard.press("a")
            wanted.append((now, Verdict.ACCEPT))
        another(page, now)
    recorded(page, 10)
    took = time.monotonic() - started

    assert took < 60
    made = kept(ledger_file)
    assert [(one.subjects[0], one.verdict) for one in made] == wanted
    assert {(one.by, one.about) for one in made} == {("ada", "claim")}
    # The app's clock, in the order of the decisions; never the browser's, nor that of the reports.
    assert [one.at for one in made] == sorted(one.at for one in made)
    assert all(NOW <= one.at < NOW + timedelta(hours=1) and one.at.tzinfo == UTC for one in made)
    assert (made[3].changes, made[6].why) == ('{"count": {"high": 44, "low": 41}}', "a list of names, no toll")


def test_the_next_item_stands_there_before_the_judgement_is_sent(open_page: Open) -> None:
    page = open_page("/review", viewport=DESK)
    first = key(page)
    page.wait_for_load_state("networkidle")  # what comes next has been fetched
    held: list[Route] = []
    answered = threading.Event()
    page.route("**/review/*", lambda route: route.continue_() if answered.is_set() else held.append(route))
    with page.expect_request("**/review/decide"):
        page.keyboard.press("a")

    assert another(page, first)  # with no answer to anything
    recorded(page, 0)
    answered.set()
    for route in held:
        route.continue_()
    recorded(page, 1)


def test_undo_brings_the_item_back_and_withdraws_the_judgement(open_page: Open, ledger_file: Path) -> None:
    page = open_page("/review")
    first = key(page)
    page.keyboard.press("a")
    another(page, first)
    page.keyboard.press("z")
    page.wait_for_function("key => document.getElementById('item').dataset.key === key", arg=first)
    recorded(page, 0)

    (made,) = kept(ledger_file)
    assert made.withdrawn_by == "ada"


def test_skip_goes_on_and_k_goes_back_and_nothing_is_recorded(open_page: Open, ledger_file: Path) -> None:
    page = open_page("/review")
    first = key(page)
    page.keyboard.press("n")
    second = another(page, first)
    page.keyboard.press("k")

    assert another(page, second) == first
    assert kept(ledger_file) == ()


def test_every_key_has_a_button(open_page: Open, ledger_file: Path) -> None:
    page = open_page("/review")
    first = key(page)
    page.get_by_role("button", name="Accept").click()
    second = another(page, first)
    page.get_by_role("link", name="Skip n").click()
    third = another(page, second)
    page.get_by_role("link", name="Previous").click()
    assert another(page, third) == second
    page.get_by_role("button", name="Undo").click()
    assert another(page, second) == first
    recorded(page, 0)
    page.get_by_role("link", name="Correct").click()
    expect(page.get_by_label("At least")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Reject").click()
    another(page, first)
    recorded(page, 1)

    assert [one.verdict for one in kept(ledger_file)] == [Verdict.ACCEPT, Verdict.REJECT]


def test_a_decision_that_cannot_be_recorded_brings_its_item_back_and_says_why(
    browser: Browser, site: Site, ledger_file: Path
) -> None:
    page = browser.new_page()  # not open_page: a lost connection is an error to the browser's console
    page.goto(site.start)
    late: list[Route] = []
    page.route(lambda url: "/review/item?after=" in url, lambda route: late.append(route))  # comes last
    page.goto(f"{site.address}/review")
    first = key(page)
    page.route("**/review/decide", lambda route: route.abort("connectionfailed"))
    page.keyboard.press("r")
    page.keyboard.type("no such words")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The app did not answer")
    page.wait_for_function("key => document.getElementById('item').dataset.key === key", arg=first)
    assert late
    with page.expect_response(lambda answer: "/review/item?after=" in answer.url) as came:
        late[0].continue_()
    came.value.finished()
    assert key(page) == first

    assert page.get_by_label("Reason").input_value() == "no such words"
    assert kept(ledger_file) == ()
    page.unroute("**/review/decide")
    page.keyboard.press("Escape")
    page.evaluate("document.getElementById('item').focus()")
    page.keyboard.press("a")
    recorded(page, 1)
    page.close()


def test_two_tabs_at_once_are_told_of_one_another(open_page: Open, ledger_file: Path) -> None:
    one, two = open_page("/review"), open_page("/review")
    first = key(one)
    assert key(two) == first
    one.keyboard.press("a")
    recorded(one, 1)
    two.keyboard.press("r")  # the same again would be taken for the first, sent twice
    two.keyboard.press("Enter")
    expect(two.get_by_role("alert")).to_contain_text("You judged this meanwhile (accept")
    two.wait_for_function("key => document.getElementById('item').dataset.key === key", arg=first)

    assert len(kept(ledger_file)) == 1


def test_one_number_corrects_an_exact_figure(open_page: Open, ledger_file: Path) -> None:
    page = open_page("/review", viewport=DESK)
    for _ in range(12):
        low, high = page.locator("#field-low"), page.locator("#field-high")
        if low.count() and low.get_attribute("data-was") == high.get_attribute("data-was") != "":
            break
        before = key(page)
        page.keyboard.press("n")
        page.wait_for_function("key => document.getElementById('item').dataset.key !== key", arg=before)
    page.keyboard.press("c")
    page.get_by_label("At least").fill("7")
    assert page.get_by_label("At most").input_value() == "7"
    page.get_by_label("At most").fill("9")
    page.get_by_label("At least").fill("8")
    assert page.get_by_label("At most").input_value() == "9"
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_text("Enter rejects the figure")).to_be_visible()
    assert kept(ledger_file) == ()


def test_a_wrong_field_is_told_beside_it_and_nothing_is_recorded(open_page: Open, ledger_file: Path) -> None:
    page = open_page("/review", viewport=DESK)
    first = key(page)
    page.keyboard.press("c")
    page.get_by_label("At most").fill("1")
    page.get_by_label("At least").fill("900")
    expect(page.locator("#error-low")).to_contain_text("is above")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is above")
    expect(page.get_by_label("At least")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("At most").fill("")
    expect(page.locator("#preview")).to_contain_text("at least 900")
    shot(page, "review-correcting-1280")
    slow: list[Route] = []
    page.route("**/review/preview", lambda route: slow.append(route), times=1)
    with page.expect_request("**/review/preview"):
        page.get_by_label("At most").fill("950")
    page.get_by_label("At most").fill("960")
    expect(page.locator("#preview")).to_contain_text("960")
    with page.expect_response("**/review/preview") as late:
        slow[0].continue_()
    late.value.finished()
    expect(page.locator("#preview")).to_contain_text("960")

    assert key(page) == first
    assert kept(ledger_file) == ()


def test_the_figures_words_are_in_sight_and_marked(open_page: Open) -> None:
    page = open_page("/review", viewport=DESK)

    expect(page.locator("#report mark.figure")).to_be_in_viewport()
    assert page.locator("#report .part-source").count() > 0


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_review_looks_right_and_is_accessible(open_page: Open, width: int, scheme: str) -> None:
    page = open_page("/review", viewport={"width": width, "height": 760}, color_scheme=scheme, reduced_motion="reduce")
    shot(page, f"review-{width}-{scheme}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave(page) == []


@pytest.fixture
def doubtful(ledger_file: Path) -> str:
    """The key of a pair of reports that the ledger is not sure of."""
    with Ledger.open(ledger_file) as ledger, ledger.writing() as connection:
        link = next(computed.links(connection, verdict=LinkVerdict.AUTO))
        unsure = replace(link, verdict=LinkVerdict.QUEUE, score=0.7)
        table = computed_tables.scene_link
        connection.execute(delete(table).where(table.c.a == link.a, table.c.b == link.b))
        computed.write(connection, computed.linking_rows("l/test", Linked((), (unsure,)), {}, {}))
    return f"{link.a}~{link.b}"


@pytest.mark.parametrize(("pressed", "verdict"), [("s", Verdict.SAME), ("d", Verdict.DIFFERENT), ("u", Verdict.UNSURE)])
def test_two_reports_are_judged_side_by_side_by_one_key(
    doubtful: str, open_page: Open, ledger_file: Path, pressed: str, verdict: Verdict
) -> None:
    page = open_page(f"/review?item={doubtful.replace('#', '%23')}", viewport=DESK)
    expect(page.get_by_role("heading", level=2)).to_contain_text("one event")
    assert page.locator(".pair blockquote").count() == 2
    assert page.locator(".evidence tbody tr").count() > 0
    if pressed == "s":
        shot(page, "review-pair-1280")
        page.set_viewport_size({"width": 360, "height": 760})
        shot(page, "review-pair-360")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.keyboard.press("a")  # no answer to a pair
    page.keyboard.press(pressed)
    recorded(page, 1)

    (made,) = kept(ledger_file)
    assert (made.verdict, made.about, "~".join(made.subjects)) == (verdict, "event", doubtful)


@pytest.fixture
def differing(ledger_file: Path) -> None:
    """Ana and Ben have judged four figures, and differ on two."""
    with Ledger.open(ledger_file) as ledger:
        with ledger.reading() as connection:
            names = [one.figure for one in waiting.figures(connection, limit=4)]
        for number, name in enumerate(names):
            deciding.decide(ledger, Reviewer("Ana", 2), name, "accept", why="the sentence says it", now=NOW)
            verdict, changes = ("reject", ()) if number == 0 else ("accept", ())
            if number == 1:
                verdict, changes = "correct", ("count.low=24", "count.high=24")
            deciding.decide(ledger, Reviewer("Ben", 2), name, verdict, why="seen", changes=changes, now=NOW)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["differing", "agreement"])
def test_what_coders_differ_on_looks_right_and_is_accessible(
    differing: None, open_page: Open, name: str, width: int
) -> None:
    page = open_page(f"/review/{name}", viewport={"width": width, "height": 900})
    shot(page, f"review-{name}-{width}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave(page) == []
