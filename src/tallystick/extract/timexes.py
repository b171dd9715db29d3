"""Time expressions as the text writes them: found, not yet resolved.

The patterns are data (lexicon times.toml); this module walks the sentences, keeps the longest expression at each
place whose surroundings allow it, and notes what governs it (a preposition, a future verb, a neighbour that
shares its month or year).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from tallystick import lexicon
from tallystick.extract.timegrammar import FIRST_YEAR, Match, Tokens, can_open, matches_from, triggers, vocabulary
from tallystick.lexicon import Entry, fold
from tallystick.model.text import Sentence

# An expression that has at most this many tokens before it opens its sentence ("In 1941, ...", "By 1941 ...").
OPENING = 2
# The longest lead of an expression before its first telling word ("a little more than the first part of the year").
LEAD = 9
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")
# A future verb governs a time this many words on ("will be held in the north on Friday"); past that, it rarely does.
FUTURE_REACH = 12
# Figures that an "a year" turns into a rate stand this many words before it ("7.5 million tons of oil a year").
RATE_REACH = 7


@dataclass(frozen=True, slots=True)
class Timex:
    """An expression: where, the entry it fits, what filled the slots, and what governs it.

    opening: whether it stands at the start of its sentence. relation is "during" where nothing governs it. joined is the index distance to an expression that it forms a
    stretch or a list with: +1 to the next, -1 to the one before, 0 alone; stretch says which of the two.
    """

    start: int
    end: int
    entry: Entry
    slots: dict[str, Any]
    sentence: int
    paragraph: int
    relation: str = "during"
    relation_rule: str = ""
    future: bool = False
    joined: int = 0
    stretch: bool = False
    opening: bool = False

    @property
    def kind(self) -> str:
        """What kind of expression it is: the entry's own key."""
        return str(self.entry.get("kind"))


@cache
def _words(slot: str) -> frozenset[str]:
    return frozenset(vocabulary()[slot].openers())


@cache
def _relations() -> dict[tuple[str, ...], tuple[str, str]]:
    found = {}
    for entry in lexicon.load("timewords"):
        if entry.get("slot") == "relation":
            for word in entry.words:
                found[tuple(fold(word).replace("-", " -").split())] = (str(entry.get("value")), entry.id)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """A match and its surroundings, for the guards."""

    tokens: Tokens
    match: Match
    text: str  # of the document

    def before(self, steps: int = 1) -> str:
        return self.tokens.word(self.match.first - steps)

    def after(self, steps: int = 0) -> str:
        return self.tokens.word(self.match.last + steps)

    def written(self, i: int) -> str:
        return self.text[self.tokens.starts[i] : self.tokens.ends[i]] if 0 <= i < len(self.tokens) else ""

    def capitalised(self, i: int) -> bool:
        return self.written(i)[:1].isupper()

    def opens(self) -> bool:
        """True at the start of a sentence, a line or a bracket."""
        return self.before() in {"", "(", "[", '"', "'", "—", ":", "*"}

    def governed(self) -> bool:
        """True when a preposition or another word that dates stands before it, articles passed over."""
        word = self.before(2) if self.before() in {"the", "a"} else self.before()
        return word in _words("governor")


def _month(place: _Place) -> bool:
    first = place.match.first
    word, following = place.tokens.words[first], place.after()
    if not place.capitalised(first):
        return False
    if place.governed() or (place.before() in _words("joiner") and place.before(2) in _words("month")):
        return len(word) > 3 or word == "may"
    if place.before() in {"a", "the"} and following.isalpha() and not place.capitalised(place.match.last):
        return len(word) > 4 or word in {"may", "june", "july"}
    if word in {"may", "march"} or len(word) <= 4 and word not in {"june", "july"}:
        return following in _words("joiner") and place.tokens.word(place.match.last + 1) in _words("month")
    return not (place.capitalised(place.match.last) and place.before() not in {"the", "a"})


