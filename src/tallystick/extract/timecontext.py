"""What a text has fixed so far, as its expressions are resolved one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tallystick.extract import timecalendar as calendar
from tallystick.extract.timejoins import Timex
from tallystick.model.values import Period

# A history has at least so many dates with their own year, and more than so many for each expression that leans on
# the day of publication. So told apart, all 16 histories of the timex benchmark are, and 5 of 2,900 news reports.
FEWEST_YEARS = 3
MOST_LEANING = 10
LONG = 15
# In a report, "the next day" and "at 14:30" lean on a day named at most so many sentences before.
NEAR = 3
# A day without a year that comes so many days after publication is announced, not told of a year later.
SOON = 14
# Days with a year that lie within so many days of each other are of one story, and so are those without between.
LONGEST_TOLD = 300
_NEVER = -1_000
# Kinds that speak of no day: later expressions do not lean on them.
_DAYLESS = frozenset({"duration", "set", "reference", "stretch"})
_SEASON_STARTS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an expression means. anchor says what resolved it; None when nothing did."""

    value: str | None
    period: Period | None = None
    mod: str | None = None
    anchor: str | None = None


@dataclass(slots=True)
class Context:
    """What the text has fixed so far.

    today is the day of publication. narrative: the text tells a history, whose times do not lean on it. year,
    month and day are those last spoken of; bc the year before the common era.
    """

    today: date | None
    narrative: bool
    year: int | None = None
    month: int | None = None
    day: date | None = None
    bc: int | None = None
    day_sentence: int = _NEVER
    year_sentence: int = _NEVER
    year_paragraph: int = _NEVER
    leaning_sentence: int = _NEVER  # the last that leaned on the day of publication
    about: date | None = None  # a day of the one season or year that a report without a date tells of
    last: Resolved = field(default_factory=lambda: Resolved(None))

    def base(self) -> tuple[date | None, str | None]:
        """What "last year" and "this week" count from, and its name as an anchor: in a history the day told of."""
        if self.narrative:
            return self.reference(), "previous"
        return self.today, "published"

    def reference(self) -> date | None:
        """The day, else the first day of the month or year, that the text last spoke of."""
        if self.day is not None:
            return self.day
        if self.year is not None and 1 <= self.year <= 9998:
            return date(self.year, self.month or 1, 1)
        return None

    def day_at(self, timex: Timex) -> date | None:
        """The day that "the next day" and a time of day lean on; None when it was named too far back."""
        near = self.narrative or timex.sentence - self.day_sentence <= NEAR
        return self.day if near else None

    def year_at(self, timex: Timex) -> int | None:
        """In a report, the year of the dated sentence before, shared by a month that opens the next one.

        A report that has gone on to "this year", or that would have to go back ("in autumn 2024. In April"),
        does not share; nor does a bare year, which may be that of a birth.
        """
        follows = timex.opening and timex.sentence - self.year_sentence == 1
        back = self.month is None or timex.slots.get("month", 12) < self.month
        leaning = self.leaning_sentence >= self.year_sentence
        same = timex.paragraph == self.year_paragraph
        return self.year if follows and same and not (back or leaning or timex.future) else None

    def year_beside(self, timex: Timex) -> bool:
        """True where the sentence has named a year of the past, which a month in it may share or not."""
        past = self.today is None or (self.year or 0) < self.today.year - 1
        return timex.sentence == self.year_sentence and past and self.leaning_sentence < timex.sentence

    def note(self, timex: Timex, resolved: Resolved) -> None:
        """Keeps what an expression fixes for those after it."""
        if timex.kind not in _DAYLESS:
            self.last = resolved
        if timex.entry.get("evidence"):
            self.leaning_sentence = timex.sentence
        value = resolved.value or ""
        if timex.kind in _DAYLESS or resolved.anchor is None or len(value) < 4:
            return
        if value.startswith("BC") and value[2:6].isdigit():
            self.bc, self.year, self.month, self.day = int(value[2:6]), None, None, None
        elif value[:4].isdigit() and not (len(value) == 4 and self._aside(timex, int(value))):
            self._keep(timex, value)

    def _keep(self, timex: Timex, value: str) -> None:
        ends = timex.stretch and timex.joined == -1
        if self.narrative and ends and self.year is not None and int(value[:4]) == self.year + 1:
            return  # "from October to March" goes on to tell of October's year
        self.year, self.bc, self.month, self.day = int(value[:4]), None, None, None
        if value[5:7] in _SEASON_STARTS:
            self.month = _SEASON_STARTS[value[5:7]] if not self.narrative else None
        elif value[5:7].isdigit():
            self.month = int(value[5:7])
            if value[8:10].isdigit():
                self.day = date(self.year, self.month, int(value[8:10]))
                self.day_sentence = timex.sentence
        if timex.slots.keys() & {"year", "iso", "slashed", "yy"}:
            self.year_sentence, self.year_paragraph = timex.sentence, timex.paragraph

    def _aside(self, timex: Timex, year: int) -> bool:
        """True for a bare year that the text mentions on its way: "the Concordat of 1801" in a text on 1789."""
        if timex.stretch and timex.joined == -1:
            return True  # "1914-1918" goes on to tell of 1914
        if self.year is None or self.month is None or timex.opening or timex.kind != "calendar":
            return False
        return abs(year - self.year) > 1


