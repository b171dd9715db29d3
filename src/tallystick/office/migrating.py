"""Which version of the tables an office has, and how it gets the newest: the revisions in migrations/versions."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from tallystick.errors import LedgerVersion
from tallystick.revisions import run_missing

VERSION = "office_version"
"""The table that holds the revision. The first offices have no such table."""

REVISIONS = ("0001", "0002")
"""All revisions, oldest first. The last is the one that this version of Tallystick reads and writes."""


def is_newest(connection: Connection, name: str) -> bool:
    """Whether the tables are those of this version; False where they are older, or not there.

    Raises LedgerVersion where a newer Tallystick made them; name says where they lie.
    """
    found: str | None = None
    if inspect(connection).has_table(VERSION):
        found = connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar()
    if found is not None and found not in REVISIONS:
        raise LedgerVersion(
            f"the accounts at {name} have tables of revision {found}; this version of Tallystick knows {REVISIONS[-1]} "
            "at most. Upgrade Tallystick to open them."
        )
    return found == REVISIONS[-1]


def upgrade(connection: Connection) -> None:
    """Runs the revisions that are missing, in the caller's writing transaction."""
    run_missing(connection, Path(__file__).parent / "migrations")
