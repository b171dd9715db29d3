"""Expressions resolved to TIMEX3 values and periods, in text order, against a day of publication or the text itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tallystick.extract import timecalendar as calendar
from tallystick.extract.timecalendar import UNKNOWN, When
from tallystick.extract.timejoins import Timex
from tallystick.model.values import Grain, Period

# A text with this many dated years per expression that leans on the day of publication tells a history.
NARRATIVE_RATIO = 3
# From this many months back on, a history has gone on to the next year ("in December ... In January"); swept 7-12: flat.
ROLLOVER = 9
# A day without a year that comes so many days after publication is announced, not told of a year later.
SOON = 14
_VAGUE = {1: "FUTURE_REF", -1: "PAST_REF", 0: "PRESENT_REF"}
_DEICTIC = frozenset({"shift", "weekday", "named-shift", "offset"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an expression means. anchor says what resolved it; None when nothing did."""

    value: str | None
    period: Period | None = None
    mod: str | None = None
    anchor: str | None = None


@dataclass(slots=True)
class Context:
    """What the text has fixed so far. today is the day of publication; a history has none that its times lean on."""

    today: date | None
    narrative: bool
    year: int | None = None
    month: int | None = None
    day: date | None = None
    bc: int | None = None
    year_sentence: int = -10
    year_paragraph: int = -10
    last: Resolved = field(default_factory=lambda: Resolved(None))

    def base(self) -> tuple[date | None, str | None]:
        """What "last year" and "this week" count from: the day of publication, in a history the day told of."""
        if self.narrative or self.today is None:
            return (self.reference(), "previous") if self.narrative else (None, None)
        return self.today, "published"

    def reference(self) -> date | None:
        """The day, else the first day of the month or year, that the text last spoke of."""
        if self.day is not None:
            return self.day
        if self.year is not None and 1 <= self.year <= 9998:
            return date(self.year, self.month or 1, 1)
        return None

    def _aside(self, timex: Timex, year: int) -> bool:
        """True for a bare year that a sentence mentions on its way: "the Concordat of 1801" in a text on 1789."""
        if self.year is None or timex.kind != "calendar" or timex.opening or self.month is None:
            return False
        return abs(year - self.year) > 1

    def note(self, timex: Timex, resolved: Resolved) -> None:
        """Keeps what a date fixes for the expressions after it."""
        self.last = resolved
        if timex.entry.get("evidence"):
            self.year_sentence = -10  # "this year" ends the year that the text had in play
        value = resolved.value
        if value is None or resolved.anchor is None or value.startswith("P"):
            return
        if value.startswith("BC") and len(value) >= 6:
            if value[2:6].isdigit():
                self.bc, self.year, self.month, self.day = int(value[2:6]), None, None, None
            return
        if len(value) < 4 or not value[:4].isdigit():
            return
        if len(value) == 4 and timex.stretch and timex.joined == -1:
            return  # "1914-1918" goes on to tell of 1914
        if len(value) == 4 and self._aside(timex, int(value)):
            return
        self.year, self.bc = int(value[:4]), None
        self.month = int(value[5:7]) if len(value) >= 7 and value[5:7].isdigit() else None
        exact = len(value) >= 10 and value[8:10].isdigit() and self.month
        self.day = date(self.year, self.month, int(value[8:10])) if exact and self.month else None
        if "year" in timex.slots or "iso" in timex.slots or "yy" in timex.slots:
            self.year_sentence, self.year_paragraph = timex.sentence, timex.paragraph


def is_narrative(timexes: Sequence[Timex], today: date | None) -> bool:
    """True for a text whose dates carry their own years, and hardly lean on a day of publication."""
    dated = leaning = 0
    for timex in timexes:
        year = timex.slots.get("year", (timex.slots.get("iso") or (None,))[0])
        if "bc" in timex.slots or isinstance(year, int) and timex.kind == "calendar" and (not today or year < today.year):
            dated += 1
        elif timex.kind in _DEICTIC and timex.entry.get("evidence"):
            leaning += 1
    return dated >= NARRATIVE_RATIO and dated > NARRATIVE_RATIO * leaning


