"""Where a ledger lies: a SQLite file or a PostgreSQL database, opened so that what is committed is on the disk.

Traps that this module knows: SQLite up to 3.51.2 can lose a write-ahead log that two connections reset at once, so
that an older library gets no such log; a transaction that reads before it writes fails at once when another writer
comes between, whatever the timeout, so that every writing one begins IMMEDIATE; PostgreSQL's sequences leave gaps, so
that writers wait for a lock and number the entries themselves.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from tallystick.errors import LedgerBusy, LedgerDamaged, LedgerError, NoLedger, StorageFull

PATIENCE = 30.0
"""Seconds that a writer waits for another one."""

LEDGER_LOCK = 1952541804
"""The number of PostgreSQL's advisory lock for writers of a ledger."""

WAL_SAFE = (3, 51, 3)
"""From here on resetting the write-ahead log is safe (SQLite's release notes of 2026-03-13)."""
_WITHDRAWN = (3, 52, 0)

_POOL = {"pool_size": 10, "max_overflow": 30, "pool_use_lifo": True}
"""As many as a process has threads to serve with, so that none waits for another's; ten stay open."""

_POSTGRES = (
    # A page's questions are small, and many at once: starting helpers, or a compiler, for one takes longer than it.
    "max_parallel_workers_per_gather = 0",
    "jit = off",
    # Names and places differ a thousandfold in how often they occur: a plan for any of them is a bad one for some.
    "plan_cache_mode = force_custom_plan",
)
"""Settings of each connection to PostgreSQL."""

_AHEAD = 64
"""Blocks that PostgreSQL asks the disk for at once: the claims of one source or place lie all over the table, and its
own setting of 1 fetches them one after another."""
_READ_AHEAD = (
    f"SELECT set_config('effective_io_concurrency', '{_AHEAD}', false) "
    # 0 where the server's system cannot do it, and setting it would be an error.
    f"WHERE current_setting('effective_io_concurrency')::int BETWEEN 1 AND {_AHEAD - 1}"
)

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# SQLite's primary result codes.
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _SQLITE_FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
_IOERR_READ = (266, 522)  # IOERR_READ, IOERR_SHORT_READ: not for want of room


@dataclass(frozen=True, slots=True)
class Driver:
    """The SQLite library in use. journal is WAL, or TRUNCATE where WAL is not safe."""

    module: Any
    name: str
    version: tuple[int, ...]

    @property
    def journal(self) -> str:
        """WAL where this version may be trusted with it."""
        return "WAL" if self.version >= WAL_SAFE and self.version != _WITHDRAWN else "TRUNCATE"


