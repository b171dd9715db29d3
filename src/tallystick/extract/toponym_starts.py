"""What single words and pairs of words can begin: a name of the gazetteer, a demonym, nothing. Kept per word.

The same few thousand words open names in every document, so that each is looked up once.
"""

from __future__ import annotations

from functools import lru_cache

from tallystick.extract.gazetteer import Gazetteer, gazetteer
from tallystick.extract.toponym_cues import place_cues
from tallystick.extract.toponym_words import possessive
from tallystick.lexicon.gazetteer.countries import demonyms
from tallystick.lexicon.gazetteer.names import ARTICLES, key

# The only words without a capital that can begin a candidate.
LOWER_STARTS = ARTICLES | {"capital"}


@lru_cache(maxsize=50_000)
def opens(word_key: str) -> bool:
    """True when an indexed name begins with the word."""
    return gazetteer().opens(word_key)


@lru_cache(maxsize=50_000)
def goes_on(two_words: str) -> bool:
    """True when an indexed name begins with the two words."""
    return gazetteer().begins(two_words)


@lru_cache(maxsize=50_000)
def pair(word: str, after: str) -> bool:
    """True when an indexed name begins with the word and the one behind it, if there is one."""
    return bool(after) and goes_on(f"{key(word)} {key(after)}")


@lru_cache(maxsize=50_000)
def dull(lower: str) -> bool:
    """True for a word that by itself neither is nor begins a name, a demonym or a short form."""
    if len(lower) < 4 or "." in lower or lower in LOWER_STARTS:
        return False
    name = key(lower)
    if name in demonyms() or name in demonym_starts():
        return False
    return lower in place_cues().homonyms or not opens(name)


# What a capitalised word can begin: nothing, only a name that the text calls a place, also a longer name of the
# index, or a name by itself.
NOTHING, SAID, LONGER, ALONE = range(4)


@lru_cache(maxsize=50_000)
def start(token: str) -> int:
    """What a capitalised word, its possessive ending included, can begin where letters tell names from words."""
    lower = token.lower()
    cut = possessive(lower)
    text, lower = (token[:-cut], lower[:-cut]) if cut else (token, lower)
    name, cues = key(text), place_cues()
    if lower in cues.calendar:
        return NOTHING
    if text.replace(".", "") in cues.short or name in demonyms() or name in demonym_starts():
        return ALONE
    if len(name) > 2 and name in gazetteer():
        return ALONE
    return LONGER if opens(name) else SAID


@lru_cache(maxsize=50_000)
def two_begin(token: str, after: str) -> bool:
    """True when an indexed name begins with the two words, their possessive endings left out."""
    one, two = (word[:-2] if possessive(word.lower()) else word for word in (token, after))
    return goes_on(f"{key(one)} {key(two)}")


@lru_cache(maxsize=50_000)
def known(index: Gazetteer, name_key: str) -> frozenset[str]:
    """The indexed names that the key begins with."""
    return frozenset(index.prefixes(name_key))


@lru_cache(maxsize=1)
def kind_words() -> frozenset[str]:
    """Every word for a kind of place, with and without a possessive ending."""
    words = frozenset(place_cues().kinds) | {"local"}
    return words | {word + ending for word in words for ending in ("'s", "’s")}


@lru_cache(maxsize=1)
def demonym_starts() -> frozenset[str]:
    """First words of the demonyms of two words ("North Korean")."""
    return frozenset(name.partition(" ")[0] for name in demonyms() if " " in name)
