"""Drafts of claims: what one sentence counts, before it is known who says so, where and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tallystick.extract.implicit import Implied, implied
from tallystick.extract.measures import find_frames
from tallystick.extract.phrases import Phrase, Phrases
from tallystick.extract.populations import kind_of, population_of
from tallystick.extract.relations import Region, part_regions
from tallystick.extract.slots import Figures, Slot, slots
from tallystick.model.claims import Claim, Population
from tallystick.model.mentions import CountMention, Reason, TimeMention
from tallystick.model.syntax import Parse, Token
from tallystick.model.text import Span
from tallystick.model.values import Count, Form, Measure

Key = tuple[int, int, Measure]
_NAMES = ("NNP", "NNPS")


@dataclass(frozen=True, slots=True)
class Draft:
    """One figure of a sentence with its measure and population. part_of is the key of the claim it is part of."""

    count: Count
    figure: Span
    measure: Measure
    measure_span: Span
    trigger: Token
    span: Span
    population: Population | None
    actor: Population | None
    negated: bool
    reasons: tuple[Reason, ...]
    part_of: Key | None = None
    part_cue: Span | None = None

    @property
    def key(self) -> Key:
        """What two drafts of the same figure share."""
        return (self.figure.start, self.figure.end, self.measure)


def drafts_of(
    parse: Parse, counts: Sequence[CountMention], times: Sequence[TimeMention], before: Sequence[Claim]
) -> list[Draft]:
    """The drafts of a sentence, in text order. before are the claims of earlier sentences."""
    phrases = Phrases(parse, counts, times)
    figures = Figures(counts, parse, phrases)
    frames = find_frames(parse, phrases)
    found = [d for slot in _named_together(slots(frames, figures), phrases) if (d := _draft(slot, parse, phrases))]
    found = _once(found)
    regions = part_regions(parse)
    if regions:
        found = _parts(found, regions, figures, before)
    return sorted(found, key=lambda d: (d.figure.start, d.span.start))


def _once(found: Sequence[Draft]) -> list[Draft]:
    seen: dict[Key, Draft] = {}
    for draft in found:
        seen.setdefault(draft.key, draft)
    return list(seen.values())


def _draft(slot: Slot, parse: Parse, phrases: Phrases) -> Draft | None:
    frame, phrase = slot.frame, slot.phrase
    count, figure, reasons = _counted(slot, parse, phrases)
    if count is None or figure is None:
        return None
    if frame.entry is not None and frame.entry.get("needs_number") and slot.mention is None:
        return None
    measure_span = frame.words or parse.span(frame.trigger, frame.trigger)
    head = frame.population if frame.population is not None else slot.head
    if head.i == frame.trigger.i:
        population = _of_noun(phrase, parse, phrases)
    else:
        population = population_of(head, parse, phrases)
    actor = population_of(frame.actors[0], parse, phrases) if frame.actors else None
    pieces = [figure, measure_span]
    if phrase is not None:
        pieces.append(parse.span(parse[phrase.first], parse[phrase.last]))
    start, end = min(p.start for p in pieces), max(p.end for p in pieces)
    base = parse.sentence.start
    span = parse.sentence.span(start - base, end - base)
    return Draft(
        count,
        figure,
        frame.measure,
        measure_span,
        frame.trigger,
        span,
        population,
        actor,
        frame.negated,
        (*reasons, *frame.reasons),
    )


def _counted(slot: Slot, parse: Parse, phrases: Phrases) -> tuple[Count | None, Span | None, tuple[Reason, ...]]:
    if slot.mention is not None:
        count = slot.mention.count
        if count.unit is None:
            count = replace(count, unit=_unit(slot, parse))
        return count, slot.mention.span, slot.mention.reasons
    found: Implied | None = implied(slot.frame, slot.head, slot.phrase, parse, phrases)
    if found is None or slot.phrase is None:
        return None, None, ()
    span = parse.span(parse[slot.phrase.first], parse[slot.phrase.last])
    return found.count, span, (Reason("count", found.rule, span, span.text),)


def _unit(slot: Slot, parse: Parse) -> str | None:
    kind = kind_of(slot.head, parse)
    if kind is not None and kind.unit is not None:
        return kind.unit
    return "person"


def _of_noun(phrase: Phrase | None, parse: Parse, phrases: Phrases) -> Population | None:
    """The population that modifies a measure's noun: "civilian deaths", "troop losses"."""
    if phrase is None:
        return None
    for i in range(phrase.head - 1, phrase.first - 1, -1):
        kind = kind_of(parse[i], parse)
        if kind is not None and kind.of in ("people", "combatants"):
            span = parse.span(parse[i], parse[i])
            return Population(span.text, span, None, kind.status, kind.sex, kind.age, None, kind.occupation)
    return None


def _named_together(found: Sequence[Slot], phrases: Phrases) -> list[Slot]:
    return list(found)


def _parts(found: list[Draft], regions: Sequence[Region], figures: Figures, before: Sequence[Claim]) -> list[Draft]:
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
    left = [d for d in found if d.figure.end <= region.cue.start and d.part_of is None and d.count.high != 0]
    plural = [d for d in left if d.count.low is None or d.count.low > 1 or d.count.high is None]
    if plural:
        nearest = max(
            plural, key=lambda d: max(d.figure.end, d.measure_span.end if d.measure_span.end <= region.cue.start else 0)
        )
        return nearest.measure, nearest.key, nearest
    earlier = [c for c in before if c.count.low != 1 and not c.relations and c.measure in _PART_MEASURES]
    if region.opens and earlier:
        claim = earlier[-1]
        return claim.measure, (claim.count_span.start, claim.count_span.end, claim.measure), None
    if not region.opens:
        right = [d for d in found if d.figure.start >= region.end]
        if right:
            return right[0].measure, right[0].key, right[0]
    return None


_PART_MEASURES = (
    Measure.KILLED,
    Measure.WOUNDED,
    Measure.CASUALTIES,
    Measure.CAPTURED,
    Measure.DETAINED,
    Measure.ABDUCTED,
)


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
