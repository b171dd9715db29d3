"""Base noun phrases of a parsed sentence, cut by part of speech rather than by the tree.

The parser often hangs a word of a noun phrase in the wrong place, but seldom tags it wrong. Frames and figures
therefore meet in a phrase, not in a token: whichever word of "at least 12 young villagers" either of them names,
they name the same phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tallystick.lexicon import load
from tallystick.model.mentions import CountMention, TimeMention
from tallystick.model.syntax import Parse, Token
from tallystick.model.values import Form

_NOUN = ("NN", "NNS", "NNP", "NNPS")
_INSIDE = frozenset((*_NOUN, "CD", "JJ", "JJR", "JJS", "DT", "PDT", "PRP$", "POS", "PRP", "WP", "FW", "EX", "$"))
_OPENS = frozenset(("DT", "PDT", "PRP$", "PRP", "WP", "EX"))
_SAID_OF = ("acomp", "oprd")
_ARGUMENT = ("nsubj", "nsubjpass", "dobj", "pobj")
# How a parser labels the words of a comparator: "at least 12", "up to 40".
_COMPARING = frozenset(("quantmod", "advmod", "amod", "nummod"))

_HYPHENS = ("-", "‑", "–")
# Words before the "old" of "15-year-old".
_AGE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase without what follows its head: first and last word, and the head, as token indexes."""

    first: int
    last: int
    head: int


def is_aged(token: Token, parse: Parse) -> bool:
    """True at the last word of "15-year-old" where it stands for somebody of that age, not before a noun."""
    i = token.i
    if i < _AGE_WORDS or token.lower not in load("timewords").words_of("aged"):
        return False
    joined = all(parse[i - back].text in _HYPHENS for back in (1, 3))
    after = parse[i + 1].tag if i + 1 < len(parse) else ""
    return joined and parse[i - _AGE_WORDS].tag == "CD" and after not in (*_NOUN, "JJ", "HYPH", "VBG")


