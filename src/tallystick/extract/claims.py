"""Joins mentions into claims, across sentences where needed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

from tallystick.extract.accumulation import accumulation_of, one_event_so_far
from tallystick.extract.attributions import Chains
from tallystick.extract.corrected import like_antecedents
from tallystick.extract.counting import afterwards, drafts_of, retells
from tallystick.extract.draft import Draft
from tallystick.extract.ellipsis import filled
from tallystick.extract.factuality import judge
from tallystick.extract.implicit import MERE
from tallystick.extract.interest import with_interests
from tallystick.extract.relations import totals
from tallystick.extract.scopes import Anchor, When, carries, place_of, pointed_at, time_of, unlikely
from tallystick.extract.shifts import shift_of, shifted
from tallystick.extract.stance import stance_of
from tallystick.model.claims import (
    Attribution,
    Claim,
    Factuality,
    Population,
    Relation,
    RelationKind,
    Stance,
    claim_id,
)
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

_T = TypeVar("_T")


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
    around = _Around(mentions)
    for index in sorted(mentions.parses):
        parse = mentions.parses[index]
        times = around.times.get(index, ())
        drafts = drafts_of(parse, mentions.counts.get(index, ()), times, claims)
        if not drafts:
            continue
        nearby = _Nearby(times, around.places.get(index, ()), around.said.get(index, ()), stance_of(parse.sentence))
        fresh = {draft.key: draft for draft in reversed(drafts) if draft.key not in made}
        # All ids first: a part may be told before its whole ("three pupils are among the five killed").
        made |= {key: _id(draft, around.document) for key, draft in fresh.items()}
        for draft in drafts:
            if fresh.get(draft.key) is not draft:
                continue
            nearby = replace(nearby, triggers=frozenset(d.trigger.i for d in drafts) - {draft.trigger.i})
            claim = _claim(draft, parse, nearby, around, made)
            if MERE not in claim.rules or (claim.factuality is Factuality.DENIED and claim.attributions):
                claims.append(claim)
    return with_interests(filled(like_antecedents(_carried(tuple(claims)))), mentions.document.publisher)


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


class _Around:
    """The mentions of a document by the sentence that holds them, indexed once: a document may have thousands."""

    def __init__(self, mentions: Mentions) -> None:
        self.document = mentions.document
        self.times = _by_sentence(mentions.sentences, ((t, t.span) for t in mentions.times))
        self.places = _by_sentence(mentions.sentences, ((p, p.span) for p in mentions.places))
        self.said = _by_sentence(mentions.sentences, ((a, a.cue) for a in mentions.attributions if a.cue is not None))
        self.resolved = tuple(p for p in mentions.places if p.place is not None and not unlikely(p))
        self.chains = Chains(mentions.attributions)


def _by_sentence(sentences: Sequence[Sentence], mentions: Iterable[tuple[_T, Span]]) -> dict[int, tuple[_T, ...]]:
    """Mentions by the index of the sentence that holds all of their words, in the order given."""
    starts = [sentence.start for sentence in sentences]
    held: dict[int, list[_T]] = {}
    for mention, span in mentions:
        at = bisect_right(starts, span.start) - 1
        if at >= 0 and span.end <= sentences[at].end:
            held.setdefault(sentences[at].index, []).append(mention)
    return {index: tuple(found) for index, found in held.items()}


def _id(draft: Draft, document: Document) -> str:
    population = draft.population
    return claim_id(document.text_sha256, draft.figure, draft.measure, population.span if population else None)


def _claim(
    draft: Draft,
    parse: Parse,
    nearby: _Nearby,
    around: _Around,
    made: Mapping[tuple[int, int, Measure], str],
) -> Claim:
    chain = around.chains.at(draft.span) or around.chains.at(draft.figure)
    factuality, why = judge(draft.trigger, parse, chain)
    if factuality in (Factuality.DENIED, Factuality.NO_INFORMATION):
        chain = around.chains.at(draft.span, factuality) or chain
    if draft.negated and draft.count.high != 0:
        factuality = Factuality.DENIED
        why = (*why, Reason("factuality", "frame/negated", draft.measure_span, ""))
    if draft.count.high == 0 and factuality in (Factuality.DENIED, Factuality.NO_INFORMATION):
        factuality = Factuality.ASSERTED  # "nobody was hurt" asserts nought
        why = (*why, Reason("factuality", "frame/nought", draft.figure, ""))
    if draft.measure is Measure.KILLED and draft.population is not None:
        chain = tuple(_not_the_dead(link, draft.population) for link in chain)
    anchor = Anchor(draft.trigger, draft.figure)
    parties = [a.source for a in nearby.said if a.source is not None]
    if draft.actor is not None and draft.actor.span is not None:
        parties.append(draft.actor.span)
    where = place_of(anchor, parse, nearby.places, parties)
    if where.mention is None:
        where = pointed_at(parse.sentence, around.resolved)
    one_event = one_event_so_far(draft.figure, parse.sentence, nearby.times)
    # "So far" is no day: that of the event is.
    times = [t for t in nearby.times if t.period is not None] if one_event else nearby.times
    when = time_of(anchor, nearby.triggers, parse, times, nearby.said)
    if retells(draft.reasons) or (draft.count.unit is not None and "/" in draft.count.unit):
        when = When(None, None, None)  # a rate holds on no day; a day of mourning is not that of the deaths
    whole = next((region.cue for region in totals(parse)), None)
    gathered, kind = accumulation_of(
        draft.measure, draft.count, draft.figure, parse.sentence, when.mention, whole, nearby.times, one_event
    )
    stance, loaded, opinion = nearby.stance
    population = draft.population
    relations: tuple[Relation, ...] = ()
    if draft.total_of is not None and draft.total_of in made:
        relations = (Relation(RelationKind.TOTAL_OF, made[draft.total_of], draft.part_cue),)
    if draft.part_of is not None and draft.part_of in made:
        relations = (Relation(RelationKind.PART_OF, made[draft.part_of], draft.part_cue),)
    if draft.antecedent is not None and draft.antecedent[1] in made:
        relations = (Relation(draft.antecedent[0], made[draft.antecedent[1]], draft.antecedent[2]),)
    reasons = [*draft.reasons, *why, kind, *opinion]
    reasons += [r for r in (where.reason, when.reason) if r is not None]
    return Claim(
        made[draft.key],
        around.document.text_sha256,
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


def _not_the_dead(link: Attribution, dead: Population) -> Attribution:
    """The link; the pronoun alone where it was taken for the one whose death is told: "he" is somebody else then."""
    himself = link.resolved is not None and link.resolved != link.source and link.resolved in dead.text
    return replace(link, resolved=None) if himself else link


def _carries(claim: Claim) -> bool:
    return claim.place is not None and carries(claim.place)


def _carried(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Claims without a place or a period of their own take those of the nearest claim, with the reason."""
    done: list[Claim] = []
    first = next((c for c in claims if _carries(c)), None)
    placed: Claim | None = None
    timed = _Timed()
    for claim in claims:
        place, reasons = claim.place, list(claim.reasons)
        if place is None:
            source = placed or first
            if source is not None and abs(source.span.start - claim.span.start) > _CARRIES:
                source = None
            if source is not None and source.place is not None:
                place = source.place
                reasons.append(Reason("place", "scope/carried", place.span, f"from claim {source.id}"))
        period: Period | None = claim.period
        time = claim.time
        if period is None and claim.accumulation is Accumulation.INCIDENT:
            told = timed.of_event(claim)
            if (shift := shift_of(claim)) is not None:
                period = shifted(None if told is None else told.period, shift)
                note = "" if told is None else f"from claim {told.id}"
                reasons.append(Reason("period", shift.entry.id, shift.span, note))
            elif told is not None and told.time is not None:
                period, time = told.period, told.time
                reasons.append(Reason("period", "scope/carried", told.time.span, f"from claim {told.id}"))
        claim = replace(claim, place=place, period=period, time=time, reasons=tuple(reasons))
        placed = claim if _carries(claim) else placed
        timed.add(claim)
        done.append(claim)
    return tuple(done)


