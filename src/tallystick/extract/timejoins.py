"""Dates that share what only one of them says, and the two ends of a stretch: "3-5 May", "1914-18", "May to July"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tallystick import lexicon
from tallystick.extract.timeslots import FIRST_YEAR, LAST_YEAR, Tokens, number_of, words_of
from tallystick.lexicon import Entry, fold

_JOINED_KINDS = frozenset({"calendar", "weekday", "clock", "decade", "daynumber", "century"})


@dataclass(frozen=True, slots=True)
class Timex:
    """An expression: where, the entry it fits, what filled the slots, and what governs it.

    opening: whether it stands at the start of its sentence. relation is "during" where nothing governs it, and
    relation_rule is then "". future is the entry of the future verb that governs it, "" without one. joined is +1
    for the first and -1 for the second of two that are joined, 0 alone; stretch says that the two are the ends of
    one stretch.
    """

    start: int
    end: int
    entry: Entry
    slots: dict[str, Any]
    sentence: int
    paragraph: int
    relation: str = "during"
    relation_rule: str = ""
    future: str = ""
    joined: int = 0
    stretch: bool = False
    opening: bool = False

    def fresh(self) -> Timex:
        """The same expression with slots of its own, to be filled up from its context."""
        return Timex(
            self.start,
            self.end,
            self.entry,
            dict(self.slots),
            self.sentence,
            self.paragraph,
            self.relation,
            self.relation_rule,
            self.future,
            self.joined,
            self.stretch,
            self.opening,
        )

    @property
    def kind(self) -> str:
        """What kind of expression it is: the entry's own key."""
        return str(self.entry.get("kind"))


@dataclass(frozen=True, slots=True)
class Placed:
    """An expression at tokens [first, last)."""

    first: int
    last: int
    timex: Timex


@cache
def _relations() -> dict[tuple[str, ...], tuple[str, str]]:
    """Relation and entry id by the words of a preposition."""
    return {
        tuple(fold(word).replace("-", " -").split()): (str(entry.get("value")), entry.id)
        for entry in lexicon.load("timewords")
        if entry.get("slot") == "relation"
        for word in entry.words
    }


def relation(tokens: Tokens, first: int) -> tuple[str, str]:
    """What the preposition before the expression makes of it, and the entry that says so."""
    known = _relations()
    at = first
    while at > 0 and tokens.words[at - 1] in words_of("between-relation"):
        at -= 1
    for length in (3, 2, 1):
        if at >= length and (hit := known.get(tuple(tokens.words[at - length : at]))):
            return hit
    return "during", ""


def _number_ends(tokens: Tokens, i: int) -> int:
    """The index after a number at i and its ordinal suffix."""
    return i + 2 if tokens.glued(i + 1) and tokens.word(i + 1) in words_of("ordinalsuffix") else i + 1


def _like(tokens: Tokens, timex: Timex, first: int, last: int, slots: dict[str, Any]) -> Placed:
    """An expression of the kind of a neighbour, at other tokens."""
    said, rule = relation(tokens, first)
    start, end = tokens.starts[first], tokens.ends[last - 1]
    return Placed(first, last, replace(timex, start=start, end=end, slots=slots, relation=said, relation_rule=rule))


def before(tokens: Tokens, placed: Placed, limit: int) -> list[Placed]:
    """Bare numbers before a date that share its month or era: the 3 of "3-5 May", the 499 of "499 to 493 BC"."""
    slots = placed.timex.slots
    if "bcyear" in slots and "bc" in slots and slots.keys() <= {"bcyear", "bc"}:
        return _years_before(tokens, placed, limit)
    if placed.timex.kind != "calendar" or not {"day", "month"} <= slots.keys() or "clock" in slots:
        return []
    if number_of(tokens.words[placed.first], 2) is None and number_of(tokens.word(placed.first + 1), 2) is None:
        return []
    found: list[Placed] = []
    at, day = placed.first, slots["day"]
    shared: dict[str, Any] = {key: slots[key] for key in ("month", "year", "yy") if key in slots}
    while at - 2 >= limit:
        joint, i = tokens.words[at - 1], at - 2
        if tokens.words[i] in words_of("ordinalsuffix") and tokens.glued(i) and i - 1 >= limit:
            i -= 1
        number = number_of(tokens.words[i], 2)
        if number is None or not 1 <= number < day or (tokens.glued(i) and tokens.word(i - 1) not in {"(", "["}):
            break
        listed = joint == "," and bool(found)
        governed = tokens.word(i - 1) in words_of("governor") | words_of("article") | {",", "(", ""}
        if joint != "-" and not (governed and (joint in words_of("joiner") or listed)):
            break
        start = i - 1 if tokens.word(i - 1) in words_of("article") else i
        found.append(_like(tokens, placed.timex, start, _number_ends(tokens, i), {**shared, "day": number}))
        at, day = start, number
    return found[::-1]


