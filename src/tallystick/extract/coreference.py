"""What pronouns, short names and definite nouns stand for, as far as sources need it.

Names are read off the capital letters of every sentence, parsed or not. Where two people are possible the answer
is None: a figure in the wrong mouth is worse than one in "he".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby

from tallystick.extract.sources import speech_words
from tallystick.lexicon import fold, load
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Document, Sentence, Span

# How many sentences back a pronoun can reach.
REACH = 3
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

_WORD = re.compile(r"[^\W\d_][\w’'&-]*\.?|&")
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
        return tuple(map(_key, self.words))

    @property
    def person(self) -> bool:
        """True when nothing speaks against a person and a title or speech speaks for one."""
        return not self.organisation and (self.speaks or bool(self.titles))


@lru_cache(maxsize=8)
def _set(name: str) -> frozenset[str]:
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
    """A name's end, or its first word alone ("Kim" for "Kim Sen Ho"), can stand for the whole."""
    return form[-len(short) :] == short or (len(short) == 1 and form[:1] == short)


@lru_cache(maxsize=1)
def _run() -> re.Pattern[str]:
    """Capitalised words in a row, small words of names ("bin", "of") between them allowed."""
    capital = r"(?:[a-z]{1,2}-)?[^\W\d_a-z][\w’'&-]*\.?"
    small = "|".join(sorted(_set("connector")))
    return re.compile(rf"\b{capital}(?:[ \u00a0](?:(?:{small}|&)[ \u00a0])?{capital})*")


def _names_in(sentence: Sentence) -> list[Name]:
    text = sentence.text
    runs = [[(m.start(), m.end(), m[0]) for m in _WORD.finditer(text, *run.span())] for run in _run().finditer(text)]
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
    return word.endswith(".") and len(word) > 2 and fold(word[:-1]) not in _set("title")


def _closed(sentence: Sentence, run: list[tuple[int, int, str]]) -> list[Name]:
    while run and _small(run[-1][2]):
        run = run[:-1]
    while run and _small(run[0][2]):
        run = run[1:]
    while run and _key(run[0][2]) in _set("not-a-name"):
        run = run[1:]
    if run and run[0][0] == 0 and fold(run[0][2]) in speech_words():  # "Said Brandt: ..."
        run = run[1:]
    body = any(_key(word[2]) in _set("organisation") for word in run)
    named = 0 if body else _first_of_name([w[2] for w in run])
    titles = [_key(w[2]) for w in run[:named] if _key(w[2]) in _set("title")]
    run = run[named:]
    if not run or len(run) > LONGEST_NAME:
        return []
    before = _words_before(sentence, run[0][0])
    if not titles and before and before[-1] in _set("title"):
        titles = before[-1:]
    words = tuple(_bare(w[2]) for w in run)
    if len(words) == 1 and (len(words[0]) < 2 or fold(words[0]) in _set("title")):
        return []
    organisation = any(_key(word) in _set("organisation") for word in words)
    end = run[-1][0] + len(words[-1])
    after = _AFTER.match(sentence.text, end)
    speaks = after is not None and (after[1] is None or after[1] in speech_words())
    span = sentence.start + run[0][0], sentence.start + end
    placed = not titles and not _set("place-preposition").isdisjoint(before)
    return [Name(words, *span, sentence.index, tuple(titles), organisation, speaks, placed)]


def _first_of_name(words: Sequence[str]) -> int:
    """Where the name begins after its titles: "Prime Minister Ivo Brandt", "Marsh President Ivo Brandt".

    Short words count as titles only in front or with a full stop: "Hun Sen Brandt" is a name, "Sen. Brandt" is not.
    """
    first = 0
    for i, word in enumerate(words[:-1]):
        if _key(word) in _set("title") and (i == first or len(word) > LONGEST_SHORT_TITLE or word.endswith(".")):
            first = i + 1
    return first


def _ends_in(form: tuple[str, ...], noun: str) -> bool:
    """True for "Defence Ministry" and "Ministry of Defence", asked for "ministry"."""
    return len(form) > 1 and (form[-1] == noun or (form[0] == noun and form[1] in ("of", "for")))


def _small(word: str) -> bool:
    return word == "&" or (word[0].islower() and "-" not in word)


def _words_before(sentence: Sentence, start: int) -> list[str]:
    """The last two words before an offset of the sentence, lower-cased."""
    return sentence.text[max(0, start - 30) : start].lower().replace(".", " ").split()[-2:]


@lru_cache(maxsize=20_000)
def _key(word: str) -> str:
    """The word as names are compared."""
    return fold(_bare(word))


def _bare(word: str) -> str:
    for ending in ("'s", "’s", "'", "’"):
        word = word.removesuffix(ending)
    return word.removesuffix(".") if len(word) > 2 else word


def fullest(names: Names, parse: Parse, head: int) -> Name | None:
    """The name that a source's head word stands for, at its fullest; None where two are possible."""
    return _resolve(names, parse, parse.tokens[head])


def resolve_name(names: Names, parse: Parse, head: int | None, relative: bool) -> str | None:
    """The fuller name of a source's head word, None where the text gives none or leaves two open."""
    if head is None:
        return None
    token = parse.tokens[head]
    found = _resolve(names, parse, token)
    if found is not None and (not found.organisation or _as_long(parse, token, found)):
        return names.document.text[found.start : found.end]
    if relative:
        return parse.span(*_core(parse, token)).text
    return None


