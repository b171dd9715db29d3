"""Which numbers count nobody and nothing: dates, times, ages, names, models, scores, idioms."""

from __future__ import annotations

import re
from functools import lru_cache

from tallystick.extract.numbercontext import alone, plural, token_at, words_of
from tallystick.extract.numberdates import compared, dated
from tallystick.extract.numerals import Numeral
from tallystick.extract.units import unit_after, unit_before
from tallystick.extract.words import Words
from tallystick.lexicon import Entry, Found, Matcher, load
from tallystick.model.syntax import Parse

_ORDINAL = re.compile(r"\d+(?:,\d{3})*(?:st|nd|rd|th)\b")
# "33\N{DEGREE SIGN}47'N", "44.5\N{DEGREE SIGN}E", "33.783; 44.501": a position on the map.
_COORDINATE = re.compile(
    r"\d+(?:\.\d+)?\s?(?:[\u00b0\u00ba]\s?(?:\d|[nsew]\b)|[\u2032\u2033])|\d+\.\d{3,}\s?[;,]\s?-?\d+\.\d{3,}"
)
# What a list may continue: ages, and names that are numbers ("Nos. 12 and 14").
_LISTABLE = (
    "notcounts/age",
    "notcounts/age-words",
    "notcounts/age-copulas",
    "notcounts/label",
    "notcounts/number-abbreviations",
)
_ARC = ("\u00b0", "\u00ba", "'", "\u2032", "\u2033")
OLDEST = 110
# A run of so many digits without a mark is an identifier: counts of millions are written with commas or words.
LONGEST = 7
# How many capitalised words a name before a number may have: "the Security Council Committee 1267".
LONGEST_NAME = 8


@lru_cache(maxsize=1)
def _phrases() -> Matcher:
    return Matcher(e for e in load("notcounts") if e.get("how") in ("phrase", "label", "follows", "leads"))


def find_notcounts(words: Words, numerals: list[Numeral], parse: Parse | None = None) -> dict[int, str]:
    """The numbers that count nothing: index in numerals -> the rule that says so."""
    if not numerals:
        return {}
    hits = list(_phrases().find(words.folded))
    inside = _by_phrase(words, numerals, hits)
    depths = _depths(words)
    prose: bool | None = None
    for i, numeral in enumerate(numerals):
        if i not in inside:
            rule = _shape(words, numeral) or _age(words, numeral)
            if rule is None and inside.get(i - 1) in _LISTABLE and _listed(words, numerals, i):
                rule = inside[i - 1]
            if rule is None and _difference(words, numeral.last):
                rule = "notcounts/difference"
            if rule is None and _list_mark(words, numeral, depths[numeral.last]):
                rule = "notcounts/list-mark"
            if rule is None and words.capital(numeral.first - 1) and unit_before(words, numeral.first) is None:
                prose = not _headline(words) if prose is None else prose
                rule = _name(words, numeral, parse) if prose else None
            if rule is None and numeral.words and numeral.first == numeral.last and words.text(numeral.first) == "one":
                rule = _pronoun(words, numeral.first, parse)
            if rule:
                inside[i] = rule
    for i in range(len(numerals) - 2, -1, -1):  # "between 5 and 7 p.m."
        hour = i not in inside and inside.get(i + 1) == "notcounts/time-of-day" and numerals[i].value <= 24
        if hour and _between(words, numerals[i], numerals[i + 1]) in (["and"], ["to"], ["-"]):
            inside[i] = "notcounts/time-of-day"
    return inside


def _listed(words: Words, numerals: list[Numeral], i: int) -> bool:
    """True when a number only continues a list: the 11 of "ages 6, 11 and 15"."""
    between = _between(words, numerals[i - 1], numerals[i])
    return between in (["and"], ["or"], [","], [",", "and"], ["to"], ["-"]) and alone(words, numerals[i].last)


def _between(words: Words, a: Numeral, b: Numeral) -> list[str]:
    """The words between two numbers; cut short, as no rule looks at more than three."""
    return [words.text(j) for j in range(a.last + 1, min(b.first, a.last + 5))]


