"""Which sentences are parsed: those that can hold a claim, and the neighbours that claim needs.

The parser costs far more than everything else, so nothing is parsed that cannot matter. A sentence is a
candidate when it holds a measure's word ("killed", "toll"), or a figure shortly before a word for people or
things that are counted ("3,000 foreign troops"). A measure's word is enough without a figure: asking for
both loses a quarter of the sentences about single, unnumbered victims ("a youth was killed").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tallystick.lexicon import Matcher, fold, load
from tallystick.model.text import Sentence

_DIGIT = re.compile(r"\d")

# Room for "of the", a nationality and an adjective or two between the figure and its noun.
REACH = 32


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
        if measures.any(folded) or _counted(folded, counted, numerals):
            candidates.append(sentence.index)
    return Selection(frozenset(candidates), tuple(candidates))


def _counted(folded: str, counted: Matcher, numerals: Matcher) -> bool:
    """True when a figure stands at most REACH characters before a word for people or things."""
    nouns = [hit.start for hit in counted.find(folded)]
    if not nouns:
        return False
    figures = [hit.start() for hit in _DIGIT.finditer(folded)] + [hit.end for hit in numerals.find(folded)]
    figures.sort()
    for noun in nouns:
        nearest = bisect_right(figures, noun) - 1
        if nearest >= 0 and noun - figures[nearest] <= REACH:
            return True
    return False
