"""The publication date as an interval, inferred from the text, with its evidence.

What fixes the interval, from hard to soft:
- a date line: that day;
- a dated past ("in August 2024"): published on its first day or later;
- a dated plan ("will vote on 9 May 2026"), outside quotations: published on that day or earlier;
- the year: where "last year" or "another ... this year" goes on from dates of one written year, that year is the
  last one (evidence is counted, see _points);
- once the year is known, a month without a year lies in it, if a year earlier it would come before dates that do
  carry their year, or long before: published on its first day or later, after "by" on the day after it or later;
- a month or season of that year in prospect ("might come by summer's end"): published on its last day or earlier.
Thin evidence leaves an end open, and evidence that contradicts itself is not used.
"""

from __future__ import annotations

import re
from bisect import bisect_right
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

# The reasons that mark an expression governed by "will", "is due", and by "might", "would": find_times gives them.
PLANNED, POSSIBLE = "timewords/future", "timewords/possible"
# Points of evidence (see _points) that name the year. Up to three of the weak kinds also hold in texts published
# years later ("invaded in February 2022 ... 300 this year ... 4,000 last year"), four do not.
ENOUGH = 4
# Characters around an expression that say what it dates.
REACH = 60
# A quotation is rarely longer, in characters.
QUOTE_REACH = 1_000
# Expressions of a kind that are looked at: no report needs more, and pairs of them are compared.
MOST = 60
_BARE = frozenset({"month-alone", "month-part", "day-of-month", "season-alone", "season-end", "holiday-alone"})
_FINE = frozenset({Grain.DAY, Grain.MONTH, Grain.SEASON, Grain.WEEK})
_END_OF_SENTENCE = re.compile(r"[.!?][\"”’)]?\s{1,20}(?=[A-Z“\"‘(])|\n\s{0,99}\n")
_WORD = re.compile(r"[^\W\d_]{5,}")
_PARTS = frozenset({"START", "MID", "END"})
_LAST = date(9999, 12, 31)
# In a text that looks back on "early this year", a month up to this one without a year is this year's: last year's
# would be half a year back, and the text would say so.
LATEST_OWN_MONTH = 8


