"""What pronouns, short names and elliptic phrases stand for, as far as claims need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Document, Sentence, Span


def resolve_person(
    token: Token, parse: Parse, document: Document, sentences: Sequence[Sentence], parses: Mapping[int, Parse]
) -> Span | None:
    """The full name that a pronoun or short name stands for; None when the text does not settle it."""
    return None
