"""Numbers in digits and words: what is written, before anyone asks what it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from tallystick.extract.numbercontext import people
from tallystick.extract.words import Words, class_of
from tallystick.lexicon import fold, load
from tallystick.model.values import Number

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?\Z")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+\Z")
_PLAIN = re.compile(r"\d+(?:\.\d+)?\Z")
# Longer runs of digits are identifiers; the largest sums reported (trillions) have thirteen digits.
MOST_DIGITS = 15
# After "half", what makes it a share of something named: "half of them", "half the camp".
_PARTITIVE = ("of", "the", "its", "their", "his", "her", "our", "those", "these")
# Spaces that typesetters put between thousands; an ordinary space is taken only before a round group ("10 000").
_THIN = "\u00a0\u2009\u202f"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written. first and last are the indexes of its words.

    mantissa times scale is value, so that "four to five thousand" can share its scale. share is True for a
    fraction of something ("a third"), words for a number with no digit in it. rules names the lexicon entries.
    """

    first: int
    last: int
    value: Number
    mantissa: Number
    scale: int = 1
    share: bool = False
    words: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Lexicon:
    small: dict[str, tuple[int, str]]  # one to ninety
    hundred: dict[str, tuple[int, str]]
    scale: dict[str, tuple[int, str]]
    letters: dict[str, int]
    dozen: dict[str, tuple[int, str]]
    half: dict[str, tuple[int, str]]
    shares: dict[str, tuple[int, str]]
    group: dict[str, tuple[int, str]]


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    entries = load("numerals")

    def table(*names: str) -> dict[str, tuple[int, str]]:
        return {
            fold(word): (value, entries[name].id)
            for name in names
            for word, value in zip(entries[name].words, entries[name].get("values"), strict=True)
        }

    return _Lexicon(
        small=table("zero", "ones", "teens", "tens"),
        hundred=table("hundred"),
        scale=table("scale"),
        letters=entries["scale-letters"].get("abbreviations"),
        dozen=table("dozen"),
        half=table("half"),
        shares=table("share-words"),
        group=table("groups"),
    )


def number(value: Fraction) -> Number:
    """The value as an int where it is whole, a float otherwise."""
    return int(value) if value.denominator == 1 else float(value)


def exact(value: Number) -> Fraction:
    """The value without the error of binary fractions: 0.1 is a tenth."""
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def digits(text: str) -> Number | None:
    """The value of a run of digits, None for what is no number: "12.05.2024", "1,2,3"."""
    if len(text) > MOST_DIGITS + 5:
        return None
    if _THOUSANDS.match(text) or _INDIAN.match(text):
        text = text.replace(",", "")
    elif not _PLAIN.match(text):
        return None
    return number(Fraction(text)) if len(text) <= MOST_DIGITS else None


def find_numerals(words: Words) -> list[Numeral]:
    """Every number of the text, in order, none inside another."""
    found: list[Numeral] = []
    i, starters = 0, _starters()
    for at, word in enumerate(words.items):
        if at < i or not (word.digits or word.text in starters):
            continue
        i = at
        numeral = _numeral_at(words, i)
        if numeral is not None:
            found.append(numeral)
            i = numeral.last + 1
    return found


def _bare() -> dict[str, tuple[int, str]]:
    table = _lexicon()
    return table.group | table.hundred | table.scale | table.dozen


@lru_cache(maxsize=1)
def _starters() -> frozenset[str]:
    """The words that a number in words can begin with."""
    return frozenset(_lexicon().small) | frozenset(_lexicon().half) | frozenset(_bare()) | {"a", "an"}


def _numeral_at(words: Words, i: int) -> Numeral | None:
    if words[i].digits:
        return _in_digits(words, i)
    if not words.alpha(i):
        return None
    return _share(words, i) or _in_words(words, i)


def _in_digits(words: Words, i: int) -> Numeral | None:
    value, last = digits(words.text(i)), i
    if _DOTTED.match(words.text(i)) and (words.text(i).count(".") > 1 or words.text(i + 1) in people()):
        value = int(words.text(i).replace(".", ""))  # "3.000 soldiers", as some languages write thousands
    if value is None:
        return None
    if words.text(i - 1) == "." and words.glued(i - 1) and not _touches_before(words, i - 1):
        value = number(Fraction("0." + words.text(i))) if words.text(i).isdecimal() else value
    while isinstance(value, int) and value < 10**9 and _next_group(words, last):
        value, last = value * 1000 + int(words.text(last + 1)), last + 1
    table = _lexicon()
    after, glued = words.text(last + 1), words.glued(last)
    part = _written_fraction(words, last + 1) if isinstance(value, int) else None
    if part is not None:  # "10 1/2 miles"
        total = number(exact(value) + part)
        return Numeral(i, last + 3, total, total, rules=("numerals/digits",))
    part = _written_fraction(words, i)
    if part is not None:
        share = words.text(i + 3) == "of"
        return Numeral(i, i + 2, number(part), number(part), share=share, rules=("numerals/digits",))
    hyphen = after == "-" and glued and words.text(last + 2) in table.scale
    if hyphen:
        after = words.text(last + 2)
    whole = exact(value)
    if after in table.hundred or after in table.dozen:
        unit, rule = (table.hundred | table.dozen)[after]
        inner = Numeral(i, last + 1, number(whole * unit), number(whole * unit), rules=(rule,))
        return _scaled(words, inner)
    if after in table.letters and glued and not _letter_is_unit(words, last, value):
        return Numeral(
            i,
            last + 1,
            number(whole * table.letters[after]),
            value,
            table.letters[after],
            rules=("numerals/scale-letters",),
        )
    numeral = _and_a_half(words, Numeral(i, last, value, value))
    return _scaled(words, numeral)