def resolve(timexes: Sequence[Timex], today: date | None, narrative: bool) -> list[Resolved]:
    """A resolution for each expression, in order."""
    context = Context(today, narrative)
    lent = _lent_years(timexes)
    results: list[Resolved] = []
    for i, timex in enumerate(timexes):
        if i in lent:
            timex.slots.update(lent[i])
        if timex.joined == -1 and results and "year" not in timex.slots:
            _borrow(timex, timexes[i - 1], results[-1])
        resolved = _KINDS.get(timex.kind, _reference)(timex, context)
        if timex.kind not in {"duration", "set", "reference", "stretch"}:
            context.note(timex, resolved)
        results.append(resolved)
    return results


def _lent_years(timexes: Sequence[Timex]) -> dict[int, dict[str, Any]]:
    """Years that an expression takes from the one it is joined to: "August and September 1914"."""
    lent: dict[int, dict[str, Any]] = {}
    for i in range(len(timexes) - 2, -1, -1):
        first, second = timexes[i], timexes[i + 1]
        if first.joined != 1 and not (second.joined == -1):
            continue
        giver = {**second.slots, **lent.get(i + 1, {})}
        if first.slots.keys() & {"year", "iso", "yy", "deictic", "bcyear"} or not first.slots.keys() & {"month", "season"}:
            continue
        year = giver.get("year", giver.get("yy"))
        if isinstance(year, int) and "bc" not in giver:
            wraps = first.slots.get("month", 0) > giver.get("month", 12) if "month" in giver else False
            lent[i] = {"year": year - 1 if wraps and second.stretch else year}
        elif "bcyear" in giver:
            lent[i] = {"bcyear": giver["bcyear"], "bc": "BC"}
    return lent


def _borrow(timex: Timex, before: Timex, resolved: Resolved) -> None:
    """Takes the year of the expression before, when the two form a stretch or a list."""
    value = resolved.value
    if timex.kind != "calendar" or value is None or not value[:4].isdigit() or not timex.slots.keys() & {"month", "season"}:
        return
    if "year" not in before.slots and resolved.anchor is None:
        return
    year, month = int(value[:4]), timex.slots.get("month")
    wraps = month is not None and value[5:7].isdigit() and month < int(value[5:7]) and timex.stretch
    if wraps or timex.stretch or before.joined == 1:
        timex.slots["year"] = year + 1 if wraps else year


def _mod(timex: Timex) -> str | None:
    part = timex.slots.get("part") or timex.slots.get("edge")
    return part if part in {"START", "MID", "END"} else timex.slots.get("degree") or None


