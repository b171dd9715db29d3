"""The words of a document as the search for place names needs them: letters, gaps and remembered people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

from tallystick.extract.toponym_cues import place_cues
from tallystick.extract.truecase import shouts
from tallystick.lexicon.gazetteer.names import key
from tallystick.model.text import Sentence

# A word; what stands between two words is all the rest.
_PIECES = re.compile(
    r"([^\W\d_](?:[^\W\d_]++(?:['’‘ʼ`´][^\W\d_]++)*+|(?:\.[^\W\d_])+\b\.?|(?:['’‘ʼ`´][^\W\d_]++)*+)|\d[\d.,:]*+)"
)
# The same for a text whose letters and digits are all ASCII, which a bitmap of letters reads faster.
_ASCII_PIECES = re.compile(
    r"([A-Za-z](?:[A-Za-z]++(?:['’‘`´][A-Za-z]++)*+|(?:\.[A-Za-z])+\b\.?|(?:['’‘`´][A-Za-z]++)*+)|[0-9][0-9.,:]*+)",
    re.ASCII,
)
# May be a letter or digit beyond ASCII: anything but the commonest punctuation.
_BEYOND = re.compile("[^\x00-\x7f‘’“”–—…\u00a0]")
_SMALL = b"abcdefghijklmnopqrstuvwxyz"
_SHORT_BEFORE_STOP = frozenset({"st", "ste", "mt", "ft", "pt"})
# A space, and the mark for the first letter of an Arabic or Persian name.
_AYN = frozenset({" ‘", " ʿ", " ʻ", " `", " '", " ’"})
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


class Text:
    """A document's words. lower_case: it has no capitals to go by. people: surnames that it introduces.

    Words are made when they are asked for: most are never looked at.
    """

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self.gaps: list[str] = []  # before each word, where a sentence starts too
        self.tokens: list[str] = []  # as written, a possessive ending included
        self._starts: list[int] = []
        self._sentences: list[tuple[int, bool]] = []  # where each begins, in words, and whether it shouts
        for sentence in sentences:
            written = sentence.text
            plain = written.isascii() or _BEYOND.search(written) is None
            pieces = (_ASCII_PIECES if plain else _PIECES).split(written)
            pieces.pop()  # what stands behind the last word
            self._sentences.append((len(self.tokens), _shouts(written)))
            self._starts.extend(list(accumulate(map(len, pieces), initial=sentence.start))[1::2])
            self.gaps.extend(pieces[::2])
            self.tokens.extend(pieces[1::2])
        self.lowers = list(map(str.lower, self.tokens))
        # Most words of prose are their own lower case.
        self.capitals = [
            token != low and token[0] != low[0] for token, low in zip(self.tokens, self.lowers, strict=True)
        ]
        # A text without capitals gives none to go by; below 1 word in 50 is no ordinary prose.
        self.lower_case = bool(self.tokens) and sum(self.capitals) < len(self.tokens) / 50
        self._loud = [False] * len(self.tokens)
        self._first = [False] * len(self.tokens)
        self.any_loud = False
        begins = [begin for begin, _ in self._sentences] + [len(self.tokens)]
        for (begin, loud), end in zip(self._sentences, begins[1:], strict=True):
            if begin < end:
                self._first[begin] = True
            if loud:
                self.any_loud = True
                self._loud[begin:end] = [True] * (end - begin)
        self.words = _Lazy(self._make, len(self.tokens))
        self.people: set[str] = set() if self.lower_case else _people(self)

    def _make(self, i: int) -> Word:
        token, lower, start, first = self.tokens[i], self.lowers[i], self._starts[i], self._first[i]
        gap = "" if first else self.gaps[i]
        if not first and (last := self.lowers[i - 1])[-1] == "s" and (cut := possessive(last)):
            gap = self.tokens[i - 1][-cut:] + gap
        end = start + len(token)
        if lower[-1] == "s" and (cut := possessive(lower)):
            token, lower, end = token[:-cut], lower[:-cut], end - cut
        capital = self.capitals[i]
        name = key(token) if capital or self.lower_case else ""
        return Word(start, end, token, lower, gap, capital, self._loud[i], first, name)

    def one_case(self, i: int) -> bool:
        """True when the letters around word i are all capitals or all small."""
        return self.lower_case or self._loud[i]

    def begins(self, i: int) -> bool:
        """True when word i is the first of its sentence."""
        return self._first[i]

    def quiet(self, word: Word) -> bool:
        """True when a capital letter at this word means something."""
        return not word.shouted and not self.lower_case

    def names(self, word: Word) -> bool:
        """True when the word is written as a name is in this text."""
        return word.capital or self.lower_case

    def joined(self, i: int) -> bool:
        """True when word i stands beside the one before it with nothing but a space or hyphen between."""
        if self._first[i]:
            return False
        word = self.words[i]
        if word.gap in _BETWEEN:
            return True
        if word.gap in _AYN and i > 1 and not self._first[i - 1]:
            return self.words[i - 1].gap == "-"  # "Pul-e ‘Alam"
        return word.gap == ". " and self.words[i - 1].lower in _SHORT_BEFORE_STOP

    def before(self, i: int) -> Word | None:
        """The word before, in the same sentence."""
        return self.words[i - 1] if i and not self._first[i] else None

    def after(self, i: int) -> Word | None:
        """The word after, in the same sentence."""
        return self.words[i + 1] if i + 1 < len(self.lowers) and not self._first[i + 1] else None


def _shouts(written: str) -> bool:
    """What shouts() says of the text, after one cheap look: a fifth of small letters is no shouting."""
    raw = written.encode("ascii", "ignore")
    small = len(raw) - len(raw.translate(None, _SMALL))
    return not (small and small >= 0.2 * len(written)) and shouts(written)


def possessive(lower: str) -> int:
    """How many characters the possessive ending of a word takes: 2 for "'s", else 0."""
    return 2 if lower[-1] == "s" and len(lower) > 2 and lower[-2] in "'’" else 0


class _Lazy(dict[int, Word]):
    """The words by position, each made when it is first asked for. Its length is that of the text."""

    def __init__(self, make: Callable[[int], Word], size: int) -> None:
        self._make = make
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __missing__(self, i: int) -> Word:
        word = self[i] = self._make(i)
        return word

    def between(self, i: int, j: int) -> list[Word]:
        """Words i to j, j left out; fewer where the text ends."""
        return [self[n] for n in range(i, min(j, len(self)))]


def _people(text: Text) -> set[str]:
    """Surnames of the document: the last word of "Given Surname" and of "Title Surname"."""
    cues, words, capitals, lowers = place_cues(), text.words, text.capitals, text.lowers
    people = set()
    title, given = cues.title, cues.given
    for n in [n for n, (one, two) in enumerate(pairwise(capitals), 1) if one and two]:
        if lowers[n - 1] not in title and lowers[n - 1] not in given:
            continue
        word, before = words[n], words[n - 1]
        if word.shouted or word.gap not in (" ", ". ") or word.lower in cues.kinds:
            continue
        if before.lower in cues.title and before.gap != "-":
            people.add(word.lower)
            if n + 1 < len(words) and capitals[n + 1] and words[n + 1].gap == " ":
                people.add(words[n + 1].lower)
        elif word.gap == " " and before.lower in cues.given and not before.first:
            people.add(word.lower)
    return people
