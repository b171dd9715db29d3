"""Full text: the sentences that state a claim, and the titles of documents.

All words must stand in one sentence, in any order; “words in quotation marks” stand together; a word that ends in *
stands for all that begin so. Case and, on SQLite, diacritics make no difference. Words are not stemmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, func, literal_column, or_, select, text
from sqlalchemy import column as sql_column

from tallystick.errors import BadQuestion
from tallystick.ledger.tables import claim, document, passage
from tallystick.ledger.wordindex import unspaced

_PART = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]|(\S+)")
_WORD = re.compile(r"[^\W_]+")
FEWEST_LETTERS = 3
"""The index over scripts without spaces holds three letters at a time; fewer are looked for one sentence by one."""


class Hit(NamedTuple):
    """A sentence or title that holds the words. claims are those stated there, none for a title.

    place is where it stands in the order of the log: the next page begins after the last one's.
    """

    document: str
    words: str
    claims: tuple[str, ...]  # figure ids
    place: int = 0


class _Part(NamedTuple):
    words: tuple[str, ...]
    open_end: bool  # the last word may go on


def matching(connection: Connection, words: str) -> Select[tuple[int]]:
    """The ids of the passages that hold the words, to be used in another query. Raises BadQuestion for no words."""
    parts = _parts(words)
    if unspaced(words):
        return _letters(connection, [words_of for words_of in words.replace("*", " ").split() if words_of])
    if connection.dialect.name == "postgresql":
        found = func.to_tsvector(text("'simple'"), passage.c.words).op("@@")(func.to_tsquery("simple", _tsquery(parts)))
        return select(passage.c.id).where(found, *_letters_of(parts))
    wanted = literal_column("passage_words").op("MATCH")(_fts5(parts))
    return select(sql_column("rowid").label("id")).select_from(text("passage_words")).where(wanted)


def holding(connection: Connection, words: str) -> Subquery:
    """The passages that hold the words, by id, each with the entry of its document. Raises BadQuestion for no words."""
    found = matching(connection, words)
    if connection.dialect.name == "postgresql":
        return found.add_columns(passage.c.document).subquery()
    matches = found.subquery()
    return select(matches.c.id, passage.c.document).join(passage, passage.c.id == matches.c.id).subquery()


def search(connection: Connection, words: str, *, after: int = -1, limit: int = 50) -> Iterator[Hit]:
    """The sentences and titles that hold the words, in the order of the log, from the passage after that one on."""
    matches = matching(connection, words).subquery()
    own = matches.c.id
    # The index gives its rows in order, and no more are looked at than are shown.
    ids = connection.scalars(select(own).where(own > after).order_by(own).limit(limit)).all()
    rows = connection.execute(
        select(passage.c.id, passage.c.words, document.c.id.label("document"))
        .join(document, document.c.seq == passage.c.document)
        .where(passage.c.id.in_(ids))
        .order_by(passage.c.id)
    ).all()
    stated: dict[int, list[str]] = {}
    inside = claim.c.passage.in_([row.id for row in rows])
    for where, name in connection.execute(select(claim.c.passage, claim.c.id).where(inside).order_by(claim.c.seq)):
        stated.setdefault(where, []).append(name)
    for row in rows:
        figures = tuple(f"{row.document[:8]}:{one[:8]}" for one in stated.get(row.id, ()))
        yield Hit(row.document, row.words, figures, row.id)


def _parts(words: str) -> list[_Part]:
    parts = []
    for quoted, bare in _PART.findall(words):
        # "north-eastern" is two words to both indexes: they must stand together.
        inner = tuple(_WORD.findall(quoted or bare))
        if inner:
            parts.append(_Part(inner, bare.endswith("*")))
    if not parts:
        raise BadQuestion(f"{words!r} holds no word to look for. Give letters or digits.")
    return parts


def _fts5(parts: list[_Part]) -> str:
    return " AND ".join(f'"{" ".join(part.words)}"{"*" if part.open_end else ""}' for part in parts)


def _tsquery(parts: list[_Part]) -> str:
    # Letters and digits only, so that nothing in them is an operator.
    return " & ".join(f"({' <-> '.join(part.words)}{':*' if part.open_end else ''})" for part in parts)


def _letters_of(parts: list[_Part]) -> Iterator[ColumnElement[bool]]:
    """What a passage with these words must hold anyway, letter for letter, which takes a tenth of the time to see.

    PostgreSQL finds the newest passages with a frequent word by going through all, the newest first, and would take
    each apart into its words. Which letters are one in small and in capitals is agreed on in ASCII alone: passages with
    others are taken apart, and words with others are not looked for so.
    """
    words, other = passage.c.words, func.octet_length(passage.c.words) > func.length(passage.c.words)
    for word in sorted({word.lower() for part in parts for word in part.words if word.isascii()}):
        yield or_(other, func.strpos(func.lower(words.collate("C")), word) > 0)


def _letters(connection: Connection, pieces: list[str]) -> Select[tuple[int]]:
    """Passages that hold each piece, letter for letter: for scripts that put no spaces between words."""
    indexed = connection.dialect.name == "sqlite" and min(map(len, pieces)) >= FEWEST_LETTERS
    if not indexed:
        return select(passage.c.id).where(and_(*(passage.c.words.contains(piece, autoescape=True) for piece in pieces)))
    doubled = [piece.replace('"', '""') for piece in pieces]
    wanted = literal_column("passage_letters").op("MATCH")(" AND ".join(f'"{piece}"' for piece in doubled))
    return select(sql_column("rowid").label("id")).select_from(text("passage_letters")).where(wanted)
