"""The publication date as an interval, inferred from the text, with its evidence.

What fixes the interval, from hard to soft:
- a date line: that day;
- a dated past ("in August 2024"): published on its first day or later;
- the year: where "last year" or "another ... this year" goes on from dates of one written year, that year is the
  last one (evidence is counted, see year_of_publication);
- once the year is known, months without a year lie in it, if the text does write the year with dates of the year
  before: published on their first day or later, after "by" on the day after them or later;
- a future month or season ("might come by summer's end"): published on its last day or earlier.
Thin evidence leaves an end open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tallystick import lexicon
from tallystick.extract import timecalendar as calendar
from tallystick.extract.datelines import dateline_date
from tallystick.extract.timeslots import words_of
from tallystick.lexicon import fold
from tallystick.model.mentions import TimeMention, TimexType
from tallystick.model.text import DateBounds, Document
from tallystick.model.values import Grain, Period

# The reason that marks an expression governed by "will", "might", "is due": find_times gives it.
FUTURE = "timewords/future"
# Points of evidence (see _points) that name the year. Two of the weak kinds alone also hold in texts published
# years later ("invaded in February 2022 ... since last year"), three do not.
ENOUGH = 3
# Words around an expression that say what it dates.
REACH = 60
_BARE = frozenset({"month-alone", "month-part", "day-of-month", "season-alone", "season-end"})
_FINE = frozenset({Grain.DAY, Grain.MONTH, Grain.SEASON, Grain.WEEK})
_END_OF_SENTENCE = re.compile(r"[.!?][\"”’)]?\s+(?=[A-Z“\"‘(])|\n\s*\n")
_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The expressions of a text, sorted by what they say about the day of publication."""

    text: str
    ends: tuple[int, ...]
    dated: tuple[TimeMention, ...]  # with their own year, told as past
    planned: tuple[TimeMention, ...]  # with their own year, told as future
    bare: tuple[TimeMention, ...]  # months and seasons without a year
    this_year: tuple[TimeMention, ...]
    last_year: tuple[TimeMention, ...]

    def sentence(self, mention: TimeMention) -> int:
        return sum(end <= mention.span.start for end in self.ends)

    def around(self, mention: TimeMention) -> frozenset[str]:
        """Common words near an expression, in its sentence; names are left out."""
        start = max([e for e in self.ends if e <= mention.span.start] + [mention.span.start - REACH, 0])
        end = min([e for e in self.ends if e >= mention.span.end] + [mention.span.end + REACH // 2])
        near = self.text[start : mention.span.start] + " " + self.text[mention.span.end : end]
        return frozenset(word for word in _WORD.findall(near) if word.islower())


def infer_published(document: Document, times: Sequence[TimeMention]) -> DateBounds | None:
    """The first and last day on which the text can have been published; None when it fixes neither."""
    dateline = dateline_date(document, (), times)
    if dateline is not None and dateline.period is not None:
        return DateBounds(dateline.period.start, dateline.period.end, (f"date line “{dateline.span.text}”",))
    evidence = _sorted(document.text, times)
    reasons: list[str] = []
    earliest, latest = _hard(evidence, reasons)
    year = year_of_publication(evidence, reasons)
    if year is not None and (earliest is None or earliest <= date(year, 12, 31)):
        earliest = max(earliest or date.min, date(year, 1, 1))
        latest = min(latest or date.max, date(year, 12, 31))
        earliest = _after_bare(evidence, year, earliest, latest, reasons)
        latest = _before_planned(evidence, year, earliest, latest, reasons)
    if earliest is not None and latest is not None and earliest > latest:
        return None
    return DateBounds(earliest, latest, tuple(reasons)) if earliest or latest else None


def _sorted(text: str, times: Sequence[TimeMention]) -> _Evidence:
    groups: dict[str, list[TimeMention]] = {"dated": [], "planned": [], "bare": [], "this-year": [], "last-year": []}
    entries = lexicon.load("times").entries
    for mention in times:
        name = mention.reasons[0].rule.partition("/")[2] if mention.reasons else ""
        if name not in entries or mention.type in {TimexType.SET, TimexType.DURATION}:
            continue
        said = entries[name].get("evidence")
        if said in groups:
            groups[said].append(mention)
        elif mention.anchor == "text" and mention.period is not None and mention.period.grain in _FINE:
            groups["planned" if _future(mention) else "dated"].append(mention)
        elif mention.anchor != "text" and name in _BARE:
            groups["bare"].append(mention)
    ends = tuple(match.end() for match in _END_OF_SENTENCE.finditer(text))
    return _Evidence(
        text, ends, *(tuple(groups[key]) for key in ("dated", "planned", "bare", "this-year", "last-year"))
    )


def _future(mention: TimeMention) -> bool:
    return any(reason.rule == FUTURE for reason in mention.reasons)


def _hard(evidence: _Evidence, reasons: list[str]) -> tuple[date | None, date | None]:
    """Bounds from dates that carry their year."""
    earliest = latest = None
    past = [m for m in evidence.dated if m.relation in {"during", "since", "after"} and m.period and m.period.start]
    if past:
        last = max(past, key=lambda m: m.period.start if m.period and m.period.start else date.min)
        earliest = last.period.start if last.period else None
        reasons.append(f"“{last.span.text}” is told as past: not before {earliest}")
    ahead = [
        m for m in evidence.planned if m.period and m.period.end and (earliest is None or m.period.end >= earliest)
    ]
    if ahead:
        first = min(ahead, key=lambda m: m.period.end if m.period and m.period.end else date.max)
        latest = first.period.end if first.period else None
        reasons.append(f"“{first.span.text}” is told as future: not after {latest}")
    return earliest, latest


def year_of_publication(evidence: _Evidence, reasons: list[str]) -> int | None:
    """The year after the latest written one, when enough evidence makes that one "last year"."""
    years = [m.period.start.year for m in evidence.dated if m.period and m.period.start]
    if not years or not (evidence.this_year or evidence.last_year):
        return None
    latest = max(years)
    dated = [m for m in evidence.dated if m.period and m.period.start and m.period.start.year == latest]
    points, why = _points(evidence, dated)
    if points < ENOUGH:
        return None
    reasons.append(why + f": published in {latest + 1}")
    return latest + 1


def _points(evidence: _Evidence, dated: list[TimeMention]) -> tuple[int, str]:
    """Evidence that the year of these dates is "last year", and the words that carry most of it."""
    points, why = 0, ""
    steps = [
        (first, second)
        for first in dated
        for second in evidence.this_year
        if first.relation != "since"
        and first.span.end <= second.span.start
        and evidence.sentence(first) == evidence.sentence(second)
    ]
    additive = words_of("additive")
    for first, second in steps:
        between = fold(evidence.text[first.span.end : second.span.start])
        if not why:
            why = f"“{first.span.text}” comes before “{second.span.text}”"
        if any(word in additive for word in between.split()):
            points = 2  # "in the fall of 2024, with another 3,000 early this year"
            why = f"“{second.span.text}” goes on from “{first.span.text}”"
    beside = {evidence.sentence(first) for first, _ in steps}
    if any(abs(evidence.sentence(m) - i) <= 2 for m in evidence.last_year for i in beside):
        points += 1  # a total "since last year" beside its parts
    shared = [(a, b) for a in evidence.last_year for b in dated if evidence.around(a) & evidence.around(b)]
    if shared:
        points += 1  # both date the same kind of event
        why = f"{why}; " if why else ""
        why += f"“{shared[0][0].span.text}” and “{shared[0][1].span.text}” date the same"
    if (
        len({m.value for m in dated}) > 1
        or len({m.period.start.year for m in evidence.dated if m.period and m.period.start}) == 1
    ):
        points += 1  # no other year is in play
    return points, why


def _bare_period(mention: TimeMention, year: int) -> Period | None:
    """The days that a month or season without a year covers in that year."""
    rest = (mention.value or "")[5:]
    part = mention.mod if mention.mod in {"START", "MID", "END"} else None
    if rest[:2].isdigit():
        month = int(rest[:2])
        if rest[3:5].isdigit():
            return calendar.of_day(year, month, int(rest[3:5])).period
        return calendar.of_month(year, month, part).period if 1 <= month <= 12 else None
    if rest[:2] in {"SP", "SU", "FA"}:
        edge = mention.reasons[0].rule == "times/season-end"
        return calendar.of_season(year, rest[:2], part, edge).period
    return None


def _after_bare(evidence: _Evidence, year: int, earliest: date, latest: date, reasons: list[str]) -> date:
    """Not before the last month that the text tells as past without its year."""
    best, words = earliest, ""
    for mention in evidence.bare:
        period = None if _future(mention) else _bare_period(mention, year)
        if period is None or period.start is None or period.end is None or mention.relation in {"until", "before"}:
            continue
        start = period.end + timedelta(days=1) if mention.relation == "by" else period.start
        if best < start <= latest:
            best, words = start, mention.span.text
    if words:
        reasons.append(f"“{words}” is told as past, without a year beside dates of {year - 1}: not before {best}")
    return best


def _before_planned(evidence: _Evidence, year: int, earliest: date, latest: date, reasons: list[str]) -> date:
    """Not after the first month or season that the text tells as future without its year."""
    best, words = latest, ""
    for mention in evidence.bare:
        period = _bare_period(mention, year) if _future(mention) else None
        if period is not None and period.end is not None and earliest <= period.end < best:
            best, words = period.end, mention.span.text
    if words:
        reasons.append(f"“{words}” is told as future: not after {best}")
    return best