def is_narrative(timexes: Sequence[Timex], today: date | None) -> bool:
    """True for a text that tells a history: its dates carry their own years, and hardly lean on a day of publication.

    A short text does so only where it names no recent year, and no "now".
    """
    own = leaning = bare = 0
    recent = today is None
    for timex in timexes:
        slots = timex.slots
        written = slots.get("year", slots.get("yy", (slots.get("iso") or (None,))[0]))
        if timex.entry.get("evidence") == "present":
            recent = True
        elif timex.entry.get("evidence"):
            leaning += 1
        elif timex.kind != "calendar":
            continue
        elif "bc" in slots or isinstance(written, int):
            own += 1
            recent = recent or (isinstance(written, int) and today is not None and written >= today.year - 1)
        elif slots.keys() & {"month", "season"}:
            bare += 1
            recent = recent or near(slots, today)
    if own < FEWEST_YEARS or own <= MOST_LEANING * leaning:
        return False
    return not recent or own + bare >= LONG


def near(slots: dict[str, Any], today: date | None) -> bool:
    """True for a month and day that are those of the day of publication or close to it."""
    month, day = slots.get("month"), slots.get("day")
    if today is None or not isinstance(month, int) or not isinstance(day, int):
        return False
    periods = [calendar.of_day(year, month, day).period for year in range(today.year - 1, today.year + 2)]
    return any(abs((p.start - today).days) <= SOON for p in periods if p is not None and p.start is not None)


def told_of(timexes: Sequence[Timex]) -> date | None:
    """A day amid the days with a year that the text names, two or more within one year; None otherwise.

    A text that also leans on an unknown day of publication ("this year") may tell of another year besides.
    """
    days: list[date] = []
    months: list[date] = []
    for timex in timexes:
        slots = timex.slots
        if timex.entry.get("evidence") not in {None, "present", "weekday"}:
            return None
        full = slots.get("iso") or (slots.get("year", slots.get("yy")), slots.get("month"), slots.get("day"))
        when = calendar.of_day(*full).period if all(isinstance(part, int) for part in full) else None
        if when is not None and when.start is not None:
            days.append(when.start)
        elif isinstance(slots.get("year"), int) and timex.kind == "calendar" and "month" in slots:
            months.append(date(slots["year"], slots["month"], 15))
    spread = [*days, *months]
    if len(days) < 2 or (max(spread) - min(spread)).days > LONGEST_TOLD:
        return None
    return min(days) + (max(days) - min(days)) / 2


def mod_of(timex: Timex) -> str | None:
    """The TIMEX3 mod of an expression: START, MID, END, APPROX ...; None without one."""
    part = timex.slots.get("part") or timex.slots.get("edge")
    return part if part in {"START", "MID", "END"} else timex.slots.get("degree") or None
