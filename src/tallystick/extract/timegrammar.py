"""Patterns of lexicon/<language>/times.toml compiled into one tree of words and slots.

Matching walks the tree from one token and keeps every expression that begins there; no regular expression is
asked to search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from tallystick import lexicon
from tallystick.extract.timeslots import DIGITS, SLOTS, Slot, Tokens, slot, vocabulary, words_of
from tallystick.lexicon import Entry

# Slots that a run of so many digits can begin to fill; longer runs fill none.
_SHORT = ("n", "n2", "ordinal", "day", "dayth", "hour", "clock", "yy", "decade", "slashed", "bcyear")
_SHORT_YEAR = ("year",)  # "'89"
_BY_LENGTH = {
    1: _SHORT,
    2: _SHORT,
    3: ("n", "n2", "bcyear"),
    4: ("n", "n2", "year", "iso", "hhmm", "decade", "bcyear"),
}


@dataclass(slots=True)
class _Node:
    """A place in the tree: what may come next, kept apart by whether white space may stand before it."""

    words: dict[str, _Node] = field(default_factory=dict)
    slots: dict[str, _Node] = field(default_factory=dict)
    glued_words: dict[str, _Node] = field(default_factory=dict)
    glued_slots: dict[str, _Node] = field(default_factory=dict)
    accept: Entry | None = None
    steps: dict[str, list[_Step]] = field(default_factory=dict)  # by the next token, as _steps finds them

    def below(self, item: str) -> _Node:
        """The node after an item as patterns write it ("of", "{month}", "~-"), made where it is missing."""
        glued = len(item) > 1 and item.startswith("~")
        item = item[1:] if glued else item
        if item.startswith("{"):
            return (self.glued_slots if glued else self.slots).setdefault(item[1:-1], _Node())
        return (self.glued_words if glued else self.words).setdefault(item, _Node())


_Step = tuple[bool, str, Slot | None, _Node]
"""Whether no white space may stand before it, the slot and what fills it (None for a word), where it leads."""


@dataclass(frozen=True, slots=True)
class Match:
    """An expression at tokens [first, last), the entry whose pattern it fits and what filled the slots."""

    first: int
    last: int
    entry: Entry
    slots: tuple[tuple[str, Any], ...]


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
def _order(language: str = "en") -> dict[str, int]:
    """The place of each entry in the file."""
    return {name: i for i, name in enumerate(lexicon.load("times", language).entries)}


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
def _fillers() -> dict[str, Slot]:
    """What fills each slot that a pattern has."""
    return {item.strip("~{}"): slot(item.strip("~{}")) for item in _items() if "{" in item}


@cache
def _items(language: str = "en") -> frozenset[str]:
    """Every item of every pattern."""
    found: set[str] = set()
    for reading in _readings(language):
        found.update(reading)
    return frozenset(found)


# Slots that make an expression a time; each pattern has one of them, or consists of words alone.
_TELLING = frozenset(
    (
        "month",
        "weekday",
        "weekdayshort",
        "season",
        "unit",
        "units",
        "single",
        "longunit",
        "often",
        "tod",
        "dayword",
        "holiday",
    )
)


@cache
def triggers(language: str = "en") -> frozenset[str]:
    """Words without any of which, and without a digit, a sentence holds no expression."""
    words: set[str] = set()
    common = words_of("yearbefore") | words_of("deictic") | words_of("anaphoric") | words_of("demonstrative")
    for name in _TELLING:
        words.update(vocabulary(language)[name].rarest())
    for reading in _readings(language):
        if not any(item.strip("~{}") in _TELLING or item.strip("~{}") in SLOTS for item in reading if "{" in item):
            said = [item.strip("~") for item in reading if "{" not in item]
            words.add(max([word for word in said if word not in common] or said, key=len))
    return frozenset(words)


_Path = tuple[int, tuple[tuple[str, Any], ...]]
"""The first token of an expression, and what has filled its slots so far."""


def matches_from(tokens: Tokens, first: int) -> list[Match]:
    """Every expression that begins at that token, longest first; of equally long ones the first of the file first."""
    found: dict[tuple[int, str], Match] = {}
    _walk(tokens, first, _tree(), (first, ()), found)
    return sorted(found.values(), key=lambda match: (-match.last, _order()[match.entry.name]))


def _walk(tokens: Tokens, i: int, node: _Node, so_far: _Path, found: dict[tuple[int, str], Match]) -> None:
    first, slots = so_far
    if node.accept is not None:
        found.setdefault((i, node.accept.name), Match(first, i, node.accept, slots))
    if i >= len(tokens.words):
        return
    if not (steps := _steps(node, tokens.words[i])):
        return
    following = tokens.words[i + 1] if i + 1 < len(tokens.words) else ""
    alone = _alone(tokens.words[i], following)
    for glued, name, fill, below in steps:
        if alone and below.accept is None and not (following and _steps(below, following)):
            continue
        if glued and not tokens.glued(i):
            return  # the steps without white space are the last ones
        if fill is None:
            _walk(tokens, i + 1, below, so_far, found)
        else:
            for j, value in fill(tokens, i):
                _walk(tokens, j, below, (first, (*slots, (name, value))), found)


def _steps(node: _Node, word: str) -> list[_Step]:
    """The steps from a place in the tree that a token can take, those that allow white space before it first."""
    if word in _known():
        key = word
    elif word[0] in DIGITS and len(word) in _BY_LENGTH:
        key = " " * len(word)  # all of one length alike
    else:
        return []
    if (steps := node.steps.get(key)) is None:
        steps = node.steps[key] = list(_found_steps(node, word))
    return steps


def _found_steps(node: _Node, word: str) -> Iterator[_Step]:
    if word[0] in DIGITS:
        names = _BY_LENGTH.get(len(word), ())
    else:
        names = _SHORT_YEAR if word == "'" else _slots_by_word().get(word, ())
    branches = ((False, node.words, node.slots), (True, node.glued_words, node.glued_slots))
    for glued, by_word, by_slot in branches:
        if (below := by_word.get(word)) is not None:
            yield glued, "", None, below
        for name in names:
            if (below := by_slot.get(name)) is not None:
                yield glued, name, _fillers()[name], below


@cache
def _known() -> frozenset[str]:
    """Words that patterns name, or that can begin to fill a slot."""
    words = {item.removeprefix("~") if len(item) > 1 else item for item in _items() if "{" not in item}
    return frozenset(words | _slots_by_word().keys() | {"'"})


@lru_cache(maxsize=50_000)
def can_open(word: str) -> bool:
    """True when an expression may begin with the token."""
    if word[0] in DIGITS:
        return len(word) in _BY_LENGTH
    if word == "'":
        return True
    root = _tree()
    return word in root.words or any(name in root.slots for name in _slots_by_word().get(word, ()))


@lru_cache(maxsize=50_000)
def can_open_with(word: str, following: str) -> bool:
    """False when no expression begins with these two tokens, nor with the first alone ("" follows the last one)."""
    root = _tree()
    if word[0] in DIGITS:
        if following in _AFTER_DIGITS or following in words_of("ordinalsuffix"):
            return True
        names = _BY_LENGTH[len(word)]
    elif word == "'":
        return word in root.words or following[:1].isdigit()
    else:
        names = _slots_by_word().get(word, ())
        if _fills_several(word, following, names):
            return True
    below = [node for node in (root.words.get(word), *map(root.slots.get, names)) if node is not None]
    return any(node.accept is not None or _goes_on(node, following) for node in below)


# What may stand behind digits in one slot with them: "2.5", "14:30", "2010-05-03", "1990's".
_AFTER_DIGITS = frozenset(".:/-'s")


@cache
def _phrase_openings() -> frozenset[tuple[str, str]]:
    """The first two words of every phrase that fills a slot."""
    openings = (words.phrases.items() for words in vocabulary().values())
    return frozenset((first, second) for phrases in openings for first, by_second in phrases for second in by_second)


@lru_cache(maxsize=50_000)
def _alone(word: str, following: str) -> bool:
    """True when the token fills no slot together with the one after it."""
    if word[0] in DIGITS:
        return following not in _AFTER_DIGITS and following not in words_of("ordinalsuffix")
    return word != "'" and not _fills_several(word, following, _slots_by_word().get(word, ()))


def _fills_several(word: str, following: str, names: tuple[str, ...]) -> bool:
    """True when the two tokens may fill a slot together: "new year", "twenty five"."""
    if (word, following) in _phrase_openings():
        return True
    numbers = following == "-" or following in words_of("numeral") or following in words_of("ordinalword")
    return numbers and not {"n", "n2", "ordinal"}.isdisjoint(names)


def _goes_on(node: _Node, word: str) -> bool:
    """True when the token may come next, with white space before it or without."""
    if not word:
        return False
    if word[0] in DIGITS:
        names = _BY_LENGTH.get(len(word), ())
    else:
        names = _SHORT_YEAR if word == "'" else _slots_by_word().get(word, ())
    if word in node.words or word in node.glued_words:
        return True
    return any(name in node.slots or name in node.glued_slots for name in names)
