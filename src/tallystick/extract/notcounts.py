"""Which numbers count nobody and nothing: dates, times, ages, names, models, scores, idioms."""

from __future__ import annotations

import re
from functools import lru_cache

from tallystick.extract.numerals import Numeral, digits
from tallystick.extract.units import unit_after, unit_before
from tallystick.extract.words import Words
from tallystick.lexicon import Entry, Found, Lexicon, Matcher, load
from tallystick.model.syntax import Parse

# "9:01", "1.56pm", "10am", "0430hrs": a clock time seen from the start of its number.
_CLOCK = re.compile(r"[0-2]?\d(?:[:.h][0-5]\d)?(?::[0-5]\d)?\s?(?:a\.?m\b|p\.?m\b|o'clock|hrs\b)|[0-2]?\d:[0-5]\d\b")
_MILITARY = re.compile(r"[0-2]\d[0-5]\d\s?(?:gmt|utc|hrs|hours|local time|z\b|h\b)")
_DECADE = re.compile(r"(?:\d{4}|\d0)'?s\b")
_ORDINAL = re.compile(r"\d+(?:,\d{3})*(?:st|nd|rd|th)\b")
# "33\N{DEGREE SIGN}47'N", "44.5\N{DEGREE SIGN}E", "33.783; 44.501": a position on the map.
_COORDINATE = re.compile(
    r"\d+(?:\.\d+)?\s?(?:[\u00b0\u00ba]\s?(?:\d|[nsew]\b)|[\u2032\u2033])|\d+\.\d{3,}\s?[;,]\s?-?\d+\.\d{3,}"
)
_DATE = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}(?!\d)")
FIRST_YEAR, LAST_YEAR = 1900, 2200
OLDEST = 110


@lru_cache(maxsize=1)
def _phrases() -> Matcher:
    return Matcher(e for e in load("notcounts") if e.get("how") in ("phrase", "label", "follows"))


@lru_cache(maxsize=32)
def words_of(name: str) -> frozenset[str]:
    """The words of one class of notcounts."""
    return load("notcounts").words_of(name)


def lexicon() -> Lexicon:
    """The lexicon file that this step reads."""
    return load("notcounts")


def find_notcounts(words: Words, numerals: list[Numeral], parse: Parse | None = None) -> dict[int, str]:
    """The numbers that count nothing: index in numerals -> the rule that says so."""
    if not numerals:
        return {}
    hits = list(_phrases().find(words.folded))
    inside = _by_phrase(words, numerals, hits)
    prose, depths = not _headline(words), _depths(words)
    for i, numeral in enumerate(numerals):
        if i not in inside:
            rule = _shape(words, numeral) or _age(words, numeral)
            if rule is None and _list_mark(words, numeral, depths[numeral.last]):
                rule = "notcounts/list-mark"
            if rule is None and prose and unit_before(words, numeral.first) is None:
                rule = _name(words, numeral, parse)
            if rule is None and numeral.words and numeral.first == numeral.last and words.text(numeral.first) == "one":
                rule = _pronoun(words, numeral.first, parse)
            if rule:
                inside[i] = rule
    return inside


def _list_mark(words: Words, numeral: Numeral, depth: int) -> bool:
    """True for the number of a list item: "1) the first of the demands", "2. Second"."""
    mark = words.text(numeral.last + 1)
    if mark == ")":
        return depth == 0
    return numeral.first == 0 and not numeral.words and mark in (".", "") and numeral.value < 200


def _depths(words: Words) -> list[int]:
    """How many parentheses are open at each word."""
    depth, found = 0, []
    for word in words.items:
        depth = max(0, depth + (word.text == "(") - (word.text == ")"))
        found.append(depth)
    return found


