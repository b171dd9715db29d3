"""Comparators beside a number, and the interval that the two make together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tallystick.extract.words import Words, class_of
from tallystick.lexicon import Entry, Found, Matcher, load
from tallystick.model.syntax import Parse
from tallystick.model.values import Form, Mod, Number

# How many words may stand between a comparator and its number: "at least a whopping 2,300".
FILLERS = 4
# "about N" and "nearly N" under neutral/1: a tenth either side, or half the last digit that is not zero, but
# never more than a quarter, so that "about 10" stays 8-12.
NEAR, WIDEST = 0.1, 0.25
# "over two towns" is a place, "over 300 people" a bound: without a parse, or where it is unsure, size decides.
SURE_FROM = 10


@dataclass(frozen=True, slots=True)
class Cue:
    """A comparator beside a number, at offsets of the text."""

    start: int
    end: int
    entry: Entry

    @property
    def mod(self) -> Mod | None:
        """What the cue does to the number, None for an additive one."""
        return Mod(self.entry.get("mod")) if self.entry.get("mod") else None

    @property
    def form(self) -> Form:
        """The form of the count."""
        return Form(self.entry.get("form"))


@lru_cache(maxsize=2)
def _matcher(side: str) -> Matcher:
    entries = [_with_words(entry, entry.get(side)) for entry in load("comparators") if entry.get(side)]
    return Matcher(entries)


def _with_words(entry: Entry, words: list[str]) -> Entry:
    return Entry(entry.id, entry.name, entry.meaning, tuple(words), entry.yes, entry.no, entry.fields)


@dataclass(frozen=True, slots=True)
class Cues:
    """All comparators of a text, found once: before by the offset where they end, after by where they begin."""

    words: Words
    before: dict[int, Found]
    after: dict[int, Found]
    parse: Parse | None

    @classmethod
    def of(cls, words: Words, parse: Parse | None) -> Cues:
        """The comparators of a text."""
        before: dict[int, Found] = {}
        for hit in _matcher("before").find(words.folded):
            if hit.end not in before or hit.start < before[hit.end].start:
                before[hit.end] = hit
        after: dict[int, Found] = {}
        for hit in _matcher("after").find(words.folded):
            if hit.start not in after or hit.end > after[hit.start].end:
                after[hit.start] = hit
        return cls(words, before, after, parse)

    def left(self, first: int, sure: Callable[[Entry], bool]) -> list[Cue]:
        """Comparators before the word with that index, nearest first. sure says whether a doubtful one holds."""
        found: list[Cue] = []
        i, direct, fillers = first, True, class_of("comparators", "fillers")
        for _ in range(FILLERS + 2):
            if i < 1:
                break
            if self.words.text(i - 1) == "-" and self.words.glued(i - 1) and self.words.glued(i - 2):
                i -= 1
            hit = self.before.get(self.words[i - 1].end)
            if hit and self._holds(hit, direct, sure):
                found.append(Cue(hit.start, hit.end, hit.entry))
                while i > 0 and self.words[i - 1].start >= hit.start:
                    i -= 1
                direct = False
            elif self.words.text(i - 1) in fillers and (
                self.words.text(i - 1) != "of" or self.words.text(i - 2) == "total"
            ):
                i -= 1
                direct = False
            else:
                break
        return found

    def _holds(self, hit: Found, direct: bool, sure: Callable[[Entry], bool]) -> bool:
        if not hit.entry.get("doubtful"):
            return True
        if not direct:
            return False
        return self._in_number(hit) or sure(hit.entry)

    def _in_number(self, hit: Found) -> bool:
        """True when the parser ties the word to the number."""
        if self.parse is None:
            return False
        base = self.parse.sentence.start
        tokens = self.parse.at(base + hit.start, base + hit.end)
        return bool(tokens) and tokens[-1].dep in ("quantmod", "advmod", "amod") and tokens[-1].tag != "IN"

    def right(self, last: int) -> list[Cue]:
        """Comparators after the word with that index, nearest first."""
        found: list[Cue] = []
        words, i = self.words, last + 1
        while i < len(words) and len(found) < 2:
            if words.text(i) == "-" and words.glued(i - 1) and i + 1 < len(words):
                hit = self.after.get(words[i + 1].start)
                hit = hit if hit and hit.word.startswith("-") else None
            else:
                hit = self.after.get(words[i].start)
                hit = None if hit and hit.word.startswith("-") else hit
            if hit is None or words[i].start - words[i - 1].end > 1:
                break
            end = i
            while end < len(words) and words[end].start < hit.end:
                end += 1
            following = words.text(end)
            if following == "than" or (end < len(words) and words[end].digits) or (hit.word == "more" and found):
                break
            found.append(Cue(hit.start, hit.end, hit.entry))
            i = end
        return found


def spread(value: Number) -> float:
    """Half the width of "about value"."""
    digits = str(int(abs(value))) if float(value).is_integer() else ""
    last = 10 ** (len(digits) - len(digits.rstrip("0"))) if digits.strip("0") else 0
    return min(max(abs(value) * NEAR, last / 2), abs(value) * WIDEST)


def interval(value: Number, cue: Cue | None, discrete: bool) -> tuple[Number | None, Number | None]:
    """Lowest and highest number that "cue value" allows, both inclusive; None is an open side.

    discrete is True for things that are counted one by one: then "more than 40" begins at 41.
    """
    step = 1 if discrete and isinstance(value, int) else 0
    mod = cue.mod if cue else None
    if cue is None or mod is None:
        return value, value
    if cue.form is Form.APPROXIMATE:
        half = spread(value)
        if value <= 1:
            return value, value
        if mod is Mod.LESS_THAN:
            return min(_whole(value * (1 - NEAR), math.ceil, discrete), value - step), value - step
        return _whole(value - half, math.ceil, discrete), _whole(value + half, math.floor, discrete)
    bounds: dict[Mod, tuple[Number | None, Number | None]] = {
        Mod.MORE_THAN: (value + step, None),
        Mod.EQUAL_OR_MORE: (value, None),
        Mod.LESS_THAN: (None, value - step),
        Mod.EQUAL_OR_LESS: (None, value),
        Mod.APPROX: (value, value),
    }
    return bounds[mod]


def _whole(value: float, rounded: Callable[[float], int], discrete: bool) -> Number:
    if float(value).is_integer():
        return int(value)
    # 1e-9 keeps 0.9 * 600 = 540.0000000001 from becoming 541.
    return rounded(value - 1e-9 if rounded is math.ceil else value + 1e-9) if discrete else value
