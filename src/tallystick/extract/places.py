"""Toponyms, resolved to the gazetteer."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.model.mentions import PlaceMention
from tallystick.model.text import Document, Sentence


def find_places(document: Document, sentences: Sequence[Sentence]) -> tuple[PlaceMention, ...]:
    """Every toponym of the document, in text order, resolved or an explicit no-match."""
    return ()
