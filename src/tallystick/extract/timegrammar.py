"""Patterns of lexicon/<language>/times.toml compiled into one tree of words and slots, and tokens to match them on.

A token is a run of letters, a run of digits, or one other character. Matching walks the tree from one token and
keeps the longest expression; no regular expression is asked to search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tallystick import lexicon
from tallystick.lexicon import Entry

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_TENS = frozenset({20, 30, 40, 50, 60, 70, 80, 90})
_ORDINAL_SUFFIXES = frozenset({"st", "nd", "rd", "th"})
# Years that reports and histories write with four digits; beyond, four digits are as likely a count.
FIRST_YEAR, LAST_YEAR = 1000, 2099


class Tokens:
    """The tokens of one stretch of folded text, as parallel lists; offsets are those of the document."""

    __slots__ = ("ends", "starts", "words")

    def __init__(self, folded: str, offset: int) -> None:
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for found in _TOKEN.finditer(folded):
            self.words.append(found[0])
            self.starts.append(offset + found.start())
            self.ends.append(offset + found.end())

    def __len__(self) -> int:
        return len(self.words)

    def word(self, i: int) -> str:
        """The token at i, "" outside the stretch."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def glued(self, i: int) -> bool:
        """True when no white space stands before token i."""
        return 0 < i < len(self.words) and self.starts[i] == self.ends[i - 1]


Slot = Callable[[Tokens, int], Iterator[tuple[int, Any]]]
"""From a token, every way to fill the slot: the index after it, and its value."""


@dataclass(slots=True)
class _Node:
    """A place in the tree: what may come next, kept apart by whether white space may stand before it."""

    words: dict[str, _Node] = field(default_factory=dict)
    slots: dict[str, _Node] = field(default_factory=dict)
    glued_words: dict[str, _Node] = field(default_factory=dict)
    glued_slots: dict[str, _Node] = field(default_factory=dict)
    accept: Entry | None = None

    def below(self, item: str) -> _Node:
        """The node after an item as patterns write it ("of", "{month}", "~-"), made where it is missing."""
        glued = len(item) > 1 and item.startswith("~")
        item = item[1:] if glued else item
        if item.startswith("{"):
            return (self.glued_slots if glued else self.slots).setdefault(item[1:-1], _Node())
        return (self.glued_words if glued else self.words).setdefault(item, _Node())


@dataclass(frozen=True, slots=True)
class Match:
    """An expression at tokens [first, last), the entry whose pattern it fits and what filled the slots."""

    first: int
    last: int
    entry: Entry
    slots: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _Words:
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

    def opens(self, tokens: Sequence[str], i: int) -> bool:
        """True when the whole of one of the words or phrases stands at i."""
        by_second = self.phrases.get(tokens[i], {})
        follows = by_second.get(tokens[i + 1], ()) if by_second and i + 1 < len(tokens) else ()
        return tokens[i] in self.single or any(tuple(tokens[i : i + len(w)]) == w for w, _ in follows)


def _pieces(word: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(lexicon.fold(word)))


@cache
def vocabulary(language: str = "en") -> dict[str, _Words]:
    """The words of timewords.toml by slot."""
    slots: dict[str, _Words] = {}
    for entry in lexicon.load("timewords", language):
        values = entry.get("values") or [entry.get("value")] * len(entry.words)
        words = slots.setdefault(str(entry.get("slot")), _Words({}, {}))
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