class Phrases:
    """The base noun phrases of one sentence, and which word lies in which.

    Words of a comparator ("at least", "no fewer than") and of a time expression ("Tuesday") belong to no phrase,
    where figures and times are given.
    """

    def __init__(self, parse: Parse, figures: Sequence[CountMention] = (), times: Sequence[TimeMention] = ()) -> None:
        self.parse = parse
        self._comparing = {
            t.i for f in figures if f.span.start < f.number.start for t in parse.at(f.span.start, f.number.start)
        }
        self._numbers = {t.i for f in figures for t in parse.at(f.number.start, f.number.end)}
        self._shares = {
            t.i
            for f in figures
            if f.count.form is Form.FRACTION or f.count.unit in ("percent", "share")
            for t in parse.at(f.span.start, f.span.end)
        }
        self._when = {t.i for m in times for t in parse.at(m.span.start, m.span.end)} - self._numbers
        self.all: list[Phrase] = []
        self._of: dict[int, Phrase] = {}
        # Subjects of verbs already asked for (frames_verbs.py): each verb of a chain asks for those before it.
        self.subjects: dict[tuple[int, int], tuple[Token, ...]] = {}
        self._cut()
        self._join_names()

    def at(self, i: int) -> Phrase | None:
        """The phrase that holds the word; None when none does."""
        return self._of.get(i)

    def head_of(self, token: Token) -> Token:
        """The head of the phrase that holds the word; the word itself when none does."""
        phrase = self._of.get(token.i)
        return token if phrase is None else self.parse[phrase.head]

    def after_of(self, phrase: Phrase) -> Phrase | None:
        """The phrase that "of" joins to this one: "four children" for "bodies of four children"."""
        i = phrase.last + 1
        if i + 1 < len(self.parse) and self.parse[i].lower == "of":
            return self.starting_at(i + 1)
        return None

    def has_figure(self, phrase: Phrase) -> bool:
        """True when a figure's number stands in the phrase."""
        return any(i in self._numbers for i in range(phrase.first, phrase.last + 1))

    def shared_out(self, phrase: Phrase) -> Phrase:
        """The phrase that a figure counts some of: "the 90 men" for "a third of the 90 men"; else the same."""
        if phrase.head not in self._shares and self.parse[phrase.head].tag != "CD":
            return phrase
        inner = self.after_of(phrase)
        return inner if inner is not None and self.parse[inner.head].tag in _NOUN else phrase

    def starting_at(self, i: int) -> Phrase | None:
        """The phrase that begins at the word, or after at most three adverbs or comparators ("at least 12")."""
        for j in range(i, min(i + 5, len(self.parse))):
            phrase = self._of.get(j)
            if phrase is not None and phrase.first == j:
                return phrase
            if j in self._comparing:
                continue
            if self.parse[j].tag[0] == "W" or self.parse[j].dep == "mark":
                return None
            if self.parse[j].dep not in _COMPARING and self.parse[j].tag not in (
                "RB",
                "RBR",
                "RBS",
                "JJR",
                "JJS",
                "``",
            ):
                return None
        return None

    def next_after(self, i: int) -> Phrase | None:
        """The first phrase that begins after the word."""
        return next((p for p in self.all if p.first > i), None)

    def last_before(self, i: int) -> Phrase | None:
        """The last phrase that ends before the word."""
        found = None
        for phrase in self.all:
            if phrase.last >= i:
                break
            found = phrase
        return found

    def _cut(self) -> None:
        tokens = self.parse.tokens
        start: int | None = None
        for i, token in enumerate(tokens):
            inside = self._inside(i)
            if inside and start is not None and self._opens(i):
                self._close(start, i - 1)
                start = i
            elif inside and start is None:
                start = i
            elif not inside and start is not None:
                self._close(start, i - 1)
                start = None
            if token.tag in ("PRP", "WP", "EX") and start is not None:
                self._close(start, i)
                start = None
        if start is not None:
            self._close(start, len(tokens) - 1)

    def _join_names(self) -> None:
        """Makes one phrase of "a Bank of Ruritania clerk", whose head the name's "of" hides: a clerk, not a bank."""
        tokens = self.parse.tokens
        joined: list[Phrase] = []
        for phrase in self.all:
            before = joined[-1] if joined else None
            if (
                before is not None
                and phrase.first == before.last + 2
                and tokens[before.last + 1].lower == "of"
                and tokens[before.first].lower in ("a", "an")
                and tokens[before.head].tag == "NNP"
                and tokens[phrase.first].tag in ("NNP", "NNPS")
                and tokens[phrase.head].tag == "NN"
                and phrase.head > phrase.first
            ):
                phrase = joined[-1] = Phrase(before.first, phrase.last, phrase.head)
                for j in range(phrase.first, phrase.last + 1):
                    self._of[j] = phrase
            else:
                joined.append(phrase)
        self.all = joined

    def _inside(self, i: int) -> bool:
        tokens = self.parse.tokens
        token = tokens[i]
        if i in self._comparing or i in self._when:
            return False
        if self._word_inside(i):
            return True
        if token.tag in ("HYPH", "AFX", "SYM", ":") and token.text in ("-", "–", "/", "‑"):
            return 0 < i < len(tokens) - 1 and self._word_inside(i - 1) and self._word_inside(i + 1)
        if token.tag == "CC" and 0 < i < len(tokens) - 1:
            # "Nigerian and Chadian soldiers": one head; "men and women": two.
            before, after = tokens[i - 1], tokens[i + 1]
            return before.tag in ("JJ", "CD") and after.tag in ("JJ", "CD") and before.tag == after.tag == "JJ"
        return False

    def _word_inside(self, i: int) -> bool:
        """True for a word, not a mark, that belongs to a phrase."""
        tokens = self.parse.tokens
        token = tokens[i]
        if i in self._comparing or i in self._when or token.text == "|":
            return False
        if token.tag == "JJ" and token.dep in _SAID_OF:
            return False  # "shot dead five men"
        if token.tag in _INSIDE or i in self._numbers:
            return True
        if token.tag in ("VBN", "VBG"):
            below = token.dep in ("amod", "compound", "nmod") and token.head > i and token.head not in self._when
            return below and tokens[token.head].tag in _NOUN and token.head - i <= 6
        return False

    def _opens(self, i: int) -> bool:
        tokens = self.parse.tokens
        token, before = tokens[i], tokens[i - 1]
        if token.tag == "WRB":
            return True  # "no telling how many troops"
        if token.tag in _OPENS:
            return before.tag not in ("PDT",) and not (before.tag == "DT" and before.lower in ("all", "both", "half"))
        if token.tag == "CD":
            return before.tag in _NOUN and not (before.tag in ("NNP", "NN") and token.dep in ("nmod", "appos"))
        if token.dep in ("npadvmod", "tmod") and before.tag in _NOUN:
            return True
        return before.tag in ("NNS",) and token.tag in ("NNP", "NNPS")

    def _close(self, first: int, last: int) -> None:
        tokens = self.parse.tokens
        while last > first and tokens[last].tag in ("POS", "HYPH", "CC", ":", "SYM", "$"):
            last -= 1
        end = last
        # "five inmates dead": an adjective after the noun is said of the phrase, not part of it.
        named = (*_NOUN, "PRP", "WP", "EX", "FW")
        nouns = [j for j in range(first, last + 1) if tokens[j].tag in named or is_aged(tokens[j], self.parse)]
        head = nouns[-1] if nouns else last
        if nouns:
            last = max(head, first)
        else:
            numbers = [j for j in range(first, last + 1) if tokens[j].tag == "CD"]
            governed = [j for j in range(first, last + 1) if tokens[j].dep in _ARGUMENT]
            if numbers:
                head = last = numbers[-1]
            elif governed:
                head = governed[-1]
        if not nouns and not self._stands_alone(first, last):
            return
        phrase = Phrase(first, last, head)
        self.all.append(phrase)
        for j in range(first, last + 1):
            self._of[j] = phrase
        if end > last:
            for j in range(last + 1, end + 1):
                if tokens[j].tag in ("CD", "DT"):
                    self._of[j] = extra = Phrase(j, j, j)
                    self.all.append(extra)

    def _stands_alone(self, first: int, last: int) -> bool:
        """True for words that stand for people without a noun: "12", "many were", "the wounded"."""
        words = self.parse.tokens[first : last + 1]
        if any(t.tag == "CD" or t.i in self._numbers for t in words):
            return True
        if len(words) > 1 and words[0].tag in ("DT", "PRP$"):
            return True
        return any(t.dep in (*_ARGUMENT, "conj", "appos") for t in words)
