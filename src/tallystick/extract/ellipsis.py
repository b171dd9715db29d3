"""What claims leave out and the text around them supplies: whose troops, out of how many, on top of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from tallystick.extract.populations import rule_of
from tallystick.lexicon import Matcher, fold, load
from tallystick.model.claims import Claim, Population, Relation, RelationKind, Status
from tallystick.model.mentions import Reason
from tallystick.model.text import Span
from tallystick.model.values import Form, Measure

_EXACT = (Form.CARDINAL, Form.BOUNDED, Form.APPROXIMATE, Form.RANGE)
# Of so many claims with one figure the first that fits is taken: the bound keeps long tables linear.
_MOST_RETOLD = 20
_MOVED = (Measure.SENT, Measure.DEPLOYED, Measure.STRENGTH)
_VICTIMS = (Measure.KILLED, Measure.WOUNDED, Measure.CASUALTIES, Measure.HONOURED)
# "2,300 out of the 9,000 troops": how far the whole may stand behind the part.
_WHOLE_WITHIN = 30
# Characters between "of the" and the whole.
_GAP = 2
# The side in lexicon/en/sides.tsv that stands for fighters whose group is not named.
_UNNAMED_GROUP = "insurgents"


def filled(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims, in text order, with relations and with what ellipsis leaves out, each with its reason."""
    starting = _starting(claims)
    done = []
    told = _Told()
    for claim in claims:
        claim = _out_of(claim, starting)
        claim = _again(_on_top(_larger(claim, told), told), told)
        told.add(claim)
        done.append(claim)
    return _sided(done)


class _Told:
    """The claims so far, as far as later ones lean on them."""

    def __init__(self) -> None:
        self.sentences: set[int] = set()
        self.of_victims: Claim | None = None
        self._by_sort: dict[object, list[Claim]] = {}
        self._by_figure: dict[object, list[Claim]] = {}

    def add(self, claim: Claim) -> None:
        """Keeps the claim."""
        self.sentences.add(claim.sentence.start)
        self._by_sort.setdefault(_sort(claim), []).append(claim)
        if (figure := _figure(claim)) is not None:
            self._by_figure.setdefault(figure, []).append(claim)
        if claim.measure in _VICTIMS and claim.count.form is not Form.UNQUANTIFIED:
            self.of_victims = claim

    def last_like(self, claim: Claim) -> Claim | None:
        """The last claim of the same sort with another figure."""
        same = reversed(self._by_sort.get(_sort(claim), ()))
        return next((c for c in same if c.count_span != claim.count_span), None)

    def first_with_figure(self, claim: Claim) -> Claim | None:
        """The first claim with this figure for the same sort of people, at no other place or time."""
        figure = _figure(claim)
        told = self._by_figure.get(figure, ())[:_MOST_RETOLD] if figure is not None else ()
        return next((c for c in told if c.sentence != claim.sentence and not _apart(c, claim)), None)


def _figure(claim: Claim) -> object | None:
    """What a figure told again has in common with the first; None for what no two claims need share."""
    count, who = claim.count, claim.population
    words = fold(who.text).split() if who is not None else []
    if count.form not in _EXACT or not words or claim.measure is Measure.QUANTITY:
        return None
    return claim.measure, count.low, count.high, count.value, count.unit, count.whole, words[-1]


def _apart(a: Claim, b: Claim) -> bool:
    places = {c.place.span.text for c in (a, b) if c.place is not None}
    periods = {c.period for c in (a, b) if c.period is not None}
    return len(places) > 1 or len(periods) > 1


def _again(claim: Claim, told: _Told) -> Claim:
    """A figure told again of the same sort of people, nowhere else and at no other time, is the same figure."""
    first = None if claim.relations else told.first_with_figure(claim)
    if first is None:
        return claim
    return _with(claim, Relation(RelationKind.SAME_AS, first.id, claim.count_span), "relation/same_as")


def _sort(claim: Claim) -> object:
    return "moved" if claim.measure in _MOVED else claim.measure


def _starting(claims: Sequence[Claim]) -> dict[int, list[tuple[int, Claim]]]:
    """The claims, numbered in text order, by where their figure starts."""
    found: dict[int, list[tuple[int, Claim]]] = {}
    for number, claim in enumerate(claims):
        found.setdefault(claim.count_span.start, []).append((number, claim))
    return found


@cache
def _wholes() -> Matcher:
    return Matcher(load("relations").of(kind="whole-after"))


@cache
def _larger_words() -> Matcher:
    return Matcher(load("relations").of(kind="more"))


def _with(claim: Claim, relation: Relation, rule: str) -> Claim:
    reason = Reason("relation", rule, relation.cue, relation.target)
    return replace(claim, relations=(*claim.relations, relation), reasons=(*claim.reasons, reason))


def _out_of(claim: Claim, starting: Mapping[int, Sequence[tuple[int, Claim]]]) -> Claim:
    """A figure "out of" another is part of it, and counts some of its people."""
    start = claim.count_span.end - claim.sentence.start
    after = fold(claim.sentence.text[start : start + _WHOLE_WITHIN])
    hit = next(iter(_wholes().longest(after)), None) if "of" in after else None
    if hit is None or after[: hit.start].strip():
        return claim
    at = claim.count_span.end + hit.end
    near = [held for start in range(at, at + _GAP + 1) for held in starting.get(start, ()) if held[1].id != claim.id]
    if not near:
        return claim
    whole = min(near, key=lambda held: held[0])[1]
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


def _on_top(claim: Claim, told: _Told) -> Claim:
    """A figure introduced by "another" adds to the last one of its kind, and counts the same sort of people."""
    if claim.count.form is not Form.ADDITIVE or claim.relations:
        return claim
    last = told.last_like(claim)
    if last is None:
        return claim
    related = _with(claim, Relation(RelationKind.ADDS_TO, last.id, claim.count_span), "relation/adds_to")
    return _inheriting(related, last, "ellipsis/another") if claim.population is None else related


def _larger(claim: Claim, told: _Told) -> Claim:
    """A sentence that speaks of "a bigger toll" sets its figure above the last one for victims."""
    last = told.of_victims
    if last is None or claim.measure not in _VICTIMS or claim.sentence.start in told.sentences:
        return claim
    hit = next(_larger_words().find(fold(claim.sentence.text)), None)
    if hit is None:
        return claim
    start = claim.sentence.start + hit.start
    cue = Span(start, claim.sentence.start + hit.end, claim.sentence.text[hit.start : hit.end])
    return _with(claim, Relation(RelationKind.MORE_THAN, last.id, cue), hit.entry.id)


def _sided(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Troops whose side is not said belong to the one side whose troops the report has counted by name."""
    done: list[Claim] = []
    sides = {_side(c) for c in claims if _side(c) is not None}
    named = next((c for c in claims if _side(c) is not None), None) if len(sides) == 1 else None
    for claim in claims:
        who = claim.population
        if who is not None and who.actor is None and who.status is Status.COMBATANT and named is not None:
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
