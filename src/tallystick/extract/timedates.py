"""Calendar expressions resolved: dates with or without a year, days of the week, "last spring", "next Friday"."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tallystick.extract import timecalendar as calendar
from tallystick.extract.timecalendar import UNKNOWN, When
from tallystick.extract.timecontext import SOON, Context, Resolved, mod_of, near
from tallystick.extract.timejoins import Timex
from tallystick.model.values import Grain, Period

# From this many months back on, a history has gone on to the next year ("in December ... In January").
ROLLOVER = 9  # swept 7-12 on the timex benchmark: flat
# A day that a future verb governs and that is only so many days past is told, not planned for next year.
JUST_PAST = 60
# A day without a year so near to the days that a text dates in full is of the same story.
NEAR_TOLD = 60
# The months in which a season begins and ends; a winter's end counts on into the next year.
_SEASON_MONTHS = {"SP": (3, 6), "SU": (6, 9), "FA": (9, 12), "WI": (12, 15)}


def resolve_date(timex: Timex, context: Context) -> Resolved:
    """A day, month, season, feast or year; without its year it is resolved as far as year_of() can."""
    slots, mod = timex.slots, mod_of(timex)
    if "bc" in slots:
        number = slots.get("bcyear", slots.get("year"))
        rest = f"-{slots['season']}" if "season" in slots else f"-{slots['month']:02d}" if "month" in slots else ""
        return Resolved(f"BC{number:04d}{rest}", None, mod, "text")
    year, anchor = year_of(timex, context)
    when = placed(timex, year)
    if year is None and context.narrative and context.bc is not None and (when.value or "")[:5] == "XXXX-":
        return Resolved(f"BC{context.bc:04d}{(when.value or '')[4:]}", None, mod, "previous")
    if anchor != "text" and _contradicts(slots, when):  # "Friday, 3 May" in a year in which it was a Tuesday
        year = _year_of_weekday(slots, context.today)
        when, anchor = placed(timex, year), "published"
    if when.value is None and year is not None:
        when = placed(timex, None)  # 29 February of a year that has none
    return Resolved(when.value, when.period, mod, anchor if when.period else None)


def _contradicts(slots: dict[str, Any], when: When) -> bool:
    start = when.period.start if when.period else None
    return "weekday" in slots and "day" in slots and start is not None and start.isoweekday() != slots["weekday"]


def _year_of_weekday(slots: dict[str, Any], today: date | None) -> int | None:
    """The year nearest to publication in which the day falls on that day of the week; None without one."""
    years = range(today.year - 1, today.year + 2) if today is not None else ()
    periods = [calendar.of_day(year, slots["month"], slots["day"]).period for year in years]
    days = [p.start for p in periods if p is not None and p.start and p.start.isoweekday() == slots["weekday"]]
    return min(days, key=lambda day: abs((day - today).days)).year if days and today is not None else None


def year_of(timex: Timex, context: Context) -> tuple[int | None, str | None]:
    """The year, and what fixes it: written, in play in the text, or the nearest to the day of publication."""
    slots = timex.slots
    for key in ("year", "yy", "iso", "slashed"):
        if key in slots:
            return (slots[key][0] if isinstance(slots[key], tuple) else slots[key]), "text"
    if context.narrative:
        return _year_told(slots, context), "previous"
    shared, today = context.year_at(timex), context.today
    if today is None:
        year = _told_year(slots, context.about) if shared is None else shared
        return year, "previous" if year is not None else None
    nearest = _nearest_year(slots, today, bool(timex.future))
    if near(slots, today) or (shared is None and not context.year_beside(timex)):
        return nearest, "published"
    if shared is None:
        return None, None  # "in 2014 it fell, and in April ...": of 2014, or of this year
    return (shared, "previous") if shared < today.year else (nearest, "published")


def _told_year(slots: dict[str, Any], about: date | None) -> int | None:
    """The year that puts a day nearest to those the text dates in full; None for months, and where none is near."""
    day, month = slots.get("day"), slots.get("month")
    if about is None or not isinstance(day, int) or month is None:
        return None
    periods = [calendar.of_day(year, month, day).period for year in range(about.year - 1, about.year + 2)]
    starts = [period.start for period in periods if period is not None and period.start is not None]
    nearest = min(starts, key=lambda start: abs((start - about).days), default=None)
    return nearest.year if nearest is not None and abs((nearest - about).days) <= NEAR_TOLD else None


def _year_told(slots: dict[str, Any], context: Context) -> int | None:
    """The year in play; the next one where a history goes on from the end of a year to the start of another."""
    if context.year is None or context.month is None or "month" not in slots or ("day" in slots and not context.day):
        return context.year
    return context.year + 1 if context.month - slots["month"] >= ROLLOVER else context.year


def _nearest_year(slots: dict[str, Any], today: date, future: bool) -> int:
    """The year that puts the date last before the day of publication, or first after it."""
    if "season" in slots:
        start, end = _SEASON_MONTHS[slots["season"]]
        if future:
            return today.year if today.month <= end else today.year + 1
        return today.year - 1 if start > today.month else today.year
    feast = [int(part) for part in slots["holiday"].split("-")] if "holiday" in slots else None
    month, day = feast or (slots["month"], slots.get("day"))
    if day is None:
        if future:
            return today.year + (month < today.month)
        return today.year - (month > today.month)
    this_year = calendar.of_day(today.year, month, day).period
    if this_year is None or this_year.start is None:
        return today.year - 1 if (month, day) > (today.month, today.day) else today.year
    days = (this_year.start - today).days
    if future:
        return today.year + (days < -JUST_PAST)
    return today.year - (days > SOON)


def placed(timex: Timex, year: int | None) -> When:
    """The slots of a date put together with a year; None leaves the year open ("XXXX-08")."""
    slots = timex.slots
    part, edge = slots.get("part"), slots.get("edge")
    narrowed = edge or (part if part in {"START", "MID", "END"} else None)
    shown = "XXXX" if year is None else f"{year:04d}"
    if "iso" in slots or "slashed" in slots:
        when = calendar.of_day(*(slots.get("iso") or slots["slashed"]))
    elif "holiday" in slots:
        month, day = (int(piece) for piece in slots["holiday"].split("-"))
        when = calendar.of_day(year, month, day) if year else When(f"{shown}-{slots['holiday']}")
    elif "month" in slots and ("day" in slots or "ordinal" in slots):
        when = _day(year, slots["month"], slots.get("day", slots.get("ordinal")))
    elif "month" in slots:
        when = calendar.of_month(year, slots["month"], narrowed) if year else When(f"{shown}-{slots['month']:02d}")
    elif "season" in slots:
        season = slots["season"]
        written = "year" in slots
        when = calendar.of_season(year, season, narrowed, edge is not None) if year else When(f"{shown}-{season}")
        if year and season == "WI" and not written:
            when = calendar.of_winter(year, narrowed)
    else:
        when = calendar.of_year(year, narrowed, edge is not None) if year else When(shown)
    return in_day(slots, when)


def _day(year: int | None, month: int, day: Any) -> When:
    if not isinstance(day, int) or not 1 <= day <= 31:
        return UNKNOWN
    return calendar.of_day(year, month, day) if year else When(f"XXXX-{month:02d}-{day:02d}")


def in_day(slots: dict[str, Any], when: When) -> When:
    """A day, or the time or part of it that the slots name."""
    if "clock" in slots:
        return calendar.within_day(when, "T" + hours(slots), Grain.MINUTE)
    if "tod" in slots:
        return calendar.within_day(when, "T" + slots["tod"], Grain.PART_OF_DAY)
    return when


def hours(slots: dict[str, Any]) -> str:
    """hh:mm on a clock of 24 hours."""
    written = str(slots.get("clock") or slots.get("hhmm") or "")
    hour, minute = (int(written[:2]), written[3:]) if written else (int(slots["hour"]), "00")
    if slots.get("ampm") == "pm" and hour < 12:
        hour += 12
    elif slots.get("ampm") == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute}"


def resolve_weekday(timex: Timex, context: Context) -> Resolved:
    """The last such day at or before publication; the next one at or after it where a future verb governs it."""
    slots, mod = timex.slots, mod_of(timex)
    if context.today is None or context.narrative:
        return Resolved(_open(slots), None, mod)
    back = (context.today.isoweekday() - slots["weekday"]) % 7
    days = (7 - back) % 7 if timex.future else -back
    when = in_day(slots, calendar.on(context.today + timedelta(days=days)))
    return Resolved(when.value, when.period, mod, "published")


def resolve_named(timex: Timex, context: Context) -> Resolved:
    """ "last Friday", "next March", "this summer", "that afternoon"."""
    slots, mod = timex.slots, mod_of(timex)
    carried = "anaphoric" in slots
    steps = slots.get("anaphoric", slots.get("deictic", 0))
    base, anchor = (context.reference(), "previous") if carried else context.base()
    if "tod" in slots and "weekday" not in slots and carried:
        base = context.day_at(timex)
    if base is None:
        return Resolved(_open(slots), None, mod)
    when = in_day(slots, _named(slots, base, steps))
    return Resolved(when.value, when.period, mod, anchor)


def _named(slots: dict[str, Any], base: date, steps: int) -> When:
    part, edge = slots.get("part"), slots.get("edge")
    if "weekday" in slots:
        back = (base.isoweekday() - slots["weekday"]) % 7
        days = {-1: -(back or 7), 1: (7 - back) % 7 or 7}.get(steps, slots["weekday"] - base.isoweekday())
        return calendar.on(base + timedelta(days=days))
    if "month" in slots:
        years = {-1: -(slots["month"] >= base.month), 1: int(slots["month"] <= base.month)}.get(steps, 0)
        return calendar.of_month(base.year + years, slots["month"], edge or part)
    if "season" in slots:
        year = _season_year(base, slots["season"], steps)
        if slots["season"] == "WI" and not steps and not _is_winter(base):
            return When("XXXX-WI")  # "this winter", said in June: the one that is over, or the next
        if slots["season"] == "WI":
            return calendar.of_winter(year, edge or part)
        return calendar.of_season(year, slots["season"], edge or part, edge is not None)
    if "holiday" in slots:
        month, day = (int(piece) for piece in slots["holiday"].split("-"))
        passed = (month, day) <= (base.month, base.day)
        years = {-1: -(not passed), 1: int(passed)}.get(steps, 0)
        return calendar.of_day(base.year + years, month, day)
    return calendar.on(base + timedelta(days=steps))


def _is_winter(day: date) -> bool:
    start, end = _SEASON_MONTHS["WI"]
    return day.month >= start or day.month <= end - 12


def _season_year(base: date, season: str, steps: int) -> int:
    """The year in which the season begins: for -1 the last one that is over, for 1 the next one to begin."""
    start, end = _SEASON_MONTHS[season]
    if season == "WI":  # in January to March, the winter is the one that began the year before
        running = base.year - (base.month <= end - 12)
        begun = base.month <= end - 12 or base.month >= start
        return {-1: running - 1, 1: running + begun}.get(steps, running)
    if steps == -1:
        return base.year - (base.month <= end)
    return base.year + (steps == 1 and base.month >= start)


def _open(slots: dict[str, Any]) -> str | None:
    """The TIMEX3 value with what nothing fixes left open."""
    if "weekday" in slots:
        return f"XXXX-WXX-{slots['weekday']}" + (f"T{slots['tod']}" if "tod" in slots else "")
    if "tod" in slots:
        return f"XXXX-XX-XXT{slots['tod']}"
    if "month" in slots:
        return f"XXXX-{slots['month']:02d}"
    return f"XXXX-{slots['season']}" if "season" in slots else None


def narrowed(when: When, slots: dict[str, Any], unit: str, today: date | None) -> When:
    """The part of a month or year that "early", "late", "earlier" or "the end of" leaves."""
    part, edge = slots.get("part"), slots.get("edge")
    period = when.period
    if period is None or period.start is None or period.end is None:
        return when
    if part in {"EARLIER", "LATER"}:
        if today is None or not period.start <= today <= period.end:
            return when
        start, end = (period.start, today) if part == "EARLIER" else (today, period.end)
        return When(when.value, Period(start, end, period.grain))
    if unit == "M":
        return calendar.of_month(period.start.year, period.start.month, edge or part)
    if unit == "Y":
        return calendar.of_year(period.start.year, edge or part, edge is not None)
    return when
