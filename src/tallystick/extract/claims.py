"""Joins mentions into claims, across sentences where needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tallystick.extract.accumulation import accumulation_of
from tallystick.extract.attributions import chain_at
from tallystick.extract.counting import drafts_of
from tallystick.extract.draft import Draft
from tallystick.extract.ellipsis import filled
from tallystick.extract.factuality import judge
from tallystick.extract.interest import with_interests
from tallystick.extract.scopes import Anchor, When, place_of, pointed_at, time_of
from tallystick.extract.stance import stance_of
from tallystick.model.claims import Claim, Factuality, Relation, RelationKind, Stance, claim_id
from tallystick.model.mentions import (
    AttributionMention,
    CountMention,
    PlaceMention,
    Quotation,
    Reason,
    TimeMention,
)
from tallystick.model.syntax import Parse
from tallystick.model.text import Document, Sentence, Span
from tallystick.model.values import Accumulation, Measure, Period


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that was found in one document before claims are made. Sentences are keyed by their index."""

    document: Document
    sentences: tuple[Sentence, ...]
    parses: Mapping[int, Parse]
    counts: Mapping[int, Sequence[CountMention]]
    times: tuple[TimeMention, ...]
    places: tuple[PlaceMention, ...]
    quotations: tuple[Quotation, ...]
    attributions: tuple[AttributionMention, ...]


def assemble(mentions: Mentions) -> tuple[Claim, ...]:
    """Every claim of the document, in text order."""
    claims: list[Claim] = []
    made: dict[tuple[int, int, Measure], str] = {}
    for index in sorted(mentions.parses):
        parse = mentions.parses[index]
        times = tuple(t for t in mentions.times if _inside(t.span, parse.sentence))
        drafts = drafts_of(parse, mentions.counts.get(index, ()), times, claims)
        if not drafts:
            continue
        nearby = _near(mentions, times, parse.sentence)
        for draft in drafts:
            key = (draft.figure.start, draft.figure.end, draft.measure)
            if key in made:
                continue
            nearby = replace(nearby, triggers=frozenset(d.trigger.i for d in drafts) - {draft.trigger.i})
            claim = _claim(draft, parse, nearby, mentions, made)
            made[key] = claim.id
            claims.append(claim)
    return with_interests(filled(_carried(tuple(claims))), mentions.document.publisher)


_BOTH = 2
# Characters that a place carries over to later claims: about ten sentences. A guess, not swept.
_CARRIES = 1_500
_HARM = frozenset(
    {
        Measure.KILLED,
        Measure.WOUNDED,
        Measure.CASUALTIES,
        Measure.MISSING,
        Measure.CAPTURED,
        Measure.DETAINED,
        Measure.ABDUCTED,
        Measure.DESTROYED,
        Measure.DAMAGED,
        Measure.TRAPPED,
    }
)


@dataclass(frozen=True, slots=True)
class _Nearby:
    """The mentions of one sentence."""

    times: tuple[TimeMention, ...]
    places: tuple[PlaceMention, ...]
    said: tuple[AttributionMention, ...]
    stance: tuple[Stance, tuple[Span, ...], tuple[Reason, ...]]
    triggers: frozenset[int] = frozenset()


def _inside(span: Span, sentence: Sentence) -> bool:
    return sentence.start <= span.start and span.end <= sentence.end


def _near(mentions: Mentions, times: tuple[TimeMention, ...], sentence: Sentence) -> _Nearby:
    return _Nearby(
        times,
        tuple(p for p in mentions.places if _inside(p.span, sentence)),
        tuple(a for a in mentions.attributions if a.cue is not None and _inside(a.cue, sentence)),
        stance_of(sentence),
    )