def _by_phrase(words: Words, numerals: list[Numeral], hits: list[Found]) -> dict[int, str]:
    ends: dict[int, Entry] = {}
    starts: dict[int, Entry] = {}
    cover: list[Found] = []
    for hit in hits:
        how = hit.entry.get("how")
        if how == "label":
            ends[hit.end] = hit.entry
        elif how == "follows":
            starts[hit.start] = hit.entry
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
        if before and before.end in ends and _labels(words, numeral, start - before.end):
            found[i] = ends[before.end].id
        elif before and before.text in (".", "#") and numeral.first > 1 and words[numeral.first - 2].end in ends:
            if words.text(numeral.first - 2) in ("no", "nos", "vol", "mk", "tel"):
                found[i] = ends[words[numeral.first - 2].end].id
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
        return i > 0 or not _plural(words.text(numeral.last + 1))
    return not words.alpha(numeral.last + 1) or words.text(numeral.last + 1) in words_of("small-words")


def _shape(words: Words, numeral: Numeral) -> str | None:
    """Dates, clock times, decades, ordinals, model names: what the marks around the digits say."""
    first, last = numeral.first, numeral.last
    if numeral.words:
        return "notcounts/model" if words.text(first - 1) == "-" and words.glued(first - 2) else None
    start = words[first].start
    folded = words.folded
    if _street(words, last):
        return "notcounts/street"
    if _second_year(words, first):
        return "notcounts/year"
    if _COORDINATE.match(folded, start) or _second_coordinate(words, first):
        return "notcounts/coordinate"
    if words.text(first - 1) == "[" and words.text(last + 1) == "]":
        return "notcounts/list-mark"
    if _DATE.match(folded, start) or (words.text(last + 1) == "/" and words.glued(last) and _digit(words, last + 2)):
        return "notcounts/date"
    if words.text(first - 1) in ("/", ":") and words.glued(first - 1) and _digit(words, first - 2):
        return "notcounts/date"
    if _CLOCK.match(folded, start) or _MILITARY.match(folded, start):
        return "notcounts/time-of-day"
    if _DECADE.match(folded, start) and words.glued(last):
        return "notcounts/decade"
    if _ORDINAL.match(folded, start):
        return "notcounts/ordinal"
    if _in_chain(words, first, last):
        return "notcounts/identifier"
    if words.glued(last) and words.alpha(last + 1) and unit_after(words, last) is None:
        return "notcounts/model"  # "3D", "5newsnow"
    if _glued_to_name(words, first):
        return "notcounts/model"
    if _year(words, numeral):
        return "notcounts/year"
    if isinstance(numeral.value, int) and 1 <= numeral.value <= 31 and first == last and _month_beside(words, first):
        return "notcounts/date"
    return "notcounts/score" if _score(words, numeral) else None


def _street(words: Words, last: int) -> bool:
    """True before the name of a street: "16 Station Road"."""
    for i in range(last + 1, last + 4):
        if not words.capital(i):
            return False
        if words.text(i) in words_of("street"):
            return i > last + 1
    return False


def _second_coordinate(words: Words, first: int) -> bool:
    """True for the second number of "33.783; 44.501"."""
    if words.text(first - 1) not in (";", ",") or "." not in words.text(first) or not _digit(words, first - 2):
        return False
    return bool(_COORDINATE.match(words.folded, words[first - 2].start))


def _second_year(words: Words, first: int) -> bool:
    """True for the second half of "2014-15" and "2014/15", and for the 89 of "10 Sep 89"."""
    joined = words.text(first - 1) in ("-", "/") and words.glued(first - 1)
    if len(words.text(first)) != 2 or not (joined or words.text(first - 1) in words_of("month")):
        return False
    year = words.text(first - 2)
    if words.text(first - 1) in words_of("month"):
        return _digit(words, first - 2)
    return year.isdecimal() and len(year) == 4 and FIRST_YEAR <= int(year) < LAST_YEAR


def _digit(words: Words, i: int) -> bool:
    return 0 <= i < len(words) and words[i].digits


def _in_chain(words: Words, first: int, last: int) -> bool:
    """True inside three or more numbers joined by hyphens: telephone and case numbers, ISO dates."""
    left = words.text(first - 1) == "-" and words.glued(first - 1) and _digit(words, first - 2)
    right = words.text(last + 1) == "-" and words.glued(last) and words.glued(last + 1) and _digit(words, last + 2)
    far_left = left and words.text(first - 3) == "-" and _digit(words, first - 4)
    far_right = right and words.text(last + 3) == "-" and words.glued(last + 2) and _digit(words, last + 4)
    return bool((left and right) or far_left or far_right)


