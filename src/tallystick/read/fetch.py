"""Fetches one page, PDF or feed from the public web: bounded, polite, and never from this machine or its network.

The host is resolved once, every address is checked, and the connection goes to a checked address; redirects are
followed by hand through the same check. Nothing is taken from the environment: no proxies, no .netrc, no cookies.
robots.txt is respected (RFC 9309), and a host is asked at most once a second.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.robotparser import RobotFileParser

import httpcore2
import httpx2

from tallystick.errors import FetchFailed, ForbiddenAddress, TallystickError
from tallystick.read.addresses import Address, Resolve, checked_addresses, is_public, system_resolve
from tallystick.read.limits import MIB, Budget, Limits, inflate
from tallystick.read.sniff import charset_of
from tallystick.read.text import Origin
from tallystick.read.warc import unpack_brotli
from tallystick.version import __version__

AGENT = "Tallystick"
USER_AGENT = f"{AGENT}/{__version__} (casualty recording; fetches single pages for a person)"
_KEPT_HEADERS = ("content-type", "content-language", "etag", "last-modified", "date", "content-length", "retry-after")
_ROBOTS_SIZE = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB
_LONGEST_DELAY = 30.0


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Upper bounds for one fetch, redirects included."""

    bytes: int = 32 * MIB  # on the wire, and after unpacking
    seconds: float = 60.0
    connect_seconds: float = 10.0
    redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    url: int = 4000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched. body is unpacked; media_type the whole Content-Type; status 304 means unchanged, no body.

    headers are those that bear on the content, by lower-case name: pass etag and last-modified to the next fetch.
    """

    url: str
    final_url: str
    status: int
    media_type: str | None
    charset: str | None
    body: bytes
    fetched_at: datetime
    headers: Mapping[str, str]
    redirects: tuple[str, ...] = ()

    @property
    def origin(self) -> Origin:
        """What is known of the document before it is read."""
        return Origin(name=self.final_url, url=self.final_url, captured_at=self.fetched_at)


def fetch(
    url: str,
    *,
    now: datetime,
    limits: FetchLimits = FetchLimits(),
    etag: str | None = None,
    last_modified: str | None = None,
) -> Fetched:
    """One page by a fetcher of its own. For several, make one Fetcher: it spaces its requests and keeps robots.txt."""
    with Fetcher(limits=limits) as fetcher:
        return fetcher.fetch(url, now=now, etag=etag, last_modified=last_modified)


class Fetcher:
    """Fetches pages one at a time. Use it as a context manager.

    resolve, permitted, sleep, clock and ssl_context are for tests and special networks; they can be set here only.
    With robots=False, robots.txt is not asked: for whoever has the publisher's leave.
    """

    def __init__(
        self,
        *,
        limits: FetchLimits = FetchLimits(),
        delay: float = 1.0,
        robots: bool = True,
        resolve: Resolve = system_resolve,
        permitted: Callable[[Address], bool] = is_public,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits
        self._delay = delay
        self._robots_asked = robots
        self._sleep = sleep
        self._clock = clock
        self._deadline = _Deadline(clock)
        self._last: dict[str, float] = {}
        self._robots: dict[str, RobotFileParser | None] = {}
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context or httpcore2.default_ssl_context(),
            network_backend=_Backend(resolve, permitted, self._deadline, limits.connect_seconds),
            max_connections=4,
            max_keepalive_connections=0,  # a site that closes a kept connection looks like one that is down
            retries=0,
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._pool.close()

    def fetch(self, url: str, *, now: datetime, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What is at a URL. now becomes fetched_at; etag and last_modified, from an earlier fetch, save a download.

        Raises ForbiddenAddress for what is not the public web by http(s) at usual ports, FetchFailed for everything
        else that keeps it from us: errors, robots.txt, time, size.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: _one_line(value) for name, value in conditions.items() if value}
        target = self._parse(url)
        passed: list[str] = []
        while True:
            self._ask_robots(target)
            status, answered, body = self._get(target, headers, self._limits.bytes)
            location = answered.get("location")
            if status not in (301, 302, 303, 307, 308) or not location:
                break
            passed.append(str(target))
            if len(passed) > self._limits.redirects:
                raise FetchFailed(f"{url} redirects more than {self._limits.redirects} times. Open it in a browser.")
            target = self._parse(location, target)
        if status >= 400 or (status != 304 and not 200 <= status < 300):
            raise FetchFailed(f"{target} answered {status}. {_remedy(status, answered)}")
        media_type = answered.get("content-type")
        return Fetched(
            url=url,
            final_url=str(target),
            status=status,
            media_type=media_type,
            charset=charset_of(media_type),
            body=b"" if status == 304 else body,
            fetched_at=now.astimezone(UTC) if now.tzinfo else now.replace(tzinfo=UTC),
            headers={name: answered[name] for name in _KEPT_HEADERS if name in answered},
            redirects=tuple(passed),
        )

    def _parse(self, url: str, base: httpx2.URL | None = None) -> httpx2.URL:
        if len(url) > self._limits.url:
            raise FetchFailed(f"the URL {url[:80]}… has more than {self._limits.url:,} characters.")
        try:
            parsed = httpx2.URL(url.strip()) if base is None else base.join(url.strip())
            parsed = parsed.copy_with(fragment=None)
            host = parsed.raw_host.decode("ascii")
        except (httpx2.InvalidURL, ValueError, TypeError) as error:
            raise FetchFailed(f"{url[:200]!r} is no URL that can be fetched ({error}).") from None
        shown = url[:200]
        if parsed.scheme not in ("http", "https"):
            raise ForbiddenAddress(f"{shown} is not a web address: only http and https are fetched.")
        if parsed.userinfo:
            raise ForbiddenAddress(f"{parsed.host}: a URL with a user name or password is not fetched. Take it out.")
        if not host:
            raise FetchFailed(f"{shown} names no host. Check the URL.")
        port = parsed.port or (443 if parsed.scheme == "https" else 80)
        if port not in self._limits.ports:
            allowed = ", ".join(str(p) for p in sorted(self._limits.ports))
            raise ForbiddenAddress(f"{shown} uses port {port}; only {allowed} are fetched. Save the page and add it.")
        return parsed

    def _ask_robots(self, target: httpx2.URL) -> None:
        if not self._robots_asked:
            return
        key = f"{target.scheme}://{target.netloc.decode('ascii')}"
        if key not in self._robots:
            self._robots[key] = self._read_robots(target, key)
        rules = self._robots[key]
        if rules is None:
            raise FetchFailed(f"{key}/robots.txt cannot be read, so the site may not want to be fetched. Try later.")
        if not rules.can_fetch(AGENT, str(target)):
            raise FetchFailed(
                f"{key}/robots.txt asks programs not to fetch {target.path}. Open the page, save it, and add the file."
            )

    def _read_robots(self, target: httpx2.URL, key: str) -> RobotFileParser | None:
        """The rules of a site; rules that allow everything where it has none; None where it fails."""
        rules = RobotFileParser()
        place = self._parse("/robots.txt", target)
        for _ in range(self._limits.redirects + 1):
            try:
                status, headers, body = self._get(place, {}, _ROBOTS_SIZE, cut=True)
            except ForbiddenAddress:
                raise
            except FetchFailed:
                return None
            if status not in (301, 302, 303, 307, 308) or "location" not in headers:
                break
            place = self._parse(headers["location"], place)
        if status >= 500 or status == 429:
            return None
        rules.parse(body.decode("utf-8", "replace").splitlines() if 200 <= status < 300 else [])
        return rules

    def _wait(self, target: httpx2.URL) -> None:
        host = target.host
        delay = self._delay
        rules = self._robots.get(f"{target.scheme}://{target.netloc.decode('ascii')}")
        if rules is not None and (asked := rules.crawl_delay(AGENT)):
            delay = min(max(delay, float(asked)), _LONGEST_DELAY)
        if (last := self._last.get(host)) is not None and (left := last + delay - self._clock()) > 0:
            self._sleep(left)
        self._last[host] = self._clock()

    def _get(
        self, target: httpx2.URL, more: Mapping[str, str], most: int, *, cut: bool = False
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and unpacked body of one answer. cut: take the beginning of a body that is too long."""
        self._wait(target)
        self._deadline.start(self._limits.seconds)
        headers: dict[bytes | str, bytes | str] = {
            "Host": target.netloc.decode("ascii"),
            "User-Agent": USER_AGENT,
            "Accept": "text/html,application/xhtml+xml,application/pdf,application/rss+xml,*/*;q=0.5",
            "Accept-Encoding": "gzip",
        }
        headers.update(more.items())
        where = httpcore2.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
        timeout = {"connect": self._limits.connect_seconds, "read": 30.0, "write": 30.0, "pool": 30.0}
        try:
            with self._pool.stream("GET", where, headers=headers, extensions={"timeout": timeout}) as response:
                answered = _headers(response.headers)
                body = _body(response.iter_stream(), target, most, self._deadline, cut)
        except TallystickError:
            raise
        except httpcore2.TimeoutException:
            raise FetchFailed(f"{target} did not answer in time ({self._limits.seconds:.0f} s). Try later.") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError, ValueError) as error:
            why = str(error).rstrip(".") or type(error).__name__
            raise FetchFailed(f"{target} could not be fetched: {why[:200]}. Check the URL, or try later.") from None
        return response.status, answered, _unpacked(body, answered, target, most, cut)


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1")[:4000])
    return found


