"""The office's tables, for SQLite and PostgreSQL alike. Times are ISO 8601 text in UTC, as in the ledger."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

metadata = MetaData()

task = Table(
    "office_task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started", Text),
    Column("ended", Text),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("note", Text, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Index("office_task_asked", "asked"),
)
