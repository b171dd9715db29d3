"""TIMEX3 expressions, resolved against the publication date."""

from __future__ import annotations

from collections.abc import Sequence

from tallystick.model.mentions import TimeMention
from tallystick.model.text import Document, Sentence


def find_times(document: Document, sentences: Sequence[Sentence]) -> tuple[TimeMention, ...]:
    """Every TIMEX3 expression of the document, in text order."""
    return ()
