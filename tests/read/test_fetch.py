from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from tallystick.errors import FetchFailed, ForbiddenAddress
from tallystick.read.addresses import Address, checked_addresses, is_public
from tallystick.read.fetch import Fetched, Fetcher, FetchLimits, fetch
from tallystick.read.items import read_items
from tallystick.read.parts import Item
from tests.read import made

NOW = datetime(2024, 5, 14, 12, 0, tzinfo=UTC)


class Site(BaseHTTPRequestHandler):
    """A site on this machine that misbehaves on request."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, dict[str, str]]]

    def log_message(self, *args: Any) -> None:
        pass

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))  # type: ignore[attr-defined]
        port = self.server.server_address[1]
        self.close_connection = True
        match self.path.partition("?")[0]:
            case "/robots.txt":
                self._send(*self.server.robots)  # type: ignore[attr-defined]
            case "/page":
                if self.headers.get("If-None-Match") == '"1"':
                    self._send(304, etag='"1"')
                else:
                    self._send(200, made.page(), content_type="text/html; charset=utf-8", etag='"1"', x_other="no")
            case "/hop":
                self._send(302, location="/page?x=1#top")
            case "/loop":
                self._send(302, location="/loop")
            case "/inside":
                self._send(302, location=f"http://127.0.0.2:{port}/page")
            case "/metadata":
                self._send(302, location="http://169.254.169.254/latest/meta-data/")
            case "/file":
                self._send(302, location="file:///etc/passwd")
            case "/gzip":
                self._send(200, gzip.compress(made.page(), mtime=0), content_type="text/html", content_encoding="gzip")
            case "/bomb":
                body = gzip.compress(bytes(60_000_000), 9, mtime=0)
                self._send(200, body, content_type="text/html", content_encoding="gzip")
            case "/short":
                self._send(200, b"Ten men", content_length="5000")
            case "/large":
                self._send(200, b"x" * 3_000_000)
            case "/odd":
                self._send(200, b"x", content_encoding="zstd")
            case "/missing":
                self._send(404, b"no")
            case "/busy":
                self._send(429, b"no", retry_after="120")
            case "/slow" | "/slowhead":
                try:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    if self.path == "/slow":
                        self.wfile.write(b"Content-Length: 100000\r\n\r\n")
                    for n in range(100):
                        self.wfile.write(b"x" if self.path == "/slow" else b"X-A%d: 1\r\n" % n)
                        self.wfile.flush()
                        time.sleep(0.1)
                except OSError:
                    pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:  # a client that left is no fault of the site
        pass


@contextmanager
def site(robots: tuple[int, bytes] = (404, b"")) -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), Site)
    server.asked, server.robots = [], robots  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def resolve(host: str, port: int) -> Sequence[str]:
    return {"herald.test": ["127.0.0.1"], "trap.test": ["127.0.0.1", "10.0.0.1"]}.get(host, [])


def loopback(address: Address) -> bool:
    return str(address) == "127.0.0.1"


def fetcher(server: _Server, **more: Any) -> Fetcher:
    limits = FetchLimits(**{"ports": frozenset({80, server.server_address[1]}), **more.pop("limits", {})})
    return Fetcher(limits=limits, resolve=resolve, permitted=loopback, delay=0.0, **more)


def at(server: _Server, path: str, host: str = "herald.test") -> str:
    return f"http://{host}:{server.server_address[1]}{path}"


def get(path: str, **more: Any) -> Fetched:
    with site(more.pop("robots", (404, b""))) as server, fetcher(server, **more) as client:
        return client.fetch(at(server, path), now=NOW)


def test_a_page_is_fetched_with_what_its_answer_says() -> None:
    page = get("/page")

    assert (page.status, page.body, page.charset) == (200, made.page(), "utf-8")
    assert page.headers["etag"] == '"1"'
    assert "x-other" not in page.headers
    assert page.fetched_at == NOW
    assert page.origin.captured_at == NOW


def test_the_time_of_fetching_is_the_callers_in_utc() -> None:
    with site() as server, fetcher(server) as client:
        page = client.fetch(at(server, "/page"), now=NOW.astimezone(timezone(timedelta(hours=3))))

    assert (page.fetched_at, page.fetched_at.tzinfo) == (NOW, UTC)


def test_what_was_fetched_can_be_read() -> None:
    page = get("/page")
    (item,) = read_items(page.body, page.origin, media_type=page.media_type)

    assert isinstance(item, Item)
    assert "12 soldiers were killed" in item.document.text
    assert item.captured_at == NOW


def test_the_site_is_told_who_asks_and_nothing_else() -> None:
    with site() as server, fetcher(server) as client:
        client.fetch(at(server, "/page"), now=NOW)
        asked = dict(server.asked)["/page"]  # type: ignore[attr-defined]

    assert asked["user-agent"].startswith("Tallystick/")
    assert not {"cookie", "authorization", "referer"} & set(asked)


def test_an_unchanged_page_is_not_sent_again() -> None:
    with site() as server, fetcher(server) as client:
        first = client.fetch(at(server, "/page"), now=NOW)
        again = client.fetch(at(server, "/page"), now=NOW, etag=first.headers["etag"])

    assert (again.status, again.body) == (304, b"")


def test_a_redirect_is_followed_and_remembered() -> None:
    page = get("/hop")

    assert page.final_url.endswith("/page?x=1")
    assert [url.rpartition("/")[2] for url in page.redirects] == ["hop"]


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        ("/loop", FetchFailed, "redirects more than 5 times"),
        ("/inside", ForbiddenAddress, r"127\.0\.0\.2"),
        ("/metadata", ForbiddenAddress, r"169\.254\.169\.254"),
        ("/file", ForbiddenAddress, "only http and https"),
        ("/bomb", FetchFailed, "unpacks to more than"),
        ("/short", FetchFailed, "could not be fetched"),
        ("/odd", FetchFailed, "zstd"),
        ("/missing", FetchFailed, "answered 404.*web archive"),
        ("/busy", FetchFailed, r"answered 429.*\(120 s\)"),
    ],
)
def test_what_cannot_be_fetched_says_why(path: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        get(path)


def test_a_packed_page_is_unpacked() -> None:
    assert get("/gzip").body == made.page()


def test_a_page_above_the_limit_is_refused() -> None:
    with pytest.raises(FetchFailed, match="more than 1,000,000 bytes"):
        get("/large", limits={"bytes": 1_000_000})


@pytest.mark.parametrize("path", ["/slow", "/slowhead"])
def test_a_server_that_sends_a_byte_at_a_time_is_cut_off(path: str) -> None:
    begun = time.monotonic()

    with pytest.raises(FetchFailed, match="in time"):
        get(path, limits={"seconds": 0.4})
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[fd00::1]",
        "[fe80::1]",
        "１２７.0.0.1",
        "127。0。0。1",
    ],
)
def test_this_machine_and_its_network_are_never_fetched_from(host: str) -> None:
    with pytest.raises(FetchFailed, match=r"not on the public internet|in disguise|no URL that can be fetched"):
        fetch(f"http://{host}/", now=NOW)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://herald.test/",
        "ftp://herald.test/a",
        "http://user:secret@herald.test/",
        "http://herald.test@127.0.0.1/",
        "http://herald.test:22/",
        "https://herald.test:6379/",
        "javascript:alert(1)",
    ],
)
def test_only_the_web_at_its_usual_ports_is_fetched(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        fetch(url, now=NOW)


@pytest.mark.parametrize("url", ["", "http://", "http://\x00/", "http://[::/", "http://a b/", "x" * 5000, "//x", "a"])
def test_what_is_no_url_is_an_error_of_ours(url: str) -> None:
    with pytest.raises(FetchFailed):
        fetch(url, now=NOW)


@pytest.mark.parametrize(
    "address",
    [
        "2002:7f00:1::",
        "2001:0:1::1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "3fff::1",
        "2001:db8::1",
        "192.0.2.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "ff02::1",
        "::",
        "::127.0.0.1",
        "::ffff:8.8.8.8",
        "fec0::1",
        "fe80::1%eth0",
        "4000::1",
    ],
)
def test_addresses_that_hide_others_or_belong_to_no_one_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::1"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_name_with_one_private_address_is_refused_whole() -> None:
    with pytest.raises(ForbiddenAddress, match=r"trap\.test leads to 10\.0\.0\.1"):
        checked_addresses("trap.test", 80, resolve, loopback)


def test_a_name_is_resolved_once_for_each_connection() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with site() as server:
        limits = FetchLimits(ports=frozenset({server.server_address[1]}))
        with Fetcher(limits=limits, resolve=rebinding, permitted=loopback, delay=0, robots=False) as client:
            assert client.fetch(at(server, "/page"), now=NOW).status == 200
    assert asked == ["herald.test"]


def test_no_variable_of_the_environment_opens_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    page = get("/page")

    assert page.status == 200  # straight from the site: nothing listens at the proxy's port
    with pytest.raises(ForbiddenAddress):
        fetch("http://localhost/", now=NOW)


def test_robots_txt_is_respected() -> None:
    with pytest.raises(FetchFailed, match=r"robots\.txt asks programs not to fetch /page"):
        get("/page", robots=(200, b"User-agent: *\nDisallow: /page\n"))


def test_robots_txt_that_allows_the_page_does_not_stand_in_its_way() -> None:
    assert get("/page", robots=(200, b"User-agent: *\nDisallow: /private\n")).status == 200


def test_a_site_whose_robots_txt_fails_is_left_alone() -> None:
    with pytest.raises(FetchFailed, match=r"robots\.txt cannot be read"):
        get("/page", robots=(500, b""))


def test_whoever_has_leave_can_pass_robots_txt_by() -> None:
    with site((200, b"User-agent: *\nDisallow: /\n")) as server, fetcher(server, robots=False) as client:
        assert client.fetch(at(server, "/page"), now=NOW).status == 200


def test_a_host_is_asked_at_most_once_in_its_delay() -> None:
    slept: list[float] = []
    with site() as server:
        limits = FetchLimits(ports=frozenset({server.server_address[1]}))
        client = Fetcher(
            limits=limits, resolve=resolve, permitted=loopback, delay=5.0, sleep=slept.append, clock=lambda: 0.0
        )
        with client:
            client.fetch(at(server, "/page"), now=NOW)
    assert slept == [5.0]  # between robots.txt and the page
