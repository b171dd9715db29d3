"""What pronouns, short names and definite nouns stand for, as far as sources need it.

Names are read off the capital letters of every sentence, parsed or not. Where two people are possible the answer
is None: a figure in the wrong mouth is worse than one in "he".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tallystick.lexicon import fold, load
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Document, Sentence, Span

# How many sentences back a pronoun can reach.
REACH = 3
# Longer runs of capitals are headlines.
LONGEST_NAME = 6
# A document with more names than this is a list; scanning stops, the rest stays unresolved.
MOST_NAMES = 4_000

_WORD = re.compile(r"[^\W\d_][\w’'&-]*\.?")
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

    @property
    def person(self) -> bool:
        """True when nothing speaks against a person and a title or a second word speaks for one."""
        return not self.organisation and (len(self.words) > 1 or bool(self.titles))


@lru_cache(maxsize=8)
def _set(name: str) -> frozenset[str]:
    return load("names").words_of(name)


class Names:
    """The names of a document, in text order, found when first asked for."""

    def __init__(self, document: Document, sentences: Sequence[Sentence]) -> None:
        self.document = document
        self.sentences = sentences

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
    def by_word(self) -> Mapping[str, tuple[Name, ...]]:
        """Mentions by each of their words, folded."""
        index: dict[str, list[Name]] = {}
        for name in self.all:
            for word in dict.fromkeys(name.words):
                index.setdefault(fold(word), []).append(name)
        return {word: tuple(names) for word, names in index.items()}

    def fullest(self, words: Sequence[str]) -> Name | None:
        """The longest name of one person or body that holds these words at one of its ends.

        None when the document names two who could be meant. The words' own mention is an answer too.
        """
        if not words:
            return None
        key = tuple(fold(word) for word in words)
        known = [n for n in self.by_word.get(key[-1], ()) if _ends_with(n, key)]
        if not known:
            return None
        longest: dict[tuple[str, ...], Name] = {}
        for name in known:
            longest.setdefault(tuple(fold(w) for w in name.words), name)
        forms = sorted(longest, key=len, reverse=True)
        best = forms[0]
        for other in forms[1:]:
            if len(other) > len(key) and not _same_person(best, other):
                return None
        return longest[best]


def _ends_with(name: Name, key: tuple[str, ...]) -> bool:
    words = tuple(fold(word) for word in name.words)
    return words[-len(key) :] == key or words[: len(key)] == key


def _same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return set(b) <= set(a) or set(a) <= set(b)


def _names_in(sentence: Sentence) -> list[Name]:
    text = sentence.text
    words = [(m.start(), m.end(), m[0]) for m in _WORD.finditer(text)]
    capitals = sum(w[2][0].isupper() for w in words)
    if len(words) > 4 and capitals > 0.6 * len(words):
        return []
    found: list[Name] = []
    run: list[tuple[int, int, str]] = []
    for word in [*words, (len(text) + 9, len(text) + 9, "")]:
        joined = bool(run) and text[run[-1][1] : word[0]] in (" ", "\u00a0")
        possessive = bool(run) and run[-1][2].endswith(("'s", "’s"))
        if word[2] and word[2][0].isupper() and (not run or (joined and not possessive and not _ends(run[-1][2]))):
            run.append(word)
            continue
        if run and joined and not possessive and fold(word[2]) in _set("connector"):
            run.append(word)
            continue
        found += _closed(sentence, run)
        run = [word] if word[2] and word[2][0].isupper() else []
    return found


def _ends(word: str) -> bool:
    """True for a word with a full stop that is not an initial or a title."""
    return word.endswith(".") and len(word) > 2 and fold(word[:-1]) not in _set("title")


def _closed(sentence: Sentence, run: list[tuple[int, int, str]]) -> list[Name]:
    while run and (run[-1][2][0].islower() or not run[-1][2]):
        run = run[:-1]
    while run and fold(_bare(run[0][2])) in _set("not-a-name"):
        run = run[1:]
    titles = []
    while len(run) > 1 and fold(_bare(run[0][2])) in _set("title"):
        titles.append(fold(_bare(run[0][2])))
        run = run[1:]
    if not run or run[0][2][0].islower() or len(run) > LONGEST_NAME:
        return []
    if not titles:
        titles = _before(sentence, run[0][0])
    words = tuple(_bare(w[2]) for w in run)
    if len(words) == 1 and (len(words[0]) < 2 or fold(words[0]) in _set("title")):
        return []
    organisation = any(fold(word) in _set("organisation") for word in words)
    end = run[-1][0] + len(words[-1])
    return [Name(words, sentence.start + run[0][0], sentence.start + end, sentence.index, tuple(titles), organisation)]


def _before(sentence: Sentence, start: int) -> list[str]:
    before = fold(sentence.text[max(0, start - 40) : start]).replace(".", " ").split()
    return before[-1:] if before and before[-1] in _set("title") else []


def _bare(word: str) -> str:
    for ending in ("'s", "’s", "'", "’"):
        word = word.removesuffix(ending)
    return word.removesuffix(".") if len(word) > 2 else word


def resolve_name(names: Names, parse: Parse, head: int | None, relative: bool) -> str | None:
    """The fuller name of a source's head word, None where the text gives none or leaves two open."""
    if head is None:
        return None
    token = parse.tokens[head]
    found = _resolve(names, parse, token)
    if found is not None:
        return names.document.text[found.start : found.end]
    if relative:
        return parse.span(*_core(parse, token)).text
    return None


