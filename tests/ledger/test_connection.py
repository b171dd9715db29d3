"""Where a ledger lies, and with which SQLite: the write-ahead log is used only where it cannot lose anything."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from tallystick.ledger import connection as module
from tallystick.ledger.connection import Database, Driver, sqlite_driver
from tallystick.ledger.schema import bulk
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import passage
from tallystick.ledger.verify import verify
from tests.ledger.reports import NOON, recording


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "TRUNCATE"),  # withdrawn
        ((3, 53, 4), "WAL"),
    ],
)
def test_a_version_that_can_lose_the_write_ahead_log_gets_none(version: tuple[int, ...], journal: str) -> None:
    assert Driver(sqlite3, "sqlite3", version).journal == journal


def test_the_sqlite_that_is_installed_with_the_package_is_safe() -> None:
    driver = sqlite_driver()

    assert (driver.name, driver.journal) == ("pysqlite3", "WAL")


def test_without_pysqlite3_the_standard_library_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysqlite3", None)

    assert sqlite_driver() == Driver(sqlite3, "sqlite3", sqlite3.sqlite_version_info)


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 37), reason="STRICT tables need SQLite 3.37")
def test_a_ledger_works_with_the_standard_library_and_without_a_write_ahead_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Driver(sqlite3, "sqlite3", (3, 40, 1))
    monkeypatch.setattr(module, "sqlite_driver", lambda: old)
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([recording(12), recording(13)], now=NOON, actor="tests 1")
        with ledger.reading() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "truncate"
        assert verify(ledger).findings == ()
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        assert ledger.head().size == 8


@pytest.mark.parametrize("many", [1, 2, 3, 5_332, 5_333, 5_334, 12_345])
def test_however_many_rows_are_written_together_each_is_written_once(tmp_path: Path, many: int) -> None:
    rows = [(n, n // 2, f"words {n}") for n in range(many)]
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger, ledger.writing() as connection:
        bulk(connection, passage, ("id", "document", "words"), rows)
        assert [tuple(row) for row in connection.execute(text("SELECT * FROM passage ORDER BY id"))] == rows


@pytest.mark.parametrize("value", [None, b"", b"\0\xff", "\0", "", 0, -(2**63), 2.5])
def test_the_driver_writes_values_as_they_are(value: object) -> None:
    connection = sqlite_driver().module.connect(":memory:")

    assert connection.execute("SELECT ?1, typeof(?1)", (value,)).fetchone() == (value, TYPES[type(value)])

    connection.close()


TYPES = {type(None): "null", bytes: "blob", str: "text", int: "integer", float: "real"}


def test_what_is_committed_is_on_the_disk_and_what_is_erased_is_overwritten(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger, ledger.reading() as connection:
        set_to = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
        }

    assert set_to == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_a_grown_write_ahead_log_is_emptied_into_the_file(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger.db", now=NOON) as ledger:
        ledger.add([recording(n) for n in range(5)], now=NOON, actor="test")
        log = tmp_path / "ledger.db-wal"
        before = log.stat().st_size

        ledger.database.trim(before)
        assert log.stat().st_size == before
        ledger.database.trim(1)

        assert before > 0
        assert log.stat().st_size == 0
        assert verify(ledger).whole


def test_many_can_read_at_once_and_none_waits_for_another(where: str) -> None:
    with Ledger.create(where, now=NOON) as ledger, ExitStack() as stack:
        for _ in range(18):
            connection = stack.enter_context(ledger.reading())
            assert connection.execute(text("SELECT count(*) FROM entry")).scalar() == 0


def test_postgresql_plans_each_question_for_what_is_asked(postgres: str) -> None:
    database = Database(postgres)
    with database.reading() as connection:
        said = {name: connection.execute(text(f"SHOW {name}")).scalar() for name in ("plan_cache_mode", "jit")}
    database.close()
    assert said == {"plan_cache_mode": "force_custom_plan", "jit": "off"}