def _difference(words: Words, last: int) -> bool:
    """True for "12 more than last year" and "12 fewer men than in May": how far two numbers lie apart."""
    if words.text(last + 1) not in words_of("differences"):
        return False
    for i in range(last + 2, last + 6):
        if words.text(i) == "than":
            return not (words.is_digits(i + 1) or words.text(i + 1) in words_of("one-open"))
        if not words.alpha(i) or words.text(i) in words_of("small-words") - {"than"}:
            return False
    return False


def _list_mark(words: Words, numeral: Numeral, depth: int) -> bool:
    """True for the number of a list item: "1) the first of the demands", "2. Second"."""
    mark = words.text(numeral.last + 1)
    if mark == ")":
        return depth == 0
    opening = words.text(numeral.first - 1) in ("", "]", ".")
    return opening and not numeral.words and mark in (".", "") and numeral.value < 200 and not numeral.share


def _depths(words: Words) -> list[int]:
    """How many parentheses are open at each word."""
    depth, found = 0, []
    for word in words.items:
        depth = max(0, depth + (word.text == "(") - (word.text == ")"))
        found.append(depth)
    return found


def _by_phrase(words: Words, numerals: list[Numeral], hits: list[Found]) -> dict[int, str]:
    ends: dict[int, Entry] = {}
    leads: dict[int, Entry] = {}
    starts: dict[int, Entry] = {}
    cover: list[Found] = []
    for hit in hits:
        how = hit.entry.get("how")
        if how == "label":
            ends[hit.end] = hit.entry
        elif how == "follows":
            starts[hit.start] = hit.entry
        elif how == "leads":
            leads[hit.end] = hit.entry
        else:
            cover.append(hit)
    found: dict[int, str] = {}
    at = 0
    cover.sort(key=lambda h: h.end)
    for i, numeral in enumerate(numerals):
        start, end = words[numeral.first].start, words[numeral.last].end
        while at < len(cover) and cover[at].end <= start:
            at += 1
        for hit in cover[at : at + 4]:
            if (hit.start <= start and end <= hit.end) or (hit.start < end and start < hit.start and numeral.words):
                found[i] = hit.entry.id
        before = words[numeral.first - 1] if numeral.first else None
        following = words.text(numeral.last + 1)
        own = (alone(words, numeral.last) and following != "of") or following in words_of("own-children")
        if before and before.end in leads and own:
            found[i] = leads[before.end].id
        if before and before.end in ends and _labels(words, numeral, start - before.end):
            found[i] = ends[before.end].id
        elif before and before.text == "." and words.text(numeral.first - 2) in words_of("number-abbreviations"):
            found[i] = "notcounts/number-abbreviations"
        after = words[numeral.last + 1].start if numeral.last + 1 < len(words) else -1
        if after in starts and after - end <= 1:
            found[i] = starts[after].id
    return found


def _labels(words: Words, numeral: Numeral, gap: int) -> bool:
    """True when the word before is the number's name: capitalised, or with no noun of its own after the number.

    "Highway 1", "gate 5 was closed" but not "at the gate 5 men were held".
    """
    i = numeral.first - 1
    if gap > 1 or numeral.value > 100_000:
        return False
    if words.capital(i) and not words.raw[words[i].start : words[i].end].isupper():
        return i > 0 or not plural(words.text(numeral.last + 1))
    return alone(words, numeral.last)


def _shape(words: Words, numeral: Numeral) -> str | None:
    """Dates, clock times, decades, ordinals, model names: what the marks around the digits say."""
    first, last = numeral.first, numeral.last
    if numeral.words:
        return "notcounts/model" if words.text(first - 1) == "-" and words.glued(first - 2) else None
    start = words[first].start
    folded = words.folded
    if _street(words, last):
        return "notcounts/street"
    if _COORDINATE.match(folded, start) or _second_coordinate(words, first):
        return "notcounts/coordinate"
    if words.text(first - 1) == "[" and words.text(last + 1) == "]" and words.glued(first - 2):
        return "notcounts/list-mark"
    if _ORDINAL.match(folded, start):
        return "notcounts/ordinal"
    long = len(words.text(first)) >= LONGEST and words.text(first).isdecimal()
    if _in_chain(words, first, last) or (long and not words.text(first).endswith("000")):
        return "notcounts/identifier"
    if words.glued(last) and words.alpha(last + 1) and unit_after(words, last) is None:
        return "notcounts/model"  # "3D", "5newsnow"
    if _glued_to_name(words, first):
        return "notcounts/model"
    rule = dated(words, numeral)
    if rule is not None:
        return rule
    return "notcounts/score" if _score(words, numeral) else None