def _claim(
    draft: Draft,
    parse: Parse,
    nearby: _Nearby,
    mentions: Mentions,
    made: Mapping[tuple[int, int, Measure], str],
) -> Claim:
    chain = chain_at(draft.span, mentions.attributions) or chain_at(draft.figure, mentions.attributions)
    factuality, why = judge(draft.trigger, parse, chain)
    if factuality in (Factuality.DENIED, Factuality.NO_INFORMATION):
        chain = chain_at(draft.span, mentions.attributions, factuality) or chain
    if draft.negated and draft.count.high != 0:
        factuality = Factuality.DENIED
        why = (*why, Reason("factuality", "frame/negated", draft.measure_span, ""))
    if draft.count.high == 0 and factuality in (Factuality.DENIED, Factuality.NO_INFORMATION):
        factuality = Factuality.ASSERTED  # "nobody was hurt" asserts nought
        why = (*why, Reason("factuality", "frame/nought", draft.figure, ""))
    anchor = Anchor(draft.trigger, draft.figure)
    parties = [a.source for a in nearby.said if a.source is not None]
    if draft.actor is not None and draft.actor.span is not None:
        parties.append(draft.actor.span)
    where = place_of(anchor, parse, nearby.places, parties)
    if where.mention is None:
        where = pointed_at(parse.sentence, mentions.places)
    when = time_of(anchor, nearby.triggers, parse, nearby.times, nearby.said)
    if draft.count.unit is not None and "/" in draft.count.unit:
        when = When(None, None, None)  # a rate holds on no day
    gathered, kind = accumulation_of(draft.measure, draft.count, draft.figure, parse.sentence, when.mention)
    stance, loaded, opinion = nearby.stance
    population = draft.population
    relations: tuple[Relation, ...] = ()
    if draft.total_of is not None and draft.total_of in made:
        relations = (Relation(RelationKind.TOTAL_OF, made[draft.total_of], draft.part_cue),)
    if draft.part_of is not None and draft.part_of in made:
        relations = (Relation(RelationKind.PART_OF, made[draft.part_of], draft.part_cue),)
    reasons = [*draft.reasons, *why, kind, *opinion]
    reasons += [r for r in (where.reason, when.reason) if r is not None]
    return Claim(
        claim_id(mentions.document.text_sha256, draft.figure, draft.measure, population.span if population else None),
        mentions.document.text_sha256,
        draft.span,
        draft.count,
        draft.figure,
        draft.measure,
        parse.sentence.whole(),
        draft.measure_span,
        population,
        draft.actor,
        where.mention,
        when.period,
        when.mention,
        gathered,
        chain,
        factuality,
        None,  # whose losses: once ellipsis has said whose troops they are
        stance,
        loaded,
        relations,
        tuple(reasons),
    )


def _carried(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Claims without a place or a period of their own take those of the nearest claim, with the reason."""
    done: list[Claim] = []
    first = next((c for c in claims if c.place is not None), None)
    for claim in claims:
        place, reasons = claim.place, list(claim.reasons)
        if place is None:
            source = next((c for c in reversed(done) if c.place is not None), None) or first
            if source is not None and abs(source.span.start - claim.span.start) > _CARRIES:
                source = None
            if source is not None and source.place is not None:
                place = source.place
                reasons.append(Reason("place", "scope/carried", place.span, f"from claim {source.id}"))
        period: Period | None = claim.period
        time = claim.time
        if period is None and claim.accumulation is Accumulation.INCIDENT:
            told = next((c for c in reversed(done) if c.time is not None and _same_event(c, claim)), None)
            if told is not None and told.time is not None:
                period, time = told.period, told.time
                reasons.append(Reason("period", "scope/carried", told.time.span, f"from claim {told.id}"))
        done.append(replace(claim, place=place, period=period, time=time, reasons=tuple(reasons)))
    return tuple(done)


def _same_event(earlier: Claim, later: Claim) -> bool:
    """True when nothing tells the two apart: the same sort of harm, no other place, no other stretch."""
    if earlier.accumulation is not Accumulation.INCIDENT or Measure.QUANTITY in (earlier.measure, later.measure):
        return False
    if earlier.measure is not later.measure and not {earlier.measure, later.measure} <= _HARM:
        return False
    places = [c.place.span.text for c in (earlier, later) if c.place is not None]
    return len(set(places)) < _BOTH
