"""What stands around a number: classes of words, and the tokens of a parse, for the steps that judge numbers."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from tallystick.extract.words import Words, class_of
from tallystick.lexicon import fold, load
from tallystick.model.syntax import Parse, Token


@lru_cache(maxsize=32)
def words_of(name: str) -> frozenset[str]:
    """The words of one class of notcounts."""
    return load("notcounts").words_of(name)


@lru_cache(maxsize=1)
def people() -> frozenset[str]:
    """Words for people and things that reports count, folded."""
    words = {word.lower() for entry in load("populations") for word in entry.words}
    return frozenset(words) | class_of("units", "plurals")


@lru_cache(maxsize=1)
def sure_comparators() -> frozenset[str]:
    """The words before a number that make it a count, folded."""
    entries = (e for e in load("comparators") if e.get("before") and not e.get("doubtful"))
    return frozenset(fold(word) for entry in entries for word in entry.get("before"))


def plural(text: str) -> bool:
    """True for a word that looks like a plural noun, or counts people."""
    return text in people() or (text.endswith("s") and not text.endswith("ss") and len(text) > 3)


def next_words(words: Words, i: int) -> range:
    """The indexes of up to three content words from word i on."""
    end = i
    while end < i + 3 and words.alpha(end) and words.text(end) not in words_of("small-words"):
        end += 1
    return range(i, end)


def alone(words: Words, last: int) -> bool:
    """True when no noun of its own follows the number whose last word has that index."""
    after = words.text(last + 1)
    return not words.alpha(last + 1) or after in words_of("small-words") or after in words_of("pronoun-next")


def token_at(words: Words, i: int, parse: Parse | None) -> Token | None:
    """The token of the parse at word i; None without a parse."""
    if parse is None or not 0 <= i < len(words):
        return None
    start = parse.sentence.start + words[i].start
    at = bisect_left(parse.tokens, start, key=lambda token: token.end)
    at += at < len(parse) and parse[at].end == start
    return parse[at] if at < len(parse) and parse[at].start <= start else None
