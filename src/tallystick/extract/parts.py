"""Figures that count some of those another figure counts: "including three children", "two of them women"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tallystick.extract.draft import Draft, Key
from tallystick.extract.phrases import Phrase, Phrases
from tallystick.extract.populations import kind_of, population_of
from tallystick.extract.relations import Region, part_regions, parts_before, totals
from tallystick.extract.slots import Figures
from tallystick.lexicon import load
from tallystick.model.claims import Claim
from tallystick.model.mentions import CountMention, Reason
from tallystick.model.syntax import Parse
from tallystick.model.values import Count, Form, Measure

_PART_MEASURES = (
    Measure.KILLED,
    Measure.WOUNDED,
    Measure.CASUALTIES,
    Measure.CAPTURED,
    Measure.DETAINED,
    Measure.ABDUCTED,
)


def with_parts(found: list[Draft], figures: Figures, before: Sequence[Claim]) -> list[Draft]:
    """The drafts, those that are parts marked so, and drafts for parts that no frame counted."""
    found = _listed(found, part_regions(figures.parse), figures, before)
    found = _counted_before(found, parts_before(figures.parse), figures, before)
    return _totals(found, totals(figures.parse), figures, before)


def _totals(found: list[Draft], cues: Sequence[Region], figures: Figures, before: Sequence[Claim]) -> list[Draft]:
    """Figures that state the whole so far, of what was told just before: "bringing the total to 41"."""
    parse, phrases = figures.parse, figures.phrases
    for region in cues:
        tokens = parse.at(region.cue.start, region.cue.end)
        phrase = phrases.starting_at(tokens[-1].i + 1) if tokens and tokens[-1].i + 1 < len(parse) else None
        mention = figures.in_phrase(phrase) if phrase is not None else None
        if phrase is None or mention is None or mention.count.unit not in (None, "person"):
            continue
        own = next((d for d in found if d.figure == mention.span), None)
        told = [
            d for d in found if d.figure.end <= region.cue.start and d.part_of is None and d.measure in _PART_MEASURES
        ]
        same = [d for d in told if own is None or d.measure is own.measure]
        last = None if same else _last_told(before, own)
        if same:
            key, measure = same[-1].key, same[-1].measure
        elif last is not None:
            key, measure = (last.count_span.start, last.count_span.end, last.measure), last.measure
        else:
            continue
        if own is None:
            own = _part(phrase, mention, measure, region, parse, phrases, same[-1] if same else None)
            if own is None:
                continue
            found.append(own)
        found[found.index(own)] = replace(own, total_of=key, part_cue=region.cue)
    return found


def _last_told(before: Sequence[Claim], own: Draft | None) -> Claim | None:
    """The last claim of an earlier sentence that a total can add up."""
    for claim in reversed(before):
        if claim.measure in _PART_MEASURES and (own is None or claim.measure is own.measure):
            return claim
    return None


def _counted_before(
    found: list[Draft], cues: Sequence[Region], figures: Figures, before: Sequence[Claim]
) -> list[Draft]:
    """Parts whose figure stands before the cue: "nine died, two of them children"."""
    parse, phrases = figures.parse, figures.phrases
    for region in cues:
        tokens = parse.at(region.cue.start, region.cue.end)
        part = phrases.at(tokens[0].i - 1) if tokens and tokens[0].i else None
        mention = figures.in_phrase(part) if part is not None else None
        if mention is None and tokens and tokens[-1].i + 1 < len(parse):
            part = phrases.starting_at(tokens[-1].i + 1)  # "nine died, of whom four were women"
            mention = figures.in_phrase(part) if part is not None else None
        if part is None or mention is None or mention.count.unit not in (None, "person"):
            continue
        own = next((d for d in found if d.figure == mention.span), None)
        whole = _whole([d for d in found if d is not own and d.figure.end <= mention.span.start], region, before)
        if whole is None and own is not None:
            model = _uncounted_whole(own, mention, found, figures)
            if model is not None:
                found.append(model)
                whole = model.measure, model.key, model
        if whole is None:
            continue
        measure, key, model = whole
        behind = parse[tokens[-1].i + 1].lower if tokens and tokens[-1].i + 1 < len(parse) else ""
        if behind in load("measures").words_of("fatally"):
            measure = Measure.KILLED  # "six were shot, two of them fatally"
        if own is not None and own.measure is measure:
            found[found.index(own)] = replace(own, part_of=key, part_cue=region.cue)
            continue
        if own is not None or parse[part.head].dep == "pobj":  # "according to one of them"
            continue
        after = phrases.starting_at(tokens[-1].i + 1) if tokens[-1].i + 1 < len(parse) else None
        made = _part(part, mention, measure, region, parse, phrases, model)
        if made is not None:
            who = population_of(parse[after.head], parse, phrases) if after is not None else None
            found.append(replace(made, population=who or made.population, part_of=key, part_cue=region.cue))
    return found


def _uncounted_whole(own: Draft, mention: CountMention, found: Sequence[Draft], figures: Figures) -> Draft | None:
    """The whole that the verb's subject hides: in "six boys - two of them twins - were killed" the parser sees two."""
    parse, phrases = figures.parse, figures.phrases
    taken = {d.figure.start for d in found}
    for phrase in reversed(phrases.all):
        whole = figures.in_phrase(phrase)
        if whole is None or whole.span.end > mention.span.start or whole.span.start in taken:
            continue
        if whole.span.end <= own.trigger.start < mention.span.start:
            return None  # "fired on six boys and killed two of them": nothing says that all six died
        kind = kind_of(parse[phrase.head], parse)
        if kind is None or kind.of not in ("people", "combatants", "victims", "groups"):
            return None
        who = population_of(parse[phrase.head], parse, phrases)
        base = parse.sentence.start
        start, end = whole.span.start, max(whole.span.end, parse[phrase.last].end)
        words = parse.sentence.span(start - base, end - base)
        count = replace(whole.count, unit="person")
        return replace(own, count=count, figure=whole.span, span=words, population=who)
    return None