def _digits(low: int, high: int, length: tuple[int, ...], ordinal: bool | None = False) -> Slot:
    """A slot for a whole number; with ordinal the suffix of "3rd" is taken too, with True it must be there."""

    def fill(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
        word = tokens.words[i]
        if len(word) not in length or not word.isascii() or not word.isdigit() or not low <= int(word) <= high:
            return
        suffixed = ordinal is not False and tokens.glued(i + 1) and tokens.word(i + 1) in _ORDINAL_SUFFIXES
        if suffixed:
            yield i + 2, int(word)
        elif not ordinal and not (tokens.glued(i + 1) and tokens.words[i + 1].isalpha() and length != (1, 2, 3, 4)):
            yield i + 1, int(word)

    return fill


def _number(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    word = tokens.words[i]
    if word.isascii() and word.isdigit() and len(word) <= 4:
        if tokens.word(i + 1) == "." and tokens.glued(i + 1) and tokens.glued(i + 2) and tokens.words[i + 2].isdigit():
            yield i + 3, float(f"{word}.{tokens.words[i + 2][:6]}")
        elif not (tokens.glued(i) and tokens.word(i - 1) in {".", ",", "-"} and tokens.word(i - 2).isdigit()):
            yield i + 1, int(word)
        return
    for j, value in vocabulary()["numeral"].fill(tokens, i):
        if value in _TENS:
            k = j + 1 if tokens.word(j) == "-" else j
            for end, unit in vocabulary()["numeral"].fill(tokens, k) if k < len(tokens) else ():
                if isinstance(unit, int) and 1 <= unit <= 9 and tokens.words[k] not in {"a", "an"}:
                    yield end, value + unit
        yield j, value


def _ordinal(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    yield from _digits(1, 99, (1, 2), True)(tokens, i)
    yield from vocabulary()["ordinalword"].fill(tokens, i)
    for j, value in vocabulary()["numeral"].fill(tokens, i):
        if value in _TENS and tokens.word(j) == "-" and j + 1 < len(tokens):
            for end, unit in vocabulary()["ordinalword"].fill(tokens, j + 1):
                if 1 <= unit <= 9:
                    yield end, value + unit


def _year(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    word = tokens.words[i]
    if len(word) == 4 and word.isascii() and word.isdigit() and FIRST_YEAR <= int(word) <= LAST_YEAR:
        if not (tokens.glued(i + 1) and tokens.words[i + 1].isalpha()):
            yield i + 1, int(word)
    elif word == "'" and tokens.glued(i + 1):
        for j, value in _digits(0, 99, (2,))(tokens, i + 1):
            yield j, century_of(value) + value


def century_of(two_digits: int) -> int:
    """The century that a year of two digits is meant in: 1931-2030, as POSIX does it, shifted to reports' past."""
    return 1900 if two_digits > 30 else 2000


def _two_digit_year(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    for j, value in _digits(0, 99, (2,))(tokens, i):
        yield j, century_of(value) + value


def _clock(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    word = tokens.words[i]
    if not (word.isascii() and word.isdigit() and len(word) <= 2 and int(word) <= 24 and tokens.glued(i + 1)):
        return
    minute = tokens.word(i + 2)
    if tokens.words[i + 1] in {":", "."} and tokens.glued(i + 2) and len(minute) == 2 and minute.isdecimal():
        if int(minute) < 60 and not (tokens.words[i + 1] == "." and not _clock_follows(tokens, i + 3)):
            yield i + 3, f"{int(word):02d}:{minute}"


def _clock_follows(tokens: Tokens, i: int) -> bool:
    return tokens.word(i) in {"am", "pm", "a", "p", "gmt", "hrs", "hours", "local"}


def _hhmm(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    word = tokens.words[i]
    if len(word) == 4 and word.isascii() and word.isdigit() and int(word[:2]) < 25 and int(word[2:]) < 60:
        yield i + 1, f"{word[:2]}:{word[2:]}"


def _decade(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    word = tokens.words[i]
    if not (word.isascii() and word.isdigit() and word.endswith("0") and len(word) in {2, 4}):
        return
    end = i + 2 if tokens.word(i + 1) == "'" else i + 1
    if tokens.word(end) == "s" and tokens.glued(end) and tokens.glued(i + 1):
        if len(word) == 4 and FIRST_YEAR <= int(word) <= LAST_YEAR:
            yield end + 1, int(word) // 10
        elif len(word) == 2 and int(word) >= 20 and tokens.word(i - 1) in {"the", "'", "early", "late", "mid", "-"}:
            yield end + 1, (1900 + int(word)) // 10


def _iso(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    words = tokens.words[i : i + 5]
    if len(words) == 5 and words[1] == words[3] == "-" and len(words[0]) == 4 and len(words[2]) == len(words[4]) == 2:
        if all(w.isascii() and w.isdigit() for w in words[::2]) and all(tokens.glued(j) for j in range(i + 1, i + 5)):
            yield i + 5, (int(words[0]), int(words[2]), int(words[4]))


def _slashed(tokens: Tokens, i: int) -> Iterator[tuple[int, Any]]:
    """Day, month and year with slashes or full stops, only where one of the two must be the day."""
    words = tokens.words[i : i + 5]
    if len(words) < 5 or words[1] not in {"/", "."} or words[1] != words[3] or len(words[4]) != 4:
        return
    if not all(w.isascii() and w.isdigit() for w in words[::2]) or not all(tokens.glued(j) for j in range(i + 1, i + 5)):
        return
    first, second, year = int(words[0]), int(words[2]), int(words[4])
    if FIRST_YEAR <= year <= LAST_YEAR and (first > 12 or second > 12 or first == second):
        yield i + 5, (year, second, first) if first > 12 or first == second else (year, first, second)


SLOTS: dict[str, Slot] = {
    "n": _number,
    "n2": _number,
    "day": _digits(1, 31, (1, 2), None),
    "dayth": _digits(1, 31, (1, 2), True),
    "year": _year,
    "yy": _two_digit_year,
    "bcyear": _digits(1, 9999, (1, 2, 3, 4)),
    "ordinal": _ordinal,
    "clock": _clock,
    "hour": _digits(1, 24, (1, 2), None),
    "hhmm": _hhmm,
    "decade": _decade,
    "iso": _iso,
    "slashed": _slashed,
}


DIGIT_SLOTS = tuple(SLOTS)
_DIGITS = frozenset("0123456789")


def slot(name: str) -> Slot:
    """What fills the slot of that name: digits, or the words of timewords.toml."""
    return SLOTS.get(name) or vocabulary()[name].fill


def _sequences(pattern: str, inner: dict[str, list[list[str]]]) -> list[list[str]]:
    """A pattern without its optional items, alternatives and references, one list of items a reading."""
    readings: list[list[str]] = [[]]
    for written in pattern.split():
        optional = len(written) > 1 and written.endswith("?")
        item = written[:-1] if optional else written
        if item.startswith("<"):
            choices = inner[item[1:-1]]
        elif "|" in item:
            choices = [[word] for word in item.split("|")]
        else:
            choices = [[item]]
        if optional:
            choices = [*choices, []]
        readings = [reading + choice for reading in readings for choice in choices]
    return readings


@cache
def _expanded(language: str = "en") -> tuple[tuple[Entry, list[list[str]]], ...]:
    entries = lexicon.load("times", language)
    inner: dict[str, list[list[str]]] = {}
    for entry in sorted(entries, key=lambda e: not e.get("inner")):  # first those that others refer to
        inner[entry.name] = [r for pattern in entry.get("patterns", ()) for r in _sequences(pattern, inner)]
    return tuple((entry, inner[entry.name]) for entry in entries if not entry.get("inner"))


def _readings(language: str) -> Iterator[list[str]]:
    for _, readings in _expanded(language):
        yield from readings


@cache
def _tree(language: str = "en") -> _Node:
    root = _Node()
    for entry, readings in _expanded(language):
        for reading in readings:
            node = root
            for item in reading:
                node = node.below(item)
            if node.accept is None:  # of two entries with one pattern, the first of the file
                node.accept = entry
    return root


@cache
def _slots_by_word(language: str = "en") -> dict[str, tuple[str, ...]]:
    """For each word of the vocabulary, the slots of patterns that it can begin to fill."""
    used = {item.strip("~{}") for item in _items(language) if "{" in item}
    found: dict[str, list[str]] = {}
    for name, words in vocabulary(language).items():
        also = {"numeral": ("n", "n2", "ordinal"), "ordinalword": ("ordinal",)}.get(name, (name,))
        for word in words.openers():
            found.setdefault(word, []).extend(slot for slot in also if slot in used)
    return {word: tuple(dict.fromkeys(names)) for word, names in found.items() if names}


@cache
def _items(language: str = "en") -> frozenset[str]:
    """Every item of every pattern."""
    found: set[str] = set()
    for reading in _readings(language):
        found.update(reading)
    return frozenset(found)


# Slots that make an expression a time; each pattern has one of them, or consists of words alone.
_TELLING = ("month", "weekday", "weekdayshort", "season", "unit", "units", "longunit", "often", "tod", "dayword", "holiday")


@cache
def triggers(language: str = "en") -> frozenset[str]:
    """Words without any of which, and without a digit, a sentence holds no expression."""
    words: set[str] = set()
    common = {w for name in ("yearbefore", "deictic", "anaphoric") for w in vocabulary(language)[name].openers()} | {"these"}
    for name in _TELLING:
        words.update(vocabulary(language)[name].rarest())
    for reading in _readings(language):
        if not any(item.strip("~{}") in _TELLING or item.strip("~{}") in SLOTS for item in reading if "{" in item):
            said = [item.strip("~") for item in reading if "{" not in item]
            words.add(max([word for word in said if word not in common] or said, key=len))
    return frozenset(words)


def matches_from(tokens: Tokens, first: int) -> list[Match]:
    """Every expression that begins at that token, longest first; of equally long ones the first of the file first."""
    found: dict[tuple[int, str], Match] = {}
    _walk(tokens, first, _tree(), (first, ()), found)
    return sorted(found.values(), key=lambda match: -match.last)


def _walk(
    tokens: Tokens, i: int, node: _Node, so_far: tuple[int, tuple[tuple[str, Any], ...]], found: dict[tuple[int, str], Match]
) -> None:
    first, slots = so_far
    if node.accept is not None:
        found.setdefault((i, node.accept.name), Match(first, i, node.accept, slots))
    if i >= len(tokens.words):
        return
    word = tokens.words[i]
    names = DIGIT_SLOTS if word[0] in _DIGITS or word == "'" else _slots_by_word().get(word, ())
    if (below := node.words.get(word)) is not None:
        _walk(tokens, i + 1, below, so_far, found)
    if node.slots:
        for name in names:
            if (below := node.slots.get(name)) is not None:
                for j, value in slot(name)(tokens, i):
                    _walk(tokens, j, below, (first, (*slots, (name, value))), found)
    if (node.glued_words or node.glued_slots) and tokens.glued(i):
        if (below := node.glued_words.get(word)) is not None:
            _walk(tokens, i + 1, below, so_far, found)
        for name in names:
            if (below := node.glued_slots.get(name)) is not None:
                for j, value in slot(name)(tokens, i):
                    _walk(tokens, j, below, (first, (*slots, (name, value))), found)


def can_open(tokens: Tokens, i: int) -> bool:
    """True when an expression may begin at the token."""
    word = tokens.words[i]
    if word[0] in _DIGITS or word == "'":
        return True
    root = _tree()
    if word in root.words:
        return True
    names = _slots_by_word().get(word)
    return names is not None and any(name in root.slots for name in names)
