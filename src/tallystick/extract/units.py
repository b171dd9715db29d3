"""Units of measure beside a number, normalised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tallystick.extract.words import Words, class_of
from tallystick.lexicon import fold, load

# "metric tons of", "degrees fahrenheit": the longest spelling in the lexicon has three words.
LONGEST = 3
# How far a rate may stand from its unit: "tons of crude oil a year".
REACH = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit beside a number. first and last are the indexes of its words; either side of the number."""

    name: str
    first: int
    last: int
    rule: str


@lru_cache(maxsize=1)
def _spellings() -> tuple[Mapping[str, tuple[str, str]], Mapping[str, tuple[str, str]]]:
    after: dict[str, tuple[str, str]] = {}
    before: dict[str, tuple[str, str]] = {}
    for entry in load("units"):
        for table, key in ((after, "units"), (before, "prefixes")):
            for name, spellings in entry.get(key, {}).items():
                table.update({fold(spelling): (name, entry.id) for spelling in spellings})
    return after, before


def unit_before(words: Words, first: int) -> Unit | None:
    """The currency written before the number whose first word has that index: "$5", "US $5", "Rs 500"."""
    _, table = _spellings()
    for length in (3, 2, 1):
        start = first - length
        if start < 0:
            continue
        text = words.folded[words[start].start : words[first - 1].end]
        known = table.get(text)
        gap = words[first].start - words[first - 1].end
        if text.endswith("-"):  # "$-50.8bn"
            known = table.get(text[:-1])
            if known and len(text) > 1 and not words.glued(first - 2):
                known = None
        if known and gap <= 1 and not (words.alpha(start) and _sticks(words, start)):
            return Unit(known[0], start, first - 1, known[1])
    return None


def _sticks(words: Words, i: int) -> bool:
    """True when a letter or digit stands right before word i."""
    return words.glued(i - 1) and (words.alpha(i - 1) or words[i - 1].digits)


def unit_after(words: Words, last: int) -> Unit | None:
    """The unit written after the number whose last word has that index, with its rate: "tonnes of wheat a year"."""
    table, _ = _spellings()
    at = last + 1
    if at >= len(words) or words[at].start - words[last].end > 1:
        return None
    if words.text(at) == "-" and words.glued(last):
        at += 1
        if at < len(words) and words[at].digits:
            return None
    if at >= len(words):
        return None
    if words.text(at) in class_of("units", "duration-adjectives"):  # "10 working days"
        found = _in_words(words, at + 1, table)
        return found if found is not None and found.rule.endswith("/time") else None
    begun = words[at].start
    close = begun == words[last].end
    # A chunk without a blank first ("km/h", "m.p.h.", "m3"), then words.
    chunk_end = at
    while chunk_end + 1 < len(words) and chunk_end - at < 6 and words.glued(chunk_end):
        chunk_end += 1
    for end in range(chunk_end, at - 1, -1):
        known = table.get(words.folded[begun : words[end].end])
        if known and _fits(words, (at, end), close):
            longer = _in_words(words, at, table)
            if longer and longer.last > end:
                return _with_rate(words, longer)
            return _with_rate(words, Unit(known[0], at, end, known[1]))
    found = _in_words(words, at, table)
    return _with_rate(words, found) if found else None


def _fits(words: Words, span: tuple[int, int], close: bool) -> bool:
    at, end = span
    if len(words.folded[words[at].start : words[end].end]) == 1 and words.alpha(at) and not close:
        return False
    return not (words.glued(end) and words.alpha(end) and words.alpha(end + 1))


def _in_words(words: Words, at: int, table: Mapping[str, tuple[str, str]]) -> Unit | None:
    joined, end, best = "", at, None
    for _ in range(LONGEST):
        if end >= len(words):
            break
        if words.text(end) == "-":
            end += 1
            continue
        joined = f"{joined} {words.text(end)}".strip()
        known = table.get(joined)
        if known and len(joined) > 1:
            best = Unit(known[0], at, end, known[1])
        end += 1
        if words.text(end) == "-":
            end += 1
    return best


def rate_after(words: Words, last: int) -> Unit | None:
    """ "a year" or "per barrel" after the word with that index: the unit below the line of a rate."""
    table, _ = _spellings()
    adverb = load("units")["rate-adverbs"].get("per").get(words.text(last + 1))
    if adverb is not None:
        return Unit(adverb, last + 1, last + 1, "units/rate-adverbs")
    if words.text(last + 1) not in class_of("units", "rate-words"):
        return None
    found = _in_words(words, last + 2, table)
    if found is None or (words.text(last + 1) in ("a", "an") and not found.rule.endswith(("/time", "/volume"))):
        return None
    return Unit(found.name, last + 1, found.last, "units/rate-words")


def _with_rate(words: Words, unit: Unit) -> Unit:
    if unit.rule.endswith(("/time", "/age", "/share")) and words.text(unit.last + 1) not in ("per", "a"):
        return unit
    at = unit.last
    if words.text(at + 1) in ("u", "us"):  # "$75 U.S. per barrel"
        at += 1
    if words.text(at + 1) == "of":
        # The rate closes the phrase: "tons of crude oil a year", not "tons in a year".
        for end in range(at + 2, min(at + 2 + REACH, len(words))):
            if not words.alpha(end):
                break
            rate = rate_after(words, end)
            if rate:
                return Unit(f"{unit.name}/{rate.name}", unit.first, rate.last, unit.rule)
        return unit
    rate = rate_after(words, at)
    return Unit(f"{unit.name}/{rate.name}", unit.first, rate.last, unit.rule) if rate else unit