@dataclass(frozen=True, slots=True)
class _Dated:
    """A mention with the days that it covers."""

    mention: TimeMention
    start: date
    end: date

    @property
    def text(self) -> str:
        return f"“{self.mention.span.text}”"


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The expressions of a text, sorted by what they say about the day of publication."""

    text: str
    ends: tuple[int, ...]  # of sentences
    past: tuple[_Dated, ...]  # with their own year, told as past
    planned: tuple[_Dated, ...]  # with their own year, in prospect
    bare: tuple[TimeMention, ...]  # months and seasons without a year
    this_year: tuple[TimeMention, ...]
    last_year: tuple[TimeMention, ...]

    def sentence(self, mention: TimeMention) -> int:
        """The number of the sentence that holds the mention."""
        return bisect_right(self.ends, mention.span.start)

    def before(self, mention: TimeMention) -> str:
        """The words before a mention in its sentence, at most REACH characters."""
        i = self.sentence(mention)
        start = max(self.ends[i - 1] if i else 0, mention.span.start - REACH)
        return self.text[start : mention.span.start]

    def near(self, mention: TimeMention) -> str:
        """The words before and right after a mention, without itself."""
        after = self.text[mention.span.end : mention.span.end + REACH]
        return self.before(mention) + " " + _END_OF_SENTENCE.split(after)[0]

    def around(self, mention: TimeMention) -> frozenset[str]:
        """Common words before and right after a mention; names are left out."""
        return frozenset(word for word in _WORD.findall(self.near(mention)) if word.islower())


def infer_published(document: Document, times: Sequence[TimeMention]) -> DateBounds | None:
    """The first and last day on which the text can have been published; None when it fixes neither."""
    dateline = dateline_date(document, (), times)
    if dateline is not None and dateline.period is not None:
        return DateBounds(dateline.period.start, dateline.period.end, (f"date line “{dateline.span.text}”",))
    evidence = _sorted(document.text, times)
    reasons: list[str] = []
    earliest, latest = _from_dates(evidence, reasons)
    year = _year(evidence, reasons)
    if year is not None:
        low, high = max(earliest or date.min, date(year, 1, 1)), min(latest or _LAST, date(year, 12, 31))
        earliest, latest = _within_year(evidence, low, high, reasons)
    if earliest is not None and latest is not None and earliest > latest:
        return None
    return DateBounds(earliest, latest, tuple(reasons)) if earliest or latest else None


def _sorted(text: str, times: Sequence[TimeMention]) -> _Evidence:
    past: list[_Dated] = []
    planned: list[_Dated] = []
    groups: dict[str, list[TimeMention]] = {"bare": [], "this-year": [], "last-year": []}
    entries = lexicon.load("times").entries
    for mention in times:
        name = mention.reasons[0].rule.partition("/")[2] if mention.reasons else ""
        if name not in entries or mention.type in {TimexType.SET, TimexType.DURATION}:
            continue
        said = entries[name].get("evidence")
        if said in groups:
            groups[said].append(mention)
        elif mention.anchor == "text":
            dated = _own_days(mention)
            if dated is not None and _prospect(mention) == PLANNED and not _quoted(text, mention):
                planned.append(dated)
            elif dated is not None and not _prospect(mention):
                past.append(dated)
        elif name in _BARE:
            groups["bare"].append(mention)
    ends = tuple(match.end() for match in _END_OF_SENTENCE.finditer(text))
    rest = (tuple(group[:MOST]) for group in groups.values())
    return _Evidence(text, ends, tuple(past), tuple(planned), *rest)


def _own_days(mention: TimeMention) -> _Dated | None:
    """The days of a mention that is as fine as a season; only its own, not those of a stretch it ends."""
    period = mention.period
    if period is None or period.start is None:
        return None
    if period.grain not in _FINE and (period.grain is not Grain.YEAR or mention.mod not in _PARTS):
        return None
    return _Dated(mention, period.start, period.end or period.start)


def _prospect(mention: TimeMention) -> str:
    """The reason that puts a mention after the day of publication, "" for none."""
    return next((reason.rule for reason in mention.reasons if reason.rule in {PLANNED, POSSIBLE}), "")


def _quoted(text: str, mention: TimeMention) -> bool:
    """True within quotation marks: what is planned there may have been planned long ago."""
    start = max(mention.span.start - QUOTE_REACH, text.rfind("\n", 0, mention.span.start) + 1)
    line = text[start : mention.span.start]
    return line.rfind("“") > line.rfind("”") or line.count('"') % 2 == 1


def _from_dates(evidence: _Evidence, reasons: list[str]) -> tuple[date | None, date | None]:
    """Bounds from dates that carry their year."""
    earliest = latest = None
    past = [dated for dated in evidence.past if dated.mention.relation in {"during", "since", "after"}]
    past = [dated for dated in past if _told(evidence, dated.mention)]
    if past:
        last = max(past, key=lambda dated: dated.start)
        earliest = last.start
        reasons.append(f"{last.text} is told as past: not before {earliest}")
    ahead = [dated for dated in evidence.planned if earliest is None or dated.end > earliest]
    if ahead:
        first = min(ahead, key=lambda dated: dated.end)
        latest = first.end
        reasons.append(f"{first.text} is told as planned: not after {latest}")
    return earliest, latest


def _told(evidence: _Evidence, mention: TimeMention) -> bool:
    """True where a past verb stands near the mention, and no word of planning: "the May 2026 vote" is no past."""
    near = set(fold(evidence.near(mention)).split())
    endings = tuple(words_of("pastending"))
    past = any(word in words_of("pastverb") or word.endswith(endings) for word in near)
    return past and near.isdisjoint(words_of("planverb"))


def _year(evidence: _Evidence, reasons: list[str]) -> int | None:
    """The year after a written one, when enough evidence makes that one "last year" and none is later."""
    years = sorted({dated.start.year for dated in evidence.past}, reverse=True)
    for last in years[:2]:
        points, why = _points(evidence, [dated for dated in evidence.past if dated.start.year == last][:MOST])
        if points >= ENOUGH and years[0] <= last + 1 <= date.max.year:
            reasons.append(f"{why}: published in {last + 1}")
            return last + 1
    return None


def _points(evidence: _Evidence, dated: list[_Dated]) -> tuple[int, str]:
    """Evidence that the year of these dates is "last year", and the words that carry it."""
    told = [d for d in dated if "since" not in fold(evidence.before(d.mention)).split()]
    steps = [
        (d, m)
        for d in told
        for m in (*evidence.this_year, *_wrapping(evidence, d))
        if evidence.sentence(d.mention) == evidence.sentence(m)
    ]
    points, why = 0, []
    for d, mention in steps:
        low, high = sorted((d.mention.span, mention.span))
        if not words_of("additive").isdisjoint(fold(evidence.text[low.end : high.start]).split()):
            # What goes on "early this year", or in January, from a fall cannot lie in the year of that fall.
            later = low is d.mention.span and (
                mention in evidence.bare or (mention.mod == "START" and d.start.month > 4)
            )
            points = max(points, 2 if later else 1)
            why = [f"“{mention.span.text}” goes on from {d.text}"]
    beside = {evidence.sentence(d.mention) for d, _ in steps}
    totals = [m for m in evidence.last_year if m.relation == "since"]
    if any(abs(evidence.sentence(m) - i) <= 2 for m in totals for i in beside):
        points += 1  # a total "since last year" stands beside its parts
        why.append(f"“since {totals[0].span.text}” stands beside {steps[0][0].text}")
    events = [(d, evidence.around(d.mention)) for d in told]
    shared = [(m, d) for m in evidence.last_year for d, words in events if words & evidence.around(m)]
    if shared:
        points += 1
        why.append(f"“{shared[0][0].span.text}” and {shared[0][1].text} date the same")
    if len({d.start.year for d in evidence.past}) == 1 or len({d.mention.value for d in dated}) > 1:
        points += 1  # no other year is as much in play
    if any(not _prospect(mention) for mention in evidence.bare):
        points += 1  # months of the current year need no year; these did
    return points if why else 0, "; ".join(why)


def _wrapping(evidence: _Evidence, dated: _Dated) -> list[TimeMention]:
    """Months without a year that can follow a date only in the next year: January, after "October 2022"."""
    periods = [(m, _days_in(m, dated.start.year)) for m in evidence.bare if m.span.start >= dated.mention.span.end]
    return [m for m, period in periods if period is not None and period.end is not None and period.end < dated.start]


def _within_year(evidence: _Evidence, low: date, high: date, reasons: list[str]) -> tuple[date, date]:
    """Bounds narrowed by months and seasons without a year, the year being known."""
    earliest, earlier = low, ""
    latest, later = high, ""
    marked = [dated.start.month for dated in evidence.past if dated.start.year == low.year - 1]
    looks_back = any(mention.mod == "START" or "earlier" in fold(mention.span.text) for mention in evidence.this_year)
    own = max([*marked, LATEST_OWN_MONTH if looks_back else 0])
    for mention in evidence.bare:
        period = _days_in(mention, low.year)
        if period is None or period.start is None or period.end is None:
            continue
        if _prospect(mention):
            if low <= period.end < latest:
                latest, later = period.end, mention.span.text
        elif mention.relation not in {"until", "before"} and period.start.month <= own:
            start = period.end + timedelta(days=1) if mention.relation == "by" else period.start
            if earliest < start <= high:
                earliest, earlier = start, mention.span.text
    if earliest > latest:
        return low, high
    if earlier:
        reasons.append(f"“{earlier}” needs no year beside dates of {low.year - 1}: not before {earliest}")
    if later:
        reasons.append(f"“{later}” is told as still to come: not after {latest}")
    return earliest, latest


def _days_in(mention: TimeMention, year: int) -> Period | None:
    """The days that a month or season without a year covers in that year; None for a winter, which has two."""
    rest = (mention.value or "")[5:]
    part = mention.mod if mention.mod in {"START", "MID", "END"} else None
    if rest[:2].isdigit() and rest[3:5].isdigit():
        return calendar.of_day(year, int(rest[:2]), int(rest[3:5])).period
    if rest[:2].isdigit():
        return calendar.of_month(year, int(rest[:2]), part).period
    if rest[:2] in {"SP", "SU", "FA"}:
        return calendar.of_season(year, rest[:2], part, mention.reasons[0].rule == "times/season-end").period
    return None
