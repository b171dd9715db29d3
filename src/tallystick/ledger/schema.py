"""The tables of a ledger, for SQLite (STRICT) and PostgreSQL alike.

Days and times are ISO 8601 text in UTC, of one width, so that their order as text is their order in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text, insert, text

metadata = MetaData()
"""Every table of a ledger: the log's, and the projections that can be dropped and rebuilt from it."""

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""Sixty-four bits on both: STRICT tables know INTEGER, PostgreSQL's INTEGER has thirty-two."""

NO_CLAIM = "kind <> 'claim'"
"""Entries that are indexed by their kind: a query by kind must say this too, or SQLite scans the log."""

entry = Table(
    "entry",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("body", Text),  # NULL once erased
    Column("salt", LargeBinary),  # NULL once erased: without it the commitment cannot be guessed at
    Column("commitment", LargeBinary, nullable=False),
    # Most entries are claims, and nobody asks for all of those by kind. No index on a random hash either: at a million
    # rows every insertion would touch another page.
    Index("entry_kind", "kind", "seq", sqlite_where=text(NO_CLAIM), postgresql_where=text(NO_CLAIM)),
    sqlite_strict=True,
)

node = Table(
    "node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", Whole, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""Hashes of full subtrees of 2**level leaves, from level merkle.FROZEN up. They never change as the log grows."""

root = Table(
    "root",
    metadata,
    Column("size", Whole, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("actor", Text, nullable=False),  # time and actor of all its entries
    Column("clock", Text, nullable=False),  # what the machine's clock said, were it earlier than the entry before
    Column("seal", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""The log's root after each transaction: what was acknowledged. seal covers the other columns."""

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", Whole, primary_key=True, autoincrement=False),
    Column("signed_at", Text, primary_key=True),
    Column("note", Text, nullable=False),
    sqlite_strict=True,
)

erased = Table(
    "erased",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("erasure", Whole, nullable=False),  # the ERASURE entry that says who, when and why
    sqlite_strict=True,
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Whole, nullable=False),
    Column("method", Text, nullable=False),  # gzip, or plain where that is smaller
    Column("content", LargeBinary),  # NULL where the bytes lie in the folder beside a SQLite file, or are erased
    Column("erased_by", Whole),
    sqlite_strict=True,
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)
"""origin: the name in checkpoints. created_at. seal covers both."""

LOG = (entry, node, root, checkpoint, erased, blob, meta)
"""The tables that are never rebuilt. Triggers keep them append-only: see migrations.triggers."""


TOGETHER = 4_000
"""Values of one statement of SQLite at most; it takes 32,766. A statement's program and its values then stay in a
core's own cache: with four times as many, writing claims took a third longer."""


def bulk(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts rows the fastest way the database has: many to a statement on SQLite, COPY on PostgreSQL."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        _together(connection, table, columns, rows)
        return
    driver: Any = connection.connection.dbapi_connection
    if not hasattr(driver, "cursor") or not hasattr(driver, "pgconn"):
        connection.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
        return
    names = ", ".join(f'"{name}"' for name in columns)
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _together(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Statements of so many rows, and of half as many, a quarter ... for the rest: few different ones to prepare.

    SQLite lets other threads compute while a statement runs: with one for each row it would wait for them each time.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    places = f"({', '.join('?' * len(columns))})"
    at, size = 0, 1 << (TOGETHER // len(columns)).bit_length() - 1
    while at < len(rows):
        while size > len(rows) - at:
            size //= 2
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES {", ".join([places] * size)}'
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(rows[at : at + size])))
        at += size