def _calendar(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    mod = _mod(timex)
    if "bc" in slots:
        number = slots.get("bcyear", slots.get("year"))
        season = f"-{slots['season']}" if "season" in slots else f"-{slots['month']:02d}" if "month" in slots else ""
        return Resolved(f"BC{number:04d}{season}", None, mod, "text")
    year, anchor = _year_of(timex, context)
    when = _placed(timex, year)
    if year is None and context.narrative and context.bc is not None and when.value and when.value[:5] == "XXXX-":
        return Resolved(f"BC{context.bc:04d}{when.value[4:]}", None, mod, "previous")
    if "weekday" in slots and when.period is not None and when.period.start is not None and "day" in slots:
        if when.period.start.isoweekday() != slots["weekday"] and anchor != "text":
            anchor = None  # the year in play contradicts the day of the week: leave it open
            when = _placed(timex, None)
    return Resolved(when.value, when.period, mod, anchor if when.period else None)


def _year_of(timex: Timex, context: Context) -> tuple[int | None, str | None]:
    """The year, and what fixes it: written, in play in the text, or the nearest to the day of publication."""
    slots = timex.slots
    for key in ("year", "yy"):
        if key in slots:
            return int(slots[key]), "text"
    for key in ("iso", "slashed"):
        if key in slots:
            return int(slots[key][0]), "text"
    if context.narrative:
        return _year_told(slots, context), "previous" if context.year is not None else None
    near = timex.sentence - context.year_sentence <= 1 and timex.paragraph == context.year_paragraph
    if near and context.year is not None and not timex.future:
        if context.today is None or context.year <= context.today.year:
            return context.year, "previous"
    if context.today is None:
        return None, None
    return _nearest_year(slots, context.today, timex.future), "published"


def _year_told(slots: dict[str, Any], context: Context) -> int | None:
    """The year in play; the next one where a history goes on from the end of a year to the start of another."""
    if context.year is None or context.month is None or "month" not in slots or "day" in slots and context.day is None:
        return context.year
    return context.year + 1 if context.month - slots["month"] >= ROLLOVER else context.year


def _nearest_year(slots: dict[str, Any], today: date, future: bool) -> int:
    if "holiday" in slots:
        month, day = (int(x) for x in slots["holiday"].split("-"))
    elif "season" in slots:
        month, day = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[slots["season"]], 1
    else:
        month, day = slots["month"], slots.get("day", 1)
        if not isinstance(day, int):
            day = 1
    if future:
        if "season" in slots:
            end_month = {"SP": 6, "SU": 9, "FA": 12, "WI": 14}[slots["season"]]
            return today.year if today.month <= end_month else today.year + 1
        passed = (month, day) < (today.month, today.day) if "day" in slots else month < today.month
        return today.year + 1 if passed else today.year
    if "day" not in slots and "holiday" not in slots:
        return today.year - 1 if month > today.month else today.year
    if (month, day) <= (today.month, today.day):
        return today.year
    return today.year if _days_ahead(today, month, day) <= SOON else today.year - 1


def _days_ahead(today: date, month: int, day: int) -> int:
    when = calendar.of_day(today.year, month, day).period
    return (when.start - today).days if when is not None and when.start is not None else SOON + 1


def _placed(timex: Timex, year: int | None) -> When:
    """The slots of a date put together with a year; None leaves the year open ("XXXX-08")."""
    slots = timex.slots
    part, edge = slots.get("part"), slots.get("edge")
    part = {"EARLIER": None, "LATER": None}.get(str(part), part)
    for key in ("iso", "slashed"):
        if key in slots:
            return calendar.of_day(*slots[key])
    shown = "XXXX" if year is None else f"{year:04d}"
    if "holiday" in slots:
        month, day = (int(x) for x in slots["holiday"].split("-"))
        when = calendar.of_day(year, month, day) if year else When(f"XXXX-{slots['holiday']}")
    elif "month" in slots:
        month = slots["month"]
        day = slots.get("day", slots.get("ordinal"))
        if day is not None:
            open_day = When(f"XXXX-{month:02d}-{day:02d}") if isinstance(day, int) and 1 <= day <= 31 else UNKNOWN
            when = calendar.of_day(year, month, day) if year else open_day
        else:
            when = calendar.of_month(year, month, edge or part) if year else When(f"XXXX-{month:02d}")
    elif "season" in slots:
        if year is None:
            when = When(f"XXXX-{slots['season']}")
        else:
            when = calendar.of_season(year, slots["season"], edge or part, edge is not None)
    else:
        when = calendar.of_year(year, edge or part, edge is not None) if year else When(shown)
    return _in_day(slots, when)


def _in_day(slots: dict[str, Any], when: When) -> When:
    if "clock" in slots:
        return calendar.within_day(when, "T" + _hours(slots), Grain.MINUTE)
    if "tod" in slots:
        return calendar.within_day(when, "T" + slots["tod"], Grain.PART_OF_DAY)
    return when


def _hours(slots: dict[str, Any]) -> str:
    """hh:mm on a clock of 24 hours."""
    written = str(slots.get("clock") or slots.get("hhmm") or "")
    hour, minute = (int(written[:2]), written[3:]) if written else (int(slots["hour"]), "00")
    if slots.get("ampm") == "pm" and hour < 12:
        hour += 12
    elif slots.get("ampm") == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute}"


