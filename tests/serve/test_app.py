"""The app as a whole: what it refuses, how it answers errors, and that it lets in nobody it does not know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page
from starlette.testclient import TestClient

from tallystick.model.people import Role
from tests.serve.conftest import shot
from tests.serve.people import cheap, house

__all__ = ["cheap"]


def test_a_request_without_the_secret_is_sent_to_sign_in(client: TestClient) -> None:
    answer = client.get("/", headers={"Authorization": ""}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F"


def test_an_unknown_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 421


def test_a_post_from_another_site_is_refused_even_with_the_cookie(client: TestClient) -> None:
    answer = client.post("/review/accept", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_post_that_says_nothing_of_where_it_comes_from_needs_a_token(client: TestClient) -> None:
    assert client.post("/review/accept", headers={"Authorization": ""}).status_code == 403


def test_what_is_not_there_is_a_problem_for_programs_and_a_page_for_people(client: TestClient) -> None:
    assert client.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"
    assert "There is nothing at this address" in client.get("/nothing").text


def test_every_answer_bears_a_strict_policy(client: TestClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_first_page_opens_in_a_browser_and_asks_nobody_else(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    assert page.get_by_role("heading", level=1).inner_text() == "Overview"
    shot(page, "first")


def test_twenty_people_at_once_all_get_an_answer(where: str) -> None:
    with house(where) as home:
        home.add("ada", Role.ADMIN)
        key = home.signed_in("ada").cookies["tallystick"]
        door = threading.Barrier(20)

        def asks(_: int) -> list[int]:
            browser = home.browser(Cookie=f"tallystick={key}")
            door.wait(60)
            return [browser.get(f"/api/v1/{path}").status_code for path in ("me", "documents", "judgements")]

        with ThreadPoolExecutor(20) as people:
            assert list(people.map(asks, range(20))) == [[200] * 3] * 20
