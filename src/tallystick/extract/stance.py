"""Reporting or opinion, and the loaded words.

Words and signs of lexicon/en/loaded.toml, opinion.toml and evaluative.tsv carry hand-set weights; a sentence whose
sum reaches a threshold argues. What stands inside quotation marks is somebody else's and does not count, but a
loaded term is marked wherever it stands. Opinion never deletes a claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tallystick.lexicon import Entry, Matcher, fold, load, load_rows
from tallystick.model.claims import Stance
from tallystick.model.mentions import Reason
from tallystick.model.text import Sentence, Span

# Swept 0.2-2.0 on eval/adapters/subjectivity and babe: both are flat between 0.3 and 0.6.
ARGUES = 0.4

# A quotation of up to this many characters is a term held at arm's length ("heroic"), not somebody's statement.
_TERM = 30

_QUOTED = re.compile(r'"[^"]{1,600}"')

# Sentences of more characters than this are not sentences; the rest is not read.
_LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Cue:
    """Words or a sign at offsets of the sentence; quoted when they stand inside somebody else's statement."""

    rule: str
    weight: float
    start: int
    end: int
    quoted: bool = False

    @property
    def loaded(self) -> bool:
        """True for a loaded term."""
        return self.rule.startswith("loaded/")


@cache
def _matcher() -> Matcher:
    rows = load_rows("evaluative")
    words = tuple(row[0] for row in rows)
    evaluative = Entry("evaluative/word", "evaluative", "An adjective that judges.", words, (), (), {"weight": 0.35})
    return Matcher((*load("loaded"), *load("opinion"), evaluative))


@cache
def _marks() -> tuple[tuple[str, Entry], ...]:
    return tuple((mark, entry) for entry in load("opinion") for mark in entry.get("marks", ()))


def stance_of(sentence: Sentence) -> tuple[Stance, tuple[Span, ...], tuple[Reason, ...]]:
    """Reporting or opinion, the loaded terms as spans, and the entries that say so. Needs no parse.

    The reasons are those that speak for opinion, the heaviest first; none for a sentence that reports.
    """
    cues = cues_of(sentence.text)
    loaded = tuple(sentence.span(cue.start, cue.end) for cue in cues if cue.loaded)
    if weight_of(cues) < ARGUES:
        return Stance.REPORTING, loaded, ()
    heaviest = sorted((cue for cue in cues if cue.weight > 0 and not cue.quoted), key=lambda cue: -cue.weight)
    return (
        Stance.OPINION,
        loaded,
        tuple(Reason("stance", cue.rule, sentence.span(cue.start, cue.end), f"{cue.weight:g}") for cue in heaviest),
    )


def weight_of(cues: Sequence[Cue]) -> float:
    """How much a sentence argues: the sum of the weights of its cues, quotations left out."""
    return sum(cue.weight for cue in cues if not cue.quoted)


def cues_of(text: str) -> list[Cue]:
    """Every cue of a sentence, words first, in text order."""
    folded = fold(text[:_LONGEST])
    statements = [mark.span() for mark in _QUOTED.finditer(folded) if mark.end() - mark.start() > _TERM]
    found = [(hit.entry, hit.start, hit.end) for hit in _matcher().longest(folded)]
    for mark, entry in _marks():
        at = text.find(mark, 0, _LONGEST)
        if at >= 0:
            found.append((entry, at, at + len(mark)))
    return [
        Cue(entry.id, entry.get("weight"), start, end, any(s <= start < e for s, e in statements))
        for entry, start, end in found
    ]