def _glued_to_name(words: Words, first: int) -> bool:
    """True for "T72", "AK-47", "COVID-19", "X-Pro3": letters run into the number."""
    if first == 0 or not words.glued(first - 1):
        return False
    if words.alpha(first - 1):
        return words.text(first - 1) not in ("rm", "rs", "usd", "eur", "gbp", "ps", "a", "c", "us", "n")
    if words.text(first - 1) != "-" or not words.glued(first - 2) or not words.alpha(first - 2):
        return False
    return words.text(first - 2) not in ("sub", "minus", "to", "plus", "over", "under", "some", "about", "mid")


def _year(words: Words, numeral: Numeral) -> bool:
    if numeral.first != numeral.last or not isinstance(numeral.value, int):
        return False
    text = words.text(numeral.first)
    if not text.isdecimal():
        return False
    before, after = words.text(numeral.first - 1), words.text(numeral.last + 1)
    if text[0] == "0" and len(text) > 1:
        return True
    if before == "'" and words.glued(numeral.first - 1) and len(text) == 2:
        return True
    if len(text) != 4:
        return False
    near = before in words_of("month") or after in words_of("month")
    if not FIRST_YEAR <= numeral.value < LAST_YEAR:
        alone = not words.alpha(numeral.last + 1) or after in words_of("small-words")
        return near or (
            before in words_of("year-words") and alone and before not in ("to", "of", "for", "the", "and", "by")
        )
    if near or before in words_of("year-words") - {"the", "for", "of", "and", "to", "by", "from", "after"}:
        return True
    if before in ("to", "-", "or", "and") and _plural(after) and _round_thousands(words, numeral.first - 2):
        return False
    return after not in people()


def _round_thousands(words: Words, i: int) -> bool:
    """True when the word is a number that is no year: the first of "1000 to 2000 men"."""
    value = digits(words.text(i)) if _digit(words, i) else None
    return value is not None and not FIRST_YEAR <= value < LAST_YEAR


def _plural(text: str) -> bool:
    return text in people() or (text.endswith("s") and not text.endswith("ss") and len(text) > 3)


@lru_cache(maxsize=1)
def people() -> frozenset[str]:
    """Words for people and things that reports count, folded."""
    words = {word.lower() for entry in load("populations") for word in entry.words}
    return frozenset(words) | load("units").words_of("plurals")


def _month_beside(words: Words, i: int) -> bool:
    months = words_of("month")

    def month(j: int) -> bool:
        # "may" and "march" are words too: with no capital they are months only after a preposition.
        if words.text(j) in words_of("month-or-word") and not words.capital(j):
            return words.text(j - 1) in ("on", "in", "by", "of", "since", "until")
        return words.text(j) in months

    if month(i + 1) or (words.text(i + 1) == "of" and month(i + 2)):
        return True
    if month(i - 1) or (words.text(i - 1) == "." and month(i - 2) and len(words.text(i - 2)) <= 4):
        following = words.text(i + 1)
        # "In June 12 soldiers died": the day of a month stands before a mark or a small word.
        return following not in people()
    if words.text(i - 1) in ("-", "and", "to", ",") and _digit(words, i - 2):
        return month(i - 3) and words[i - 2].text.isdecimal() and words.text(i + 1) not in people()
    if words.text(i + 1) in ("-", "and", "to") and _digit(words, i + 2):
        return month(i + 3)
    return False


def _score(words: Words, numeral: Numeral) -> bool:
    first, last = numeral.first, numeral.last
    if not isinstance(numeral.value, int) or numeral.value > 200 or first != last:
        return False
    for left, right in ((first, last + 2), (first - 2, last)):
        if not (_digit(words, left) and _digit(words, right)) or words.text(left + 1) != "-":
            continue
        if not (words.glued(left) and words.glued(left + 1)):
            continue
        a, b = words.text(left), words.text(right)
        if a.isdecimal() and b.isdecimal() and len(a) < 4 and len(b) < 4:
            if int(a) >= int(b) or words.text(left - 1) in words_of("score-words"):
                return True
    return False