def _written_fraction(words: Words, i: int) -> Fraction | None:
    """The value of "1/2" at word i, None for a date and for what no word follows."""
    if i + 3 >= len(words) or words.text(i + 1) != "/" or not (words.glued(i) and words.glued(i + 1)):
        return None
    top, bottom = words.text(i), words.text(i + 2)
    if not (top.isdecimal() and bottom in ("2", "3", "4", "5", "8", "10") and words.alpha(i + 3)):
        return None
    if len(top) > 1 or not 0 < int(top) < int(bottom) or words.glued(i + 2):
        return None
    return Fraction(int(top), int(bottom))


def _touches_before(words: Words, i: int) -> bool:
    return i > 0 and words.glued(i - 1) and (words[i - 1].digits or words.alpha(i - 1))


def _next_group(words: Words, last: int) -> bool:
    """True when the next word is three more digits of the same number: "10 000"."""
    if last + 1 >= len(words) or not words[last + 1].digits or len(words.text(last + 1)) != 3:
        return False
    if not words.text(last + 1).isdecimal() or len(words.text(last)) > 3:
        return False
    between = words.raw[words[last].end : words[last + 1].start]
    return (between in _THIN and len(between) == 1) or (between == " " and words.text(last + 1).endswith("00"))


def _letter_is_unit(words: Words, last: int, value: Number) -> bool:
    """True when "m" or "b" after digits measures rather than multiplies: "a 50m trench".

    Money and decimals are millions; so is a number before a plural noun; the rest are metres.
    """
    letter = words.text(last + 1)
    if letter not in ("m", "b", "k"):
        return False
    if letter == "k":
        return not words.alpha(last + 2) and not isinstance(value, int)
    before = words.raw[max(0, words[last].start - 1) : words[last].start] if words.glued(last - 1) else ""
    if before and not before.isalnum() and before in "$£€¥₹₽₪₺":
        return False
    following = words.text(last + 2)
    if following in class_of("units", "length-context") or following in load("notcounts").words_of("small-words") - {
        "of",
        "in",
        "to",
        "were",
        "have",
        "are",
    }:
        return True
    if isinstance(value, float):
        return False
    return not (following.endswith("s") or following in class_of("units", "plurals"))


def _and_a_half(words: Words, numeral: Numeral) -> Numeral:
    at = numeral.last + 1
    if words.text(at) == "and" and words.text(at + 1) == "a" and words.text(at + 2) in _lexicon().half:
        value = number(exact(numeral.value) + Fraction(1, 2))
        return replace(
            numeral, last=at + 2, value=value, mantissa=value, rules=(*numeral.rules, _lexicon().half["half"][1])
        )
    return numeral


def _scaled(words: Words, numeral: Numeral) -> Numeral:
    """The number with a following "million" taken in."""
    at = numeral.last + 1
    if words.text(at) == "-" and words.glued(at - 1) and words.glued(at):
        at += 1
    if words.text(at) not in _lexicon().scale:
        return numeral
    scale, rule = _lexicon().scale[words.text(at)]
    value = number(exact(numeral.value) * scale)
    return replace(numeral, last=at, value=value, scale=scale, rules=(*numeral.rules, rule))


def _in_words(words: Words, i: int) -> Numeral | None:
    table = _lexicon()
    if words.text(i) in table.group and words.text(i + 1) == "of":
        value, rule = table.group[words.text(i)]
        first = i - 1 if words.text(i - 1) in ("a", "the") else i
        return Numeral(first, i, value, value, words=True, rules=(rule,))
    if words.text(i) in ("a", "an"):
        if words.text(i + 1) not in table.hundred and words.text(i + 1) not in table.scale | table.dozen:
            return None
        return _run(words, i, i + 1, 1)
    if words.text(i) in table.small:
        return _run(words, i, i, None)
    # "another dozen", "over hundred": no "a" stands before it.
    bare = words.text(i - 1) in _comparator_tails() or words.text(i - 1) in class_of("notcounts", "bare-before")
    return _run(words, i, i, 1) if bare and words.alpha(i - 1) else None


