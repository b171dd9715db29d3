"""Expressions resolved to TIMEX3 values and periods, in text order, against a day of publication or the text itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from tallystick.extract import timecalendar as calendar
from tallystick.extract import timelengths as lengths
from tallystick.extract.timecalendar import UNKNOWN, When
from tallystick.extract.timecontext import Context, Resolved, mod_of, told_of
from tallystick.extract.timedates import hours, in_day, narrowed, resolve_date, resolve_named, resolve_weekday
from tallystick.extract.timejoins import Timex
from tallystick.model.values import Grain, Period

# Characters between a time of day and the day it is of: " on ".
BESIDE = 5
_VAGUE = {1: "FUTURE_REF", -1: "PAST_REF"}
_OPEN = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Y": "XXXX"}


def resolve(timexes: Sequence[Timex], today: date | None, narrative: bool) -> list[Resolved]:
    """A resolution for each expression, in order. Changes the slots of expressions that borrow a year."""
    context = Context(today, narrative, about=None if today or narrative else told_of(timexes))
    _lend_years(timexes)
    results: list[Resolved] = []
    for i, timex in enumerate(timexes):
        if timex.joined == -1 and results:
            _borrow(timex, timexes[i - 1], results[-1])
        resolved = _KINDS[timex.kind](timex, context)
        context.note(timex, resolved)
        results.append(resolved)
    return [_with_day(timexes, results, i) for i in range(len(results))]


def _with_day(timexes: Sequence[Timex], results: Sequence[Resolved], i: int) -> Resolved:
    """A time of day with the day right after it: "at 5 p.m. on Friday"; any other expression as it is."""
    timex, resolved, value = timexes[i], results[i], results[i].value or ""
    if timex.kind not in {"clock", "tod"} or i + 1 == len(results) or "T" not in value:
        return resolved
    after, day = timexes[i + 1], results[i + 1]
    beside = after.sentence == timex.sentence and after.start - timex.end <= BESIDE
    if not beside or day.period is None or len(day.value or "") != 10:
        return resolved
    grain = Grain.MINUTE if timex.kind == "clock" else Grain.PART_OF_DAY
    period = Period(day.period.start, day.period.end, grain)
    return Resolved(f"{day.value}{value[value.index('T') :]}", period, resolved.mod, day.anchor)


def _lend_years(timexes: Sequence[Timex]) -> None:
    """Gives an expression the year of the one it is joined to: "August and September 1914"."""
    for i in range(len(timexes) - 2, -1, -1):
        first, second = timexes[i], timexes[i + 1]
        has_year = first.slots.keys() & {"year", "iso", "slashed", "yy", "deictic", "bcyear"}
        if second.joined != -1 or has_year or not first.slots.keys() & {"month", "season"}:
            continue
        year = second.slots.get("year", second.slots.get("yy"))
        if "bcyear" in second.slots:
            first.slots.update(bcyear=second.slots["bcyear"], bc="BC")
        elif isinstance(year, int):
            wraps = first.slots.get("month", 0) > second.slots.get("month", 12)
            first.slots["year"] = year - (wraps and second.stretch)


def _borrow(timex: Timex, before: Timex, resolved: Resolved) -> None:
    """Takes the year of the expression before, when the two form a stretch or a list."""
    value, slots = resolved.value or "", timex.slots
    if timex.kind != "calendar" or not slots.keys() & {"month", "season"} or slots.keys() & {"year", "yy", "iso"}:
        return
    if value[:4].isdigit() and resolved.anchor is not None:
        month = slots.get("month")
        wraps = timex.stretch and month is not None and value[5:7].isdigit() and month < int(value[5:7])
        slots["year"] = int(value[:4]) + wraps


def _shift(timex: Timex, context: Context) -> Resolved:
    """ "yesterday", "last week", "early this year": counted from the day of publication."""
    slots, mod = timex.slots, mod_of(timex)
    base, anchor = context.base()
    if "dayword" in slots and (base is None or context.narrative):
        return Resolved("XXXX-XX-XX" + (f"T{slots['tod']}" if "tod" in slots else ""), None, mod)
    if base is None:
        return Resolved(f"XXXX-{slots['month']:02d}" if "month" in slots else None, None, mod)
    unit = lengths.unit_of(slots, "D" if "dayword" in slots else "Y")
    steps = slots.get("dayword", slots.get("deictic", 0))
    if "month" in slots:
        when = calendar.of_month(base.year + steps, slots["month"])
    elif "season" in slots:
        when = calendar.of_season(base.year + steps, slots["season"])
    else:
        when = narrowed(calendar.shifted(base, unit, steps), slots, unit, base)
    when = in_day(slots, when)
    return Resolved(when.value, when.period, mod, anchor if when.value else None)


def _carried(timex: Timex, context: Context) -> Resolved:
    """ "the next day", "that year", "the previous month": counted from the time last spoken of."""
    slots, mod = timex.slots, mod_of(timex)
    unit = lengths.unit_of(slots, "Y" if slots.keys() & {"month", "season"} else "D")
    steps = slots.get("anaphoric", slots.get("side", 0))
    if context.bc is not None and unit in {"Y", "DE"}:
        value = f"BC{context.bc - steps:04d}" if unit == "Y" else f"BC{context.bc // 10 - steps:03d}"
        return Resolved(value, None, mod, "previous")
    base = _leaned_on(timex, context, unit)
    if base is None or unit in {"TH", "TM"}:
        return Resolved(_OPEN["D"] if unit == "D" else None, None, mod)
    if "month" in slots and "day" in slots:
        when = calendar.of_day(base.year + steps, slots["month"], slots["day"])
    elif "month" in slots:
        when = calendar.of_month(base.year + steps, slots["month"])
    elif "season" in slots:
        when = calendar.of_season(base.year + steps, slots["season"])
    else:
        when = narrowed(calendar.shifted(base, unit, steps), slots, unit, context.day)
    return Resolved(when.value, when.period, mod, "previous")


def _leaned_on(timex: Timex, context: Context, unit: str) -> date | None:
    """The day from which units are counted, where the text has named one as fine as the unit."""
    if unit in {"D", "W", "WE", "FN"}:
        return context.day_at(timex)
    if unit == "M" and context.month is None:
        return None
    return context.reference()


def _part_of(timex: Timex, context: Context) -> Resolved:
    """ "the end of the year", "later in the month": of the one of publication, in a history of the one told of."""
    unit = timex.slots["longunit"]
    base, anchor = context.base()
    if base is None or (context.narrative and _leaned_on(timex, context, unit) is None):
        return Resolved(None, None, mod_of(timex))
    when = narrowed(calendar.shifted(base, unit, 0), timex.slots, unit, base)
    return Resolved(when.value, when.period, mod_of(timex), anchor)


def _offset(timex: Timex, context: Context) -> Resolved:
    """ "three days ago", "two weeks later"; a vague or inexact number fixes no day."""
    slots, mod = timex.slots, timex.slots.get("degree") or None
    sign = slots.get("ago", slots.get("later", slots.get("laterfirst", 1)))
    number, unit = slots.get("n"), lengths.unit_of(slots)
    if not isinstance(number, int) or "half" in slots or "n2" in slots or number > lengths.MOST_UNITS:
        return Resolved(_VAGUE[sign], None, mod)
    if "ago" in slots:
        base, anchor = context.base()
    else:
        base, anchor = _leaned_on(timex, context, unit), "previous"
        if context.bc is not None and unit in {"Y", "DE"}:
            years = number * (10 if unit == "DE" else 1)
            return Resolved(f"BC{max(0, context.bc - sign * years):04d}", None, mod, anchor)
    if base is None or unit in {"TH", "TM"}:
        return Resolved(_OPEN.get(unit), None, mod)
    when = calendar.shifted(base, unit, sign * number)
    period = when.period if mod in {None, "APPROX"} else None
    return Resolved(when.value, period, mod, anchor if when.value else None)


def _part_of_day(timex: Timex, context: Context) -> Resolved:
    """ "at night" of any day, "in the morning" of the day last spoken of."""
    day = None if timex.entry.get("bare") else context.day_at(timex)
    return _on_day(day, f"T{timex.slots['tod']}", Grain.PART_OF_DAY, "previous")


def _clock(timex: Timex, context: Context) -> Resolved:
    """A time of the day that stands beside it, else of the day last spoken of."""
    slots = timex.slots
    if "dayword" in slots or "weekday" in slots:
        named = _shift(timex, context) if "dayword" in slots else resolve_weekday(timex, context)
        day, anchor = (named.period.start if named.period else None), named.anchor or ""
    else:
        day, anchor = context.day_at(timex), "previous"
    return _on_day(day, f"T{hours(slots)}", Grain.MINUTE, anchor)


def _on_day(day: date | None, suffix: str, grain: Grain, anchor: str) -> Resolved:
    when = calendar.within_day(calendar.on(day) if day else UNKNOWN, suffix, grain)
    return Resolved(when.value, when.period, None, anchor if day else None)


def _overnight(timex: Timex, context: Context) -> Resolved:
    """The night of the day last spoken of; else the one that ended on the day of publication."""
    day = context.day_at(timex)
    if day in {None, context.today} and context.today is not None and not context.narrative:
        night = context.today - timedelta(days=1)
        period = Period(night, context.today, Grain.PART_OF_DAY)
        return Resolved(f"{night.isoformat()}TNI", period, None, "published")
    return _on_day(day, "TNI", Grain.PART_OF_DAY, "previous")


def _day_number(timex: Timex, context: Context) -> Resolved:
    day = timex.slots["dayth"]
    if context.year is None or context.month is None:
        return Resolved(f"XXXX-XX-{day:02d}")
    when = calendar.of_day(context.year, context.month, day)
    return Resolved(when.value, when.period, None, "previous" if when.value else None)


def _decade(timex: Timex, context: Context) -> Resolved:
    when = calendar.of_decade(timex.slots["decade"], mod_of(timex))
    return Resolved(when.value, when.period, mod_of(timex), "text")


def _century(timex: Timex, context: Context) -> Resolved:
    number: Any = timex.slots["ordinal"]
    if number < 1:
        return Resolved(None)
    when = When(f"BC{number - 1:02d}") if "bc" in timex.slots else calendar.of_century(number - 1)
    return Resolved(when.value, when.period, mod_of(timex), "text")


def _reference(timex: Timex, context: Context) -> Resolved:
    return Resolved(timex.entry.get("value"))


def _then(timex: Timex, context: Context) -> Resolved:
    last = context.last
    return Resolved(last.value, last.period, last.mod, "previous" if last.period else None)


_KINDS: dict[str, Callable[[Timex, Context], Resolved]] = {
    "calendar": resolve_date,
    "weekday": resolve_weekday,
    "named-shift": resolve_named,
    "shift": _shift,
    "carried": _carried,
    "part-of": _part_of,
    "offset": _offset,
    "duration": lengths.resolve_length,
    "stretch": lengths.resolve_stretch,
    "set": lengths.resolve_rate,
    "slice": lengths.resolve_slice,
    "fraction": lengths.resolve_fraction,
    "tod": _part_of_day,
    "clock": _clock,
    "overnight": _overnight,
    "daynumber": _day_number,
    "decade": _decade,
    "century": _century,
    "reference": _reference,
    "then": _then,
}
