"""Which sentences are parsed: those that can hold a claim.

The parser costs far more than everything else, so nothing is parsed that cannot matter. A sentence is a
candidate when it holds one of these:

- a measure's word ("killed", "toll"). It is enough without a figure: asking for both loses a quarter of the
  sentences about single, unnumbered victims ("a youth was killed");
- a figure shortly before a word for people or things that are counted ("3,000 foreign troops"), with a measure's
  weaker word or a word for a part ("of them") anywhere: without one nothing says what befell them;
- a figure shortly before a unit of bulk goods or power ("6 million tonnes of crude");
- a measure's weaker word, or a vague quantity, near a word for fighters ("could send more conscripts");
- a figure said to come on top of an earlier one ("a further 1,500"), or to replace one ("should have read 14").

A run of words with more figures or more measure words than prose ever has is a table or noise. It is not parsed:
the tree would say nothing of which figure belongs to which word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from tallystick.extract.corrected import cues
from tallystick.extract.sentences import tabular
from tallystick.lexicon import Matcher, fold, load
from tallystick.model.text import Sentence

_DIGIT = re.compile(r"\d")

# Measure words of one sentence. Among 100,000 sentences of annotated news one has thirteen, none has more.
MOST_MEASURES = 40
# A sentence of fewer characters is not counted through: it has no room for so many words.
SHORTEST_CROWD = 200

# Room for "of the", a nationality and an adjective or two between two words that belong together.
REACH = 32


@dataclass(frozen=True, slots=True)
class Selection:
    """Indexes of the sentences that can hold a claim, and of all that must be parsed."""

    candidates: frozenset[int]
    parsed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """The matchers that the choice needs, made once."""

    measures: Matcher
    weak: Matcher
    parts: Matcher
    vague: Matcher
    additive: Matcher
    counted: Matcher
    bulk: Matcher
    fighters: Matcher
    numerals: Matcher


@lru_cache(maxsize=1)
def _words() -> _Words:
    measures, populations, units = load("measures"), load("populations"), load("units")
    weak = [replace(entry, words=tuple(entry.get("weak", ()))) for entry in measures]
    additive = [
        replace(entry, words=tuple(entry.get("before", ()))) for entry in load("comparators").of(form="additive")
    ]
    # Money, land and smaller weights are left out: most sentences about them are about other things, and those that
    # also hold a claim are parsed for that claim.
    bulk = [
        replace(entry, words=tuple(word for unit in entry.get("bulk") for word in entry.get("units")[unit]))
        for entry in units
        if entry.get("bulk")
    ]
    return _Words(
        measures=Matcher([*measures, *(replace(entry, words=tuple(entry.get("hints", ()))) for entry in measures)]),
        weak=Matcher(weak),
        parts=Matcher(load("relations").of(kind="part-before")),
        vague=load("vague").matcher,
        additive=Matcher(additive),
        counted=populations.matcher,
        bulk=Matcher(bulk),
        fighters=Matcher(populations.of(**{"class": "combatants"})),
        numerals=load("numerals").matcher,
    )


def select(sentences: Sequence[Sentence]) -> Selection:
    """The sentences worth parsing. Every sentence that can yield a claim is among the candidates."""
    words = _words()
    candidates = []
    for sentence in sentences:
        folded = fold(sentence.text)
        if tabular(folded) or _crowded(folded, words):
            continue
        if words.measures.any(folded) or _figured(folded, words) or _fighters(folded, words):
            candidates.append(sentence.index)
    return Selection(frozenset(candidates), tuple(candidates))


def _crowded(folded: str, words: _Words) -> bool:
    """True when more measure words stand in the sentence than prose has."""
    if len(folded) < SHORTEST_CROWD:
        return False
    return next(islice(words.measures.find(folded), MOST_MEASURES, None), None) is not None


def _figured(folded: str, words: _Words) -> bool:
    """True when a figure stands where it can count those befallen by something, bulk goods, or people on top."""
    figures = [hit.start() for hit in _DIGIT.finditer(folded)] + [hit.end for hit in words.numerals.find(folded)]
    if not figures:
        return False
    figures.sort()
    if _close_before(words.bulk, figures, folded) or _on_top(folded, words) or cues().any(folded):
        return True
    befallen = words.weak.any(folded) or words.parts.any(folded)
    return befallen and _close_before(words.counted, figures, folded)


def _on_top(folded: str, words: _Words) -> bool:
    """True when a figure in digits follows at once on a word such as "another"."""
    return any(_DIGIT.match(folded, hit.end + 1) for hit in words.additive.find(folded))


def _close_before(nouns: Matcher, figures: Sequence[int], folded: str) -> bool:
    """True when one of the figures, in text order, stands at most REACH characters before one of the nouns."""
    for noun in nouns.find(folded):
        nearest = bisect_right(figures, noun.start) - 1
        if nearest >= 0 and noun.start - figures[nearest] <= REACH:
            return True
    return False


def _fighters(folded: str, words: _Words) -> bool:
    """True when a measure's weaker word or a vague quantity stands within REACH characters of a word for fighters."""
    fighters = [(hit.start, hit.end) for hit in words.fighters.find(folded)]
    if not fighters:
        return False
    return any(
        hit.start - REACH <= end and start <= hit.end + REACH
        for matcher in (words.weak, words.vague)
        for hit in matcher.find(folded)
        for start, end in fighters
    )
