"""Calendar arithmetic: TIMEX3 values, and the days they cover.

Conventions, where words are vaguer than days:
- early, mid and late month: days 1-10, 11-20 and 21 to the end (the thirds that news indexes use);
- early, mid and late year: January-April, May-August, September-December, thirds again; the start and the end of a
  year: its first and last quarter;
- a season runs from the first day of the meteorological to the last of the astronomical one (northern): the text
  does not say which is meant, so the interval holds both; its end lies between the two ends;
- a winter named by one year may be either of two: the interval holds both.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tallystick.model.values import Grain, Period


@dataclass(frozen=True, slots=True)
class When:
    """A TIMEX3 value and the days it covers; None where the text or the calendar fixes none."""

    value: str | None
    period: Period | None = None


UNKNOWN = When(None)

_SEASONS = {"SP": ((3, 1), (6, 21)), "SU": ((6, 1), (9, 22)), "FA": ((9, 1), (12, 21))}
_SEASON_MONTHS = {"SP": 3, "SU": 6, "FA": 9}
_SEASON_ENDS = {"SP": ((5, 31), (6, 21)), "SU": ((8, 31), (9, 22)), "FA": ((11, 30), (12, 21))}
_SEASON_STARTS = {"SP": ((3, 1), (3, 20)), "SU": ((6, 1), (6, 21)), "FA": ((9, 1), (9, 23))}


def _possible(year: int) -> bool:
    return 1 <= year <= 9998


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def of_day(year: int, month: int, day: int) -> When:
    """One day; UNKNOWN when the calendar has no such day."""
    try:
        at = date(year, month, day)
    except ValueError:
        return UNKNOWN
    return When(at.isoformat(), Period(at, at, Grain.DAY))


def on(day: date) -> When:
    """One day."""
    return When(day.isoformat(), Period(day, day, Grain.DAY))


def of_month(year: int, month: int, part: str | None = None) -> When:
    """A month, or the part of it that START, MID or END names."""
    if not _possible(year):
        return UNKNOWN
    first, last = {"START": (1, 10), "MID": (11, 20), "END": (21, 31)}.get(part or "", (1, 31))
    end = last_day(year, month)
    return When(
        f"{year:04d}-{month:02d}",
        Period(date(year, month, first), min(end, date(year, month, min(last, end.day))), Grain.MONTH),
    )


def of_year(year: int, part: str | None = None, edge: bool = False) -> When:
    """A year, or a part of it; with edge its first or last quarter for START and END."""
    if not _possible(year):
        return UNKNOWN
    months = {"START": (1, 4), "MID": (5, 8), "END": (9, 12)}.get(part or "", (1, 12))
    if edge:
        months = {"START": (1, 3), "END": (10, 12)}.get(part or "", months)
    return When(f"{year:04d}", Period(date(year, months[0], 1), last_day(year, months[1]), Grain.YEAR))


def of_season(year: int, season: str, part: str | None = None, edge: bool = False) -> When:
    """A season as TIMEX3 writes it (SP, SU, FA, WI), or a part of it."""
    value = f"{year:04d}-{season}"
    if not _possible(year) or not _possible(year - 1):
        return UNKNOWN
    if season == "WI":  # "the winter of 2024" is the one that begins in 2024, or the one that ends in it
        return When(value, Period(date(year, 1, 1), date(year + 1, 3, 20), Grain.SEASON))
    (start_month, start_day), (end_month, end_day) = _SEASONS[season]
    start, end = date(year, start_month, start_day), date(year, end_month, end_day)
    first = _SEASON_MONTHS[season]
    if edge and part in {"START", "END"}:
        (m1, d1), (m2, d2) = (_SEASON_STARTS if part == "START" else _SEASON_ENDS)[season]
        start, end = date(year, m1, d1), date(year, m2, d2)
    elif part == "START":
        end = last_day(year, first)
    elif part == "MID":
        start, end = date(year, first + 1, 1), last_day(year, first + 1)
    elif part == "END":
        start = date(year, first + 2, 1)
    return When(value, Period(start, end, Grain.SEASON))


def of_winter(year: int, part: str | None = None) -> When:
    """The winter that begins in December of that year, or its early (December), middle or late months."""
    if not _possible(year):
        return UNKNOWN
    parts = {
        "START": (date(year, 12, 1), date(year, 12, 31)),
        "MID": (date(year + 1, 1, 1), date(year + 1, 1, 31)),
        "END": (date(year + 1, 2, 1), date(year + 1, 3, 20)),
    }
    start, end = parts.get(part or "", (date(year, 12, 1), date(year + 1, 3, 20)))
    return When(f"{year:04d}-WI", Period(start, end, Grain.SEASON))


def of_week(day: date, weekend: bool = False) -> When:
    """The ISO week of a day, Monday to Sunday, or its weekend."""
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    if weekend:
        saturday = monday + timedelta(days=5)
        return When(f"{year:04d}-W{week:02d}-WE", Period(saturday, saturday + timedelta(days=1), Grain.WEEKEND))
    return When(f"{year:04d}-W{week:02d}", Period(monday, monday + timedelta(days=6), Grain.WEEK))


def of_decade(decade: int, part: str | None = None) -> When:
    """The decade that begins in year decade * 10; its early (0-3), middle (4-6) or late years (7-9)."""
    first, last = {"START": (0, 3), "MID": (4, 6), "END": (7, 9)}.get(part or "", (0, 9))
    if not _possible(decade * 10):
        return UNKNOWN
    return When(str(decade), Period(date(decade * 10 + first, 1, 1), date(decade * 10 + last, 12, 31), Grain.DECADE))


def of_century(century: int) -> When:
    """The century with that number of hundreds: 18 is 1800-1899, as TIMEX3 writes the 19th."""
    if not 1 <= century <= 98:
        return UNKNOWN if century else When("00")
    return When(f"{century:02d}", Period(date(century * 100, 1, 1), date(century * 100 + 99, 12, 31), Grain.CENTURY))


def of_part(year: int, number: int, unit: str) -> When:
    """A half ("H") or quarter ("Q") of a year; number counts from 1, -1 is the last."""
    parts = 2 if unit == "H" else 4
    number = parts if number == -1 else number
    if not 1 <= number <= parts or not _possible(year):
        return UNKNOWN
    months = 12 // parts
    grain = Grain.HALF if unit == "H" else Grain.QUARTER
    start = date(year, (number - 1) * months + 1, 1)
    return When(f"{year:04d}-{unit}{number}", Period(start, last_day(year, number * months), grain))


def add_months(year: int, month: int, months: int) -> tuple[int, int]:
    """Year and month that many months on."""
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def shifted(base: date, unit: str, steps: int) -> When:
    """The day, week, weekend, month, quarter, year, decade or century that many units from the one that holds base."""
    try:
        if unit == "D":
            return on(base + timedelta(days=steps))
        if unit in {"W", "WE", "FN"}:
            return of_week(base + timedelta(weeks=steps * (2 if unit == "FN" else 1)), weekend=unit == "WE")
    except OverflowError:
        return UNKNOWN
    if unit == "M":
        year, month = add_months(base.year, base.month, steps)
        return of_month(year, month) if _possible(year) else UNKNOWN
    if unit == "Q":
        year, month = add_months(base.year, base.month, 3 * steps)
        return of_part(year, (month - 1) // 3 + 1, "Q") if _possible(year) else UNKNOWN
    if unit == "Y":
        return of_year(base.year + steps)
    if unit == "DE":
        return of_decade(base.year // 10 + steps)
    if unit == "CE":
        return of_century(base.year // 100 + steps)
    return UNKNOWN


def within_day(when: When, suffix: str, grain: Grain) -> When:
    """A part of a known day, or a time on it: "TNI", "T14:30"."""
    if when.value is None or when.period is None:
        return When(f"XXXX-XX-XX{suffix}")
    return When(when.value + suffix, Period(when.period.start, when.period.end, grain))