def named(names: Names, speaker: Span) -> str | None:
    """The fuller name of a speaker known by his words alone, without a parse."""
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
    found = _resolve(_names(document, tuple(sentences)), parse, token)
    return None if found is None else document.span(found.start, found.end)


@lru_cache(maxsize=4)
def _names(document: Document, sentences: tuple[Sentence, ...]) -> Names:
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
    if token.lower in ("he", "she", "him", "her", "his", "himself", "herself"):
        return _pronoun(names, token, parse)
    if token.pos == "NOUN":
        return _noun(names, parse, token)
    return None


def _short_name(names: Names, parse: Parse, token: Token) -> Name | None:
    words = [token.text]
    i = token.i - 1
    while i >= 0 and parse.tokens[i].pos == "PROPN" and parse.tokens[i].head in (token.i, i + 1):
        words.insert(0, parse.tokens[i].text)
        i -= 1
    while len(words) > 1 and fold(words[0].rstrip(".")) in _set("title"):
        words = words[1:]
    abbreviated = _abbreviated(names, token.text) if len(words) == 1 and token.text.isupper() else None
    if abbreviated is not None:
        return abbreviated
    found = names.fullest(words)
    return found if found is not None and (len(found.words) > 1 or found.start == token.start) else None


def _abbreviated(names: Names, short: str) -> Name | None:
    """'Harbour Monitoring Office (HMO)' for 'HMO'."""
    text = names.document.text
    for mark in _ABBREVIATION.finditer(text):
        if mark[1] != short:
            continue
        for name in names.all:
            if 0 <= mark.start() - name.end <= 2 and name.words[0][0] == short[0]:
                return name
    return None


def _gender(names: Names, name: Name) -> str | None:
    for title in name.titles:
        if title in _set("woman"):
            return "woman"
        if title in _set("man"):
            return "man"
    del names
    return None


def _pronoun(names: Names, token: Token, parse: Parse) -> Name | None:
    wanted = "woman" if token.lower in _set("woman") else "man"
    at = parse.sentence.index
    for back in range(REACH + 1):
        near = [n for n in names.all if n.sentence == at - back and n.end <= token.start]
        people: dict[tuple[str, ...], Name] = {}
        for near_name in near:
            full = near_name if near_name.person else names.fullest(near_name.words)
            if full is None or not full.person or _gender(names, full) not in (None, wanted):
                continue
            best = names.fullest(full.words) or full
            people.setdefault(tuple(fold(w) for w in best.words), best)
        if len(people) == 1:
            return next(iter(people.values()))
        if people:
            return None
    return None


def _noun(names: Names, parse: Parse, token: Token) -> Name | None:
    definite = any(k.lower in ("the", "this", "that") for k in parse.kids(token, "det"))
    if not definite or parse.kids(token, "prep", "relcl", "acl", "poss", "amod", "compound"):
        return None
    if token.lower in _set("person-noun"):
        held = {
            tuple(fold(w) for w in n.words): n
            for n in names.all
            if token.lower in n.titles and n.person and n.start < token.start
        }
        return next(iter(held.values())) if len(held) == 1 else None
    before = [n for n in names.by_word.get(token.lower, ()) if n.start < token.start and n.organisation]
    forms = {tuple(fold(w) for w in n.words): n for n in before if len(n.words) > 1}
    return next(iter(forms.values())) if len(forms) == 1 else None
