"""Numbers that date or clock: years, days of a month, clock times, decades."""

from __future__ import annotations

import re

from tallystick.extract.numbercontext import alone, next_words, people, plural, sure_comparators, words_of
from tallystick.extract.numerals import Numeral, digits
from tallystick.extract.words import Words

# "9:01", "1.56pm", "10am", "0430hrs": a clock time seen from the start of its number.
_CLOCK = re.compile(r"[0-2]?\d(?:[:.h][0-5]\d)?(?::[0-5]\d)?\s?(?:a\.?m\b|p\.?m\b|o'clock|hrs\b)|[0-2]?\d:[0-5]\d\b")
_MILITARY = re.compile(r"[0-2]\d[0-5]\d\s?(?:gmt|utc|hrs|hours|local time|z\b|h\b)")
# "AT 1400": only in upper-case wire text, where "the toll stood at 1400" is the rarer reading.
_WIRE = re.compile(r"(?:[01]\d|2[0-3])[0-5][05](?!\d)")
_DECADE = re.compile(r"(?:\d{4}|\d0)'?s\b")
_DATE = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{2,4}(?!\d)")
FIRST_YEAR, LAST_YEAR = 1900, 2200


def dated(words: Words, numeral: Numeral) -> str | None:
    """The rule by which a number in digits is a date, a year or a time; None when it is none."""
    first, last, folded = numeral.first, numeral.last, words.folded
    start = words[first].start
    if _second_year(words, first):
        return "notcounts/year"
    slashed = words.text(last + 1) == "/" and words.is_digits(last + 2)
    if slashed or _DATE.match(folded, start):
        return "notcounts/date"
    colon = words.text(first - 1) == ":" and words.glued(first - 1)
    if (colon or words.text(first - 1) == "/") and words.is_digits(first - 2):
        return "notcounts/date"
    wired = first > 0 and words.raw[words[first - 1].start : words[first - 1].end] == "AT"
    if wired and _WIRE.match(folded, start) and alone(words, last):
        return "notcounts/time-of-day"
    if _CLOCK.match(folded, start) or _MILITARY.match(folded, start):
        return "notcounts/time-of-day"
    if _DECADE.match(folded, start) and words.glued(last):
        return "notcounts/decade"
    if _year(words, numeral):
        return "notcounts/year"
    day = isinstance(numeral.value, int) and 1 <= numeral.value <= 31 and first == last
    return "notcounts/date" if day and _month_beside(words, first) else None


def _second_year(words: Words, first: int) -> bool:
    """True for the second half of "2014-15" and "2014/15", and for the 89 of "10 Sep 89"."""
    joined = words.text(first - 1) in ("-", "/") and words.glued(first - 1)
    if len(words.text(first)) != 2 or not (joined or words.text(first - 1) in words_of("month")):
        return False
    year = words.text(first - 2)
    if words.text(first - 1) in words_of("month"):
        return words.is_digits(first - 2) and alone(words, first)
    return year.isdecimal() and len(year) == 4 and FIRST_YEAR <= int(year) < LAST_YEAR


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
    near = near or (
        before == "," and words.is_digits(numeral.first - 2) and words.text(numeral.first - 3) in words_of("month")
    )
    if not FIRST_YEAR <= numeral.value < LAST_YEAR:
        return near or (alone(words, numeral.last) and before in words_of("year-words"))
    if near or before in words_of("year-words"):
        return True
    if compared(words, numeral.first):
        return False
    if before != "the" and any(words.text(i) in people() for i in next_words(words, numeral.last + 1)):
        return False  # "2000 Ruritanian fighters"
    if before in ("to", "-", "or", "and") and plural(after) and _round_thousands(words, numeral.first - 2):
        return False
    return after not in people()


def compared(words: Words, first: int) -> bool:
    """True after a comparator that is no preposition: "more than 2000 were held"."""
    return any(
        first >= length and words.folded[words[first - length].start : words[first - 1].end] in sure_comparators()
        for length in (3, 2, 1)
    )


def _round_thousands(words: Words, i: int) -> bool:
    """True when the word is a number that is no year: the first of "1000 to 2000 men"."""
    value = digits(words.text(i)) if words.is_digits(i) else None
    return value is not None and not FIRST_YEAR <= value < LAST_YEAR


def _month_beside(words: Words, i: int) -> bool:
    months = words_of("month")

    def month(j: int) -> bool:
        # "may" and "march" are words too: with no capital they are months only after a preposition.
        if words.text(j) in words_of("month-or-word") and not words.capital(j):
            return words.text(j - 1) in words_of("place-words") | words_of("year-words") - {"the"}
        return words.text(j) in months

    if month(i + 1) or (words.text(i + 1) == "of" and month(i + 2)):
        return True
    if month(i - 1) or (words.text(i - 1) == "." and month(i - 2) and len(words.text(i - 2)) <= 4):
        following = words.text(i + 1)
        # "In June 12 soldiers died": the day of a month stands before a mark or a small word.
        return following not in people() or following in words_of("fates")
    if words.text(i - 1) in ("-", "and", "to", ",") and words.is_digits(i - 2):
        return month(i - 3) and words[i - 2].text.isdecimal() and words.text(i + 1) not in people()
    if words.text(i + 1) in ("-", "and", "to") and words.is_digits(i + 2):
        return month(i + 3)
    return False
