"""What every test shares: the same examples each time in CI, and no work that another test has done already."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer.main
import typer.testing
from hypothesis import settings
from sqlalchemy import Connection, event, inspect

from tallystick.ledger import migrating as ledger_tables
from tallystick.office import migrating as office_tables

# A change is judged by what it changes, not by luck.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes that the tests never need at once."""

# A ledger waits for the disk whenever something is acknowledged; what the tests write outlives no crash in any case.
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def once(made_in: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that make fills, once for all processes that run the tests. To be copied, never written to."""
    base = made_in.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / f"once-{name}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session", autouse=True)
def quick_tables() -> Iterator[None]:
    """A new ledger's or office's tables are made by the very statements that Alembic made of the revisions the first
    time, on each database: the same tables in a tenth of the time. What has tables is Alembic's own business."""
    with pytest.MonkeyPatch.context() as patch:
        for module, table in ((ledger_tables, "entry"), (office_tables, "office_account")):
            patch.setattr(module, "upgrade", _replaying(module, table))
        yield


def _replaying(module: ModuleType, table: str) -> Callable[[Connection], None]:
    upgrade: Callable[[Connection], None] = module.upgrade
    known: dict[tuple[str, str], list[tuple[str, Any]]] = {}

    @functools.wraps(upgrade)
    def replay(connection: Connection) -> None:
        if inspect(connection).has_table(table):
            return upgrade(connection)
        library = getattr(connection.dialect.dbapi, "sqlite_version", "")  # an older one cannot do all
        statements = known.get((connection.dialect.name, library))
        if statements is not None:
            for statement, parameters in statements:
                connection.exec_driver_sql(statement, parameters)
            return None
        statements = []

        def note(_: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
            if statement.split(None, 1)[0] in ("CREATE", "INSERT", "UPDATE", "ALTER", "DROP"):
                statements.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        try:
            upgrade(connection)
        finally:
            event.remove(connection, "before_cursor_execute", note)
        assert inspect(connection).has_table(table)  # else an old one would be taken for none
        known[connection.dialect.name, library] = statements
        return None

    return replay


@pytest.fixture(scope="session", autouse=True)
def one_command_line() -> Iterator[None]:
    """The program's options are read off its functions once, not for every command that a test gives."""
    made = functools.cache(typer.main.get_command)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", made)
        patch.setattr(typer.testing, "_get_command", made)
        yield
