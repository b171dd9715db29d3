"""Lengths of time, rates, and stretches counted off at one end of something: "the last week of May"."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tallystick.extract import timecalendar as calendar
from tallystick.extract.timecalendar import UNKNOWN
from tallystick.extract.timecontext import Context, Resolved, mod_of
from tallystick.extract.timedates import year_of
from tallystick.extract.timejoins import Timex
from tallystick.model.values import Grain, Period

_GRAINS = {"D": Grain.DAY, "W": Grain.WEEK, "M": Grain.MONTH, "Y": Grain.YEAR}
# More units than any report counts back: beyond, the calendar runs out.
MOST_UNITS = 5_000


def length(number: Any, unit: str, half: Any = None) -> str:
    """An ISO 8601 duration as TIMEX3 writes it; "X" is an unknown number."""
    if isinstance(half, float):
        number = (number if isinstance(number, int | float) else 0) + half
    if unit == "FN":
        number, unit = (number * 2 if isinstance(number, int) else number), "W"
    shown = f"{number:g}" if isinstance(number, float) else str(number)
    return f"PT{shown}{unit[1]}" if unit in {"TH", "TM"} else f"P{shown}{unit}"


def unit_of(slots: dict[str, Any], default: str = "D") -> str:
    """The unit that the slots name."""
    for key in ("single", "unit", "units", "longunit"):
        if key in slots:
            return str(slots[key])
    return default


def resolve_length(timex: Timex, context: Context) -> Resolved:
    """A number of units, without days of its own."""
    slots = timex.slots
    one = 0 if "half" in slots else "X" if "units" in slots else 1
    number = slots.get("n2", slots.get("n", one))
    return Resolved(length(number, unit_of(slots), slots.get("half")), None, slots.get("degree") or None)


def resolve_rate(timex: Timex, context: Context) -> Resolved:
    """How often."""
    slots = timex.slots
    if "often" in slots:
        return Resolved(str(slots["often"]))
    if "weekday" in slots:
        return Resolved(f"XXXX-WXX-{slots['weekday']}")
    if "month" in slots:
        return Resolved(f"XXXX-{slots['month']:02d}")
    if "season" in slots:
        return Resolved(f"XXXX-{slots['season']}")
    if "tod" in slots:
        return Resolved(f"XXXX-XX-XXT{slots['tod']}")
    return Resolved(length(slots.get("n", 1), unit_of(slots)))


def resolve_stretch(timex: Timex, context: Context) -> Resolved:
    """Some units up to, or from, the day of publication: "the last three days"."""
    slots = timex.slots
    unit = unit_of(slots)
    number = slots.get("n", 1 if "single" in slots else "X")
    value, steps = length(number, unit), slots.get("deictic", 0)
    base, anchor = context.base()
    if not isinstance(number, int) or not steps or base is None or unit not in _GRAINS or number > MOST_UNITS:
        return Resolved(value, None, mod_of(timex))
    far = _moved(base, unit, steps * number)
    if far is None:
        return Resolved(value)
    start, end = min(far, base), max(far, base)
    return Resolved(value, Period(start, end, _GRAINS[unit]), None, anchor)


def _moved(base: date, unit: str, steps: int) -> date | None:
    """The day that many units on; None outside the calendar. The 31st becomes the last day of a shorter month."""
    try:
        if unit in {"D", "W"}:
            return base + timedelta(days=steps * (7 if unit == "W" else 1))
        year, month = calendar.add_months(base.year, base.month, steps * (12 if unit == "Y" else 1))
        return date(year, month, min(base.day, calendar.last_day(year, month).day))
    except (OverflowError, ValueError):
        return None


def resolve_fraction(timex: Timex, context: Context) -> Resolved:
    """A half or a quarter of a year."""
    slots = timex.slots
    if "year" in slots:
        year, anchor = slots["year"], "text"
    else:
        base, found = context.base()
        if base is None or found is None:
            return Resolved(None)
        year, anchor = base.year + slots.get("deictic", 0), found
    number = slots["ordinal"] if "ordinal" in slots else slots["quartername"]
    when = calendar.of_part(year, number, slots.get("fraction", "Q"))
    return Resolved(when.value, when.period, None, anchor if when.period else None)


def resolve_slice(timex: Timex, context: Context) -> Resolved:
    """So many units at one end of a month or year, or at a numbered place in it."""
    slots = timex.slots
    unit, number, ordinal = unit_of(slots), slots.get("n", 1), slots["ordinal"]
    one_day = unit == "D" and number == 1
    value = None if one_day else length(number, unit)
    whole, anchor = _whole(timex, context)
    if whole is None or not isinstance(number, int) or unit not in {"D", "W", "M"}:
        return Resolved(value)
    period = _counted(whole, unit, number, ordinal)
    if period is None:
        return Resolved(value)
    return Resolved(period.start.isoformat() if one_day and period.start else value, period, None, anchor)


def _whole(timex: Timex, context: Context) -> tuple[Period | None, str | None]:
    slots = timex.slots
    if "month" in slots:
        year, anchor = year_of(timex, context)
        return (calendar.of_month(year, slots["month"]) if year else UNKNOWN).period, anchor
    if "year" in slots:
        return calendar.of_year(slots["year"]).period, "text"
    base = context.reference()
    return (calendar.shifted(base, slots["longunit"], slots["anaphoric"]) if base else UNKNOWN).period, "previous"


def _counted(whole: Period, unit: str, number: int, ordinal: int) -> Period | None:
    """Units counted from the start of a period, for ordinal -1 back from its end; None where they do not fit."""
    if whole.start is None or whole.end is None or number > MOST_UNITS:
        return None
    before = 0 if ordinal == -1 else (ordinal - 1) * number
    if unit == "M":
        first = 13 - number if ordinal == -1 else before + 1
        if whole.grain is not Grain.YEAR or not 1 <= first <= first + number - 1 <= 12:
            return None
        year = whole.start.year
        return Period(date(year, first, 1), calendar.last_day(year, first + number - 1), Grain.MONTH)
    days = 7 if unit == "W" else 1
    try:
        if ordinal == -1:
            start, end = whole.end - timedelta(days=days * number - 1), whole.end
        else:
            start = whole.start + timedelta(days=days * before)
            end = start + timedelta(days=days * number - 1)
    except OverflowError:
        return None
    if start < whole.start or start > whole.end:
        return None
    return Period(start, min(end, whole.end), _GRAINS[unit])
