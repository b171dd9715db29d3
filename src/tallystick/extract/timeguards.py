"""Whether the words around a match let it be a time: "in May", not "may"; "in 2017", not "2017 people"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tallystick.extract.timegrammar import Match
from tallystick.extract.timeslots import FIRST_YEAR, LAST_YEAR, Tokens, number_of, words_of

# Figures that an "a year" turns into a rate stand this many words before it ("3.5 million tons of ore a year").
RATE_REACH = 7
# A word that denies stands this many words before a "yet" that means "up to now".
DENIAL_REACH = 10
# Four digits without a preposition are taken for a year from this one to the next: older and later ones are as
# likely counts.
FIRST_BARE_YEAR, LAST_BARE_YEAR = 1800, 2040

_OPENING = frozenset({"", "(", "[", '"', "'", "—", ":", "*"})
_BEFORE_YEAR = frozenset({"", "(", "[", "-", ",", "—", "/", '"'})
_GLUED_BEFORE_YEAR = frozenset({"(", "-", "[", '"', "'", "/", "—"})


@dataclass(frozen=True, slots=True)
class Place:
    """A match and its surroundings."""

    tokens: Tokens
    match: Match
    text: str  # of the document

    def before(self, steps: int = 1) -> str:
        """The token so many steps before the match, "" outside the sentence."""
        return self.tokens.word(self.match.first - steps)

    def after(self, steps: int = 0) -> str:
        """The token after the match, or so many steps further on."""
        return self.tokens.word(self.match.last + steps)

    def words(self) -> list[str]:
        """The tokens of the match."""
        return self.tokens.words[self.match.first : self.match.last]

    def slots(self) -> dict[str, Any]:
        """What filled the slots of the pattern."""
        return dict(self.match.slots)

    def capitalised(self, i: int) -> bool:
        """True when the token at i begins with a capital letter."""
        return 0 <= i < len(self.tokens) and self.text[self.tokens.starts[i]].isupper()

    def opens(self) -> bool:
        """True at the start of a sentence, a line or a bracket."""
        return self.before() in _OPENING

    def governed(self) -> bool:
        """True when a preposition or another word that dates stands before it, articles passed over."""
        return (self.before(2) if self.before() in words_of("article") else self.before()) in words_of("governor")

    def counts(self, steps: int = 0) -> bool:
        """True when a plural noun follows, which a number before it counts."""
        word = self.after(steps)
        return word.endswith("s") and word.isalpha() and word not in words_of("notplural")


def fits(place: Place) -> bool:
    """True when nothing around the match keeps it from being a time."""
    entry, tokens, last = place.match.entry, place.tokens, place.match.last
    kind, following = entry.get("kind"), place.after()
    if place.before() in entry.get("unless_before", ()) or following in entry.get("unless_after", ()):
        return False
    if (after := entry.get("after")) and place.before() not in after:
        return False
    if _cut_off(place):
        return False
    names = {name for name, _ in place.match.slots}
    if "month" in names and not names & {"day", "year", "yy", "bcyear"} and not _capital_month(place):
        return False
    if names == {"dayth"} and (place.capitalised(last) or (following in {"/", "-"} and tokens.glued(last))):
        return False
    if "weekday" in names and place.before() in words_of("article") and place.capitalised(last):
        return False  # "the Sunday Times"
    if kind == "duration" and _title(place):
        return False
    if names == {"holiday"} and place.capitalised(place.match.first - 1) and not place.governed():
        return False
    ends_on = place.match.slots[-1][0] if place.match.slots else ""
    if ends_on == "day" and following in words_of("counted") and place.before() not in words_of("daybefore"):
        return False  # "In May 12 people died"
    if place.words()[-1] in words_of("month") and _dated_after(place):
        return False  # "this May" of "this May 3, 2017 letter"
    if following in words_of("aged") or (following == "-" and place.after(1) in words_of("aged")):
        return kind not in {"duration", "stretch"}
    if following == "-" and tokens.glued(last) and kind in {"duration", "set"}:
        return False
    article = kind == "duration" and place.words()[0] in words_of("article") and place.slots().get("n") == 1
    if article and (place.words()[-1] in words_of("units") or "-" in place.words()):
        return False  # "a months-long siege", "a month-long siege": the article is the siege's
    if kind == "duration" and place.slots().get("unit") == "TH" and len(place.words()[0]) == 4:
        return number_of(place.words()[0], 4) is None  # "1430 hours"
    guard = _GUARDS.get(str(entry.get("needs")))
    return guard is None or guard(place)


def _cut_off(place: Place) -> bool:
    """True where the match begins or ends within a longer number or word: "October 80" of "October 8,000"."""
    tokens, first, last = place.tokens, place.match.first, place.match.last
    if tokens.words[last - 1].isdigit() and _goes_on(tokens, last):
        return True
    return tokens.glued(first) and tokens.words[first].isalpha() and place.before().isdigit()


def _title(place: Place) -> bool:
    """True where the unit is written as in a title: "60 Minutes"; text in capitals is not."""
    i = place.match.last - 1
    word = place.text[place.tokens.starts[i] : place.tokens.ends[i]]
    return word.istitle() and i > place.match.first


def _goes_on(tokens: Tokens, i: int) -> bool:
    """True where a number before token i goes on after it: ",000"."""
    together = tokens.glued(i) and tokens.glued(i + 1)
    return together and tokens.word(i) in {",", "."} and tokens.word(i + 1).isdigit()


def _dated_after(place: Place) -> bool:
    """True when a day or a year follows that belongs to the month."""
    number = number_of(place.after(), 4)
    if number is None or place.after(1) in words_of("counted") or _goes_on(place.tokens, place.match.last + 1):
        return False
    return number <= 31 or FIRST_YEAR <= number <= LAST_YEAR


def _capital_month(place: Place) -> bool:
    """True when the name of the month begins with a capital, as "may" and "march" the verbs do not."""
    spoken = [i for i in range(place.match.first, place.match.last) if place.tokens.words[i] in words_of("month")]
    return all(place.capitalised(i) for i in spoken)


def _month(place: Place) -> bool:
    word, following = place.tokens.words[place.match.first], place.after()
    named = place.capitalised(place.match.last)  # "April Glaspie"
    if place.governed() or (place.before() in words_of("joiner") and place.before(2) in words_of("month")):
        return word not in words_of("monthshort")
    if place.before() in words_of("article") and following.isalpha() and not named:
        return word not in words_of("monthshort")
    if word in words_of("monthshort") or word in words_of("monthverb"):
        return following in words_of("joiner") and place.after(1) in words_of("month")
    return not named or place.before() in words_of("article")


def _season(place: Place) -> bool:
    words, head, seasons = place.words(), place.before(), words_of("season")
    verb = words[-1] in words_of("seasonverb")  # "the fall of the mayor", "springs"
    with_article = any(word in words_of("article") for word in words)
    if place.after() in words_of("seasonal"):
        return True
    if head in words_of("joiner") and place.before(2) in seasons:
        return True
    if place.after() in words_of("joiner") and place.after(1) in seasons:
        return True
    if with_article:
        return head in words_of("governor") or head in words_of("during")
    if len(words) > 1:
        return True
    if verb:
        return head in words_of("seasonbefore")
    return head in words_of("governor") and head not in words_of("plainbefore")


def _year(place: Place) -> bool:
    tokens, first, last = place.tokens, place.match.first, place.match.last
    slots = place.slots()
    year = slots.get("year")
    if not isinstance(year, int) or "bc" in slots:
        return True
    head, following = place.before(), place.after()
    if tokens.words[first] == "'" and (tokens.glued(first) or head not in words_of("shortyearbefore")):
        return False
    if head in words_of("currency") or not _apart(place):
        return False
    if following in words_of("pluralverb") and head not in words_of("yearonly"):
        return False  # "2016 were killed", not "losses in 2016 were heavy"
    if following == "'" and place.after(1) == "s" and tokens.glued(last):
        return FIRST_BARE_YEAR <= year <= LAST_BARE_YEAR
    if following in words_of("counted"):  # "in 2024 troops came", not "2024 troops came"
        return head in words_of("yearonly") and FIRST_BARE_YEAR <= year <= LAST_BARE_YEAR and year % 100 != 0
    if following == "-" and tokens.glued(last):
        beyond = number_of(place.after(1), 4)
        numbered = place.after(2) == "-" and tokens.glued(last + 2)  # "2010-12-S-336"
        return head in words_of("yearbefore") or (beyond is not None and len(place.after(1)) in {2, 4} and not numbered)
    if place.counts() and (year < 1900 or head in _BEFORE_YEAR - {"-"} or head in words_of("plainbefore")):
        return False
    if head in _BEFORE_YEAR:
        return year <= LAST_BARE_YEAR and not (head == "," and place.capitalised(first - 2) and year < 1900)
    if head in words_of("joiner") and number_of(place.before(2), 4) is not None:
        return True
    if head in words_of("quantitybefore"):
        return not place.counts() and FIRST_BARE_YEAR <= year <= LAST_BARE_YEAR
    if head in words_of("yearbefore"):
        other = number_of(place.after(1), 4)
        return not (following in words_of("joiner") and other is not None and other > LAST_YEAR)  # "from 1710 to 2250"
    return FIRST_BARE_YEAR <= year <= LAST_BARE_YEAR and place.capitalised(first - 1)


def _apart(place: Place) -> bool:
    """False where the digits are part of a longer number or name: "05/06/2025", "2,000", "AK-2000", "2025.3"."""
    tokens, first, last = place.tokens, place.match.first, place.match.last
    head, following = place.before(), place.after()
    if tokens.glued(first):
        if head not in _GLUED_BEFORE_YEAR:
            return False
        if head in {"/", "-"} and place.before(2).isdigit() and place.before(3) in {"/", "-", ")"}:
            return False
        if head == "-" and not place.before(2).isdigit() and place.before(2) not in words_of("yearprefix"):
            return False
    if tokens.glued(last) and tokens.glued(last + 1):
        if following in {",", "."} and place.after(1).isdigit():
            return False
        return following not in {"%", "°", "$", ":"}
    return True


def _rate(place: Place) -> bool:
    head = place.before()
    if place.words()[0] == "/":
        return True
    if head in words_of("governor") or head in words_of("notrate") or not (head.isalnum() or head == "%"):
        return False
    start = max(0, place.match.first - RATE_REACH)
    counting = (words_of("numeral") - words_of("article")) | words_of("ratecount")
    return any(word[0].isdigit() or word in counting for word in place.tokens.words[start : place.match.first])


def _clock(place: Place) -> bool:
    slots, head = place.slots(), place.before()
    if "clock" in slots and not slots.keys() & {"ampm", "zone"}:
        return head in words_of("clockbefore")
    if "ampm" in slots and "hour" in slots:
        return int(slots["hour"]) <= 12
    if "zone" in slots and "hhmm" in slots:
        return head in words_of("clockbefore") or place.words()[-1] not in words_of("unit") | {"h", "z"}
    return True


def _lower(place: Place) -> bool:
    first, last = place.match.first, place.match.last
    if any(place.capitalised(i) for i in range(first + 1, last)):
        return False
    return not place.capitalised(first) or (place.opens() and not place.capitalised(last))


def _denial(place: Place) -> bool:
    start = max(0, place.match.first - DENIAL_REACH)
    said = place.tokens.words[start : place.match.first]
    return not place.opens() and any(word in words_of("denial") for word in said)


def _several(place: Place) -> bool:
    """ "the next two weeks", "the past year", not "the next two-day truce"."""
    return place.words()[-1] in words_of("units") or "single" in place.slots()


def _ends(place: Place) -> bool:
    """True when no word follows in the same clause, which the expression could go on to ("two days after the vote")."""
    return not place.after().isalnum()


_GUARDS: dict[str, Callable[[Place], bool]] = {
    "month": _month,
    "season": _season,
    "year": _year,
    "rate": _rate,
    "clock": _clock,
    "lower": _lower,
    "denial": _denial,
    "stretch": _several,
    "ends": _ends,
    "alone": _ends,
}
