"""What every request passes: Host, other sites, sizes, proxies, rates; and what every answer bears."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from starlette.testclient import TestClient

from tallystick.errors import TooManyRequests
from tallystick.model.people import Role
from tallystick.office.attempts import network
from tallystick.serve import guard, proxies
from tallystick.serve.limits import Buckets
from tallystick.serve.settings import Settings
from tests.serve.conftest import SECRET
from tests.serve.people import House, cheap, house, run

__all__ = ["cheap"]

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    with house(str(tmp_path / "ledger.db")) as made:
        made.add("cole", Role.CODER)
        yield made


# Host


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "testserver.elsewhere.example",
        "elsewhere.example:80",
        "testserver@elsewhere.example",
        "testserver:80@elsewhere.example",
        "testserver.",
        "testserver:port",
        "testserver:80:80",
        "testserver,elsewhere.example",
        " ",
    ],
)
def test_a_host_that_is_not_ours_is_refused(home: House, host: str) -> None:
    assert home.browser().get("/sign-in", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["testserver", "testserver:8377", "TESTSERVER"])
def test_our_own_host_is_answered_to_with_any_port(home: House, host: str) -> None:
    assert home.browser().get("/sign-in", headers={"Host": host}).status_code == 200


def raw(home: House, method: str, path: str, headers: list[tuple[bytes, bytes]], **scope: Any) -> int:
    """The status of a request that no client library would send."""
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    whole = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.7", 40000),
        "server": ("testserver", 80),
    }
    run(home.app(whole | scope, receive, send))
    return answered[0]


def test_a_request_with_no_host_or_two_is_refused(home: House) -> None:
    assert raw(home, "GET", "/sign-in", [(b"host", b"testserver")]) == 200
    assert raw(home, "GET", "/sign-in", []) == 421
    assert raw(home, "GET", "/sign-in", [(b"host", b"testserver"), (b"host", b"elsewhere.example")]) == 421


@pytest.mark.parametrize(
    "path",
    ["/../secret", "/static/../../secret", "//elsewhere.example", "/a//b", "/a/./b", "/a\\b", "/a\x00b", "http://x/"],
)
def test_a_path_that_no_page_has_is_refused_before_anything_reads_it(home: House, path: str) -> None:
    assert raw(home, "GET", path, [(b"host", b"testserver")]) == 400


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get"])
def test_a_method_that_is_for_nothing_here_is_refused(home: House, method: str) -> None:
    assert raw(home, method, "/sign-in", [(b"host", b"testserver")]) == 405


@pytest.mark.parametrize("lengths", [[b"1", b"2"], [b"-1"], [b"+5"], [b"1_0"], ["٣".encode()]])
def test_a_length_that_is_no_plain_number_is_refused(home: House, lengths: list[bytes]) -> None:
    headers = [
        (b"host", b"testserver"),
        (b"sec-fetch-site", b"same-origin"),
        *[(b"content-length", n) for n in lengths],
    ]
    assert raw(home, "POST", "/sign-in", headers) == 400


# Other sites


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 303),
        ({"Origin": "http://testserver"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({}, 403),
        ({"Referer": "http://testserver/account"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": ""}, 403),
        ({"Sec-Fetch-Site": "Same-Origin"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "http://testserver.elsewhere.example"}, 403),
        ({"Origin": "http://testserver:8000"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Authorization": "Basic Y29sZTp4"}, 403),
        ({"Authorization": "Bearer junk", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_only_our_own_pages_change_anything_with_a_cookie(home: House, headers: dict[str, str], status: int) -> None:
    browser = home.signed_in("cole")
    del browser.headers["Sec-Fetch-Site"]
    assert browser.post("/account/sessions/end", data={}, headers=headers).status_code == status
    assert (browser.get("/api/v1/me").status_code == 401) is (status == 303)


def test_a_junk_token_carries_no_cookie_past_the_guard(home: House) -> None:
    browser = home.signed_in("cole")
    del browser.headers["Sec-Fetch-Site"]
    answer = browser.post("/account/sessions/end", headers={"Authorization": "Bearer junk"})
    assert answer.headers["location"].startswith("/sign-in")  # the cookie beside it did not help
    assert browser.get("/api/v1/me").status_code == 200


def test_another_site_cannot_sign_somebody_in_under_a_name_of_its_own(home: House) -> None:
    browser = home.browser()
    answer = browser.post("/sign-in", data={"name": "cole"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_a_local_start_secret_is_taken_as_a_token_or_a_cookie_and_not_halfway(client: TestClient) -> None:
    assert client.get("/api/v1/me").json()["name"] == "ada"
    for wrong in (SECRET[:-1], SECRET + "x", "", "é"):
        answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {wrong}".encode()})
        assert answer.status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": f"Basic {SECRET}"}).status_code == 401


# Sizes


def chunks(size: int, piece: int = 64 * 1024) -> Iterator[bytes]:
    for _ in range(0, size, piece):
        yield b"x" * piece


def test_a_body_that_says_it_is_too_long_is_not_read(home: House) -> None:
    answer = home.signed_in("cole").post("/account/password", content=b"x" * 1_100_000, headers=FORM)
    assert answer.status_code == 413
    assert "At most 1,048,576 bytes" in answer.text


def test_a_body_that_does_not_say_how_long_it_is_is_counted(home: House) -> None:
    browser = home.signed_in("cole")
    assert browser.post("/account/tokens/revoke", content=chunks(500_000), headers=FORM).status_code == 422
    answer = browser.post("/account/tokens/revoke", content=chunks(1_200_000), headers=FORM)
    assert "content-length" not in answer.request.headers
    assert answer.status_code == 413


def test_parts_of_a_form_are_counted_together(home: House) -> None:
    browser = home.signed_in("cole")
    files = [("file", (f"{n}.txt", b"x" * 300_000)) for n in range(4)]
    assert browser.post("/account/password", files=files).status_code == 413


def test_reports_may_be_longer_than_forms(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db"), body_bytes=1000, upload_bytes=5000) as home:
        browser = home.browser()
        for path in ("/documents", "/api/v1/documents", "/add"):
            assert browser.post(path, content=b"x" * 4000).status_code != 413
            assert browser.post(path, content=b"x" * 6000).status_code == 413
        assert browser.post("/documents/x/forget", content=b"x" * 4000).status_code == 413


def test_a_body_that_never_comes_is_not_waited_for(home: House) -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    async def wait() -> None:
        await guard._Body(never, 10, 0.01)()

    with pytest.raises(guard.HTTPException) as raised:
        run(wait())
    assert raised.value.status_code == 408


# Methods


def test_head_is_answered_as_get_without_the_body(home: House) -> None:
    browser = home.signed_in("cole")
    got, head = browser.get("/account"), browser.head("/account")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert home.browser().head("/account").status_code == 303


def test_options_says_which_methods_there_are_and_lets_no_other_site_in(home: House) -> None:
    answer = home.browser().options("/api/v1/me", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 204
    assert "GET" in answer.headers["allow"]
    assert not [name for name in answer.headers if name.startswith("access-control")]


# Headers


def test_every_answer_bears_the_security_headers_also_when_something_broke(home: House) -> None:
    @home.app.get("/api/v1/broken")
    def broken(request: Request) -> None:
        raise RuntimeError("not to be seen")

    browser = home.signed_in("cole")
    answers = {
        200: browser.get("/account"),
        204: browser.options("/"),
        303: home.browser().get("/"),
        403: home.browser().post("/", headers={"Sec-Fetch-Site": "cross-site"}),
        404: browser.get("/nothing"),
        405: browser.delete("/account"),
        413: browser.post("/account", content=b"x" * 2_000_000),
        421: home.browser().get("/", headers={"Host": "x"}),
        500: browser.get("/api/v1/broken"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert {name: answer.headers[name] for name in guard.HEADERS if name != "Cache-Control"} == {
            name: value for name, value in guard.HEADERS.items() if name != "Cache-Control"
        }
        assert answer.headers["cache-control"].startswith(("private", "no-store"))
    assert "not to be seen" not in answers[500].text
    assert answers[500].headers["content-type"] == "application/problem+json"


def test_hsts_is_not_sent_where_there_is_no_tls(home: House) -> None:
    assert "strict-transport-security" not in home.browser().get("/sign-in").headers


# Proxies


@pytest.mark.parametrize(
    ("client", "said", "found"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody that we trust
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the first may be made up
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),  # two proxies of ours
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_a_trusted_proxy_says_where_a_request_comes_from(client: str, said: str, found: str) -> None:
    headers = [(b"x-forwarded-for", said.encode())]
    scope = {"type": "http", "client": (client, 1), "scheme": "http", "headers": headers}
    proxies.believe(scope, proxies.networks(["10.0.0.0/8"]), https=False)
    assert scope["client"][0] == found


def test_only_a_trusted_proxy_says_that_a_request_came_over_tls() -> None:
    for client, scheme in (("10.0.0.1", "https"), ("203.0.113.9", "http")):
        headers = [(b"x-forwarded-proto", b"https")]
        scope = {"type": "http", "client": (client, 1), "scheme": "http", "headers": headers}
        proxies.believe(scope, proxies.networks(["10.0.0.0/8"]), https=False)
        assert scope["scheme"] == scheme


def test_the_address_in_the_audit_is_the_one_that_the_proxy_says(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db"), proxies=("192.0.2.0/24",)) as home:
        home.add("cole", Role.CODER)
        home.browser(**{"X-Forwarded-For": "9.9.9.9, 198.51.100.1"}).post("/sign-in", data={"name": "cole"})
        from tallystick.office import acts

        assert acts.newest(home.office)[0].address == "198.51.100.1"


# Rates


def test_a_bucket_holds_a_minute_and_is_refilled_evenly() -> None:
    now = [0.0]
    bucket = Buckets(60, lambda: now[0])
    for _ in range(60):
        bucket.spend("cole")
    with pytest.raises(TooManyRequests) as raised:
        bucket.spend("cole")
    assert raised.value.retry_after == 1
    bucket.spend("ada")
    now[0] = 1.0
    bucket.spend("cole")
    with pytest.raises(TooManyRequests):
        bucket.spend("cole")


def test_a_flood_from_many_addresses_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallystick.serve.limits.MOST", 100)
    bucket = Buckets(60, lambda: 0.0)
    for n in range(1000):
        bucket.spend(str(n))
    assert len(bucket._left) <= 101


def test_an_ipv6_customer_counts_as_one_address() -> None:
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"


def test_who_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    with house(str(tmp_path / "l.db"), reads_a_minute=5, writes_a_minute=3) as home:
        home.add("cole", Role.CODER)
        home.add("ada", Role.ADMIN)
        cole, ada = home.signed_in("cole"), home.signed_in("ada")
        tried = [cole.get("/api/v1/me") for _ in range(7)]
        assert [one.status_code for one in tried] == [200] * 5 + [429] * 2
        assert int(tried[-1].headers["retry-after"]) >= 1
        assert tried[-1].headers["content-type"] == "application/problem+json"
        assert cole.get("/account").status_code == 429  # a page says so too
        assert ada.get("/api/v1/me").status_code == 200
        strangers = [home.browser().get("/sign-in").status_code for _ in range(4)]
        assert 429 in strangers
        junk = [home.browser(Authorization="Bearer tally_x").get("/api/v1/me").status_code for _ in range(4)]
        assert junk[-1] == 429
        assert ada.get("/api/v1/me").status_code == 200  # at the same address


def test_nobody_is_held_up_in_local_mode(client: TestClient) -> None:
    assert Settings("x").reads_a_minute == 1200
    assert {client.get("/api/v1/me").status_code for _ in range(400)} == {200}
