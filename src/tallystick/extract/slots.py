"""Frames meet figures: which figure of a sentence says how many of whom a frame counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tallystick.extract.frames import Frame
from tallystick.extract.nouns import noun_of
from tallystick.extract.phrases import Phrase, Phrases, is_aged
from tallystick.extract.populations import kind_of
from tallystick.lexicon import load
from tallystick.model.mentions import CountMention
from tallystick.model.syntax import Parse, Token

_PERSON = "person"


@dataclass(frozen=True, slots=True)
class Slot:
    """One phrase that a frame counts, with its figure; mention is None where no figure is written."""

    frame: Frame
    head: Token
    phrase: Phrase | None
    mention: CountMention | None


class Figures:
    """The figures of one sentence, by the phrase they count."""

    def __init__(self, mentions: Sequence[CountMention], parse: Parse, phrases: Phrases) -> None:
        self.parse = parse
        self.phrases = phrases
        self.mentions = mentions
        self._by_phrase: dict[Phrase, list[CountMention]] = {}
        for mention in mentions:
            touched = parse.at(mention.number.start, mention.number.end) or parse.at(
                mention.span.start, mention.span.end
            )
            for phrase in dict.fromkeys(phrases.at(t.i) for t in touched):
                if phrase is not None:
                    self._by_phrase.setdefault(phrase, []).append(mention)
        # "A hundred or so soldiers": the noun stands in a phrase of its own.
        apart = [(self._noun_phrase(mention), mention) for mention in mentions]
        for phrase, mention in apart:
            if phrase is not None and phrase not in self._by_phrase:
                self._by_phrase[phrase] = [mention]

    def _noun_phrase(self, mention: CountMention) -> Phrase | None:
        noun = noun_of(mention, self.parse)
        return None if noun is None else self.phrases.at(noun.i)

    def in_phrase(self, phrase: Phrase) -> CountMention | None:
        """The figure of the phrase itself, the last where it has two ("two 12 strong teams")."""
        found = self._by_phrase.get(phrase, ())
        return found[0] if found else None

    def of(self, phrase: Phrase) -> CountMention | None:
        """The figure that counts what the phrase names: in it, before its "of", or behind it ("family of six")."""
        own = self.in_phrase(phrase)
        if own is not None:
            return own
        outer = self._holder(phrase)
        if outer is not None:
            held = self.in_phrase(outer)
            if held is not None:
                return held
        kind = kind_of(self.parse[phrase.head], self.parse)
        if kind is not None and kind.of in ("groups", "units", "victims"):
            inner = self.phrases.after_of(phrase)
            if inner is not None:
                return self.in_phrase(inner)
        return None

    def _holder(self, phrase: Phrase) -> Phrase | None:
        """The phrase that holds this one by "of" and only measures it: "dozens of the men"."""
        i = phrase.first - 1
        if i < 1 or self.parse[i].lower != "of":
            return None
        outer = self.phrases.at(i - 1)
        if outer is None:
            return None
        head = self.parse[outer.head]
        kind = kind_of(head, self.parse)
        measures = head.tag in ("CD", "JJ", "DT") or (kind is not None and kind.of in ("groups", "victims"))
        return outer if measures else None


def slots(frames: Sequence[Frame], figures: Figures) -> list[Slot]:
    """A slot for every phrase that a frame counts, in text order of the frames."""
    found = []
    for frame in frames:
        for head in frame.counted:
            phrase = figures.phrases.at(head.i)
            mention = figures.of(phrase) if phrase is not None else _at(head, figures)
            if mention is not None and not _fits(mention, frame):
                unit = mention.span.start <= head.start < mention.span.end  # "60% of the soldiers" is not one "%"
                mention = None
                if frame.counted and (head.tag == "CD" or unit) and not is_aged(head, figures.parse):
                    continue
            found.append(Slot(frame, head, phrase, mention))
    return found


def _at(head: Token, figures: Figures) -> CountMention | None:
    return next((m for m in figures.mentions if m.span.start <= head.start < m.span.end), None)


def _fits(mention: CountMention, frame: Frame) -> bool:
    """False for a quantity with a unit where people or things are counted ("killed after 12 km")."""
    unit = mention.count.unit
    if unit is None or unit == _PERSON:
        return True
    return unit.split("/")[0] not in _units() and unit not in _units()


@cache
def _units() -> frozenset[str]:
    return frozenset(name for entry in load("units") for name in entry.get("units", {}))