def _run(words: Words, first: int, i: int, begun: int | None) -> Numeral:
    """The longest number in words from index i; begun is the value that "a" before it stands for."""
    table = _lexicon()
    total, current, last = 0, begun or 0, first
    rules: list[str] = []
    mantissa, scale, ceiling = begun or 0, 1, 10**18
    room = 0 if begun else 100  # what may still be added: below 100 at first, below 10 after a ten, then nothing
    while i < len(words):
        text = words.text(i)
        if text in table.small and table.small[text][0] < room:
            value, rule = table.small[text]
            if current % 100 and value == 0:
                break
            current += value
            room = 10 if value >= 20 else 0
        elif text in table.hundred and 0 < current < 100:
            current, rule, room = current * 100, table.hundred[text][1], 100
        elif text in table.dozen and 0 < current < 100 and not total:
            return _scaled(
                words,
                Numeral(first, i, current * 12, current * 12, words=True, rules=(*rules, table.dozen[text][1])),
            )
        elif text in table.scale and current and table.scale[text][0] < ceiling:
            scale, rule = table.scale[text]
            mantissa, total, ceiling, current, room = current, total + current * scale, scale, 0, 100
        elif _links(words, i, last, room):
            i += 1
            continue
        else:
            break
        rules.append(rule)
        last = i
        i += 1
    if current or scale == 1:
        total, mantissa, scale = total + current, total + current, 1
    numeral = Numeral(first, last, total, mantissa, scale, words=True, rules=tuple(dict.fromkeys(rules)))
    return _scaled(words, _and_a_half(words, numeral)) if scale == 1 else numeral


def _links(words: Words, i: int, last: int, room: int) -> bool:
    """True when word i holds a number together: "two hundred and three", "twenty-three"."""
    table = _lexicon()
    if words.text(i) == "-":
        return words.glued(i - 1) and words.glued(i) and _continues(words.text(i + 1), room)
    if words.text(i) != "and":
        return False
    before, after = words.text(last), words.text(i + 1)
    return (before in table.hundred or before in table.scale) and after in table.small and room == 100


def _continues(text: str, room: int) -> bool:
    table = _lexicon()
    return (text in table.small and table.small[text][0] < room) or text in table.hundred or text in table.scale


def _share(words: Words, i: int) -> Numeral | None:
    """A fraction: "half", "a third", "two-thirds", "half a million", "half a dozen"."""
    table = _lexicon()
    text = words.text(i)
    if text in table.half and text == "half":
        return _half(words, i)
    if text in ("a", "an") and words.text(i + 1) == "half" and words.text(i + 2) in table.scale | table.dozen:
        return _half(words, i)
    top = 1 if text in ("a", "an") else table.small.get(text, (0, ""))[0]
    at = i + 1
    if words.text(at) == "-":
        at += 1
    bottom = table.shares.get(words.text(at)) or (table.half.get(words.text(at)) if text != "a" else None)
    if not top or top > 9 or bottom is None or top >= bottom[0]:
        return None
    # "a third man" is an ordinal; a bare "a third" only ends a clause ("nearly a third.")
    follows = words.alpha(at + 1) or (words.text(at + 1) == "-" and words.glued(at))
    if words.text(at + 1) in table.scale and words.text(at).startswith("quarter"):  # "a quarter million"
        scale, rule = table.scale[words.text(at + 1)]
        value = number(Fraction(top, bottom[0]) * scale)
        return Numeral(i, at + 1, value, top / bottom[0], scale, words=True, rules=(bottom[1], rule))
    if text in ("a", "an") and words.text(at + 1) != "of" and follows:
        return None
    if top > 1 and not words.text(at).endswith("s"):
        return None
    share = Fraction(top, bottom[0])
    numeral = Numeral(i, at, float(share), float(share), share=True, words=True, rules=(bottom[1],))
    if words.text(at + 1) == "of" and words.text(at + 2) in ("a", "an") and words.text(at + 3) in table.scale:
        scale, rule = table.scale[words.text(at + 3)]
        return replace(numeral, last=at + 3, value=number(share * scale), scale=scale, share=False, rules=(rule,))
    return numeral


def _half(words: Words, i: int) -> Numeral | None:
    table = _lexicon()
    rule = table.half["half"][1]
    at = i + 1
    if words.text(at) in ("a", "an", "half", "-"):
        at += 1
    after = words.text(at)
    if after in table.dozen:
        return Numeral(i, at, 6, 6, words=True, rules=(rule, table.dozen[after][1]))
    if after in table.scale:
        scale = table.scale[after][0]
        return Numeral(i, at, scale // 2, 0.5, scale, words=True, rules=(rule, table.scale[after][1]))
    before, following = words.text(i - 1), words.text(i + 1)
    if before in ("-", "first", "second", "other", "latter", "last", "and") or (following == "-" and words.glued(i)):
        return None
    if following in _PARTITIVE or (not words.alpha(i + 1) and before in _comparator_tails()):
        return Numeral(i, i, 0.5, 0.5, share=True, words=True, rules=(rule,))
    return None


@lru_cache(maxsize=1)
def _comparator_tails() -> frozenset[str]:
    """The last words of comparators: "nearly half." is a share, "its eastern half." is not."""
    entries = load("comparators")
    tails = {fold(word).split()[-1] for entry in entries for word in entry.get("before", ())}
    return frozenset(tails)
