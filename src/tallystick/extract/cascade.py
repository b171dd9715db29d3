"""Which sentences are parsed: those that can hold a claim, and the neighbours that claim needs.

The parser costs far more than everything else, so nothing is parsed that cannot matter. A sentence is a
candidate when it holds a measure's word ("killed", "toll"), or a figure beside a word for people or things
that are counted ("3,000 troops", "another 3,000"). A measure's word is enough without a figure: asking for
both loses a quarter of the sentences about single, unnumbered victims ("a youth was killed").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tallystick.lexicon import Matcher, fold, load
from tallystick.model.text import Sentence

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Selection:
    """Indexes of the sentences that can hold a claim, and of all that must be parsed."""

    candidates: frozenset[int]
    parsed: tuple[int, ...]


@lru_cache(maxsize=1)
def _matchers() -> tuple[Matcher, Matcher, Matcher]:
    measures = load("measures").matcher
    counted = load("populations").matcher
    numerals = load("numerals").matcher
    return measures, counted, numerals


def select(sentences: Sequence[Sentence]) -> Selection:
    """The sentences worth parsing. Every sentence that can yield a claim is among the candidates."""
    measures, counted, numerals = _matchers()
    candidates = []
    for sentence in sentences:
        folded = fold(sentence.text)
        if measures.any(folded) or ((_DIGIT.search(folded) or numerals.any(folded)) and counted.any(folded)):
            candidates.append(sentence.index)
    return Selection(frozenset(candidates), tuple(candidates))
