"""The words of a document as the search for place names needs them: letters, gaps and remembered people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tallystick.extract.toponym_cues import place_cues
from tallystick.extract.truecase import shouts
from tallystick.lexicon.gazetteer.names import key
from tallystick.model.text import Sentence

_WORD = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\b\.?|[^\W\d_]+(?:['’‘ʼ`´][^\W\d_]+)*|\d[\d.,:]*")
_SHORT_BEFORE_STOP = frozenset({"st", "ste", "mt", "ft", "pt"})
_BETWEEN = frozenset({" ", "-", "‑", "\n", "  "})


@dataclass(slots=True)
class Word:
    """A word of the document. gap is the text between it and the word before it ("" where a sentence starts).

    capital: its first letter is a capital. shouted: so is nearly every letter of its sentence. key is filled in
    for words that can begin a name. A possessive ending is left out.
    """

    start: int
    end: int
    text: str
    lower: str
    gap: str
    capital: bool
    shouted: bool
    first: bool
    key: str = ""


@dataclass(slots=True)
class Text:
    """A document's words. lower_case: it has no capitals to go by. people: surnames that it introduces."""

    words: list[Word]
    lower_case: bool
    people: set[str] = field(default_factory=set)

    def quiet(self, word: Word) -> bool:
        """True when a capital letter at this word means something."""
        return not word.shouted and not self.lower_case

    def names(self, word: Word) -> bool:
        """True when the word is written as a name is in this text."""
        return word.capital or self.lower_case

    def joined(self, i: int) -> bool:
        """True when word i stands beside the one before it with nothing but a space or hyphen between."""
        word = self.words[i]
        return not word.first and (
            word.gap in _BETWEEN or (word.gap == ". " and self.words[i - 1].lower in _SHORT_BEFORE_STOP)
        )

    def before(self, i: int) -> Word | None:
        """The word before, in the same sentence."""
        return self.words[i - 1] if i and not self.words[i].first else None

    def after(self, i: int) -> Word | None:
        """The word after, in the same sentence."""
        return self.words[i + 1] if i + 1 < len(self.words) and not self.words[i + 1].first else None


def _words(sentences: Iterable[Sentence]) -> list[Word]:
    words: list[Word] = []
    for sentence in sentences:
        text, base, last = sentence.text, sentence.start, 0
        loud = shouts(text)
        for match in _WORD.finditer(text):
            token = match[0]
            start, end = match.span()
            lower = token.lower()
            if len(token) > 2 and token[-2] in "'’" and lower[-1] == "s":
                end -= 2
                token, lower = token[:-2], lower[:-2]
            gap = text[last:start] if last else ""
            words.append(Word(base + start, base + end, token, lower, gap, token[0] != lower[0], loud, not last))
            last = end
    return words


def read_words(sentences: Sequence[Sentence]) -> Text:
    """The words of the sentences, in order, and the people that they introduce."""
    words = _words(sentences)
    capitals = sum(word.capital for word in words)
    # A text without capitals gives none to go by; below 1 word in 50 is no ordinary prose.
    text = Text(words, bool(words) and capitals < len(words) / 50)
    for word in words:
        if text.names(word):
            word.key = key(word.text)
    if not text.lower_case:
        text.people = _people(words)
    return text


def _people(words: Sequence[Word]) -> set[str]:
    """Surnames of the document: the last word of "Given Surname" and of "Title Surname"."""
    cues = place_cues()
    people = set()
    for n in range(1, len(words)):
        word, before = words[n], words[n - 1]
        if (
            not word.capital
            or not before.capital
            or word.shouted
            or word.gap not in (" ", ". ")
            or word.lower in cues.kinds
        ):
            continue
        if before.lower in cues.title and before.gap != "-":
            people.add(word.lower)
            if n + 1 < len(words) and words[n + 1].capital and words[n + 1].gap == " ":
                people.add(words[n + 1].lower)
        elif word.gap == " " and before.lower in cues.given and not before.first:
            people.add(word.lower)
    return people