def _street(words: Words, last: int) -> bool:
    """True before the name of a street: "16 Station Road", "16-18 Station Road"."""
    if words.text(last + 1) == "-" and words.is_digits(last + 2):
        last += 2
    for i in range(last + 1, last + 4):
        if not words.capital(i):
            return False
        if words.text(i) in words_of("street"):
            return i > last + 1
    return False


def _second_coordinate(words: Words, first: int) -> bool:
    """True for the second number of "33.783; 44.501", and for minutes and seconds after degrees."""
    if words.text(first - 1) in _ARC and words.glued(first - 1) and words.is_digits(first - 2):
        return True
    if words.text(first - 1) not in (";", ",") or "." not in words.text(first) or not words.is_digits(first - 2):
        return False
    return bool(_COORDINATE.match(words.folded, words[first - 2].start))


def _in_chain(words: Words, first: int, last: int) -> bool:
    """True inside three or more numbers joined by hyphens: telephone and case numbers, ISO dates."""
    left = words.text(first - 1) == "-" and words.glued(first - 1) and words.is_digits(first - 2)
    right = words.text(last + 1) == "-" and words.glued(last) and words.glued(last + 1) and words.is_digits(last + 2)
    # "(203) 555-0142"
    if (right and len(words.text(last)) == 3 and len(words.text(last + 2)) == 4) or (
        left and len(words.text(first)) == 4 and len(words.text(first - 2)) == 3
    ):
        return words.text(first).isdecimal()
    if len(words.text(first)) == 3 and words.text(first - 1) == "(" and words.text(last + 1) == ")":
        return words.is_digits(last + 2)
    far_left = left and words.text(first - 3) == "-" and words.is_digits(first - 4)
    far_right = right and words.text(last + 3) == "-" and words.glued(last + 2) and words.is_digits(last + 4)
    return bool((left and right) or far_left or far_right)


def _glued_to_name(words: Words, first: int) -> bool:
    """True for "T72", "AK-47", "COVID-19", "X-Pro3": letters run into the number."""
    if first == 0 or not words.glued(first - 1):
        return False
    if words.alpha(first - 1):
        return unit_before(words, first) is None
    if words.text(first - 1) != "-" or not words.glued(first - 2) or not words.alpha(first - 2):
        return False
    return words.text(first - 2) not in words_of("joined")


def _score(words: Words, numeral: Numeral) -> bool:
    first, last = numeral.first, numeral.last
    if not isinstance(numeral.value, int) or numeral.value > 200 or first != last:
        return False
    for left, right in ((first, last + 2), (first - 2, last)):
        if not (words.is_digits(left) and words.is_digits(right)) or words.text(left + 1) != "-":
            continue
        if not (words.glued(left) and words.glued(left + 1)):
            continue
        a, b = words.text(left), words.text(right)
        if a.isdecimal() and b.isdecimal() and len(a) < 4 and len(b) < 4:
            return int(a) >= int(b) or words.text(left - 1) in words_of("score-words")
    return False


def _headline(words: Words) -> bool:
    """True when capitals say nothing: all capitals, or a title in which most words have one."""
    letters = [i for i in range(len(words)) if words.alpha(i) and len(words.text(i)) > 3]
    capitals = sum(words.capital(i) for i in letters)
    return len(letters) > 2 and capitals * 10 >= len(letters) * 7


def _placed(words: Words, i: int) -> bool:
    """True when a preposition of place or time stands before the capitalised words that end at word i."""
    run = i
    while run > max(0, i - LONGEST_NAME) and (words.capital(run - 1) or words.text(run - 1) in ("&", "the")):
        if words.text(run - 1) in words_of("place-words"):
            return True  # "In Kandahar", at the head of a sentence
        run -= 1
    return words.text(run - 1) in words_of("place-words")


