"""What claims leave out and the text around them supplies: whose troops, out of how many, on top of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from tallystick.extract.populations import rule_of
from tallystick.lexicon import Matcher, fold, load
from tallystick.model.claims import Claim, Population, Relation, RelationKind, Status
from tallystick.model.mentions import Reason
from tallystick.model.text import Span
from tallystick.model.values import Form, Measure

_MOVED = (Measure.SENT, Measure.DEPLOYED, Measure.STRENGTH)
_VICTIMS = (Measure.KILLED, Measure.WOUNDED, Measure.CASUALTIES, Measure.HONOURED)
# "2,300 out of the 9,000 troops": how far the whole may stand behind the part.
_WHOLE_WITHIN = 30
# The side in lexicon/en/sides.tsv that stands for fighters whose group is not named.
_UNNAMED_GROUP = "insurgents"


def filled(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims, in text order, with relations and with what ellipsis leaves out, each with its reason."""
    done = [_out_of(claim, claims) for claim in claims]
    for i, claim in enumerate(done):
        done[i] = _on_top(_larger(claim, done[:i]), done[:i])
    return _sided(done)


@cache
def _wholes() -> Matcher:
    return Matcher(load("relations").of(kind="whole-after"))


@cache
def _larger_words() -> Matcher:
    return Matcher(load("relations").of(kind="more"))


def _with(claim: Claim, relation: Relation, rule: str) -> Claim:
    reason = Reason("relation", rule, relation.cue, relation.target)
    return replace(claim, relations=(*claim.relations, relation), reasons=(*claim.reasons, reason))


def _out_of(claim: Claim, claims: Sequence[Claim]) -> Claim:
    """A figure "out of" another is part of it, and counts some of its people."""
    start = claim.count_span.end - claim.sentence.start
    after = fold(claim.sentence.text[start : start + _WHOLE_WITHIN])
    hit = next(iter(_wholes().longest(after)), None) if "of" in after else None
    if hit is None or after[: hit.start].strip():
        return claim
    at = claim.count_span.end + hit.end
    whole = next((c for c in claims if 0 <= c.count_span.start - at <= 2 and c.id != claim.id), None)
    if whole is None:
        return claim
    cue = claim.sentence.text[start + hit.start : start + hit.end]
    span = Span(claim.count_span.end + hit.start, at, cue)
    related = _with(claim, Relation(RelationKind.PART_OF, whole.id, span), hit.entry.id)
    return _inheriting(related, whole, hit.entry.id) if claim.population is None else related


def _inheriting(claim: Claim, other: Claim, rule: str) -> Claim:
    """The claim with the population of another, whose words stand elsewhere."""
    theirs = other.population
    if theirs is None:
        return claim
    antecedent = theirs.span or theirs.antecedent
    population = replace(theirs, span=None, antecedent=antecedent)
    reason = Reason("population", rule, antecedent, f"as in claim {other.id}")
    return replace(claim, population=population, reasons=(*claim.reasons, reason))


def _on_top(claim: Claim, before: Sequence[Claim]) -> Claim:
    """A figure introduced by "another" adds to the last one of its kind, and counts the same sort of people."""
    if claim.count.form is not Form.ADDITIVE or claim.relations:
        return claim
    same = [c for c in before if _comparable(c.measure, claim.measure) and c.count_span != claim.count_span]
    if not same:
        return claim
    related = _with(claim, Relation(RelationKind.ADDS_TO, same[-1].id, claim.count_span), "relation/adds_to")
    return _inheriting(related, same[-1], "ellipsis/another") if claim.population is None else related


def _comparable(a: Measure, b: Measure) -> bool:
    return a is b or (a in _MOVED and b in _MOVED)


def _larger(claim: Claim, before: Sequence[Claim]) -> Claim:
    """A sentence that speaks of "a bigger toll" sets its figure above the last one for victims."""
    if claim.measure not in _VICTIMS or any(c.sentence == claim.sentence for c in before):
        return claim
    told = [c for c in before if c.measure in _VICTIMS and c.count.form is not Form.UNQUANTIFIED]
    hit = next(_larger_words().find(fold(claim.sentence.text)), None) if told else None
    if hit is None:
        return claim
    start = claim.sentence.start + hit.start
    cue = Span(start, claim.sentence.start + hit.end, claim.sentence.text[hit.start : hit.end])
    return _with(claim, Relation(RelationKind.MORE_THAN, told[-1].id, cue), hit.entry.id)


def _sided(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Troops whose side is not said belong to the one side whose troops the report has counted by name."""
    done: list[Claim] = []
    sides = {_side(c) for c in claims if _side(c) is not None}
    for claim in claims:
        who = claim.population
        if who is not None and who.actor is None and who.status is Status.COMBATANT and len(sides) == 1:
            named = next(c for c in claims if _side(c) is not None)
            theirs: Population | None = named.population
            if theirs is not None and rule_of(theirs.text) == rule_of(who.text):
                antecedent = theirs.span or theirs.antecedent
                reason = Reason("population", "coreference/same-force", antecedent, str(theirs.actor))
                who = replace(who, actor=theirs.actor, antecedent=who.antecedent or antecedent)
                claim = replace(claim, population=who, reasons=(*claim.reasons, reason))
        done.append(claim)
    return tuple(done)


def _side(claim: Claim) -> str | None:
    who = claim.population
    armed = who is not None and who.status is Status.COMBATANT
    return who.actor if who is not None and armed and who.actor != _UNNAMED_GROUP else None
