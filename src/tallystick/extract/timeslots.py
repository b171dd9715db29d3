"""Tokens of a text, and what can fill a slot of a time pattern: words of timewords.toml, and digits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tallystick import lexicon

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_TENS = frozenset({20, 30, 40, 50, 60, 70, 80, 90})
DIGITS = frozenset("0123456789")
# Years that reports and histories write with four digits; beyond, four digits are as likely a count.
FIRST_YEAR, LAST_YEAR = 1000, 2099
# A year of two digits up to this one is of the 2000s.
LAST_SHORT_YEAR = 30


def words_in(folded: str) -> list[str]:
    """The tokens of a folded text, without their places."""
    return _TOKEN.findall(folded)


class Tokens:
    """The tokens of one stretch of folded text, as parallel lists; offsets are those of the document."""

    __slots__ = ("_ends", "_folded", "_offset", "_starts", "words")

    def __init__(self, folded: str, offset: int, words: list[str]) -> None:
        self.words = words  # as words_in(folded) gives them
        self._folded = folded
        self._offset = offset
        self._starts: list[int] = []
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self.words)

    @property
    def starts(self) -> list[int]:
        """Where each token starts."""
        if not self._starts:
            self._place()
        return self._starts

    @property
    def ends(self) -> list[int]:
        """Where each token ends."""
        if not self._starts:
            self._place()
        return self._ends

    def _place(self) -> None:
        at, find, offset = 0, self._folded.index, self._offset
        for word in self.words:
            start = find(word, at)
            at = start + len(word)
            self._starts.append(offset + start)
            self._ends.append(offset + at)

    def word(self, i: int) -> str:
        """The token at i, "" outside the stretch."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def glued(self, i: int) -> bool:
        """True when no white space stands before token i."""
        if not 0 < i < len(self.words):
            return False
        if not self._starts:
            self._place()
        return self._starts[i] == self._ends[i - 1]


Slot = Callable[[Tokens, int], Iterator[tuple[int, Any]]]
"""From a token, every way to fill the slot: the index after it, and its value."""


