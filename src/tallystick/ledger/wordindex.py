"""The full-text index of SQLite over passages, which has to be told what it holds. PostgreSQL's keeps itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from tallystick.ledger import tables

Row = tuple[Any, ...]

_NO_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def index_words(connection: Connection, passages: Sequence[Row]) -> None:
    """Takes in the words of new passages: (id, document, words)."""
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL keeps its index of expressions itself
    first, last = min(row[0] for row in passages), max(row[0] for row in passages)
    add = "INSERT INTO passage_words(rowid, words) SELECT id, words FROM passage WHERE id BETWEEN ? AND ?"
    connection.exec_driver_sql(add, (first, last))
    letters = [(row[0], row[2]) for row in passages if unspaced(row[2])]
    if letters:
        connection.exec_driver_sql("INSERT INTO passage_letters(rowid, words) VALUES (?, ?)", letters)


def forget_words(connection: Connection, rows: Sequence[Row]) -> None:
    """An index over another table has to be told which words it held."""
    if connection.dialect.name != "sqlite":
        return
    for name, some in zip(tables.SEARCH, (rows, [row for row in rows if unspaced(row[1])]), strict=True):
        if some:
            forget = f"INSERT INTO {name}({name}, rowid, words) VALUES ('delete', ?, ?)"
            connection.exec_driver_sql(forget, list(some))


def unspaced(words: str) -> bool:
    """Whether the words are of a script that puts no spaces between them."""
    return not words.isascii() and _NO_SPACES.search(words) is not None