def _name(words: Words, numeral: Numeral, parse: Parse | None) -> str | None:
    """A number that ends a name ("Big 12", "S&P 500") in running text."""
    i = numeral.first - 1
    if i < 1 or not words.alpha(i) or not words.capital(i) or words[numeral.first].start - words[i].end != 1:
        return None
    if words.text(i) in words_of("month") or words.text(i) in words_of("seasons"):
        return None
    if numeral.scale > 1 or numeral.words:
        return None
    raw = words.raw[words[i].start : words[i].end]
    acronym = raw.isupper() and len(raw) <= 4 and words.text(i - 1) == "("  # "(DDG 70)"
    if words.text(i - 1) in (".", "!", "?", '"', "(", "-", ":", ";", "\u2014") and not acronym:
        return None
    if isinstance(numeral.value, float) or compared(words, numeral.first) or unit_after(words, numeral.last):
        return None
    # "the Dax 40 fell", but "in Kabul 12 were killed"
    placed = _placed(words, i)
    if words.text(numeral.last + 1) in words_of("auxiliaries"):
        return None if placed or parse is None else "notcounts/name"
    if alone(words, numeral.last) or words.capital(numeral.last + 1):
        return "notcounts/name"
    if parse is None or placed:
        return None
    after = token_at(words, numeral.last + 1, parse)
    return "notcounts/name" if after is not None and after.pos in ("VERB", "AUX") else None


def _age(words: Words, numeral: Numeral) -> str | None:
    """Ages without a unit: "Smith, 43,", "aged 34", "Smith (43)", "under the age of 5"."""
    first, last = numeral.first, numeral.last
    for length in (4, 3, 2, 1):
        begun = first - length
        if begun >= 0 and words.folded[words[begun].start : words[first - 1].end] in words_of("age-words"):
            return "notcounts/age-words"
        if begun >= 0 and words.folded[words[begun].start : words[first - 1].end] in words_of("age-copulas"):
            bare = alone(words, last) and words.text(last + 1) != "of"
            return "notcounts/age-copulas" if bare else None
    if not isinstance(numeral.value, int) or not 1 <= numeral.value <= OLDEST or numeral.words or first < 1:
        return _second_age(words, numeral)
    mark, closing = words.text(first - 1), words.text(last + 1)
    named = words.capital(first - 2) and words.alpha(first - 2)
    if named and _placed(words, first - 2):
        return None  # "in Kandahar, 7."
    if mark == "at" and closing == "," and words.text(last + 2) in words_of("pronouns"):
        return "notcounts/age"  # "At 34, he was the oldest"
    if named and mark == "," and closing in (",", ".", ";", "", ")", "("):
        return "notcounts/age"
    if named and mark == "(" and closing in (")", ",", ";"):
        return "notcounts/age"
    return _second_age(words, numeral)


def _second_age(words: Words, numeral: Numeral) -> str | None:
    """The second number of "aged 5 to 12" and "aged between 5 and 12"."""
    first = numeral.first
    if words.text(first - 1) in ("to", "and", "-", "or") and words.is_digits(first - 2):
        for length in (1, 2):
            begun = first - 2 - length
            if begun >= 0 and words.folded[words[begun].start : words[first - 3].end] in words_of("age-words"):
                return "notcounts/age-words"
    return None


def superlative(words: Words, i: int, parse: Parse | None) -> bool:
    """True when what follows is praised or blamed: "one of the country's worst raids"."""
    for j in range(i, min(i + 5, len(words))):
        if words.text(j) in words_of("superlatives"):
            return True
        token = token_at(words, j, parse)
        if token is not None and token.tag in ("JJS", "RBS"):
            return True
        if token is not None and (token.pos in ("VERB", "ADP", "AUX") or token.tag == "NNS"):
            return False  # "one of the officers most opposed to it"
    return False


def _pronoun(words: Words, i: int, parse: Parse | None) -> str | None:
    """ "one" that stands for a noun or for anybody."""
    before, after = words.text(i - 1), words.text(i + 1)
    if after in words_of("pronoun-next") or before in words_of("one-never"):
        return "notcounts/one-before"
    # "that one soldier died" counts, "the one that died" does not.
    bare = alone(words, i)
    if bare and (before in words_of("one-before") or (before in words_of("one-open") and after != "of")):
        return "notcounts/one-before"
    if after.startswith("'"):
        return "notcounts/pronoun-next"
    token = token_at(words, i, parse)
    if token is not None and token.tag in ("PRP", "NN"):  # "one must see", "a hopeful one"
        return "notcounts/one-before"
    return "notcounts/superlative" if after == "of" and superlative(words, i + 2, parse) else None