def _season(place: _Place) -> bool:
    words = [place.tokens.word(i) for i in range(place.match.first, place.match.last)]
    if place.after() in _words("seasonal") and words[-1] != "fall":
        return True
    head = place.before()
    seasons = _words("season")
    if head in {"and", "or", "-"} and place.before(2) in seasons or place.after() in {"and", "or"} and place.after(1) in seasons:
        return words[-1] != "fall" or head == "the" or words[0] == "the" or place.after(1) in seasons
    if words[0] == "the" or "the" in words[:3]:
        if words[-1] in {"fall", "spring"}:
            return head in _words("governor") and place.after() not in _words("seasonal")
        return head in _words("governor") or head in _words("during")
    if len(words) > 1:
        return True
    return words[-1] != "fall" and head in _words("governor") and head not in {"to", "and", "for"}


def _year(place: _Place) -> bool:
    tokens, match = place.tokens, place.match
    year = dict(match.slots).get("year")
    if not isinstance(year, int) or "bc" in dict(match.slots):
        return True
    head, following = place.before(), place.after()
    first = match.first
    if tokens.words[first] == "'" and (tokens.glued(first) or head not in {"of", "the", "in", "called"}):
        return False
    if tokens.glued(first) and (head not in {"(", "-", "[", '"', "'", "/", "—"} or _in_a_number(tokens, first)):
        return False
    if tokens.glued(match.last) and following in {",", "."} and tokens.glued(match.last + 1) and tokens.words[match.last + 1].isdigit():
        return False
    if tokens.glued(match.last) and following in {"%", "°", "$", "/", ":"} and tokens.glued(match.last + 1):
        return following == "/"
    if following in _words("counted") or head in _words("currency"):
        return False
    if head == "-" and tokens.glued(first) and not tokens.word(first - 2).isdigit() and tokens.word(first - 2) not in {"mid", "pre", "post"}:
        return False
    if following == "-" and tokens.glued(match.last):
        beyond = tokens.word(match.last + 1)
        return beyond.isdigit() and len(beyond) in {2, 4} and int(beyond) >= 0 or head in _words("yearbefore")
    if head in {"", "(", "[", "-", ",", "—", "/", '"'}:
        plural = following.endswith("s") and following.isalpha() and tokens.word(match.last) not in {"was", "saw"}
        return not plural and (head != "," or not place.capitalised(first - 2) or year >= 1900)
    if year < 1900 and following.endswith("s") and following not in {"'", "s", "was", "as", "saw", "his", "is"} and following.isalpha():
        return False
    if head in {"and", "or", "to"} and len(tokens.word(first - 2)) == 4 and tokens.word(first - 2).isdecimal():
        return True
    if head in _words("yearbefore"):
        if head in {"for", "and", "to", "as", "into", "that"}:
            return not (following.endswith("s") and following.isalpha() and following not in {"was", "as"})
        plain = head in {"about", "around", "than", "over", "under", "some", "with", "at", "a", "or"}
        return not (plain and (following.endswith("s") and following.isalpha() or year < 1800 or year > 2040) and following not in {"was", "as"})
    return FIRST_YEAR + 800 <= year <= 2040 and place.capitalised(first - 1) and not place.capitalised(match.last) is None


def _in_a_number(tokens: Tokens, first: int) -> bool:
    """True for the last part of "05/06/2025" or "AB-12-2025"."""
    return tokens.word(first - 1) in {"/", "-"} and tokens.word(first - 2).isdigit() and tokens.word(first - 3) in {"/", "-"}


def _rate(place: _Place) -> bool:
    if place.match.slots and place.match.slots[0][1] in {"TH", "TM"} and place.before() == "half":
        return False
    head = place.before()
    if place.tokens.word(place.match.first) == "/":
        return True
    if head in _words("governor") or head in _words("notrate") or not head.isalpha() and not head.isdigit() and head != "%":
        return False
    start = max(0, place.match.first - RATE_REACH)
    return any(
        w[0].isdigit() or w in _words("numeral") and w not in {"a", "an", "some", "few"} or w in {"times", "once", "twice", "million", "billion"}
        for w in place.tokens.words[start : place.match.first]
    )