def _body(pieces: Iterable[bytes], target: httpx2.URL, most: int, deadline: _Deadline, cut: bool) -> bytes:
    got, size = [], 0
    for piece in pieces:
        deadline.left(None)
        size += len(piece)
        got.append(piece)
        if size > most:
            if cut:
                break
            raise FetchFailed(f"{target} has more than {most:,} bytes. Save it and add the file.")
    return b"".join(got)[:most]


def _unpacked(body: bytes, headers: Mapping[str, str], target: httpx2.URL, most: int, cut: bool) -> bytes:
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity") or not body:
        return body
    budget = Budget(Limits(inflated=most, item=most))
    pieces: list[bytes] = []
    try:
        if coding in ("gzip", "x-gzip"):
            pieces.extend(inflate(body, budget, str(target)))
            return b"".join(pieces)
        if coding == "br":
            return unpack_brotli(body, budget, str(target))
    except TallystickError as error:
        if cut:
            return b"".join(pieces)
        raise FetchFailed(str(error)) from None
    raise FetchFailed(f"{target} came packed as {coding[:40]!r}, which was not asked for. Save it and add the file.")


def _remedy(status: int, headers: Mapping[str, str]) -> str:
    if status in (401, 402, 403, 407, 451):
        return "The site does not show it to programs. Open the page, save it, and add the file."
    if status in (404, 410):
        return "The page is not there: check the URL, or look for a copy in a web archive."
    if status in (429, 503):
        after = headers.get("retry-after", "")[:40]
        return f"Try again later{f' ({after} s)' if after.isdigit() else ''}."
    return "Try again later."