def _headline(words: Words) -> bool:
    """True when capitals say nothing: all capitals, or a title in which most words have one."""
    letters = [i for i in range(len(words)) if words.alpha(i) and len(words.text(i)) > 3]
    capitals = sum(words.capital(i) for i in letters)
    return len(letters) > 2 and capitals * 10 >= len(letters) * 7


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
    if words.text(numeral.last + 1) in ("%",) or isinstance(numeral.value, float):
        return None
    alone = not words.alpha(numeral.last + 1) or words.text(numeral.last + 1) in words_of("small-words")
    # "the S&P 500 rose", but "in Kabul 12 were killed"
    run = i
    while run > 0 and (words.capital(run - 1) or words.text(run - 1) in ("&", "the")):
        run -= 1
    placed = words.text(run - 1) in words_of("place-words")
    if words.text(numeral.last + 1) in words_of("auxiliaries"):
        return None if placed or parse is None else "notcounts/name"
    if alone or words.capital(numeral.last + 1):
        return "notcounts/name"
    if parse is None or placed:
        return None
    base = parse.sentence.start
    after = words[numeral.last + 1]
    tokens = parse.at(base + after.start, base + after.end)
    return "notcounts/name" if tokens and tokens[0].pos in ("VERB", "AUX") else None


def _age(words: Words, numeral: Numeral) -> str | None:
    """Ages without a unit: "Smith, 43,", "aged 34", "Smith (43)", "under the age of 5"."""
    first, last = numeral.first, numeral.last
    for length in (4, 3, 2, 1):
        begun = first - length
        if begun >= 0 and words.folded[words[begun].start : words[first - 1].end] in words_of("age-words"):
            alone = not words.alpha(last + 1) or words.text(last + 1) in words_of("small-words")
            return "notcounts/age-words" if alone or (length == 1 and words.text(begun) in ("aged", "age")) else None
    if not isinstance(numeral.value, int) or not 1 <= numeral.value <= OLDEST or numeral.words or first < 2:
        return _second_age(words, numeral)
    mark, closing = words.text(first - 1), words.text(last + 1)
    named = words.capital(first - 2) and words.alpha(first - 2)
    if named and mark == "," and closing in (",", ".", ";", "", ")") and not _headline(words):
        return "notcounts/age"
    if named and mark == "(" and closing == ")":
        return "notcounts/age"
    return _second_age(words, numeral)


def _second_age(words: Words, numeral: Numeral) -> str | None:
    """The second number of "aged 5 to 12" and "aged between 5 and 12"."""
    first = numeral.first
    if words.text(first - 1) in ("to", "and", "-", "or") and _digit(words, first - 2):
        for length in (1, 2):
            begun = first - 2 - length
            if begun >= 0 and words.folded[words[begun].start : words[first - 3].end] in words_of("age-words"):
                return "notcounts/age-words"
    return None


def _pronoun(words: Words, i: int, parse: Parse | None) -> str | None:
    """ "one" that stands for a noun or for anybody."""
    after = words.text(i + 1)
    if words.text(i - 1) in words_of("one-before") or after in words_of("pronoun-next"):
        return "notcounts/one-before"
    if after == "'" or after.startswith("'") or words.folded[words[i].start :].startswith("one's"):
        return "notcounts/pronoun-next"
    if parse is not None:
        base = parse.sentence.start
        tokens = parse.at(base + words[i].start, base + words[i].end)
        if tokens and tokens[0].tag in ("PRP", "NN"):  # "one must see", "a hopeful one"
            return "notcounts/one-before"
    return "notcounts/superlative" if after == "of" and _superlative(words, i + 2, parse) else None


def _superlative(words: Words, i: int, parse: Parse | None) -> bool:
    """True when what follows is praised or blamed: "one of the country's worst raids"."""
    for j in range(i, min(i + 5, len(words))):
        if words.text(j) in words_of("superlatives"):
            return True
        if parse is not None:
            base = parse.sentence.start
            tokens = parse.at(base + words[j].start, base + words[j].end)
            if tokens and tokens[0].tag in ("JJS", "RBS"):
                return True
            if tokens and tokens[0].pos in ("VERB", "ADP", "AUX"):
                return False
    return False