def _weekday(timex: Timex, context: Context) -> Resolved:
    number = timex.slots["weekday"]
    mod = _mod(timex)
    if context.today is None or context.narrative:
        return Resolved(_in_day(timex.slots, When(f"XXXX-WXX-{number}")).value if "tod" not in timex.slots else f"XXXX-WXX-{number}T{timex.slots['tod']}", None, mod)
    back = (context.today.isoweekday() - number) % 7
    day = context.today + timedelta(days=(7 - back) % 7) if timex.future else context.today - timedelta(days=back)
    when = _in_day(timex.slots, calendar.on(day))
    return Resolved(when.value, when.period, mod, "published")


def _named_shift(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    steps = slots.get("deictic", slots.get("anaphoric", 0))
    if "anaphoric" in slots:
        base, anchor = context.reference(), "previous"
    else:
        base, anchor = context.base()  # type: ignore[assignment]
    if base is None:
        return Resolved(_open(slots), None, _mod(timex))
    part, edge = slots.get("part"), slots.get("edge")
    if "weekday" in slots:
        back = (base.isoweekday() - slots["weekday"]) % 7
        if steps == -1:
            day = base - timedelta(days=back or 7)
        elif steps == 1:
            day = base + timedelta(days=(7 - back) % 7 or 7)
        else:
            day = base - timedelta(days=base.isoweekday() - slots["weekday"])
        when = _in_day(slots, calendar.on(day))
    elif "month" in slots:
        ahead = slots["month"] - base.month
        year = base.year if steps == 0 else base.year + (1 if ahead <= 0 else 0) if steps == 1 else base.year - (1 if ahead >= 0 else 0)
        when = calendar.of_month(year, slots["month"], edge or part)
    elif "season" in slots:
        when = calendar.of_season(_season_year(base, slots["season"], steps), slots["season"], edge or part, edge is not None)
    elif "holiday" in slots:
        month, day_number = (int(x) for x in slots["holiday"].split("-"))
        passed = (month, day_number) <= (base.month, base.day)
        year = base.year if steps == 0 else base.year + (1 if passed else 0) if steps == 1 else base.year - (0 if passed else 1)
        when = calendar.of_day(year, month, day_number)
    else:  # a part of the day
        if "anaphoric" in slots and context.day is None:
            return Resolved(f"XXXX-XX-XXT{slots['tod']}", None, _mod(timex))
        when = _in_day(slots, calendar.on(base + timedelta(days=steps)))
    return Resolved(when.value, when.period, _mod(timex), anchor)


def _season_year(base: date, season: str, steps: int) -> int:
    start, end = {"SP": (3, 6), "SU": (6, 9), "FA": (9, 12), "WI": (12, 15)}[season]
    if steps == -1:  # the last one that is over
        return base.year if base.month > end else base.year - 1
    if steps == 1:
        return base.year if base.month < start else base.year + 1
    return base.year


def _open(slots: dict[str, Any]) -> str | None:
    if "tod" in slots and "weekday" not in slots:
        return f"XXXX-XX-XXT{slots['tod']}"
    if "weekday" in slots:
        return f"XXXX-WXX-{slots['weekday']}"
    if "month" in slots:
        return f"XXXX-{slots['month']:02d}"
    if "season" in slots:
        return f"XXXX-{slots['season']}"
    return None


def _narrowed(when: When, slots: dict[str, Any], unit: str, today: date | None) -> When:
    """The part of a month or year that "early", "late", "earlier" or "the end of" leaves."""
    part, edge = slots.get("part"), slots.get("edge")
    period = when.period
    if period is None or period.start is None or period.end is None or when.value is None:
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


def _shift(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    base, anchor = context.base()
    mod = _mod(timex)
    unit = slots.get("single", slots.get("unit", slots.get("longunit", "D" if "dayword" in slots else "Y")))
    if "dayword" in slots and (base is None or context.narrative):
        return Resolved("XXXX-XX-XX" + (f"T{slots['tod']}" if "tod" in slots else ""), None, mod)
    if base is None:
        if "month" in slots:
            return Resolved(f"XXXX-{slots['month']:02d}", None, mod)
        return Resolved(None, None, mod)
    steps = slots.get("dayword", slots.get("deictic", 0))
    if "month" in slots:
        when = calendar.of_month(base.year + steps, slots["month"])
    elif "season" in slots:
        when = calendar.of_season(base.year + steps, slots["season"])
    elif unit in {"TH", "TM"}:
        return Resolved(None, None, mod)
    elif unit == "WE" and steps == -1:
        when = _last_weekend(base)
    else:
        when = _narrowed(calendar.shifted(base, unit, steps), slots, unit, base)
    when = _in_day(slots, when)
    return Resolved(when.value, when.period, mod, anchor)


def _last_weekend(base: date) -> When:
    """The weekend that was over when the text was published; on a weekend day, the one before."""
    return calendar.of_week(base - timedelta(days=7), weekend=True)


def _carried(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    mod = _mod(timex)
    unit = slots.get("single", slots.get("longunit", "Y" if slots.keys() & {"month", "season"} else "D"))
    steps = slots.get("anaphoric", slots.get("side", 0))
    if context.bc is not None and context.year is None and unit in {"Y", "DE"}:
        number = context.bc - steps
        return Resolved(f"BC{number:04d}" if unit == "Y" else f"BC{(context.bc // 10 - steps):03d}", None, mod, "previous")
    base = context.reference()
    fine = {"D": context.day is not None, "W": context.day is not None, "M": context.month is not None}.get(unit, base is not None)
    if base is None or not fine:
        return Resolved({"D": "XXXX-XX-XX"}.get(unit), None, mod)
    if "month" in slots:
        year = base.year + steps
        when = calendar.of_day(year, slots["month"], slots["day"]) if "day" in slots else calendar.of_month(year, slots["month"])
    elif "season" in slots:
        when = calendar.of_season(base.year + steps, slots["season"])
    elif unit in {"TH", "TM"}:
        return Resolved(None, None, mod)
    else:
        when = _narrowed(calendar.shifted(base, unit, steps), slots, unit, context.day)
    return Resolved(when.value, when.period, mod, "previous")


def _part_of(timex: Timex, context: Context) -> Resolved:
    """ "the end of the year", "later in the month": of the one of publication, in a history of the one told of."""
    slots = timex.slots
    base, anchor = (context.reference(), "previous") if context.narrative else (context.today, "published")
    if base is None or (slots["longunit"] == "M" and context.narrative and context.month is None):
        return Resolved(None, None, _mod(timex))
    when = _narrowed(calendar.shifted(base, slots["longunit"], 0), slots, slots["longunit"], base)
    return Resolved(when.value, when.period, _mod(timex), anchor)


def _offset(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    sign = slots.get("ago", slots.get("later", slots.get("laterfirst", 1)))
    mod = slots.get("degree") or None
    number, unit = slots.get("n", slots.get("half")), slots.get("unit", slots.get("units"))
    if not isinstance(number, int) or "half" in slots or "n2" in slots or unit is None:
        return Resolved(_VAGUE[sign], None, mod)
    if "ago" in slots:
        base, anchor = context.base()
    else:
        base, anchor = context.reference(), "previous"
        if unit in {"D", "W", "TH", "TM"} and context.day is None:
            base = None
        elif unit == "M" and context.month is None:
            base = None
        if context.bc is not None and context.year is None and unit in {"Y", "DE"}:
            years = number * (10 if unit == "DE" else 1)
            return Resolved(f"BC{max(0, context.bc - sign * years):04d}", None, mod, "previous")
    if base is None or unit in {"TH", "TM"}:
        return Resolved({"D": "XXXX-XX-XX", "M": "XXXX-XX", "W": "XXXX-WXX", "Y": "XXXX"}.get(unit), None, mod)
    if number > 20_000:
        return Resolved(_VAGUE[sign], None, mod)
    when = calendar.shifted(base, unit, sign * number)
    period = when.period if not mod or mod == "APPROX" else None
    return Resolved(when.value, period, mod, anchor)


def _length(number: Any, unit: str, half: Any = None) -> str:
    """An ISO 8601 duration as TIMEX3 writes it."""
    if isinstance(half, float):
        number = (number if isinstance(number, int | float) else 0) + half
    shown = str(number) if not isinstance(number, float) else f"{number:g}"
    if unit == "FN":
        shown, unit = (str(number * 2) if isinstance(number, int) else "X"), "W"
    if unit in {"TH", "TM"}:
        return f"PT{shown}{unit[1]}"
    return f"P{shown}{unit}"


def _duration(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    unit = slots.get("unit", slots.get("units", slots.get("single", "D")))
    number = slots.get("n2", slots.get("n", 0 if "half" in slots else ("X" if "units" in slots else 1)))
    return Resolved(_length(number, unit, slots.get("half")), None, slots.get("degree") or None)


def _stretch(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    unit = slots.get("unit", slots.get("units", slots.get("single", "D")))
    number = slots.get("n", 1 if "single" in slots else "X")
    value = _length(number, unit)
    steps = slots.get("deictic", 0)
    base, anchor = context.base()
    if not isinstance(number, int) or not steps or base is None or unit not in {"D", "W", "M", "Y"} or number > 5_000:
        return Resolved(value, None, _mod(timex))
    far = calendar.shifted(base, unit, steps * number).period
    if far is None or far.start is None or far.end is None:
        return Resolved(value)
    if unit == "W":
        edge = base + timedelta(weeks=steps * number)
    elif unit == "D":
        edge = far.start
    else:
        edge = far.start.replace(day=min(base.day, calendar.last_day(far.start.year, far.start.month).day)) if unit == "M" else far.start.replace(month=base.month, day=min(base.day, 28))
    start, end = (edge, base) if steps < 0 else (base, edge)
    return Resolved(value, Period(start, end, {"D": Grain.DAY, "W": Grain.WEEK, "M": Grain.MONTH, "Y": Grain.YEAR}[unit]), None, anchor)


def _set(timex: Timex, context: Context) -> Resolved:
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
    return Resolved(_length(slots.get("n", 1), slots.get("unit", slots.get("single", "D"))))


def _tod(timex: Timex, context: Context) -> Resolved:
    tod = timex.slots["tod"]
    if timex.entry.get("bare"):
        return Resolved(f"XXXX-XX-XXT{tod}")
    day = context.day
    when = calendar.within_day(calendar.on(day) if day else UNKNOWN, f"T{tod}", Grain.PART_OF_DAY)
    return Resolved(when.value, when.period, _mod(timex), "previous" if day else None)


def _clock(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    day, anchor = context.day, "previous"
    if "dayword" in slots or "weekday" in slots:
        named = _shift(timex, context) if "dayword" in slots else _weekday(timex, context)
        day, anchor = (named.period.start if named.period else None), "published"
    when = calendar.within_day(calendar.on(day) if day else UNKNOWN, f"T{_hours(slots)}", Grain.MINUTE)
    return Resolved(when.value, when.period, None, anchor if day else None)


def _overnight(timex: Timex, context: Context) -> Resolved:
    day = context.day
    if day is None and context.today is not None and not context.narrative:
        night = context.today - timedelta(days=1)
        return Resolved(f"{night.isoformat()}TNI", Period(night, context.today, Grain.PART_OF_DAY), None, "published")
    when = calendar.within_day(calendar.on(day) if day else UNKNOWN, "TNI", Grain.PART_OF_DAY)
    return Resolved(when.value, when.period, None, "previous" if day else None)


def _day_number(timex: Timex, context: Context) -> Resolved:
    day = timex.slots["dayth"]
    if context.year is None or context.month is None:
        return Resolved(f"XXXX-XX-{day:02d}")
    when = calendar.of_day(context.year, context.month, day)
    return Resolved(when.value, when.period, None, "previous" if when.value else None)


def _decade(timex: Timex, context: Context) -> Resolved:
    when = calendar.of_decade(timex.slots["decade"], timex.slots.get("part") or timex.slots.get("edge"))
    return Resolved(when.value, when.period, _mod(timex), "text")


def _century(timex: Timex, context: Context) -> Resolved:
    number = timex.slots["ordinal"]
    if not isinstance(number, int) or number < 1:
        return Resolved(None)
    if "bc" in timex.slots:
        return Resolved(f"BC{number - 1:02d}", None, _mod(timex), "text")
    when = calendar.of_century(number - 1)
    return Resolved(when.value, when.period, _mod(timex), "text")


def _fraction(timex: Timex, context: Context) -> Resolved:
    slots = timex.slots
    year, anchor = slots.get("year"), "text"
    if year is None:
        base, found = context.base() if "deictic" in slots else (context.reference(), "previous")
        if base is None:
            return Resolved(None)
        year, anchor = base.year + slots.get("deictic", 0), found or "previous"
    number = slots["ordinal"]
    when = calendar.of_part(year, number, slots["fraction"])
    return Resolved(when.value, when.period, None, anchor)


def _slice(timex: Timex, context: Context) -> Resolved:
    """"the last week of August": so many units at one end of a month or year."""
    slots = timex.slots
    unit, number, ordinal = slots["unit"], slots.get("n", 1), slots["ordinal"]
    value = _length(number, unit)
    if unit == "D" and number == 1:
        value = ""
    if "month" in slots:
        year, anchor = _year_of(timex, context)
        whole = calendar.of_month(year, slots["month"]) if year else UNKNOWN
    elif "year" in slots:
        year, anchor = slots["year"], "text"
        whole = calendar.of_year(year)
    else:
        base, anchor = context.reference(), "previous"
        whole = calendar.shifted(base, slots["longunit"], slots["anaphoric"]) if base else UNKNOWN
    period = whole.period
    if period is None or period.start is None or period.end is None or not isinstance(number, int):
        return Resolved(value or None)
    days = {"D": 1, "W": 7}.get(unit)
    start, end = period.start, period.end
    if days is not None:
        skip = days * number * (ordinal - 1) if ordinal > 0 else 0
        if ordinal > 0:
            start = period.start + timedelta(days=skip)
            end = start + timedelta(days=days * number - 1)
        else:
            start = period.end - timedelta(days=days * number - 1)
    elif unit == "M" and "year" in slots:
        first = (ordinal - 1) * number + 1 if ordinal > 0 else 13 - number
        if not 1 <= first <= first + number - 1 <= 12:
            return Resolved(value)
        start, end = date(period.start.year, first, 1), calendar.last_day(period.start.year, first + number - 1)
    else:
        return Resolved(value)
    if start < period.start or end > period.end + timedelta(days=4):
        return Resolved(value or None)
    grain = {"D": Grain.DAY, "W": Grain.WEEK, "M": Grain.MONTH}[unit]
    return Resolved(value or start.isoformat(), Period(start, min(end, period.end), grain), None, anchor)


def _reference(timex: Timex, context: Context) -> Resolved:
    return Resolved(timex.entry.get("value"))


def _then(timex: Timex, context: Context) -> Resolved:
    last = context.last
    return Resolved(last.value, last.period, last.mod, "previous" if last.value else None)


_KINDS: dict[str, Callable[[Timex, Context], Resolved]] = {
    "calendar": _calendar,
    "weekday": _weekday,
    "named-shift": _named_shift,
    "shift": _shift,
    "carried": _carried,
    "offset": _offset,
    "part-of": _part_of,
    "duration": _duration,
    "stretch": _stretch,
    "set": _set,
    "tod": _tod,
    "clock": _clock,
    "overnight": _overnight,
    "daynumber": _day_number,
    "decade": _decade,
    "century": _century,
    "fraction": _fraction,
    "slice": _slice,
    "reference": _reference,
    "then": _then,
}
