"""Which version of the tables a ledger has, and how it gets the newest: the revisions in migrations/versions."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from tallystick.revisions import run_missing

NEWEST = "0002"
"""The revision that this version of Tallystick reads and writes."""

REVISIONS = ("0001", "0002")
"""All revisions, oldest first."""


def revision(connection: Connection) -> str | None:
    """The revision of the ledger's tables; None where there is no ledger."""
    if not inspect(connection).has_table("alembic_version") or not inspect(connection).has_table("entry"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def tables(connection: Connection) -> list[str]:
    """The names of all tables that are there, a ledger's or not."""
    return inspect(connection).get_table_names()


def upgrade(connection: Connection) -> None:
    """Runs the revisions that are missing, in the caller's writing transaction."""
    run_missing(connection, Path(__file__).parent / "migrations")
