"""Figures in the text, with the words that say what they leave open."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from tallystick.extract.comparators import SURE_FROM, Cue, Cues, interval
from tallystick.extract.figures import Figure, find_figures
from tallystick.extract.nouns import noun_of
from tallystick.extract.units import unit_after
from tallystick.extract.vague import POLICY, Vague, find_vague
from tallystick.extract.words import Words, class_of
from tallystick.lexicon import Entry, Matcher, fold, load
from tallystick.model.mentions import CountMention, Reason
from tallystick.model.syntax import Parse
from tallystick.model.text import Sentence
from tallystick.model.values import Count, Form, Mod, Number

__all__ = ["find_counts", "noun_of"]

_DIGIT = re.compile(r"\d")
# "2,300 out of the 9,000", "a third of some 40": how many words may stand between a part and its whole.
TO_WHOLE = 5
# A parse of a "sentence" this long is a table's or noise; the words alone are read.
LONGEST_PARSED = 1000


@lru_cache(maxsize=1)
def _triggers() -> Matcher:
    losses = load("vague")["heavy-losses"]
    nouns = replace(losses, words=tuple(losses.get("nouns")))
    return Matcher([*load("numerals"), *load("vague"), nouns])


def find_counts(sentence: Sentence, parse: Parse | None = None) -> tuple[CountMention, ...]:
    """Every figure of the sentence, in text order; dates, ages, names and idioms left out.

    A measured quantity ("12 km", "$5 million", "three days") has a unit; people and things that are counted
    one by one have none. A parse only settles words with two uses ("one", "over", "some").
    """
    folded = fold(sentence.text)
    if not _DIGIT.search(folded) and not _triggers().any(folded):
        return ()
    words = Words.cut(sentence.text, folded)
    if parse is not None and len(parse) > LONGEST_PARSED:
        parse = None
    reading = _Reading(sentence, words, Cues.of(words, parse), parse)
    figures = find_figures(words, parse)
    wholes = _wholes(words, figures)
    mentions, taken = [], set[int]()
    for i, figure in enumerate(figures):
        mention = _mention(reading, figure, wholes.get(i))
        mentions.append(mention)
        base = sentence.start
        taken.update(
            k
            for k in range(max(0, figure.first - 6), min(len(words), figure.last + 6))
            if mention.span.start - base <= words[k].start < mention.span.end - base
        )
    begins = {figure.begin: figure for figure in figures}
    for vague in find_vague(words, taken, parse):
        following = (begins.get(vague.last + 2), begins.get(vague.last + 3))
        whole = next((f.low for f in following if f is not None and _whole_of_vague(words, vague, f)), None)
        mentions.append(_vague_mention(reading, vague, whole))
    return tuple(sorted(mentions, key=lambda m: (m.number.start, m.number.end)))


@dataclass(frozen=True, slots=True)
class _Reading:
    sentence: Sentence
    words: Words
    cues: Cues
    parse: Parse | None

    def sides(self, figure: Figure) -> tuple[list[Cue], list[Cue]]:
        """The comparators left and right of a figure."""

        def sure(entry: Entry) -> bool:
            if figure.unit and figure.unit_rule.endswith("/time"):
                return entry.name != "over"
            return bool(figure.unit) or figure.high >= SURE_FROM or figure.share

        left = self.cues.left(figure.begin, sure)
        right = self.cues.right(figure.last)
        if not right and figure.close > figure.last:
            right = self.cues.right(figure.close)
        return left, right


def _mention(reading: _Reading, figure: Figure, whole: Number | None) -> CountMention:
    left, right = reading.sides(figure)
    cues = left + right
    bounding = [cue for cue in cues if cue.mod is not None]
    # "up to about 40" is bounded first of all: the cue that leaves a side open wins over one that blurs.
    cue = next((c for c in bounding if c.form is Form.BOUNDED), bounding[0] if bounding else None)
    added = any(c.form is Form.ADDITIVE for c in cues)
    words = reading.words
    start = min([words[figure.begin].start, *(c.start for c in left)])
    end = max([words[figure.close].end, *(c.end for c in right)])
    reasons = [Reason("count", rule, reading.sentence.span(a, b)) for rule, a, b in figure.reasons]
    reasons += [Reason("count", c.entry.id, reading.sentence.span(c.start, c.end)) for c in cues]
    if figure.rate is not None:
        reasons.append(Reason("accumulation", "units/rate-words", reading.sentence.span(*figure.rate)))
    count = _count(figure, cue, whole)
    if cue is not None:
        count = replace(count, comparator=words.raw[cue.start : cue.end], mod=cue.mod)
    if added:
        count = replace(count, form=Form.ADDITIVE)
    number_span = reading.sentence.span(words[figure.first].start, words[figure.last].end)
    return CountMention(reading.sentence.span(start, end), number_span, count, tuple(reasons))


def _count(figure: Figure, cue: Cue | None, whole: Number | None) -> Count:
    discrete = figure.unit is None
    if figure.share or figure.unit == "percent":
        return _fraction(figure, cue, whole)
    form = cue.form if cue else Form.CARDINAL
    if figure.low != figure.high:
        # "about 25 to 40" keeps the ends as written: the range says how sure its author is.
        low: Number | None = figure.low
        high: Number | None = figure.high
        if cue and cue.mod in (Mod.EQUAL_OR_LESS, Mod.LESS_THAN) and cue.form is Form.BOUNDED:
            low, high = None, interval(figure.high, cue, discrete)[1]
        elif cue and cue.mod in (Mod.EQUAL_OR_MORE, Mod.MORE_THAN):
            low, high = interval(figure.low, cue, discrete)[0], None
        return Count(low, high, None, Form.RANGE, unit=figure.unit, whole=whole)
    low, high = interval(figure.low, cue, discrete)
    return Count(low, high, figure.low, form, unit=figure.unit, whole=whole)


def _fraction(figure: Figure, cue: Cue | None, whole: Number | None) -> Count:
    """A share: of a stated whole in items, otherwise in its own unit ("percent", "share").

    value is the number of items where it is exact, None where it is not. Without a whole all are shares: what
    makes a claim of them must leave both ends open, so that a share never passes for a number of people.
    """
    if whole is None:
        value = figure.low if figure.low == figure.high else None
        low, high = interval(figure.low, cue, False)[0], interval(figure.high, cue, False)[1]
        return Count(low, high, value, Form.FRACTION, unit=figure.unit or "share")
    part = whole / 100 if figure.unit == "percent" else whole
    low, high = interval(figure.low * part, cue, False)[0], interval(figure.high * part, cue, False)[1]
    floor = None if low is None else math.floor(low + 1e-9)
    ceiling = None if high is None else math.ceil(high - 1e-9)
    exact = floor if floor == ceiling and cue is None else None
    return Count(floor, ceiling, exact, Form.FRACTION, whole=whole)


def _wholes(words: Words, figures: Sequence[Figure]) -> dict[int, Number]:
    """The stated whole of each figure that has one: index -> whole."""
    found: dict[int, Number] = {}
    for i, (part, whole) in enumerate(pairwise(figures)):
        if whole.share or whole.unit or whole.low != whole.high or part.unit not in (None, "percent"):
            continue
        if _part_of(words, part, whole):
            found[i] = whole.low
        elif _leads(words, part, whole) and not part.unit:
            found[i + 1] = part.low
    return found


def _part_of(words: Words, part: Figure, whole: Figure) -> bool:
    """True for "12 of the 40", "2,300 out of the 9,000", "half the 40"."""
    between = range(part.close + 1, whole.begin)
    if not 1 <= len(between) <= TO_WHOLE:
        return False
    texts = [words.text(i) for i in between]
    if texts[0] == "out":
        texts = texts[1:]
    fillers = class_of("comparators", "fillers") | class_of("units", "determiners")
    if texts and texts[0] in ("of", "from") and (part.share or part.unit or part.low < whole.low):
        return all(t in fillers for t in texts[1:]) and (texts[0] == "of")
    return part.share and bool(texts) and all(t in fillers for t in texts)


def _leads(words: Words, whole: Figure, part: Figure) -> bool:
    """True for "Of the 40 held, 12 were freed"."""
    i = whole.begin - 1
    if words.text(i) in class_of("units", "determiners"):
        i -= 1
    if words.text(i) != "of" or words.text(i - 1) not in ("", ",", ";", ":", "."):
        return False
    if whole.low != whole.high or part.unit or part.share or part.high > whole.low:
        return False
    return any(words.text(j) == "," for j in range(whole.close, part.begin))


def _whole_of_vague(words: Words, vague: Vague, whole: Figure) -> bool:
    """True for "some of the 22", "dozens of the 300"."""
    if words.text(vague.last) != "of" or whole.unit or whole.low != whole.high or whole.share:
        return False
    between = [words.text(i) for i in range(vague.last + 1, whole.begin)]
    return all(t in class_of("units", "determiners") for t in between)


def _vague_mention(reading: _Reading, vague: Vague, whole: Number | None) -> CountMention:
    entry, words, sentence = vague.entry, reading.words, reading.sentence
    cues = reading.cues.left(vague.first, lambda entry: True) if entry.get("form") == "vague" else []
    cue = next((c for c in cues if c.mod is not None), None)
    unit = unit_after(words, vague.last) if entry.get("form") == "vague" else None
    start = min([vague.start, *(c.start for c in cues)])
    end = vague.end if unit is None else words[unit.last].end
    low = entry.get("low")
    form = Form(entry.get("form"))
    if any(c.form is Form.ADDITIVE for c in cues) or words.text(vague.last + 1) == "more":
        form = Form.ADDITIVE
    if cue is not None and cue.mod in (Mod.LESS_THAN, Mod.EQUAL_OR_LESS):
        low = None  # "up to several hundred" guarantees nothing
    count = Count(
        low,
        None,
        None,
        form,
        comparator=words.raw[cue.start : cue.end] if cue else None,
        mod=cue.mod if cue else None,
        unit=unit.name if unit else None,
        typical_low=entry.get("typical_low"),
        typical_high=(vague.top or entry).get("typical_high"),
        whole=whole,
    )
    reasons = [Reason("count", entry.id, sentence.span(vague.start, vague.end), note=f"{POLICY}: {entry.meaning}")]
    reasons += [Reason("count", c.entry.id, sentence.span(c.start, c.end)) for c in cues]
    if unit is not None:
        reasons.append(Reason("count", unit.rule, sentence.span(words[unit.first].start, end)))
    of = " of"
    number_end = vague.end - len(of) if words.folded[vague.start : vague.end].endswith(of) else vague.end
    return CountMention(sentence.span(start, end), sentence.span(vague.start, number_end), count, tuple(reasons))
