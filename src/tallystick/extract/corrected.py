"""Figures that replace one told before, the measure left out: "The figure should have read 14", "it is 14, not 41"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from tallystick.extract.draft import Draft, Key
from tallystick.extract.slots import Figures
from tallystick.lexicon import Matcher, fold, load
from tallystick.model.claims import Claim, Factuality, Population, Relation, RelationKind, Stance
from tallystick.model.mentions import CountMention, Reason
from tallystick.model.text import Sentence, Span
from tallystick.model.values import Form, Measure, Number

_FORMS = (Form.CARDINAL, Form.APPROXIMATE, Form.BOUNDED, Form.RANGE, Form.VAGUE)
# Words that may stand between the cue and its figure, and between the figure and the wrong one: " ", ", ", " at ".
_GAP = 4
# Claims before the correction that are looked through: a notice stands under the figure, or under a short report.
_BACK = 200
# Two sentences with no more than this between them are neighbours.
_NEXT = 2


@dataclass(frozen=True, slots=True)
class _Told:
    """A figure told before, as far as a correction leans on it."""

    key: Key
    value: Number | None
    population: Population | None
    span: Span


@cache
def cues() -> Matcher:
    """The words before a corrected figure."""
    return Matcher(load("relations").of(kind="corrected"))


@cache
def _instead() -> Matcher:
    return Matcher(load("relations").of(kind="instead"))


def corrected(found: Sequence[Draft], figures: Figures, before: Sequence[Claim]) -> list[Draft]:
    """Drafts of figures that the sentence gives in place of others; none where it is not clear which they replace.

    found are the drafts of the sentence so far, before the claims of earlier sentences. Each draft counts what the
    figure that it replaces counted; its antecedent is that figure (revises), or where the report holds only the
    right one by now, that one (same_as).
    """
    sentence = figures.parse.sentence
    hits = [
        hit for hit in cues().longest(fold(sentence.text)) if _of_a_figure(sentence, hit.start, hit.entry.get("of"))
    ]
    if not hits:
        return []
    taken = {draft.figure for draft in found}
    made = []
    for hit in hits:
        right = _after(sentence.start + hit.end, figures)
        if right is None or right.span in taken:
            continue
        wrong = _wrong(right, figures)
        antecedent = _antecedent(right, wrong, found, before, sentence)
        if antecedent is None:
            continue
        kind, told, measure = antecedent
        population = told.population
        if population is not None:
            population = replace(population, span=None, antecedent=population.span or population.antecedent)
        tokens = figures.parse.at(right.number.start, right.number.end)
        if not tokens:
            continue
        cue = sentence.span(hit.start, hit.end)
        made.append(
            Draft(
                replace(right.count, unit="person"),
                right.span,
                measure,
                told.span,
                tokens[-1],
                right.span,
                population,
                None,
                False,
                (*right.reasons, Reason("measure", hit.entry.id, cue, measure.value)),
                antecedent=(kind, told.key, cue),
            )
        )
    return made


def _of_a_figure(sentence: Sentence, at: int, nouns: Sequence[str] | None) -> bool:
    """True where one of the nouns, "the figure", stands right before the cue; also where the cue holds it itself."""
    before = fold(sentence.text[:at]).rstrip()
    return nouns is None or any(before.endswith(noun) and not before[: -len(noun)][-1:].isalpha() for noun in nouns)


def _after(end: int, figures: Figures) -> CountMention | None:
    """The number of people or things that begins right after the offset."""
    for mention in figures.mentions:
        if 0 <= mention.span.start - end <= _GAP and mention.count.unit is None and mention.count.form in _FORMS:
            return mention
    return None


def _wrong(right: CountMention, figures: Figures) -> CountMention | None:
    """The figure that the sentence says is wrong: 41 in "14, not 41"."""
    sentence = figures.parse.sentence
    after = right.span.end - sentence.start
    for hit in _instead().longest(fold(sentence.text)):
        if 0 <= hit.start - after <= _GAP:
            return _after(sentence.start + hit.end, figures)
    return None


def _antecedent(
    right: CountMention,
    wrong: CountMention | None,
    found: Sequence[Draft],
    before: Sequence[Claim],
    sentence: Sentence,
) -> tuple[RelationKind, _Told, Measure] | None:
    here = [d for d in found if d.measure is not Measure.QUANTITY and d.count.unit == "person"]
    earlier = [c for c in before[-_BACK:] if c.measure is not Measure.QUANTITY and c.count.unit == "person"]
    beside = [c for c in earlier if 0 <= sentence.start - c.sentence.end <= _NEXT]
    of_here = [_Told(d.key, d.count.value, d.population, d.measure_span) for d in here]
    of_before = [_of_claim(c) for c in earlier]
    if wrong is not None:
        named = [told for told in (*of_here, *of_before) if told.value == wrong.count.value]
        if named:
            return _clear(RelationKind.REVISES, named)
        if of_here:
            return None
        kept = [told for told in of_before if told.value is not None and told.value == right.count.value]
        return _clear(RelationKind.SAME_AS, kept)
    if of_here:
        return _clear(RelationKind.REVISES, of_here)
    return _clear(RelationKind.REVISES, of_before) or _clear(RelationKind.REVISES, [_of_claim(c) for c in beside])


def _of_claim(claim: Claim) -> _Told:
    key = (claim.count_span.start, claim.count_span.end, claim.measure)
    return _Told(key, claim.count.value, claim.population, claim.measure_span or claim.span)


def _clear(kind: RelationKind, told: Iterable[_Told]) -> tuple[RelationKind, _Told, Measure] | None:
    """The last of the figures, where all of them give one number for one measure."""
    found = list(told)
    if len({(one.value, one.key[2]) for one in found}) != 1:
        return None
    return kind, found[-1], found[-1].key[2]


def like_antecedents(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims, corrections with the place, the time and, where no other is named, the source of what they correct.

    A correction asserts its figure: its own words ("should have read") neither plan, nor argue, nor name a source.
    """
    by_id = {claim.id: claim for claim in claims}
    done = []
    for claim in claims:
        relation = _antecedent_of(claim)
        other = by_id.get(relation.target) if relation is not None else None
        done.append(claim if relation is None or other is None else _like(claim, relation.cue, other))
    return tuple(done)


