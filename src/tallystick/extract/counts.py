"""Figures in the text, with the words that say what they leave open."""

from __future__ import annotations

from tallystick.model.mentions import CountMention
from tallystick.model.syntax import Parse
from tallystick.model.text import Sentence


def find_counts(sentence: Sentence, parse: Parse | None = None) -> tuple[CountMention, ...]:
    """Every figure of the sentence, in text order."""
    return ()
