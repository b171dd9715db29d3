"""Words between quotation marks, and who speaks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallystick.model.mentions import Quotation
from tallystick.model.syntax import Parse
from tallystick.model.text import Document, Sentence


def find_quotations(
    document: Document, sentences: Sequence[Sentence], parses: Mapping[int, Parse]
) -> tuple[Quotation, ...]:
    """Every quotation of the document, in text order."""
    return ()