@cache
def _rules() -> frozenset[str]:
    return frozenset(entry.id for entry in load("relations").of(kind="corrected"))


def _antecedent_of(claim: Claim) -> Relation | None:
    """How a claim that only corrects another stands to it; None for any other claim."""
    corrects = any(reason.stage == "measure" and reason.rule in _rules() for reason in claim.reasons)
    return claim.relations[0] if corrects and claim.relations else None


def _like(claim: Claim, cue: Span | None, other: Claim) -> Claim:
    note = f"as in claim {other.id}"
    reasons = [r for r in claim.reasons if r.stage not in ("factuality", "stance", "place", "period")]
    ends = claim.count_span.end
    doubts = [
        r
        for r in claim.reasons
        if r.stage == "factuality"
        and not _within(r.span, cue)
        and not (r.span is not None and 0 <= r.span.start - ends <= _GAP)  # "14, not 41" denies no 14
    ]
    argued = [r for r in claim.reasons if r.stage == "stance" and not _within(r.span, cue)]
    # "A first version said 41 died; the right figure is 14": 14 is not what the first version said.
    wrong_till = other.count_span.end if other.sentence == claim.sentence else claim.sentence.start
    chain = tuple(
        link
        for link in claim.attributions
        if link.cue is not None and link.cue.start >= wrong_till and not _within(link.cue, cue)
    )
    if not chain and other.sentence != claim.sentence and other.attributions:
        chain = other.attributions
        reasons.append(Reason("attribution", "ellipsis/correction", chain[-1].source_span, note))
    # Another source's figure is its own, and takes nothing back.
    same = (
        fold(chain[-1].name or "") == fold(other.attributions[-1].name or "")
        if chain and other.attributions
        else not chain
    )
    if other.place is not None:
        reasons.append(Reason("place", "ellipsis/correction", other.place.span, note))
    if other.time is not None:
        reasons.append(Reason("period", "ellipsis/correction", other.time.span, note))
    return replace(
        claim,
        place=other.place,
        period=other.period,
        time=other.time,
        accumulation=other.accumulation,
        actor=other.actor,
        attributions=chain,
        factuality=claim.factuality if doubts else Factuality.ASSERTED,
        stance=claim.stance if argued else Stance.REPORTING,
        relations=claim.relations if same else (),
        reasons=(*reasons, *doubts, *argued),
    )


def _within(span: Span | None, cue: Span | None) -> bool:
    return span is not None and cue is not None and span.overlaps(cue)