def _as_long(parse: Parse, token: Token, name: Name) -> bool:
    """False where the source itself says more of a body than the name that was found."""
    left, right = _core(parse, token)
    own = [t for t in parse.tokens[left.i : right.i + 1] if t.dep not in ("det", "case")]
    return len(name.words) >= len(own)


def named(names: Names, speaker: Span, sentence: int | None = None) -> str | None:
    """The fuller name of a speaker known by his words alone, without a parse.

    sentence is the index of the sentence that names him; a pronoun is resolved only where it is given.
    """
    folded = fold(speaker.text)
    if folded in ("he", "she"):
        found = None if sentence is None else _pronoun(names, folded, sentence, speaker.start)
        return None if found is None else " ".join(found.words)
    if folded.startswith(("a ", "an ")):
        return None
    words = [_bare(m[0]) for m in _WORD.finditer(speaker.text) if m[0][0].isupper()]
    while words and fold(words[0]) in _set("title") | _set("not-a-name"):
        words = words[1:]
    found = names.fullest(words[-1:]) if words else None
    return " ".join(found.words) if found is not None and len(found.words) > 1 else None


def resolve_person(
    token: Token, parse: Parse, document: Document, sentences: Sequence[Sentence], parses: Mapping[int, Parse]
) -> Span | None:
    """The full name that a pronoun, short name or "the marshal" stands for; None when the text does not settle it."""
    del parses
    found = _resolve(names_of(document, tuple(sentences)), parse, token)
    return None if found is None else document.span(found.start, found.end)


@lru_cache(maxsize=4)
def names_of(document: Document, sentences: tuple[Sentence, ...]) -> Names:
    """The names of a document, read once for all steps."""
    return Names(document, sentences)


def introduction(name: Span, document: Document, sentences: Sequence[Sentence]) -> Span:
    """The words that introduce a name, with what stands before it: "Lowland marshal Ivo Brandt"; else the name."""
    for sentence in sentences:
        if sentence.start <= name.start < sentence.end:
            head = sentence.text[: name.start - sentence.start]
            kept = len(head)
            for word in reversed(list(re.finditer(r"\S+", head))):
                bare = fold(word[0]).strip(".")
                if bare in _set("title") or (
                    word[0][0].isupper() and bare not in _set("not-a-name") and word.end() + 1 >= kept
                ):
                    kept = word.start()
                else:
                    break
            return document.span(sentence.start + kept, name.end)
    return name


def _core(parse: Parse, token: Token) -> tuple[Token, Token]:
    """The unbroken noun phrase left of and including the head word."""
    left = token.i
    below = {t.i for t in parse.subtree(token)}
    while left - 1 in below and left - 1 >= 0 and parse.tokens[left - 1].pos != "PUNCT":
        left -= 1
    return parse.tokens[left], token


def _resolve(names: Names, parse: Parse, token: Token) -> Name | None:
    if token.pos == "PROPN":
        return _short_name(names, parse, token)
    if token.lower in _set("man") | _set("woman") and token.pos == "PRON":
        return _pronoun(names, token.lower, parse.sentence.index, token.start)
    if token.pos == "NOUN":
        return _noun(names, parse, token)
    return None


def _short_name(names: Names, parse: Parse, token: Token) -> Name | None:
    if any(k.lower in ("a", "an") for k in parse.kids(token, "det")):
        return None  # "a Lower Marsh officer" is nobody in particular
    words = [token.text]
    i = token.i - 1
    while i >= 0 and parse.tokens[i].pos == "PROPN" and parse.tokens[i].head in (token.i, i + 1):
        words.insert(0, parse.tokens[i].text)
        i -= 1
    while len(words) > 1 and fold(words[0].rstrip(".")) in _set("title"):
        words = words[1:]
    if len(words) == 1 and token.text in names.abbreviations:
        return names.abbreviations[token.text]
    found = names.fullest(words)
    return found if found is not None and (len(found.words) > 1 or found.start == token.start) else None


def _gender(name: Name) -> str | None:
    for title in name.titles:
        if title in _set("woman"):
            return "woman"
        if title in _set("man"):
            return "man"
    return None


def _pronoun(names: Names, word: str, at: int, start: int) -> Name | None:
    """The one person whom the sentence of a pronoun, or the nearest before it that names any, can mean."""
    wanted = "woman" if word in _set("woman") else "man"
    for back in range(REACH + 1):
        near = [n for n in names.by_sentence.get(at - back, ()) if n.end <= start]
        people: dict[tuple[str, ...], Name] = {}
        for near_name in near:
            best = names.fullest(near_name.words) or near_name
            if best.organisation or near_name.placed or (len(best.words) == 1 and not near_name.person):
                continue
            if _gender(near_name) in (None, wanted) and _gender(best) in (None, wanted):
                people.setdefault(best.key, best)
        known = names.people & people.keys()
        if len(people) == 1 and known:
            return next(iter(people.values()))
        if people:
            return None
    return None


def _noun(names: Names, parse: Parse, token: Token) -> Name | None:
    definite = any(k.lower in ("the", "this", "that") for k in parse.kids(token, "det"))
    if not definite or parse.kids(token, "prep", "relcl", "acl", "poss", "amod", "compound"):
        return None
    if token.lower in _set("person-noun"):
        forms = names.by_title.get(token.lower, {})
    else:
        forms = {f: n for f, n in names.by_word.get(token.lower, {}).items() if _ends_in(f, token.lower)}
    before = [name for name in forms.values() if name.start < token.start]
    return before[0] if len(before) == 1 else None
