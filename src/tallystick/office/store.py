"""The office: opened over a database that the caller connects to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, Self

from sqlalchemy import Connection

from tallystick.office import migrating


class Connects(Protocol):
    """A database as the office needs it. name says where it lies, without a password."""

    name: str

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees the database as it is now."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that nobody else writes beside."""

    def close(self) -> None:
        """Gives all connections back."""


class Office:
    """What is kept of people and their work. Its modules take it as their first argument."""

    def __init__(self, database: Connects) -> None:
        """Office.open makes one."""
        self._database = database

    @classmethod
    def open(cls, database: Connects) -> Self:
        """The office in that database, its tables made or brought up to date where they are not this version's.

        Raises LedgerVersion where a newer Tallystick made them.
        """
        try:
            with database.reading() as connection:
                ready = migrating.is_newest(connection, database.name)
            if not ready:
                with database.writing() as connection:  # of several workers that start at once one does it
                    migrating.upgrade(connection)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees the office as it is now."""
        return self._database.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that nobody else writes beside."""
        return self._database.writing()

    def close(self) -> None:
        """Gives the database back."""
        self._database.close()