def _one_line(value: str) -> str:
    return "".join(c for c in value if " " <= c <= "~")[:500]


@dataclass(slots=True)
class _Deadline:
    """When the fetch under way must have ended."""

    clock: Callable[[], float]
    until: float = field(default=float("inf"))

    def start(self, seconds: float) -> None:
        self.until = self.clock() + seconds

    def left(self, timeout: float | None) -> float:
        """The seconds that the next step may take. Raises ReadTimeout when none are left."""
        left = self.until - self.clock()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time for the whole answer is used up")
        return left if timeout is None else min(left, timeout)


class _Backend(httpcore2.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(
        self, resolve: Resolve, permitted: Callable[[Address], bool], deadline: _Deadline, seconds: float
    ) -> None:
        self._resolve = resolve
        self._permitted = permitted
        self._deadline = deadline
        self._seconds = seconds
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError("no address")
        for address in checked_addresses(host, port, self._resolve, self._permitted)[:4]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.left(timeout or self._seconds), None, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error  # an IPv6 address in a network without it: the next one may answer
                continue
            return _Timed(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        raise ForbiddenAddress("a socket of this machine is not fetched from.")


class _Timed(httpcore2.NetworkStream):
    """A connection whose every step ends with the fetch's deadline: a server that sends a byte a second is cut off."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _Timed(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