def _clock(place: _Place) -> bool:
    slots = dict(place.match.slots)
    head = place.before()
    if "clock" in slots and not slots.keys() & {"ampm", "zone"}:
        return head in _words("clockbefore")
    if "ampm" in slots and "hour" in slots:
        return slots["hour"] <= 12 and not (place.tokens.word(place.match.last - 1) == "am" and head in {"i"})
    if "zone" in slots and "hhmm" in slots:
        return head in _words("clockbefore") or place.tokens.word(place.match.last - 1) not in {"h", "hours", "z"}
    return True


def _lower(place: _Place) -> bool:
    first, last = place.match.first, place.match.last
    if any(place.capitalised(i) for i in range(first + 1, last)):
        return False
    return not place.capitalised(first) or (place.opens() and not place.capitalised(last))


def _denial(place: _Place) -> bool:
    if place.opens():
        return False
    start = max(0, place.match.first - 10)
    return any(w in _words("denial") for w in place.tokens.words[start : place.match.first])


def _stretch(place: _Place) -> bool:
    """Several units: in "the next two weeks" the unit is plural, in "the next two-day truce" it counts anyway."""
    last = place.tokens.word(place.match.last - 1)
    return last.endswith("s")


_GUARDS: dict[str, Callable[[_Place], bool]] = {
    "month": _month,
    "season": _season,
    "year": _year,
    "rate": _rate,
    "clock": _clock,
    "lower": _lower,
    "denial": _denial,
    "stretch": _stretch,
}


def _capital_month(place: _Place) -> bool:
    """True when the name of the month begins with a capital, as "may" and "march" the verbs do not."""
    tokens, months = place.tokens, _words("month")
    spoken = [i for i in range(place.match.first, place.match.last) if tokens.words[i] in months]
    return all(place.capitalised(i) for i in spoken)


def _fits(place: _Place) -> bool:
    """True when the words around the match let it be a time."""
    entry, tokens = place.match.entry, place.tokens
    first, last = place.match.first, place.match.last
    if entry.get("unless_before") and place.before() in entry.get("unless_before"):
        return False
    if entry.get("unless_after"):
        if place.after() in entry.get("unless_after"):
            return False
        if place.after() in {"-", "'"} and f"{place.after()} {place.after(1)}" in entry.get("unless_after"):
            return False
    if (after := entry.get("after")) and place.before() not in after:
        return False
    slots = {name for name, _ in place.match.slots}
    if "month" in slots and not slots & {"day", "year", "yy", "bcyear"} and not _capital_month(place):
        return False
    if slots == {"dayth"} and (place.capitalised(last) or place.after() in {"/", "-"} and tokens.glued(last)):
        return False
    if slots == {"holiday"} and place.capitalised(first - 1) and not place.governed():
        return False
    if place.after() == "-" and place.after(1) in _words("aged") or place.after() in _words("aged"):
        return entry.get("kind") not in {"duration", "stretch"}
    if place.after() == "-" and tokens.glued(last) and entry.get("kind") in {"duration", "set"}:
        return False
    guard = _GUARDS.get(str(entry.get("needs")))
    return guard is None or guard(place)


def find(text: str, sentences: Sequence[Sentence]) -> list[Timex]:
    """Every expression of the sentences, in text order."""
    found: list[Timex] = []
    for sentence in sentences:
        found.extend(_in_sentence(text, sentence))
    return found


def _in_sentence(text: str, sentence: Sentence) -> list[Timex]:
    folded = fold(sentence.text)
    if not _DIGIT.search(folded) and triggers().isdisjoint(_LETTERS.findall(folded)):
        return []
    tokens = Tokens(folded, sentence.start)
    chosen: list[Match] = []
    hot = _hot(tokens)
    i = 0
    while i < len(hot):
        step = 1
        if hot[i] and can_open(tokens, i):
            for match in matches_from(tokens, i):
                if _fits(_Place(tokens, match, text)):
                    chosen.append(match)
                    step = match.last - match.first
                    break
        i += step
    if not chosen:
        return []
    return _joined(tokens, list(_with_neighbours(tokens, chosen, sentence)))


