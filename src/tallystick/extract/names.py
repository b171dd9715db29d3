"""The names of a document, read off the capital letters of every sentence, parsed or not."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Mapping, Sequence
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
# The letters that a name takes up, with the space after it, at the least.
SHORTEST_NAME = 3
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


@lru_cache(maxsize=32)
def name_words(name: str) -> frozenset[str]:
    """The words of an entry of lexicon/en/names.toml."""
    return load("names").words_of(name)


class Names:
    """The names of a document, in text order. A sentence is read when a question first leads to it, and once."""

    def __init__(self, document: Document, sentences: Sequence[Sentence]) -> None:
        self.document = document
        self.sentences = sentences
        self._read: dict[int, tuple[Name, ...]] = {}
        self._holding: dict[str, tuple[Name, ...]] = {}
        self._forms: dict[str, Mapping[tuple[str, ...], Name]] = {}
        self._fullest: dict[tuple[str, ...], Name | None] = {}
        # A shorter text holds fewer names than MOST_NAMES, and every letter of it folds alike wherever it stands.
        self._whole = len(document.text) > SHORTEST_NAME * MOST_NAMES or "Σ" in document.text

    @cached_property
    def _folded(self) -> list[str]:
        return [fold(sentence.text) for sentence in self.sentences]

    @cached_property
    def _all(self) -> tuple[Name, ...]:
        """Every mention of a name."""
        found: list[Name] = []
        for sentence in self.sentences:
            found += _names_in(sentence)
            if len(found) > MOST_NAMES:
                break
        return tuple(found)

    @cached_property
    def _by_sentence(self) -> Mapping[int, tuple[Name, ...]]:
        return {i: tuple(held) for i, held in groupby(self._all, key=lambda name: name.sentence)}

    def within(self, i: int) -> tuple[Name, ...]:
        """The mentions in a sentence."""
        if self._whole:
            return self._by_sentence.get(i, ())
        if i not in self._read:
            self._read[i] = tuple(_names_in(self.sentences[i])) if 0 <= i < len(self.sentences) else ()
        return self._read[i]

    def _near(self, word: str) -> tuple[Name, ...]:
        """Every mention in the sentences that hold a folded word, and maybe more."""
        if self._whole:
            return self._all
        if word not in self._holding:
            near = [i for i, folded in enumerate(self._folded) if word in folded]
            self._holding[word] = tuple(name for i in near for name in self.within(i))
        return self._holding[word]

    def forms(self, word: str) -> Mapping[tuple[str, ...], Name]:
        """The first mention of each form of a name that has this folded word."""
        if word not in self._forms:
            found: dict[tuple[str, ...], Name] = {}
            for name in self._near(word):
                if word in (key := name.key):
                    found.setdefault(key, name)
            self._forms[word] = found
        return self._forms[word]

    def is_person(self, key: tuple[str, ...]) -> bool:
        """True for a form that stands for a person somewhere in the document: two words alone may be a town."""
        near = self._near(key[-1])
        if any(name.person and name.key == key for name in near):
            return True
        body = all(name.organisation for name in near if name.key == key)
        return len(key) > 1 and not body and any(name.person and name.key == key[-1:] for name in near)

    def is_surname(self, word: str) -> bool:
        """True for the last word of a person's name."""
        return any(key[-1] == word and self.is_person(key) for key in self.forms(word))

    @property
    def surnames(self) -> Container[str]:
        """The last words of people's names."""
        return _Surnames(self)

    def titled(self, title: str) -> Mapping[tuple[str, ...], Name]:
        """The first mention of each person with this title before the name."""
        found: dict[tuple[str, ...], Name] = {}
        for name in self._near(title):
            if name.person and title in name.titles:
                best = self.fullest(name.words) or name
                found.setdefault(best.key, name)
        return found

    @cached_property
    def abbreviations(self) -> Mapping[str, Name]:
        """'Harbour Monitoring Office (HMO)': the name by its short form."""
        marks = list(_ABBREVIATION.finditer(self.document.text))
        starts = [sentence.start for sentence in self.sentences] if marks else []
        found: dict[str, Name] = {}
        for mark in marks:
            end = mark.start() - 1
            near = self.within(bisect_left(starts, end) - 1)
            name = next((name for name in reversed(near) if name.end == end), None)
            if name is not None and name.words[0][0] == mark[1][0]:
                found.setdefault(mark[1], name)
        return found

    def titles_of(self, name: Name) -> frozenset[str]:
        """Every title that stands before this person's name, in full or short, anywhere in the document."""
        key = name.key
        keys = (key, key[-1:], key[:1])
        near = (*self._near(key[-1]), *self._near(key[0]))
        return frozenset(title for other in near if other.titles and other.key in keys for title in other.titles)

    def fullest(self, words: Sequence[str]) -> Name | None:
        """The longest name of one person or body that holds these words at one of its ends.

        None when the document names two who could be meant. The words' own mention is an answer too.
        """
        key = tuple(fold(word) for word in words)
        if key not in self._fullest:
            self._fullest[key] = self._longest(key)
        return self._fullest[key]

    def _longest(self, key: tuple[str, ...]) -> Name | None:
        forms = self.forms(key[-1]) if key else {}
        if len(forms) > MOST_FORMS:
            return None
        known = sorted((form for form in forms if _can_stand_for(key, form)), key=len)
        if not known:
            return None
        best = known[-1]
        if any(len(other) > len(key) and not set(other) <= set(best) for other in known):
            return None
        return forms[best]


