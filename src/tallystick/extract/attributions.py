"""Who is said to have said what: source, cue and content, nested where the text nests them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tallystick.model.claims import Attribution
from tallystick.model.mentions import AttributionMention, Quotation
from tallystick.model.syntax import Parse
from tallystick.model.text import Document, Sentence, Span


def find_attributions(
    document: Document,
    sentences: Sequence[Sentence],
    parses: Mapping[int, Parse],
    quotations: Sequence[Quotation],
) -> tuple[AttributionMention, ...]:
    """Every attribution of the parsed sentences, in text order. parses maps a sentence index to its parse."""
    return ()


def chain_at(span: Span, attributions: Sequence[AttributionMention]) -> tuple[Attribution, ...]:
    """The links whose content holds the span, outermost first."""
    return ()
