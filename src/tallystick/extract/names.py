"""The names of a document, read off the capital letters of every sentence, parsed or not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

from tallystick.extract.sources import speech_words
from tallystick.lexicon import fold, load
from tallystick.model.text import Document, Sentence

# Longer runs of capitals are headlines.
LONGEST_NAME = 6
# Titles of so few letters are also parts of names.
LONGEST_SHORT_TITLE = 4
# A document with more names than this is a list; scanning stops, the rest stays unresolved.
MOST_NAMES = 4_000
# A word shared by more names than this tells none of them.
MOST_FORMS = 40
# A sentence with a larger share of capitalised words is a headline: its capitals say nothing.
HEADLINE = 0.75

WORD = re.compile(r"[^\W\d_][\w’'&-]*\.?|&")
_AFTER = re.compile(r",? who\b|, \d\d,|(?: has| had| also)? ([a-z]+)")
_ABBREVIATION = re.compile(r"\(([A-Z][A-Za-z-]{1,9})\)")


@dataclass(frozen=True, slots=True)
class Name:
    """One mention of a name. words leave out titles; span covers the words, title the words before them."""

    words: tuple[str, ...]
    start: int
    end: int
    sentence: int
    titles: tuple[str, ...] = ()
    organisation: bool = False
    speaks: bool = False  # "Brandt said", "Brandt, who", "Brandt, 42,"
    placed: bool = False  # "in Dunmere", "near Brandt"

    @property
    def key(self) -> tuple[str, ...]:
        """The words, folded."""
        return _key(self.words)

    @property
    def person(self) -> bool:
        """True when nothing speaks against a person and a title or speech speaks for one."""
        return not self.organisation and (self.speaks or bool(self.titles))


@lru_cache(maxsize=8)
def name_words(name: str) -> frozenset[str]:
    """The words of an entry of lexicon/en/names.toml."""
    return load("names").words_of(name)


class Names:
    """The names of a document, in text order, found when first asked for and indexed once."""

    def __init__(self, document: Document, sentences: Sequence[Sentence]) -> None:
        self.document = document
        self.sentences = sentences
        self._fullest: dict[tuple[str, ...], Name | None] = {}

    @cached_property
    def all(self) -> tuple[Name, ...]:
        """Every mention of a name."""
        found: list[Name] = []
        for sentence in self.sentences:
            found += _names_in(sentence)
            if len(found) > MOST_NAMES:
                break
        return tuple(found)

    @cached_property
    def by_sentence(self) -> Mapping[int, tuple[Name, ...]]:
        """Mentions by the index of their sentence."""
        return {i: tuple(held) for i, held in groupby(self.all, key=lambda name: name.sentence)}

    @cached_property
    def by_word(self) -> Mapping[str, Mapping[tuple[str, ...], Name]]:
        """The first mention of each form of a name, by each word of the form, folded."""
        index: dict[str, dict[tuple[str, ...], Name]] = {}
        for name in self.all:
            for word in name.key:
                index.setdefault(word, {}).setdefault(name.key, name)
        return index

    @cached_property
    def people(self) -> frozenset[tuple[str, ...]]:
        """Forms of names that stand for a person somewhere in the document: two words alone may be a town."""
        surnames = {name.key[0] for name in self.all if len(name.words) == 1 and name.person}
        found = {name.key for name in self.all if name.person}
        found |= {
            key for name in self.all if not name.organisation and len(key := name.key) > 1 and key[-1] in surnames
        }
        return frozenset(found)

    @cached_property
    def surnames(self) -> frozenset[str]:
        """The last words of people's names."""
        return frozenset(key[-1] for key in self.people)

    @cached_property
    def by_title(self) -> Mapping[str, Mapping[tuple[str, ...], Name]]:
        """The first mention of each person, by the titles that stand before the name."""
        index: dict[str, dict[tuple[str, ...], Name]] = {}
        for name in self.all:
            for title in name.titles if name.person else ():
                best = self.fullest(name.words) or name
                index.setdefault(title, {}).setdefault(best.key, name)
        return index

    @cached_property
    def abbreviations(self) -> Mapping[str, Name]:
        """'Harbour Monitoring Office (HMO)': the name by its short form."""
        ends = {name.end: name for name in self.all}
        found: dict[str, Name] = {}
        for mark in _ABBREVIATION.finditer(self.document.text):
            name = ends.get(mark.start() - 1)
            if name is not None and name.words[0][0] == mark[1][0]:
                found.setdefault(mark[1], name)
        return found

    def titles_of(self, name: Name) -> frozenset[str]:
        """Every title that stands before this person's name, in full or short, anywhere in the document."""
        none: frozenset[str] = frozenset()
        return none.union(*(self._titles.get(key, none) for key in (name.key, name.key[-1:], name.key[:1])))

    @cached_property
    def _titles(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        held: dict[tuple[str, ...], set[str]] = {}
        for name in self.all:
            held.setdefault(name.key, set()).update(name.titles)
        return {key: frozenset(titles) for key, titles in held.items()}

    def fullest(self, words: Sequence[str]) -> Name | None:
        """The longest name of one person or body that holds these words at one of its ends.

        None when the document names two who could be meant. The words' own mention is an answer too.
        """
        key = tuple(fold(word) for word in words)
        if key not in self._fullest:
            self._fullest[key] = self._longest(key)
        return self._fullest[key]

    def _longest(self, key: tuple[str, ...]) -> Name | None:
        forms = self.by_word.get(key[-1], {}) if key else {}
        if len(forms) > MOST_FORMS:
            return None
        known = sorted((form for form in forms if _can_stand_for(key, form)), key=len)
        if not known:
            return None
        best = known[-1]
        if any(len(other) > len(key) and not set(other) <= set(best) for other in known):
            return None
        return forms[best]


def _can_stand_for(short: tuple[str, ...], form: tuple[str, ...]) -> bool:
    """A name's end, or its first word alone ("Chan" for "Chan Sen Ho"), can stand for the whole."""
    return form[-len(short) :] == short or (len(short) == 1 and form[:1] == short)


@lru_cache(maxsize=1)
def _run() -> re.Pattern[str]:
    """Capitalised words in a row, small words of names ("bin", "of") between them allowed."""
    capital = r"(?:[a-z]{1,2}-)?[^\W\d_a-z][\w’'&-]*\.?"
    small = "|".join(sorted(name_words("connector")))
    return re.compile(rf"\b{capital}(?:[ \u00a0](?:(?:{small}|&)[ \u00a0])?{capital})*")


def _names_in(sentence: Sentence) -> list[Name]:
    text = sentence.text
    runs = [[(m.start(), m.end(), m[0]) for m in WORD.finditer(text, *run.span())] for run in _run().finditer(text)]
    if (gaps := text.count(" ")) > 3 and sum(map(len, runs)) > HEADLINE * (gaps + 1):
        return []
    found: list[Name] = []
    for run in runs:
        first = 0
        for i, word in enumerate(run):
            if i + 1 == len(run) or word[2].endswith(("'s", "’s")) or _ends(word[2]):
                found += _closed(sentence, run[first : i + 1])
                first = i + 1
    return found


def _ends(word: str) -> bool:
    """True for a word with a full stop that is not an initial or a title."""
    return word.endswith(".") and len(word) > 2 and fold(word[:-1]) not in name_words("title")


def _closed(sentence: Sentence, run: list[tuple[int, int, str]]) -> list[Name]:
    while run and _small(run[-1][2]):
        run = run[:-1]
    while run and _small(run[0][2]):
        run = run[1:]
    while run and key_of(run[0][2]) in name_words("not-a-name"):
        run = run[1:]
    if run and run[0][0] == 0 and fold(run[0][2]) in speech_words():  # "Said Brandt: ..."
        run = run[1:]
    if not run:
        return []
    body = any(key_of(word[2]) in name_words("organisation") for word in run)
    named = 0 if body or len(run) == 1 else _first_of_name([w[2] for w in run])
    titles = [key_of(w[2]) for w in run[:named] if key_of(w[2]) in name_words("title")]
    run = run[named:]
    if not run or len(run) > LONGEST_NAME:
        return []
    before = _words_before(sentence, run[0][0])
    if not titles and before and before[-1] in name_words("title"):
        titles = before[-1:]
    words = tuple(bare(w[2]) for w in run)
    if len(words) == 1 and (len(words[0]) < 2 or fold(words[0]) in name_words("title")):
        return []
    organisation = any(key_of(word) in name_words("organisation") for word in words)
    end = run[-1][0] + len(words[-1])
    after = _AFTER.match(sentence.text, end)
    speaks = after is not None and (after[1] is None or after[1] in speech_words())
    span = sentence.start + run[0][0], sentence.start + end
    placed = not titles and not name_words("place-preposition").isdisjoint(before)
    return [Name(words, *span, sentence.index, tuple(titles), organisation, speaks, placed)]


def _first_of_name(words: Sequence[str]) -> int:
    """Where the name begins after its titles: "Prime Minister Ivo Brandt", "Marsh President Ivo Brandt".

    Short words count as titles only in front or with a full stop: "Hun Sen Brandt" is a name, "Sen. Brandt" is not.
    """
    first = 0
    for i, word in enumerate(words[:-1]):
        if key_of(word) in name_words("title") and (
            i == first or len(word) > LONGEST_SHORT_TITLE or word.endswith(".")
        ):
            first = i + 1
    return first


@lru_cache(maxsize=20_000)
def _small(word: str) -> bool:
    return word == "&" or (word[0].islower() and "-" not in word)


def _words_before(sentence: Sentence, start: int) -> list[str]:
    """The last two words before an offset of the sentence, lower-cased."""
    return sentence.text[max(0, start - 30) : start].lower().replace(".", " ").split()[-2:]


@lru_cache(maxsize=20_000)
def key_of(word: str) -> str:
    """The word as names are compared."""
    return fold(bare(word))


@lru_cache(maxsize=20_000)
def _key(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(key_of, words))


@lru_cache(maxsize=20_000)
def bare(word: str) -> str:
    """The word without a possessive ending or a full stop."""
    for ending in ("'s", "’s", "'", "’"):
        word = word.removesuffix(ending)
    return word.removesuffix(".") if len(word) > 2 else word


@lru_cache(maxsize=4)
def names_of(document: Document, sentences: tuple[Sentence, ...]) -> Names:
    """The names of a document, read once for all steps."""
    return Names(document, sentences)