def _hot(tokens: Tokens) -> list[bool]:
    """For each token whether a word of time or a digit stands so near after it that an expression can begin."""
    telling = triggers()
    near, distance = [False] * len(tokens), LEAD
    for i in range(len(near) - 1, -1, -1):
        word = tokens.words[i]
        distance = 0 if word in telling or word[0].isdigit() else distance + 1
        near[i] = distance < LEAD
    return near


def _timex(tokens: Tokens, match: Match, sentence: Sentence) -> Timex:
    first = match.first
    if tokens.words[first] in match.entry.get("skip", ()):
        first += 1
    slots = {**dict(match.slots), **match.entry.get("fixed", {})}
    relation, rule = _relation(tokens, match.first if first == match.first else first)
    return Timex(
        tokens.starts[first],
        tokens.ends[match.last - 1],
        match.entry,
        slots,
        sentence.index,
        sentence.paragraph,
        relation,
        rule,
        _future(tokens, match.first),
        opening=match.first <= OPENING,
    )


def _relation(tokens: Tokens, first: int) -> tuple[str, str]:
    known = _relations()
    at = first
    while at > 0 and (tokens.words[at - 1] in _words("between-relation")):
        at -= 1
    for length in (3, 2, 1):
        if at >= length and (hit := known.get(tuple(tokens.words[at - length : at]))):
            return hit
    return "during", ""


def _future(tokens: Tokens, first: int) -> bool:
    """True when a future verb or the like stands before the expression in its clause."""
    words, breaks, future = tokens.words, _words("clausebreak"), _words("future")
    for i in range(first - 1, max(-1, first - 1 - FUTURE_REACH), -1):
        if words[i] in breaks and i < first - 1:
            return False
        if words[i] in future and vocabulary()["future"].opens(words, i):
            if words[i] in _words("month") and (tokens.word(i - 1) in _words("governor") or not words[i + 1].isalpha()):
                continue  # the month of May
            return words[i + 1 : i + 2] != ["have"]
    return False


def _with_neighbours(tokens: Tokens, chosen: list[Match], sentence: Sentence) -> Iterator[tuple[int, int, Timex]]:
    """The matches as expressions, with the bare days and years that share their month or century."""
    previous_end = 0
    for index, match in enumerate(chosen):
        if match.first < previous_end:
            continue
        timex = _timex(tokens, match, sentence)
        limit = chosen[index + 1].first if index + 1 < len(chosen) else len(tokens)
        for i in _days_before(tokens, match, timex, previous_end):
            start = i - 1 if tokens.word(i - 1) == "the" else i
            relation, rule = _relation(tokens, start)
            slots = {k: v for k, v in timex.slots.items() if k in {"month", "year", "yy"}} | {"day": int(tokens.words[i])}
            end = i + 2 if tokens.word(i + 1) in {"st", "nd", "rd", "th"} else i + 1
            extra = replace(timex, start=tokens.starts[start], end=tokens.ends[end - 1], slots=slots, relation=relation, relation_rule=rule)
            yield start, end, extra
        yield match.first, match.last, timex
        previous_end = match.last
        for first, last, slots in _days_after(tokens, match, timex, limit):
            relation, rule = _relation(tokens, first)
            extra = replace(
                timex, start=tokens.starts[first], end=tokens.ends[last - 1], slots=slots, relation=relation, relation_rule=rule
            )
            yield first, last, extra
            previous_end = last


def _days_before(tokens: Tokens, match: Match, timex: Timex, limit: int) -> list[int]:
    """Token indices of bare days before "5 May": the 3 of "3-5 May", the 28 of "the 28 and 29 August"."""
    names = [name for name, _ in match.slots]
    if names[:2] != ["day", "month"] or timex.kind != "calendar":
        return []
    found: list[int] = []
    at, day = match.first, timex.slots["day"]
    if tokens.word(at) == "the":
        pass
    while at - 2 >= limit:
        joint = tokens.words[at - 1]
        i = at - 2
        if tokens.words[i] in {"st", "nd", "rd", "th"} and i - 1 >= limit and tokens.glued(i):
            i -= 1
        word = tokens.words[i]
        if not (word.isascii() and word.isdigit() and len(word) <= 2 and 1 <= int(word) < day):
            break
        if joint != "-" and not (joint in _words("joiner") or (joint == "," and found)):
            break
        if joint != "-" and tokens.word(i - 1) not in _words("governor") | {"the", ",", "(", ""}:
            break
        if tokens.glued(i) and tokens.word(i - 1) not in {"(", "["}:
            break
        found.append(i)
        at, day = i, int(word)
    return found[::-1]