def _years_before(tokens: Tokens, placed: Placed, limit: int) -> list[Placed]:
    i = placed.first - 2
    number = number_of(tokens.word(i), 4)
    if i < limit or number is None or number <= placed.timex.slots["bcyear"]:
        return []
    if tokens.word(i + 1) not in words_of("joiner") or tokens.word(i - 1) in words_of("currency"):
        return []
    return [_like(tokens, placed.timex, i, i + 1, {**placed.timex.slots, "bcyear": number})]


def after(tokens: Tokens, placed: Placed, limit: int) -> list[Placed]:
    """Bare numbers after a date that share its month or century: "May 4 and 5", "March 5-9, 1918", "1915-17"."""
    timex = placed.timex
    names = list(timex.slots)
    if timex.kind != "calendar" or not names:
        return []
    if names[-1] == "year" and number_of(tokens.words[placed.last - 1], 4) is not None:
        return _short_year(tokens, placed)
    found: list[Placed] = []
    if names[-2:] != ["month", "day"]:
        return found
    at, day = placed.last, timex.slots["day"]
    while at + 1 < limit:
        joint, i = tokens.words[at], at + 1
        i += tokens.word(i) in words_of("article")
        number = number_of(tokens.word(i), 2)
        if joint not in words_of("joiner") | {","} or number is None or not day < number <= 31:
            break
        end = _number_ends(tokens, i)
        following = tokens.word(end)
        if joint != "-" and end == i + 1 and following.isalnum() and following not in words_of("afterday"):
            break
        slots = {"month": timex.slots["month"], "day": number}
        year = number_of(tokens.word(end + 1), 4) if following == "," else None
        if year is not None and FIRST_YEAR <= year <= LAST_YEAR:
            slots["year"] = year
            end += 2
        found.append(_like(tokens, timex, i, end, slots))
        at, day = end, number
    return found


def _short_year(tokens: Tokens, placed: Placed) -> list[Placed]:
    at, year = placed.last, placed.timex.slots["year"]
    short = number_of(tokens.word(at + 1), 2)
    together = tokens.word(at) in {"-", "/"} and tokens.glued(at) and tokens.glued(at + 1)
    if short is None or not together or len(tokens.words[at + 1]) != 2 or short <= year % 100:
        return []
    if tokens.glued(at + 2) and tokens.word(at + 2) in {"-", "/"}:
        return []  # "2010-12-24"
    return [_like(tokens, placed.timex, at + 1, at + 2, {"year": year // 100 * 100 + short})]


def join(tokens: Tokens, placed: list[Placed]) -> Iterator[Timex]:
    """The expressions, those that form a stretch or share a month or year with the next one marked."""
    timexes = [item.timex for item in placed]
    for i in range(len(placed) - 1):
        first, second = placed[i], placed[i + 1]
        if {first.timex.kind, second.timex.kind} - _JOINED_KINDS:
            continue
        gap = tokens.words[first.last : second.first]
        while len(gap) > 1 and gap[-1] in words_of("jointfiller"):
            gap = gap[:-1]
        if len(gap) != 1 or not (gap[0] in words_of("joiner") or gap[0] == ","):
            continue
        between = timexes[i].relation == "between"
        stretch = gap[0] in words_of("stretchjoiner") or (between and gap[0] != ",")
        timexes[i] = replace(timexes[i], joined=1, stretch=stretch)
        timexes[i + 1] = replace(timexes[i + 1], joined=-1, stretch=stretch)
        if stretch:  # its preposition names an end of the stretch, not how it relates to what is dated
            timexes[i] = replace(timexes[i], relation="during", relation_rule="")
            timexes[i + 1] = replace(timexes[i + 1], relation="during", relation_rule="")
    return iter(timexes)
