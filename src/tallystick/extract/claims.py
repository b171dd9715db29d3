"""Joins mentions into claims, across sentences where needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tallystick.model.claims import Claim
from tallystick.model.mentions import AttributionMention, CountMention, PlaceMention, Quotation, TimeMention
from tallystick.model.syntax import Parse
from tallystick.model.text import Document, Sentence


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that was found in one document before claims are made. Sentences are keyed by their index."""

    document: Document
    sentences: tuple[Sentence, ...]
    parses: Mapping[int, Parse]
    counts: Mapping[int, Sequence[CountMention]]
    times: tuple[TimeMention, ...]
    places: tuple[PlaceMention, ...]
    quotations: tuple[Quotation, ...]
    attributions: tuple[AttributionMention, ...]


def assemble(mentions: Mentions) -> tuple[Claim, ...]:
    """Every claim of the document, in text order."""
    return ()
