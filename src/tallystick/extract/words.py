"""Words of a sentence with their places, for the steps that work without a parse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tallystick.lexicon import fold, load

# A run of digits takes in the commas and points between digits: "12,500", "7.5", "12.05.2024".
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?|[^\w\s]|_")


class Word(NamedTuple):
    """One word, number or mark: start and end are offsets of the text, text is folded."""

    start: int
    end: int
    text: str
    digits: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words. raw is the text as written, folded its folded form of the same length."""

    raw: str
    folded: str
    items: tuple[Word, ...]

    @classmethod
    def of(cls, raw: str) -> Words:
        """The words of a text."""
        return cls.cut(raw, fold(raw))

    @classmethod
    def cut(cls, raw: str, folded: str) -> Words:
        """The words of a text that has been folded already."""
        items = tuple(Word(m.start(), m.end(), m[0], m[0][0].isdecimal()) for m in _WORD.finditer(folded))
        return cls(raw, folded, items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, i: int) -> Word:
        return self.items[i]

    def text(self, i: int) -> str:
        """The folded word at an index, "" outside the text."""
        return self.items[i].text if 0 <= i < len(self.items) else ""

    def glued(self, i: int) -> bool:
        """True when nothing stands between word i and the next."""
        return i >= 0 and i + 1 < len(self.items) and self.items[i].end == self.items[i + 1].start

    def capital(self, i: int) -> bool:
        """True when the word at the index begins with a capital letter, or has one: "iPhone"."""
        if not 0 <= i < len(self.items):
            return False
        raw = self.raw[self.items[i].start : self.items[i].end]
        return raw[0].isupper() or (raw[:1].isalpha() and raw != raw.lower())

    def is_digits(self, i: int) -> bool:
        """True when the item at the index is a run of digits."""
        return 0 <= i < len(self.items) and self.items[i].digits

    def alpha(self, i: int) -> bool:
        """True when the item at the index is a word of letters."""
        return 0 <= i < len(self.items) and self.items[i].text[0].isalpha()


@lru_cache(maxsize=64)
def class_of(file: str, name: str) -> frozenset[str]:
    """The words of one entry of a lexicon file, folded."""
    return load(file).words_of(name)
