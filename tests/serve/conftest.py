"""The app over the ledger of the shipped reports, by a test client and in a real browser."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from starlette.testclient import TestClient

from tallystick.jobs import intake
from tallystick.jobs.reconciling import reconcile
from tallystick.ledger.store import Ledger
from tallystick.serve.app import make_app
from tallystick.serve.settings import Settings
from tests.conftest import once
from tests.ledger.conftest import cluster, postgres, where
from tests.views.browser import chromium

__all__ = ["cluster", "postgres", "where"]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "a-secret-of-the-tests"
expect.set_options(timeout=30_000)  # as long as an action waits: a chart takes seconds where much else runs
SHOTS = Path(__file__).parent / "screenshots"
"""Screenshots that the browser tests take; not in the repository."""


def ticking(start: datetime = NOW) -> Callable[[], datetime]:
    """A clock that goes on by a second each time it is read."""
    seconds = count()
    return lambda: start + timedelta(seconds=next(seconds))


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of the eight shipped reports of one incident, reconciled. To be copied, never written to."""

    def make(folder: Path) -> None:
        now = ticking(NOW - timedelta(days=1))
        shown = resources.files("tallystick") / "examples" / "cluster"
        with resources.as_file(shown) as reports, Ledger.create(folder / "shipped.db", now=now()) as ledger:
            intake.add(ledger, [reports], now=now)
            reconcile(ledger, now=now())

    return once(tmp_path_factory, "shipped", make) / "shipped.db"


@pytest.fixture
def ledger_file(shipped: Path, tmp_path: Path) -> Path:
    """A copy of the shipped ledger, with its original bytes, for one test to write to."""
    shutil.copytree(shipped.with_name(f"{shipped.name}.blobs"), tmp_path / "ledger.db.blobs")
    return Path(shutil.copy(shipped, tmp_path / "ledger.db"))


@pytest.fixture
def client(ledger_file: Path) -> Iterator[TestClient]:
    """A signed-in client of the app in local mode. It bears no browser's headers: see browser tests for those."""
    app = make_app(Settings(str(ledger_file), signs="ada", secret=SECRET, hosts=("testserver",)), now=ticking())
    with TestClient(app, headers={"Authorization": f"Bearer {SECRET}"}, raise_server_exceptions=False) as made:
        yield made


class Site:
    """A running app. address is its root, start the address that signs in."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.start = f"{address}/start?secret={SECRET}"


@contextmanager
def running(settings: Settings, now: Callable[[], datetime] | None = None) -> Iterator[Site]:
    """The app on a free port of this machine, in a thread of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        config = uvicorn.Config(make_app(settings, now=now or ticking()), log_level="error", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        assert server.started
        try:
            yield Site(f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            thread.join(30)


@pytest.fixture
def site(ledger_file: Path) -> Iterator[Site]:
    """The app in local mode over a copy of the shipped ledger."""
    with running(Settings(str(ledger_file), signs="ada", secret=SECRET)) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium by Playwright. Skipped where it is not installed; CI must have it."""
    program = chromium()
    if program is None:
        import os

        if os.environ.get("CI"):
            pytest.fail("CI must test the pages in a browser: install chromium (.ci/run does).")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield made
        made.close()


class Watch:
    """What a browser context did that it must not: requests to elsewhere, errors, broken policies."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self._request(request.url, address))
        context.on("console", lambda message: self._said(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _said(self, text: str) -> None:
        # htmx calls it an error that a newer question takes the place of one on its way; others have a second line.
        if not text.startswith(("htmx:afterRequest, ", "htmx:sendAbort, ")):
            self.errors.append(text)

    def _request(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:", "about:")):
            self.outside.append(url)


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a signed-in page at a path. Fails the test afterwards for any outside request, script error, or breach
    of the Content-Security-Policy. Keywords go to Playwright's new_context (viewport, color_scheme, ...)."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def opens(path: str = "/", **context_options: Any) -> Page:
        context = browser.new_context(**context_options)
        opened.append((context, Watch(context, site.address)))
        page = context.new_page()
        page.goto(site.start)
        page.goto(site.address + path)
        return page

    yield opens
    for context, watch in opened:
        context.close()
        assert watch.outside == []
        assert watch.errors == []


def shot(page: Page, name: str) -> None:
    """Keeps a screenshot of the whole page as tests/serve/screenshots/NAME.png, to be looked at."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
