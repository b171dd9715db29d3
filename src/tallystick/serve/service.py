"""What every request works with: the ledger, the office, the clock and the settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import cast

from fastapi import Request
from sqlalchemy import Connection

from tallystick.ledger.connection import Database
from tallystick.ledger.store import Ledger
from tallystick.office import accounts, passwords
from tallystick.office.store import Office
from tallystick.serve.audit import Audit
from tallystick.serve.limits import Limits
from tallystick.serve.oidc import SignIns
from tallystick.serve.settings import Settings, check

OFFICE_LOCK = 1952541805
"""PostgreSQL's lock for writers of the office: nobody's sign-in waits until documents are added."""


@dataclass(frozen=True, slots=True)
class Job:
    """A process that carries out tasks. leaving is set once it looks for the last time whether one waits."""

    process: BaseProcess
    leaving: Event

    @property
    def serves(self) -> bool:
        """Whether it will see a task that waits by now."""
        return not self.leaving.is_set() and self.process.is_alive()


@dataclass(frozen=True, slots=True)
class Service:
    """One app's parts. now is the only clock: tests give their own. provider None: no sign-in by OIDC.

    stopping is set once the app is told to stop: what streams ends then. jobs are the processes that carry out tasks.
    """

    settings: Settings
    ledger: Ledger
    office: Office
    now: Callable[[], datetime]
    audit: Audit
    limits: Limits
    provider: SignIns | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    jobs: list[Job] = field(default_factory=list)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The ledger as it is now."""
        with self.ledger.reading() as connection:
            yield connection

    def close(self) -> None:
        """Ends its jobs, writes what waits to be written, and gives both databases back.

        A job ends between two transactions, so that nothing acknowledged is lost. Were it left to go on, this process
        could not end before it.
        """
        for job in self.jobs:
            job.process.terminate()
        for job in self.jobs:
            job.process.join()
        self.audit.close()
        self.office.close()
        self.ledger.close()


def open_service(settings: Settings, now: Callable[[], datetime] | None = None) -> Service:
    """Opens the ledger (made where there is none, in local mode) and the office beside it.

    Raises NoLedger, LedgerError, BadSettings.
    """
    clock = now or (lambda: datetime.now(UTC))
    check(settings)
    provider = None if settings.oidc is None else SignIns(settings.oidc)
    if settings.local:
        ledger = Ledger.open_or_create(settings.ledger, now=clock())
    else:
        ledger = Ledger.open(settings.ledger)
        passwords.ready()
    office = open_office(settings)
    return Service(settings, ledger, office, clock, Audit(office), Limits(settings), provider)


def open_office(settings: Settings) -> Office:
    """The office alone, for whoever administers accounts on the server."""
    database = Database(settings.where_office, lock=OFFICE_LOCK)
    if database.path is not None and database.path.absolute().parent.is_dir():
        database.path.touch(mode=0o600)  # hashes of passwords are in it; its journal gets the same permissions
    return Office.open(database)


def has_accounts(settings: Settings) -> bool:
    """Whether people have accounts beside this ledger. Makes no office where there is none."""
    database = Database(settings.where_office, lock=OFFICE_LOCK)
    if database.path is not None and not database.path.exists():
        return False
    try:
        with database.reading() as connection:
            return accounts.any_kept(connection)
    finally:
        database.close()


def service(request: Request) -> Service:
    """The service of the app that a request came to."""
    return cast(Service, request.app.state.service)
