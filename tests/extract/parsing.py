"""Sentences of invented text, parsed once a session."""

from __future__ import annotations

from functools import cache

from tallystick.extract.sentences import split
from tallystick.extract.syntax import parse
from tallystick.model.syntax import Parse
from tallystick.model.text import Document


@cache
def parsed(text: str) -> tuple[Parse, ...]:
    """The parses of the sentences of a text."""
    return tuple(parse(split(document(text))))


def document(text: str, **fields: object) -> Document:
    """A document that holds the text."""
    return Document(text, "0" * 64, "1" * 64, **fields)  # type: ignore[arg-type]
