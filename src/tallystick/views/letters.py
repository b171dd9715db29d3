"""Words that mix scripts whose letters look alike: “Rеuters” with a Cyrillic “е” is not Reuters.

After Unicode's mixed-script detection (UTS 39, section 5), kept to the alphabets that are confused with one another: a
Latin word inside Arabic or Chinese writing is no disguise, and neither are digits, marks or a name in one script.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE"})
"""Scripts, as the names of their letters begin, that share letters of one shape."""

# Letters with their accents, whether an accent is a character of its own or not.
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W\d_]*)*")
# Names longer than this are looked at no further; warnings beyond these would say nothing new.
_LONGEST = 2_000
_MOST = 5


@dataclass(frozen=True, slots=True)
class Mixed:
    """A word of several scripts: the script of most of its letters, and the letters of the others with theirs."""

    word: str
    script: str
    others: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        told = "; ".join(f"“{letter}” is {script} (U+{ord(letter):04X})" for letter, script in self.others)
        return f"“{self.word}” mixes scripts: {told}; the rest is {self.script}. It may pass for another name."


def mixed_words(names: Iterable[str | None]) -> list[Mixed]:
    """The words of names, titles and addresses that mix scripts that look alike, each once, in order; five at most.

    Of an address, what it stands for is looked at: the host without Punycode, the path without percent signs.
    """
    found: dict[str, Mixed] = {}
    for name in names:
        text = (name or "")[:_LONGEST]
        if "xn--" in text or "%" in text:
            text = _readable(text)
        if not text.isascii():
            found |= {one.word.casefold(): one for one in _mixed(text) if one.word.casefold() not in found}
        if len(found) >= _MOST:
            break
    return list(found.values())[:_MOST]


@lru_cache(maxsize=4_096)
def _mixed(text: str) -> tuple[Mixed, ...]:
    found = []
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        if word.isascii():
            continue
        scripts = Counter(script for letter in word if (script := _script(letter)) is not None)
        if len(scripts) < 2:
            continue
        # Of two that are even, Latin is the one that is imitated.
        main = max(scripts, key=lambda one: (scripts[one], one == "LATIN"))
        others = [(letter, script) for letter in word if (script := _script(letter)) not in (None, main)]
        found.append(Mixed(word, main.capitalize(), tuple((a, str(b).capitalize()) for a, b in dict.fromkeys(others))))
    return tuple(found)


@lru_cache(maxsize=2_048)
def _script(letter: str) -> str | None:
    """The script of a letter as its name begins; None for marks, and for scripts that look like no other."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return script if script in ALIKE else None


def _readable(address: str) -> str:
    """The address with its host's Punycode and its percent signs undone; as it is where it cannot be read."""
    try:
        host = urlsplit(address).hostname or ""
        written = ".".join(_label(part) for part in host.split("."))
    except ValueError:
        return address
    return unquote(address).replace(host, written) if host else unquote(address)


def _label(part: str) -> str:
    """A part of a host's name in its letters."""
    if not part.startswith("xn--"):
        return part
    try:
        return part.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return part
