"""What stretch of time a claim's figure adds up: an incident, all until now, a stretch, a moment, a rate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from tallystick.lexicon import Matcher, fold, load
from tallystick.model.mentions import Reason, TimeMention, TimexType
from tallystick.model.text import Sentence, Span
from tallystick.model.values import Accumulation, Count, Form, Grain, Measure

_STOCK = (
    Measure.DEPLOYED,
    Measure.STRENGTH,
    Measure.MISSING,
    Measure.TRAPPED,
)
_LONG = (Grain.MONTH, Grain.QUARTER, Grain.SEASON, Grain.HALF, Grain.YEAR, Grain.DECADE, Grain.CENTURY)
# A stretch of two days or more: one event is over sooner.
_DAYS = re.compile(r"P(?:(?:[2-9]|\d{2,})D|[\dX]+[WMY])")
# Words this near the figure speak of it; further off they may speak of another.
_NEAR = 60
# A total's stretch may stand behind those whom it counts; its noun within so many words ("during both sides' truce").
_FAR = 160
_WORDS = 5
# Words before the noun of an event among which its article stands: "the deadly market blast".
_BEFORE = 3
# Another figure, in digits, or another clause.
_OTHER = re.compile(r"\d|;|, (?:and|but|while|whereas) ")


@cache
def _matcher() -> Matcher:
    return Matcher(load("relations").of(kind="cumulative") + load("relations").of(kind="since"))


@cache
def _parts() -> Matcher:
    return Matcher(load("relations").of(kind="part"))


@cache
def _events() -> Matcher:
    return Matcher(load("relations").of(kind="one-event"))


@cache
def _throughout() -> Matcher:
    return Matcher([load("relations")["within-a-stretch"]])


@cache
def _rates() -> Matcher:
    return Matcher(load("relations").of(kind="rate"))


def accumulation_of(
    measure: Measure,
    count: Count,
    figure: Span,
    sentence: Sentence,
    time: TimeMention | None,
    total: Span | None = None,
    times: Sequence[TimeMention] = (),
    one_event: bool = False,
) -> tuple[Accumulation, Reason]:
    """The accumulation and the rule that says so.

    total is the cue of the sentence's total ("raises the death toll to"), None where it states none: a stretch named
    behind it is that of the total, not of the figure told before it. times are those of the sentence. one_event: the
    figure is that of one_event_so_far.
    """
    told_before = total is not None and figure.end <= total.start
    if count.unit is not None and "/" in count.unit:
        return Accumulation.RATE, Reason("accumulation", "accumulation/rate", figure, count.unit)
    if measure in _STOCK:
        kind = Accumulation.INCREMENTAL if count.form is Form.ADDITIVE else Accumulation.STOCK
        return kind, Reason("accumulation", "accumulation/measure", figure, measure.value)
    if count.form is Form.ADDITIVE and measure is Measure.SENT:
        return Accumulation.INCREMENTAL, Reason("accumulation", "accumulation/additive", figure, measure.value)
    folded = fold(sentence.text)
    at = figure.start - sentence.start
    for hit in _rates().find(folded):
        after = folded[hit.end :].split(maxsplit=1)
        if 0 <= hit.start - at <= _NEAR and not (after and after[0] in hit.entry.get("not_before")):
            span = sentence.span(hit.start, hit.end)
            return Accumulation.RATE, Reason("accumulation", hit.entry.id, span, hit.word)
    for hit in _matcher().find(folded):
        if told_before and total is not None and hit.start >= total.end - sentence.start:
            continue
        if one_event and hit.entry.get("one_event"):
            continue
        if abs(hit.start - at) <= _NEAR:
            span = sentence.span(hit.start, hit.end)
            return Accumulation.CUMULATIVE, Reason("accumulation", hit.entry.id, span, hit.word)
    if total is not None and not told_before:
        for mention in times:
            if 0 <= mention.span.start - figure.end <= _NEAR and _is_stretch(mention):
                return Accumulation.CUMULATIVE, Reason("accumulation", "accumulation/total-over", mention.span, "")
        through = _lasting(folded, figure.end - sentence.start)
        if through is not None:
            span = sentence.span(*through)
            return Accumulation.CUMULATIVE, Reason("accumulation", "accumulation/total-over", span, span.text)
    if time is not None and time.relation in ("since", "until"):
        return Accumulation.CUMULATIVE, Reason("accumulation", "accumulation/open-period", time.span, time.relation)
    if time is not None and time.period is not None and time.period.grain in _LONG:
        return Accumulation.INCREMENTAL, Reason("accumulation", "accumulation/long-period", time.span, "")
    return Accumulation.INCIDENT, Reason("accumulation", "accumulation/incident", figure, "no word says otherwise")


def one_event_so_far(figure: Span, sentence: Sentence, times: Sequence[TimeMention]) -> bool:
    """True for a figure "so far" of an event that is over: "12 have died so far in the blast on Monday".

    One event is named, in the singular, with no other figure and no list of parts between; nothing in the sentence
    lasts longer.
    """
    folded = fold(sentence.text)
    if not any(hit.entry.get("one_event") for hit in _matcher().find(folded)):
        return False
    words = set(re.findall(r"[\w'-]+", folded))
    if words & load("relations").words_of("stretches") or any(
        not hit.entry.get("one_event") for hit in _matcher().find(folded)
    ):
        return False
    if any(_is_stretch(t) or (t.period is not None and t.period.grain in _LONG) for t in times):
        return False
    day = any(t.period is not None and t.period.start is not None and t.period.start == t.period.end for t in times)
    at, end = figure.start - sentence.start, figure.end - sentence.start
    for hit in _events().longest(folded):
        if hit.entry.get("dated") and not day:
            continue
        between = folded[end : hit.start] if hit.start >= end else folded[hit.end : at]
        if _OTHER.search(between) or load("numerals").matcher.any(between) or _parts().any(between):
            continue
        before = re.findall(r"'s\b|[\w-]+", folded[: hit.start])[-_BEFORE:]
        if load("relations").words_of("one-of-them") & set(before):
            return True
    return False


def _lasting(folded: str, after: int) -> tuple[int, int] | None:
    """Where the words behind a total name a state that lasts for weeks: "during the truce", or "since they came"."""
    lasting = load("relations").words_of("stretches")
    for hit in _throughout().find(folded):
        if not 0 <= hit.start - after <= _FAR:
            continue
        if hit.word == "since":
            return hit.start, hit.end
        words = re.finditer(r"[\w'-]+", folded[hit.end : hit.end + _NEAR])
        for _, word in zip(range(_WORDS), words, strict=False):
            if word[0] in lasting:
                return hit.start, hit.end + word.end()
    return None


def _is_stretch(mention: TimeMention) -> bool:
    """True for a stretch of days or more: "within 6 days", "in a month"."""
    return mention.type is TimexType.DURATION and mention.value is not None and _DAYS.match(mention.value) is not None