@dataclass(frozen=True, slots=True)
class Words:
    """Slot values by the words that fill them: single words, and longer phrases by their first two words."""

    single: dict[str, Any]
    phrases: dict[str, dict[str, list[tuple[tuple[str, ...], Any]]]]

    def fill(self, tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
        words = tokens.words
        word = words[i]
        if (by_second := self.phrases.get(word)) is not None and i + 1 < len(words):
            for wanted, value in by_second.get(words[i + 1], ()):
                if len(wanted) == 2 or tuple(words[i : i + len(wanted)]) == wanted:
                    yield i + len(wanted), value
        if word in self.single:
            yield i + 1, self.single[word]

    def openers(self) -> Iterator[str]:
        """The words that can begin to fill the slot."""
        yield from self.single
        yield from self.phrases

    def rarest(self) -> Iterator[str]:
        """One word of each word or phrase that stands wherever it does: of a phrase the longest."""
        yield from self.single
        for by_second in self.phrases.values():
            for choices in by_second.values():
                yield from (max(wanted, key=len) for wanted, _ in choices)


def _pieces(word: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(lexicon.fold(word).removeprefix("-") or "-"))  # "-th" ends a longer word


@cache
def vocabulary(language: str = "en") -> dict[str, Words]:
    """The words of timewords.toml by slot."""
    slots: dict[str, Words] = {}
    for entry in lexicon.load("timewords", language):
        values = entry.get("values") or [entry.get("value")] * len(entry.words)
        words = slots.setdefault(str(entry.get("slot")), Words({}, {}))
        for written, value in zip(entry.words, values, strict=True):
            pieces = _pieces(written)
            if len(pieces) == 1:
                words.single[pieces[0]] = value
            else:
                words.phrases.setdefault(pieces[0], {}).setdefault(pieces[1], []).append((pieces, value))
    for words in slots.values():
        for by_second in words.phrases.values():
            for choices in by_second.values():
                choices.sort(key=lambda choice: -len(choice[0]))
    return slots


@cache
def words_of(slot: str) -> frozenset[str]:
    """The words that can begin to fill a slot."""
    return frozenset(vocabulary()[slot].openers())


def number_of(word: str, longest: int) -> int | None:
    """The number that a token of at most so many digits writes; None for any other token."""
    return int(word) if len(word) <= longest and word.isascii() and word.isdigit() else None


def _digits(low: int, high: int, longest: int, ordinal: bool | None = False) -> Slot:
    """A slot for a whole number; with ordinal the suffix of "3rd" is taken too, with True it must be there."""

    def fill(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
        number = number_of(tokens.words[i], longest)
        if number is None or not low <= number <= high:
            return
        beside = tokens.glued(i + 1)
        if beside and ordinal is not False and tokens.word(i + 1) in words_of("ordinalsuffix"):
            yield i + 2, number
        elif not ordinal and not (beside and tokens.words[i + 1].isalpha() and longest < 4):
            yield i + 1, number

    return fill


def _number(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    if (number := number_of(tokens.words[i], 4)) is not None:
        fraction = number_of(tokens.word(i + 2), 4)
        if tokens.word(i + 1) == "." and tokens.glued(i + 1) and tokens.glued(i + 2) and fraction is not None:
            yield i + 3, float(f"{number}.{tokens.words[i + 2]}")
        elif not (tokens.glued(i) and tokens.word(i - 1) in {".", ",", "-"} and tokens.word(i - 2).isdigit()):
            yield i + 1, number
        return
    for j, value in vocabulary()["numeral"].fill(tokens, i):
        if value in _TENS:
            k = j + 1 if tokens.word(j) == "-" else j
            for end, unit in vocabulary()["numeral"].fill(tokens, k) if k < len(tokens) else ():
                if isinstance(unit, int) and 1 <= unit <= 9 and tokens.words[k] not in words_of("article"):
                    yield end, value + unit
        yield j, value


def _second_number(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    """The upper end of a range: the 30 of "20-30 minutes"."""
    if (number := number_of(tokens.words[i], 4)) is not None:
        yield i + 1, number
    else:
        yield from _number(tokens, i)


def _ordinal(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    yield from _digits(1, 99, 2, True)(tokens, i)
    yield from vocabulary()["ordinalword"].fill(tokens, i)
    for j, value in vocabulary()["numeral"].fill(tokens, i):
        if value in _TENS and tokens.word(j) == "-" and j + 1 < len(tokens):
            for end, unit in vocabulary()["ordinalword"].fill(tokens, j + 1):
                if 1 <= unit <= 9:
                    yield end, value + unit


def _year(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    word = tokens.words[i]
    if (number := number_of(word, 4)) is not None:
        apart = not (tokens.glued(i + 1) and tokens.words[i + 1].isalpha())
        if FIRST_YEAR <= number <= LAST_YEAR and apart:
            yield i + 1, number
    elif word == "'" and tokens.glued(i + 1):
        yield from _two_digit_year(tokens, i + 1)


def _two_digit_year(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    number = number_of(tokens.words[i], 2)
    if number is not None and len(tokens.words[i]) == 2 and not (tokens.glued(i + 1) and tokens.words[i + 1].isalpha()):
        yield i + 1, number + (2000 if number <= LAST_SHORT_YEAR else 1900)


def _clock(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    """ "14:30"; "2.30" only where "p.m." or a zone follows."""
    hour, mark, minute = number_of(tokens.words[i], 2), tokens.word(i + 1), number_of(tokens.word(i + 2), 2)
    if hour is None or minute is None or hour > 24 or minute > 59 or len(tokens.words[i + 2]) != 2:
        return
    together = tokens.glued(i + 1) and tokens.glued(i + 2)
    said = tokens.word(i + 3) in words_of("ampm") | words_of("zone")
    if together and (mark == ":" or (mark == "." and said)):
        yield i + 3, f"{hour:02d}:{minute:02d}"


def _hhmm(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    word = tokens.words[i]
    if len(word) == 4 and number_of(word, 4) is not None and int(word[:2]) < 25 and int(word[2:]) < 60:
        yield i + 1, f"{word[:2]}:{word[2:]}"


def _decade(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    """The tens of the year in which a decade begins: 199 for "1990s", and for "the 90s"."""
    number, length = number_of(tokens.words[i], 4), len(tokens.words[i])
    end = i + 2 if tokens.word(i + 1) == "'" else i + 1
    if number is None or number % 10 or tokens.word(end) != "s" or not tokens.glued(end) or not tokens.glued(i + 1):
        return
    if length == 4 and FIRST_YEAR <= number <= LAST_YEAR:
        yield end + 1, number // 10
    elif length == 2 and number >= 20 and tokens.word(i - 1) in words_of("decadebefore"):
        yield end + 1, (1900 + number) // 10


def _three_numbers(tokens: Tokens, i: int, marks: str) -> tuple[int, int, int] | None:
    """Three numbers without white space, with the same mark twice between them."""
    words = tokens.words[i : i + 5]
    if len(words) < 5 or words[1] not in marks or words[1] != words[3]:
        return None
    numbers = [number_of(word, 4) for word in words[::2]]
    if None in numbers or not all(tokens.glued(j) for j in range(i + 1, i + 5)):
        return None
    first, second, third = (number or 0 for number in numbers)
    return first, second, third


def _iso(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    numbers = _three_numbers(tokens, i, "-/")
    if numbers is not None and [len(word) for word in tokens.words[i : i + 5 : 2]] == [4, 2, 2]:
        yield i + 5, numbers


def _slashed(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    """Day, month and year with slashes or full stops, only where one of the two must be the day."""
    if (numbers := _three_numbers(tokens, i, "/.")) is None:
        return
    first, second, year = numbers
    if not FIRST_YEAR <= year <= LAST_YEAR or max(first, second) > 31:
        return
    if first > 12 or first == second:
        yield i + 5, (year, second, first)
    elif second > 12:
        yield i + 5, (year, first, second)


SLOTS: dict[str, Slot] = {
    "n": _number,
    "n2": _second_number,
    "day": _digits(1, 31, 2, None),
    "dayth": _digits(1, 31, 2, True),
    "year": _year,
    "yy": _two_digit_year,
    "bcyear": _digits(1, 9999, 4),
    "ordinal": _ordinal,
    "clock": _clock,
    "hour": _digits(1, 24, 2, None),
    "hhmm": _hhmm,
    "decade": _decade,
    "iso": _iso,
    "slashed": _slashed,
}


def slot(name: str) -> Slot:
    """What fills the slot of that name: digits, or the words of timewords.toml."""
    return SLOTS.get(name) or vocabulary()[name].fill