def sqlite_driver() -> Driver:
    """pysqlite3, which brings a SQLite of its own; the standard library's where pysqlite3 is missing."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return _quick(Driver(sqlite3, "sqlite3", sqlite3.sqlite_version_info))
    return _quick(Driver(dbapi2, "pysqlite3", dbapi2.sqlite_version_info))


def _quick(driver: Driver) -> Driver:
    """Tells the driver that NULLs and bytes are written as they are: else it tries, each time, whether they could be
    adapted, which took an eighth of filling a ledger."""
    for kind in (type(None), bytes):
        driver.module.register_adapter(kind, _same)
    return driver


def _same(value: object) -> object:
    return value


class Database:
    """A place where a ledger is or will be. path is the SQLite file, None for PostgreSQL."""

    def __init__(self, where: str | Path, patience: float = PATIENCE, lock: int = LEDGER_LOCK) -> None:
        """where is a path, or a URL of SQLite or PostgreSQL. Raises LedgerError for any other, or without a driver.

        lock is what PostgreSQL's writers wait for: those of other things in the same schema take another.
        """
        url = _url(where)
        self.patience = patience
        self._lock = lock
        self.path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        # A password in a URL is not shown.
        self.name = str(self.path) if self.path is not None else url.render_as_string(hide_password=True)
        self.engine = self._sqlite(url) if self.path is not None else self._postgres(url)

    def _sqlite(self, url: URL) -> Engine:
        driver = sqlite_driver()
        engine = create_engine(url, module=driver.module, connect_args={"timeout": self.patience}, **_POOL)

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # transactions begin when we say so: see begin
            for pragma in (
                "page_size=4096",  # of a new file: what is written here and there in an index is written by the page
                f"journal_mode={driver.journal}",
                # Indexes on names are written all over: a page that many transactions touch is moved to the file once.
                "wal_autocheckpoint=32000",
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=ON",  # what is erased is overwritten, not left in a free page
                "cache_size=-65536",
            ):
                connection.execute(f"PRAGMA {pragma}").close()

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    def _postgres(self, url: URL) -> Engine:
        try:
            engine = create_engine(url, **_POOL)
        except (ImportError, NoSuchModuleError) as error:
            raise LedgerError(
                f"{self.name} needs psycopg, which is not installed. Install tallystick[postgres]."
            ) from error

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _: Any) -> None:
            before, connection.autocommit = connection.autocommit, True
            for setting in _POSTGRES:
                connection.execute(f"SET {setting}")
            connection.execute(_READ_AHEAD)
            connection.autocommit = before

        return engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that nobody else writes beside; committed when left, rolled back on any error.

        Raises LedgerBusy when another writer held the ledger for longer than patience, StorageFull.
        """
        with self.translated(), self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            with connection.begin():
                if self.path is None:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(self.patience * 1000)}")
                    # One ledger a schema: its number keeps ledgers of one database apart.
                    connection.exec_driver_sql(
                        f"SELECT pg_advisory_xact_lock({self._lock:d}, "
                        "(SELECT oid::int FROM pg_namespace WHERE nspname = current_schema()))"
                    )
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees the ledger as it is now, whatever is written meanwhile."""
        with self.translated(), self.engine.connect() as connection:
            if self.path is None:  # the driver begins so: to set it then is one more message there and back
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    def trim(self, most: int) -> None:
        """Empties a write-ahead log of more than so many bytes into the file: while somebody reads, it only grows.

        Waits for those who read at the moment, for as long as patience; then leaves it for the next time.
        """
        if self.path is None:
            return
        try:
            size = self.path.with_name(f"{self.path.name}-wal").stat().st_size
        except OSError:
            return  # no such log: another journal, or nothing in it
        if size > most:
            raw = self.engine.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                raw.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns what the database and the disk raise into our errors."""
        try:
            yield
        except DBAPIError as error:
            raise self._meaning(error.orig or error) from error
        except sqlite_driver().module.Error as error:
            raise self._meaning(error) from error
        except OSError as error:
            if error.errno in FULL:
                raise self._full() from error
            raise

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()

    def _full(self) -> StorageFull:
        return StorageFull(
            f"there is no room left to write {self.name}. What was acknowledged is safe; make room and run the same "
            "command again."
        )

    def _meaning(self, error: BaseException) -> LedgerError:
        state = getattr(error, "sqlstate", None)
        meaning = self._postgres_meaning(error) if state or self.path is None else self._sqlite_meaning(error)
        return meaning or LedgerError(f"{self.name} cannot do that: {' '.join(str(error).split())}")

    def _sqlite_meaning(self, error: BaseException) -> LedgerError | None:
        code = getattr(error, "sqlite_errorcode", None) or 0
        primary = code & 0xFF
        if primary in (_BUSY, _LOCKED):
            return self._busy()
        if primary == _SQLITE_FULL or (primary == _IOERR and code not in _IOERR_READ):
            return self._full()
        if primary in (_CORRUPT, _NOTADB, _IOERR):
            return LedgerDamaged(
                f"{self.name} is damaged, or is no ledger ({error}). Run “tallystick verify” on it, and restore the "
                "last backup beside it."
            )
        if primary == _CANTOPEN:
            return NoLedger(f"{self.name} cannot be opened ({error}). Check the path and its permissions.")
        if primary == _READONLY:
            return LedgerError(f"{self.name} cannot be written to ({error}). Check its permissions.")
        return None

    def _postgres_meaning(self, error: BaseException) -> LedgerError | None:
        state = getattr(error, "sqlstate", None) or ""
        if state in ("55P03", "40P01", "40001"):  # lock not available, deadlock, serialisation failure
            return self._busy()
        if state == "53100":
            return self._full()
        if state.startswith("XX") or state == "58030":  # internal error: data corrupted, index corrupted, I/O error
            return LedgerDamaged(f"{self.name} is damaged ({error}). Run “tallystick verify” on it.")
        if not state or state.startswith(("08", "3D", "28")):  # no connection, no such database, not let in
            return NoLedger(f"{self.name} cannot be reached: {' '.join(str(error).split())}")
        return None

    def _busy(self) -> LedgerBusy:
        return LedgerBusy(
            f"another writer held {self.name} for longer than {self.patience:g} seconds. Wait until it is done, and "
            "run the same command again."
        )


def _url(where: str | Path) -> URL:
    text = str(where)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise LedgerError(f"{text!r} is no address of a ledger. Give a path, or postgresql://...") from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise LedgerError(f"a ledger cannot lie in {url.drivername}. Give a path, or postgresql://...")
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        raise LedgerError("a ledger needs a file: one in memory could not be proved whole. Give a path.")
    return url