class _Timed:
    """The last claim with a time of each sort and place."""

    def __init__(self) -> None:
        self._last: dict[tuple[object, str | None], tuple[int, Claim]] = {}
        self._last_anywhere: dict[object, Claim] = {}
        self._order = count()

    def add(self, claim: Claim) -> None:
        """Keeps the claim, where it is of an incident and has a time."""
        if claim.time is None or claim.accumulation is not Accumulation.INCIDENT or retells(claim.reasons):
            return
        sort = _sort(claim)
        place = claim.place.span.text if claim.place is not None else None
        self._last[sort, place] = next(self._order), claim
        self._last_anywhere[sort] = claim

    def of_event(self, claim: Claim) -> Claim | None:
        """The last one that nothing tells apart: the same sort of harm, no other place, no other stretch."""
        if claim.measure is Measure.QUANTITY:
            return None
        if claim.place is None:
            return self._last_anywhere.get(_sort(claim))
        same = [self._last.get((_sort(claim), place)) for place in (claim.place.span.text, None)]
        return max((held for held in same if held is not None), key=lambda held: held[0], default=(0, None))[1]


def _sort(claim: Claim) -> object:
    """What shares a day: any harm of one event. An arrest has a day of its own."""
    return "harm" if claim.measure in _HARM and not afterwards(claim.reasons, claim.sentence.text) else claim.measure
