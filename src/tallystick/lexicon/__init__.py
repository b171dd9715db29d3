"""Linguistic knowledge as data: the loader, and the matcher that finds an entry's words in text.

A file lexicon/<language>/<name>.toml holds tables, one an entry. Each has a `meaning`, the `words` it matches
(or, where words do not suffice, other keys that the step that reads the file documents), sentences it must
match in `yes` and sentences it must not match in `no`. In `yes`, [brackets] mark the words expected to match.
The loader refuses a file that breaks these rules and names every fault at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import ahocorasick

from tallystick.errors import BadLexicon

_FOLDED = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "\u00a0": " ",
        "–": "-",
        "‑": "-",
        "\n": " ",
        "\t": " ",
    }
)


def fold(text: str) -> str:
    """The text in lower case with typographic quotes and dashes made plain, code point for code point.

    The result has the length of the argument, so that offsets in one are offsets in the other.
    """
    return _fold_word(text) if len(text) <= 24 else _fold_long(text)


def _fold(text: str) -> str:
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters ("İ") grow when lowered
        lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text)
    return lowered.translate(_FOLDED)


# Steps fold the same few thousand words over and over.
_fold_word = lru_cache(maxsize=50_000)(_fold)
# And each step folds every sentence: those of the documents at hand are kept, no more.
_fold_long = lru_cache(maxsize=2_000)(_fold)


@dataclass(frozen=True, slots=True)
class Entry:
    """One lexicon entry. id is "file/name", as reviewers see it. fields holds the keys of its own file."""

    id: str
    name: str
    meaning: str
    words: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    fields: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key of the entry's own file."""
        return self.fields.get(key, default)


@dataclass(frozen=True, slots=True)
class Found:
    """Words of an entry seen in a text, at offsets of that text."""

    start: int
    end: int
    entry: Entry
    word: str


class Matcher:
    """Finds the words of many entries in one pass over a text (Aho-Corasick), whole words only.

    A word that ends in "-" matches as the beginning of a longer word, one that begins with "-" as its end.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        found: dict[str, list[tuple[Entry, str]]] = {}
        for entry in entries:
            for word in entry.words:
                found.setdefault(fold(word).strip("-") if len(word) > 1 else word, []).append((entry, word))
        self._automaton: Any = ahocorasick.Automaton()
        for key, hits in found.items():
            self._automaton.add_word(key, (len(key), tuple(hits)))
        self._empty = not found
        if found:
            self._automaton.make_automaton()

    def find(self, folded: str) -> Iterator[Found]:
        """Every match in a text that fold() has made, overlaps included, in order of their ends."""
        if self._empty:
            return
        size = len(folded)
        for last, (length, hits) in self._automaton.iter(folded):
            start, end = last + 1 - length, last + 1
            free_left = start == 0 or not (folded[start - 1].isalnum() and folded[start].isalnum())
            free_right = end == size or not (folded[end].isalnum() and folded[last].isalnum())
            for entry, word in hits:
                if (free_left or word.startswith("-")) and (free_right or word.endswith("-")):
                    yield Found(start, end, entry, word)

    def longest(self, folded: str) -> list[Found]:
        """Matches in text order, of overlapping ones the longest only; of equally long ones the first."""
        kept: list[Found] = []
        for hit in sorted(self.find(folded), key=lambda h: (h.start, -h.end)):
            if not kept or hit.start >= kept[-1].end:
                kept.append(hit)
        return kept

    def any(self, folded: str) -> bool:
        """True when at least one entry matches."""
        return next(self.find(folded), None) is not None


@dataclass(frozen=True)
class Lexicon:
    """The entries of one file, by name, in file order."""

    name: str
    entries: Mapping[str, Entry]
    matcher: Matcher
    _words: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _some: dict[tuple[str, ...], Matcher] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __getitem__(self, name: str) -> Entry:
        return self.entries[name]

    def of(self, **wanted: Any) -> tuple[Entry, ...]:
        """Entries whose own keys have these values: lexicon.of(kind="verb")."""
        return tuple(e for e in self if all(e.get(key) == value for key, value in wanted.items()))

    def words_of(self, name: str) -> frozenset[str]:
        """The words of one entry, folded."""
        words = self._words.get(name)
        if words is None:  # asked for once a claim
            words = self._words[name] = frozenset(fold(word) for word in self.entries[name].words)
        return words

    def only(self, *names: str) -> Matcher:
        """The matcher of these entries alone: a long text has many words of the others."""
        some = self._some.get(names)
        if some is None:
            some = self._some[names] = Matcher(self.entries[name] for name in names)
        return some


_CORE = {"meaning", "words", "yes", "no"}


def _faults(name: str, table: Any) -> list[str]:
    if not isinstance(table, dict):
        return [f"[{name}] is not a table. Give it a meaning, words, yes and no."]
    faults = []
    if not str(table.get("meaning", "")).strip():
        faults.append(f"[{name}] has no meaning. Say in one line what a match tells the reader.")
    if not table.get("yes"):
        faults.append(f"[{name}] has no example. Add one sentence it must match to 'yes', its words in [brackets].")
    if not table.get("no"):
        faults.append(f"[{name}] has no counter-example. Add one sentence it must not match to 'no'.")
    for key in ("words", "yes", "no"):
        if not all(isinstance(item, str) and item.strip() for item in table.get(key, [])):
            faults.append(f"[{name}] holds something other than text in '{key}'.")
    return faults


@cache
def load(name: str, language: str = "en") -> Lexicon:
    """The lexicon file of that name. Raises BadLexicon that lists every fault of the file."""
    path = resources.files(__package__) / language / f"{name}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadLexicon(
            f"lexicon/{language}/{name}.toml does not exist. Files there: {', '.join(names(language))}."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise BadLexicon(f"lexicon/{language}/{name}.toml is not TOML: {error}. Mend that line.") from error
    faults = [fault for entry, table in tables.items() for fault in _faults(entry, table)]
    if faults:
        raise BadLexicon("\n".join(f"lexicon/{language}/{name}.toml: {fault}" for fault in faults))
    entries = {
        key: Entry(
            id=f"{name}/{key}",
            name=key,
            meaning=table["meaning"],
            words=tuple(table.get("words", ())),
            yes=tuple(table["yes"]),
            no=tuple(table["no"]),
            fields={k: v for k, v in table.items() if k not in _CORE},
        )
        for key, table in tables.items()
    }
    return Lexicon(name, entries, Matcher(entries.values()))


def names(language: str = "en") -> list[str]:
    """The names of the TOML files of a language."""
    folder = resources.files(__package__) / language
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


@cache
def load_rows(name: str, language: str = "en") -> tuple[tuple[str, ...], ...]:
    """The rows of a .tsv list, comments (#) and blank lines left out, cells as written."""
    path = resources.files(__package__) / language / f"{name}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


_BRACKETS = re.compile(r"\[([^\[\]]+)\]")


def unmark(example: str) -> tuple[str, list[tuple[int, int]]]:
    """An example without its brackets, and the offsets of the words that stood in them."""
    spans, plain, last = [], "", 0
    for mark in _BRACKETS.finditer(example):
        plain += example[last : mark.start()]
        spans.append((len(plain), len(plain) + len(mark[1])))
        plain += mark[1]
        last = mark.end()
    return plain + example[last:], spans