class _Surnames(Container[str]):
    def __init__(self, names: Names) -> None:
        self._names = names

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._names.is_surname(word)


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
    runs = [_words_of(run, text) for run in _run().finditer(text)]
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


def _words_of(run: re.Match[str], text: str) -> list[tuple[int, int, str]]:
    if " " not in run[0] and "\u00a0" not in run[0]:
        return [(*run.span(), run[0])]
    return [(*word.span(), word[0]) for word in WORD.finditer(text, *run.span())]


def _ends(word: str) -> bool:
    """True for a word with a full stop that is not an initial or a title."""
    return word.endswith(".") and len(word) > 2 and fold(word[:-1]) not in name_words("title")


def _closed(sentence: Sentence, run: list[tuple[int, int, str]]) -> list[Name]:
    shape = _shape(tuple(word for _, _, word in run), run[0][0] == 0)
    if shape is None:
        return []
    first, last, titles, words, organisation = shape
    start, end = run[first][0], run[last][0] + len(words[-1])
    before = _words_before(sentence, start)
    if not titles and before and before[-1] in name_words("title"):
        titles = (before[-1],)
    after = _AFTER.match(sentence.text, end)
    speaks = after is not None and (after[1] is None or after[1] in speech_words())
    placed = not titles and not name_words("place-preposition").isdisjoint(before)
    span = sentence.start + start, sentence.start + end
    return [Name(words, *span, sentence.index, titles, organisation, speaks, placed)]


@lru_cache(maxsize=20_000)
def _shape(run: tuple[str, ...], opens: bool) -> tuple[int, int, tuple[str, ...], tuple[str, ...], bool] | None:
    """The first and last word of the name in a run, its titles, its bare words, and whether it is a body's.

    opens says whether the run opens its sentence.
    """
    first, end = 0, len(run)
    while end > first and _small(run[end - 1]):
        end -= 1
    while end > first and _small(run[first]):
        first += 1
    while end > first and key_of(run[first]) in name_words("not-a-name"):
        first += 1
    if end > first == 0 and opens and fold(run[first]) in speech_words():
        first += 1  # "Said Brandt: ..."
    if end == first:
        return None
    body = any(key_of(word) in name_words("organisation") for word in run[first:end])
    named = first + (0 if body or end == first + 1 else _first_of_name(run[first:end]))
    titles = tuple(key for word in run[first:named] if (key := key_of(word)) in name_words("title"))
    if end - named > LONGEST_NAME:
        return None
    words = tuple(map(bare, run[named:end]))
    if len(words) == 1 and (len(words[0]) < 2 or fold(words[0]) in name_words("title")):
        return None
    organisation = any(key_of(word) in name_words("organisation") for word in words)
    return named, end - 1, titles, words, organisation


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
