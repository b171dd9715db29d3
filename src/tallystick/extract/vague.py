"""Words that say how many without a number: vague, unquantified, or a question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from tallystick.extract.notcounts import superlative
from tallystick.extract.numbercontext import people as counted
from tallystick.extract.numbercontext import token_at, words_of
from tallystick.extract.words import Words, class_of
from tallystick.lexicon import Entry, Found, Matcher, load
from tallystick.model.syntax import Parse

# How far the noun may stand from its adjective: "heavy Russian military losses".
REACH = 3
# The named reading of vague words: lexicon/en/vague.toml holds its intervals.
POLICY = "neutral/1"
_DETERMINERS = ("the", "those", "these", "them", "us", "his", "her", "its", "their", "our", "whom", "which", "my")


@dataclass(frozen=True, slots=True)
class Vague:
    """A vague expression. start and end are offsets of the text; first and last indexes of its words."""

    start: int
    end: int
    first: int
    last: int
    entry: Entry
    top: Entry | None = None  # the higher word of "hundreds, if not thousands"


@lru_cache(maxsize=1)
def _matchers() -> tuple[Matcher, Matcher, frozenset[str], Entry]:
    entries = load("vague")
    losses = entries["heavy-losses"]
    nouns = Entry(losses.id, losses.name, losses.meaning, tuple(losses.get("nouns")), (), (), losses.fields)
    return entries.matcher, Matcher([nouns]), frozenset(losses.get("adjectives")), losses


def find_vague(words: Words, taken: set[int], parse: Parse | None = None) -> list[Vague]:
    """Every vague expression of the text, in order; taken holds the indexes of words already used."""
    matcher, nouns, adjectives, losses = _matchers()
    index = {word.start: i for i, word in enumerate(words.items)}
    ends = {word.end: i for i, word in enumerate(words.items)}
    found: list[Vague] = []
    used: set[int] = set()
    for hit in matcher.longest(words.folded):
        first, last = index.get(hit.start), ends.get(hit.end)
        if first is None or last is None or not taken.isdisjoint(range(first, last + 2)):
            continue
        if _holds(words, hit, (first, last), parse):
            found.append(_spread(words, hit, (first, last)))
            used.update(range(first, last + 1))
    for hit in nouns.longest(words.folded):
        at = index.get(hit.start)
        for i in range(at - 1, max(-1, at - 1 - REACH), -1) if at else ():
            if i in used or i in taken or not words.alpha(i) or words.text(i) in words_of("small-words"):
                break
            if words.text(i) in adjectives:
                found.append(Vague(words[i].start, words[i].end, i, i, losses))
                break
    return _chained(words, sorted(found, key=lambda v: v.start))


def _chained(words: Words, found: list[Vague]) -> list[Vague]:
    """The expressions with "hundreds, if not thousands" made one, whose floor is the first word's."""
    chained: list[Vague] = []
    for vague in found:
        last = chained[-1] if chained else None
        if last is not None and last.entry.get("form") == vague.entry.get("form") == "vague":
            between = " ".join(words.text(i) for i in range(last.last + 1, vague.first) if words.text(i) != ",")
            if vague.first - last.last <= REACH + 1 and between in words_of("vague-links"):
                chained[-1] = replace(last, end=vague.end, last=vague.last, top=vague.entry)
                continue
        if last is not None and last.entry.get("take") == "phrase" and vague.first == last.last + 1:
            chained.pop()  # "a crowd of thousands"
        chained.append(vague)
    return chained


def _holds(words: Words, hit: Found, span: tuple[int, int], parse: Parse | None) -> bool:
    first, last = span
    entry = hit.entry
    before, after = words.text(first - 1), words.text(last + 1)
    if after in ("than", "-") or (first and words.glued(first - 1) and before == "-"):
        return False
    if after in entry.get("except", ()) or before in entry.get("except_after", ()):
        return False
    if entry.get("needs") and not hit.word.endswith(" of"):
        at = last + 1
        while words.text(at) in entry.get("over") and at < last + REACH + 1:
            at += 1
        return words.text(at) in entry.get("needs")
    if entry.get("take") == "phrase":
        numbered = any(words[i].digits for i in range(last + 1, min(last + 4, len(words))))
        if words.text(last + 1) in _DETERMINERS:  # "the force of the wave"
            return False
        return not numbered and _plural_follows(words, last, parse, people=False)
    if entry.get("plural"):
        if words.text(last) == "of" and superlative(words, last + 1, parse):
            return False
        return _plural_follows(words, last, parse, people=bool(entry.get("people")))
    return True


def _plural_follows(words: Words, last: int, parse: Parse | None, people: bool) -> bool:
    """True when a plural is counted; with people, only people or things that reports count."""
    plurals = class_of("units", "plurals")
    small = words_of("small-words")
    if words.text(last) == "of" and words.text(last + 1) in _DETERMINERS:
        return True  # "some of the men"
    for i in range(last + 1, min(last + 6, len(words))):
        if words.text(i) == "of" and i == last + 1:
            return not people
        if (not words.alpha(i) and words.text(i) not in ("-", '"', "'", ",")) or words.text(i) in small:
            return False
        if words.text(i) == "than":
            return False
        if people:
            if words.text(i) in plurals or (words.text(i) in counted() and words.text(i).endswith("s")):
                return "than" not in [words.text(j) for j in range(i + 1, i + 4)]  # "more men than ever"
        elif words.text(i) in plurals or (words.text(i).endswith("s") and not words.text(i).endswith("ss")):
            return _noun(words, i, parse)
    return False


def _noun(words: Words, i: int, parse: Parse | None) -> bool:
    if parse is None:
        return True
    token = token_at(words, i, parse)
    return token is not None and token.pos in ("NOUN", "PROPN")


def _spread(words: Words, hit: Found, span: tuple[int, int]) -> Vague:
    """The match, widened to its article where the entry says so: "a sizeable contingent of"."""
    first, last = span
    if hit.entry.get("take") == "phrase":
        for i in range(first - 1, max(-1, first - 1 - REACH), -1):
            if words.text(i) in ("a", "an", "the"):
                first = i
                break
            if not words.alpha(i) or words.text(i) in words_of("small-words"):
                break
    return Vague(words[first].start, hit.end, first, last, hit.entry)
