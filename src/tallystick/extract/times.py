"""TIMEX3 expressions, resolved against the publication date, else against what the text itself fixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tallystick.extract.datelines import dateline_date
from tallystick.extract.published import infer_published
from tallystick.extract.timecontext import Resolved, is_narrative
from tallystick.extract.timejoins import Timex
from tallystick.extract.timevalues import resolve
from tallystick.extract.timexes import find
from tallystick.model.mentions import Reason, TimeMention, TimexType
from tallystick.model.text import Document, Sentence
from tallystick.model.values import Period

__all__ = ["dateline_date", "find_times"]


def find_times(document: Document, sentences: Sequence[Sentence]) -> tuple[TimeMention, ...]:
    """Every TIMEX3 expression of the document, in text order.

    What leans on the day of publication ("Friday", "last week", "April") is resolved against
    document.published, else against the date line, else against the interval inferred from the text as far as
    both its ends give the same value. In a text that tells a history, dates without a year take the year in play.
    A period holds both ends of a stretch for both of its dates ("between 3 and 5 May"); after "since" it has no
    end. span leaves out the preposition, which is in relation.
    """
    timexes = find(document.text, sentences)
    if not timexes:
        return ()
    if document.published is not None:
        return _mentions(document, timexes, _resolved(timexes, document.published))
    unknown = _resolved(timexes, None)
    mentions = _mentions(document, timexes, unknown)
    dateline = dateline_date(document, sentences, mentions)
    if dateline is not None and dateline.period is not None and dateline.period.start is not None:
        return _mentions(document, timexes, _resolved(timexes, dateline.period.start), "dateline")
    bounds = infer_published(document, mentions)
    if bounds is None or bounds.earliest is None or bounds.latest is None:
        return mentions
    low, high = _resolved(timexes, bounds.earliest), _resolved(timexes, bounds.latest)
    agreed = [_agreed(a, b, c) for a, b, c in zip(low, high, unknown, strict=True)]
    return _mentions(document, timexes, agreed, "inferred")


def _agreed(low: Resolved, high: Resolved, unknown: Resolved) -> Resolved:
    """What both ends of the interval of publication give; else what no date of publication gives."""
    if low.value != high.value or low.value is None:
        return unknown
    if low.period is None or high.period is None:
        return replace(high, period=None)
    starts, ends = (low.period.start, high.period.start), (low.period.end, high.period.end)
    start = min(s for s in starts if s) if all(starts) else None
    end = max(e for e in ends if e) if all(ends) else None
    return replace(high, period=Period(start, end, high.period.grain))


def _resolved(timexes: list[Timex], today: date | None) -> list[Resolved]:
    fresh = [timex.fresh() for timex in timexes]
    return resolve(fresh, today, is_narrative(fresh, today))


def _mentions(
    document: Document, timexes: list[Timex], resolutions: list[Resolved], published: str = "published"
) -> tuple[TimeMention, ...]:
    mentions = []
    for i, (timex, resolved) in enumerate(zip(timexes, resolutions, strict=True)):
        relation = timex.relation if timex.relation not in {"from", "between"} else "during"
        period = resolved.period
        if timex.stretch and timex.joined:
            period = _whole(resolutions, i, timex.joined)
        elif timex.relation == "since":
            period = Period(period.start, None, period.grain) if period and period.start else None
        span = document.span(timex.start, timex.end)
        reasons = [Reason("period", timex.entry.id, span, str(resolved.value))]
        if timex.relation_rule:
            reasons.append(Reason("period", timex.relation_rule, span, relation))
        if timex.future:
            reasons.append(Reason("period", timex.future, span, "future"))
        anchor = published if resolved.anchor == "published" else resolved.anchor
        kind = _type(timex, resolved)
        mentions.append(TimeMention(span, kind, resolved.value, period, resolved.mod, relation, anchor, tuple(reasons)))
    return tuple(mentions)


def _whole(resolutions: list[Resolved], i: int, joined: int) -> Period | None:
    """The stretch from the first of two joined dates to the second."""
    first, second = (i, i + 1) if joined == 1 else (i - 1, i)
    if not 0 <= first < second < len(resolutions):
        return resolutions[i].period
    start, end = resolutions[first].period, resolutions[second].period
    if start is None or end is None or start.start is None or end.end is None or start.start > end.end:
        return resolutions[i].period
    return Period(start.start, end.end, end.grain)


def _type(timex: Timex, resolved: Resolved) -> TimexType:
    if "type" in timex.entry.fields:
        return TimexType(timex.entry.get("type"))
    value = resolved.value or ""
    return TimexType.TIME if "T" in value and not value.startswith("P") and "REF" not in value else TimexType.DATE
