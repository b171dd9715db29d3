"""What every request works with: the ledger, the office, the clock and the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from fastapi import Request
from sqlalchemy import Connection

from tallystick.ledger.connection import Database
from tallystick.ledger.store import Ledger
from tallystick.office.store import Office
from tallystick.serve.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """One app's parts. now is the only clock: tests give their own."""

    settings: Settings
    ledger: Ledger
    office: Office
    now: Callable[[], datetime]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The ledger as it is now."""
        with self.ledger.reading() as connection:
            yield connection

    def close(self) -> None:
        """Gives both databases back."""
        self.office.close()
        self.ledger.close()


def open_service(settings: Settings, now: Callable[[], datetime] | None = None) -> Service:
    """Opens the ledger (made where there is none, in local mode) and the office beside it."""
    clock = now or (lambda: datetime.now(UTC))
    if settings.local:
        ledger = Ledger.open_or_create(settings.ledger, now=clock())
    else:
        ledger = Ledger.open(settings.ledger)
    where = settings.office or (settings.ledger if ledger.path is None else f"{ledger.path}.office")
    return Service(settings, ledger, Office.open(Database(where)), clock)


def service(request: Request) -> Service:
    """The service of the app that a request came to."""
    return cast(Service, request.app.state.service)