def _days_after(tokens: Tokens, match: Match, timex: Timex, limit: int) -> list[tuple[int, int, dict[str, Any]]]:
    """Bare days after "May 4" ("and 5", "-6, 1918") and years after "1915" ("-17"): first, last, slots."""
    names = [name for name, _ in match.slots]
    found: list[tuple[int, int, dict[str, Any]]] = []
    at, slots = match.last, timex.slots
    if timex.kind != "calendar":
        return found
    if names and names[-1] == "year" and tokens.words[at - 1].isdigit() and len(tokens.words[at - 1]) == 4:
        second = tokens.word(at + 1)
        if tokens.word(at) in {"-", "/"} and tokens.glued(at) and tokens.glued(at + 1) and len(second) == 2 and second.isdecimal():
            year = slots["year"] // 100 * 100 + int(second)
            if slots["year"] < year and not (tokens.glued(at + 2) and tokens.word(at + 2) in {"-", "/"}):
                found.append((at + 1, at + 2, {"year": year}))
        return found
    if not (len(names) > 1 and names[-1] == "day" and names[-2] == "month"):
        return found
    day = slots["day"]
    while at + 1 < limit:
        joint, i = tokens.words[at], at + 1
        if tokens.word(i) == "the":
            i += 1
        word = tokens.word(i)
        if joint not in _words("joiner") | {","} or not (word.isascii() and word.isdigit() and len(word) <= 2):
            break
        if not day < int(word) <= 31:
            break
        end = i + 2 if tokens.glued(i + 1) and tokens.word(i + 1) in {"st", "nd", "rd", "th"} else i + 1
        following = tokens.word(end)
        if joint == "-" or end > i + 1 or not following.isalnum() or following in _words("afterday"):
            day = int(word)
            new = {"month": slots["month"], "day": day} | ({"year": slots["year"]} if "year" in slots else {})
            year = tokens.word(end + 1) if following == "," else ""
            if len(year) == 4 and year.isdecimal() and FIRST_YEAR <= int(year) <= 2099:
                new["year"] = int(year)
                end += 2
            found.append((i, end, new))
            at = end
        else:
            break
    return found


def _joined(tokens: Tokens, placed: list[tuple[int, int, Timex]]) -> list[Timex]:
    """The expressions, those that form a stretch or share a month or year with the next one marked."""
    timexes = [timex for _, _, timex in placed]
    for i in range(len(placed) - 1):
        (_, end, first), (start, _, second) = placed[i], placed[i + 1]
        gap = tokens.words[end:start]
        if gap and gap[-1] in {"in", "on", "the", "from"}:
            gap = gap[:-1]
        if len(gap) > 1 or not gap or gap[0] not in _words("joiner"):
            if not (gap == [","] or gap == ["and", "from"]):
                continue
        joint = gap[0]
        if {first.kind, second.kind} - {"calendar", "weekday", "clock", "decade", "daynumber", "century"}:
            continue
        opened = timexes[i].relation in {"from", "between", "since"}
        stretch = joint in {"to", "-", "until", "till", "through"} or (joint == "and" and timexes[i].relation == "between")
        timexes[i] = replace(timexes[i], joined=1, stretch=stretch)
        timexes[i + 1] = replace(timexes[i + 1], joined=-1, stretch=stretch)
        if stretch and (opened or joint in {"-", "to"}):
            timexes[i] = replace(timexes[i], relation="during")
            timexes[i + 1] = replace(timexes[i + 1], relation="during")
    return timexes
