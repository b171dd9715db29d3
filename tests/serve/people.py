"""A shared app with people in it, for the tests of signing in and of what follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from tallystick.ledger.store import Ledger
from tallystick.model.people import Role
from tallystick.office import accounts, passwords
from tallystick.serve.app import app_over
from tallystick.serve.service import Service, open_service
from tallystick.serve.settings import Audience, Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "heron anvil copper thirteen"
REAL = passwords.HASHER
ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def on(self, **by: float) -> None:
        self.at += timedelta(**by)


class House:
    """One shared app: its service, its clock, and clients of it."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self.service = service
        self.office = service.office
        self.clock = clock
        self.app = app_over(service)

    def add(self, name: str, role: Role, password: str | None = PASSWORD) -> None:
        accounts.add(self.office, name, role, password=password, by="test", now=self.clock())

    def browser(self, **headers: str) -> TestClient:
        """Nobody yet, in a browser on a page of ours."""
        scheme = "https" if self.service.settings.https else "http"
        return TestClient(
            self.app,
            base_url=f"{scheme}://testserver",
            headers=ORIGIN | headers,
            raise_server_exceptions=False,
            follow_redirects=False,
            client=("192.0.2.7", 40000),
        )

    def signed_in(self, name: str, password: str = PASSWORD) -> TestClient:
        client = self.browser()
        answer = client.post("/sign-in", data={"name": name, "password": password})
        assert answer.status_code == 303, answer.text
        return client

    def program(self, secret: str) -> TestClient:
        """A program that bears a token and none of a browser's headers."""
        client = self.browser(Authorization=f"Bearer {secret}")
        del client.headers["Sec-Fetch-Site"]
        return client

    def audited(self) -> list[tuple[str | None, str, str | None]]:
        """Person, what and outcome of every line, oldest first."""
        from tallystick.office import acts

        self.service.audit.flush()
        return [(a.person, a.what, a.outcome) for a in reversed(acts.newest(self.office, most=500))]


@contextmanager
def house(where: str, **changes: Any) -> Iterator[House]:
    """A shared app over an empty ledger at that place."""
    Ledger.create(where, now=NOW).close()
    settings = Settings(where, audience=Audience.SHARED, hosts=("testserver",), sign_ins_a_minute=1000)
    clock = Clock()
    service = open_service(replace(settings, **changes), clock)
    try:
        yield House(service, clock)
    finally:
        service.close()


@pytest.fixture
def home(where: str) -> Iterator[House]:
    """A shared app with a coder and an administrator, on either backend."""
    with house(where) as made:
        made.add("ada", Role.ADMIN)
        made.add("cole", Role.CODER)
        yield made


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with little memory: the tests are about what is done with the hash."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(1, 1024, 1))
    passwords._nobodys.cache_clear()


def run(work: Any) -> Any:
    """What a coroutine gives, in a thread of its own: a browser that another test opened runs a loop in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()
