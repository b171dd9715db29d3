"""Whether two spellings name one person: "Mohammed Vask" and "Muhammad Ali al-Vask", by the sound of their letters.

Names written in Latin letters from other scripts have many spellings. Two names are the same where every part of the
shorter stands in the longer, in order, and both begin with the same given name. Where in doubt they are taken for one
person: lists of names are counted as a floor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tallystick.lexicon import fold, load

_ARTICLE = re.compile(r"^(?:al|el|ad|as|ar|an|ash|at|az|abu|abo)-")
# "Abd al-Rahman", "Abdel Rahman", "Abdul-Rahman", "Abdelrahman": one name.
_SERVANT = re.compile(r"^(?:abd|abd-?(?:[aeiou]l|[ae]l|ur|er|ar))-?$")
_SERVANT_JOINED = re.compile(r"^abd-?[aeu][lr]-?(?=[a-z]{3})")
_VOWELS = {"a": "a", "e": "a", "i": "i", "y": "i", "o": "u", "u": "u"}
# By so many vowels may one given name be spelled otherwise ("Khaled", "Khalid"); two apart is another name.
_SLIPS = 1
# By so many years may two reports of one person's age differ.
_YEARS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a name: its consonants behind the first letter, its vowels, and whether it ends in an open a."""

    consonants: str
    vowels: str
    feminine: bool

    def sounds_like(self, other: Part, given: bool) -> bool:
        """True where the two can be one part. A given name also needs the other's vowels: brothers share the rest."""
        if self.consonants != other.consonants:
            return False
        return not given or (self.feminine == other.feminine and _apart(self.vowels, other.vowels) <= _SLIPS)


Key = tuple[Part, ...]


def key_of(words: Sequence[str]) -> Key:
    """The parts of a name, particles, articles and hyphens left out."""
    particles = load("victims").words_of("particle")
    spoken = [fold(word).replace("`", "'").replace("ʼ", "'") for word in words]
    parts: list[Part] = []
    i = 0
    while i < len(spoken):
        word = spoken[i]
        if _SERVANT.match(word) and i + 1 < len(spoken):
            i += 1
            while i < len(spoken) - 1 and spoken[i] in particles:
                i += 1
            word = "abd" + _ARTICLE.sub("", spoken[i])
        else:
            word = _ARTICLE.sub("", _SERVANT_JOINED.sub("abd", word))
        word = word.replace("'", "").replace("-", "")
        i += 1
        if word and word not in particles and word.isalpha():
            parts.append(_part(word))
    return tuple(parts)


@lru_cache(maxsize=20_000)
def _part(word: str) -> Part:
    plain = word.replace("ph", "f").replace("ee", "i").replace("oo", "u").replace("ou", "u")
    plain = re.sub(r"(.)\1", r"\1", plain).replace("q", "k").replace("g", "j")
    feminine = plain.endswith(("a", "ah", "eh"))
    core = re.sub(r"(?<=[aeiou])h$", "", plain)
    first = "a" if core[0] in "aeiou" else core[0]
    return Part(
        first + "".join(c for c in core[1:] if c not in "aeiouyh"),
        "".join(_VOWELS[c] for c in core if c in _VOWELS),
        feminine,
    )


def same_name(a: Key, b: Key) -> bool:
    """True where the shorter name can be a short form of the longer."""
    if len(b) < len(a):
        a, b = b, a
    if not a or not a[0].sounds_like(b[0], given=True):
        return False
    at = 1
    for i, part in enumerate(a[1:], 1):
        while at < len(b) and not part.sounds_like(b[at], given=i < len(a) - 1):
            at += 1
        if at == len(b):
            return False
        at += 1
    return True


def other_age(one: int | None, other: int | None) -> bool:
    """True where two ages in years are those of two people."""
    return one is not None and other is not None and abs(one - other) > _YEARS


def _apart(a: str, b: str) -> int:
    """The letters to change, add or leave out to get from one to the other."""
    if a == b:
        return 0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        here = [i]
        for j, y in enumerate(b, 1):
            here.append(min(row[j] + 1, here[-1] + 1, row[j - 1] + (x != y)))
        row = here
    return row[-1]