def _listed(found: list[Draft], regions: Sequence[Region], figures: Figures, before: Sequence[Claim]) -> list[Draft]:
    """Drafts inside a list of parts marked so, and drafts for parts that no frame counted."""
    parse, phrases = figures.parse, figures.phrases
    for region in regions:
        whole = _whole(found, region, before)
        if whole is None:
            continue
        measure, key, model = whole
        inside = [d for d in found if region.start <= d.figure.start < region.end]
        for draft in inside:
            if draft.measure is measure and draft.key != key:
                found[found.index(draft)] = replace(draft, part_of=key, part_cue=region.cue)
        taken = {d.figure.start for d in inside}
        for phrase in phrases.all:
            at = parse[phrase.first].start
            if not region.start <= at < region.end:
                continue
            mention = figures.in_phrase(phrase)
            if mention is not None and mention.span.start in taken:
                continue
            if at in taken:
                continue
            part = _part(phrase, mention, measure, region, parse, phrases, model)
            if part is not None:
                found.append(replace(part, part_of=key, part_cue=region.cue))
    return found


def _whole(found: Sequence[Draft], region: Region, before: Sequence[Claim]) -> tuple[Measure, Key, Draft | None] | None:
    """The measure and key of the figure that the list is part of."""
    told = region.entry.get("measure")
    if told is not None:
        found = [d for d in found if d.measure == told]
        before = [c for c in before if c.measure == told]
    left = [d for d in found if d.figure.end <= region.cue.start and d.part_of is None and d.count.high != 0]
    plural = [d for d in left if d.count.low is None or d.count.low > 1 or d.count.high is None]
    if plural:
        nearest = max(
            plural, key=lambda d: max(d.figure.end, d.measure_span.end if d.measure_span.end <= region.cue.start else 0)
        )
        return nearest.measure, nearest.key, nearest
    opened = reversed(before) if region.opens else ()
    earlier = (c for c in opened if c.count.low != 1 and not c.relations and c.measure in _PART_MEASURES)
    if (claim := next(earlier, None)) is not None:
        return claim.measure, (claim.count_span.start, claim.count_span.end, claim.measure), None
    if not region.opens:
        right = [d for d in found if d.figure.start >= region.end]
        if right:
            return right[0].measure, right[0].key, right[0]
    return None


def _part(
    phrase: Phrase,
    mention: CountMention | None,
    measure: Measure,
    region: Region,
    parse: Parse,
    phrases: Phrases,
    model: Draft | None,
) -> Draft | None:
    head = parse[phrase.head]
    kind = kind_of(head, parse)
    if kind is None or kind.of not in ("people", "combatants", "victims"):
        if mention is None or (kind is not None and kind.of in ("things", "weapons", "events", "goods")):
            return None
        if kind is None and head.tag not in ("NNS", "CD"):
            return None
    trigger = model.trigger if model is not None else head
    words = model.measure_span if model is not None else region.cue
    if mention is not None:
        if mention.count.unit not in (None, "person"):
            return None
        count, figure = replace(mention.count, unit="person"), mention.span
    elif head.tag == "NNS":
        figure = parse.span(parse[phrase.first], parse[phrase.last])
        count = Count(2, None, form=Form.IMPLICIT_PLURAL, unit="person")
    elif head.tag == "NN" and parse[phrase.first].lower in ("a", "an", "one", "his", "her", "the"):
        figure = parse.span(parse[phrase.first], parse[phrase.last])
        count = Count(1, 1, 1, Form.SINGLE, unit="person")
    else:
        return None
    whole = parse.span(parse[phrase.first], parse[phrase.last])
    start, end = min(whole.start, figure.start), max(whole.end, figure.end)
    base = parse.sentence.start
    reasons = (*(mention.reasons if mention else ()), Reason("relation", region.entry.id, region.cue, "part of"))
    return Draft(
        count,
        figure,
        measure,
        words,
        trigger,
        parse.sentence.span(start - base, end - base),
        population_of(head, parse, phrases),
        model.actor if model else None,
        model.negated if model else False,
        reasons,
    )
