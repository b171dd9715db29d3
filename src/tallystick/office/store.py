"""The office: opened over a database that the caller connects to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, Self

from sqlalchemy import Connection

from tallystick.office import tables


class Connects(Protocol):
    """A database as the office needs it."""

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
        """The office in that database, its tables made where they are missing."""
        with database.writing() as connection:
            tables.metadata.create_all(connection)
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
