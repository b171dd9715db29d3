"""How many in one incident: which figures count the same people, which are parts, and which add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tallystick.lexicon import fold
from tallystick.model.claims import Claim, RelationKind, Status
from tallystick.model.coding import Toll
from tallystick.model.values import Form, Number
from tallystick.reconcile.cues import has_cue, words_for_anyone
from tallystick.reconcile.policies import Policy, add, combine, read


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of people a claim counts, as far as its words say."""

    head: str
    anyone: bool
    rule: str | None = None
    status: Status = Status.UNKNOWN
    sex: str | None = None
    age: str | None = None
    actor: str | None = None

    def may_hold(self, other: Kind) -> bool:
        """True when the other's people can be among this one's, or the same."""
        if self.anyone or other.anyone:
            return True
        for mine, theirs in ((self.actor, other.actor), (self.sex, other.sex)):
            if mine and theirs and mine != theirs:
                return False
        if Status.UNKNOWN not in (self.status, other.status) and self.status is not other.status:
            return False
        if self.head == other.head or (self.rule is not None and self.rule == other.rule):
            return True
        if self.status is Status.COMBATANT or other.status is Status.COMBATANT:
            return False
        return bool(self.sex or self.age or other.sex or other.age) or Status.CIVILIAN in (self.status, other.status)


@dataclass(slots=True)
class _Group:
    """People counted once, and every claim that counts them."""

    claims: list[Claim]
    kind: Kind
    tolls: list[Toll] = field(default_factory=list)

    def toll(self, by: Policy) -> Toll:
        return combine(self.tolls, by)

    @property
    def value(self) -> Number | None:
        return _value(self.tolls[0])


def kind_of(claim: Claim) -> Kind:
    """The sort of people that a claim counts."""
    population = claim.population
    rule = next((r.rule for r in claim.reasons if r.stage == "population"), None)
    if population is None or not population.text.strip():
        return Kind("", anyone=True, rule=None)
    words = [w.strip(".,;:'\"()[]") for w in fold(population.text).split()]
    cut = next((i for i, w in enumerate(words) if i and w in ("of", "from", "in", "who", "at", "with")), len(words))
    head = words[cut - 1].removesuffix("s")
    bare = (
        population.status is Status.UNKNOWN
        and not (population.age or population.actor or population.unit or population.occupation)
        and (words[cut - 1] in words_for_anyone() or head in words_for_anyone())
    )
    return Kind(head, bare, rule, population.status, population.sex, population.age, population.actor)


def tally(claims: Sequence[Claim], by: Policy) -> tuple[Toll, tuple[str, ...]]:
    """How many one measure befell in one incident, and what was left out of the sum and why.

    claims are those of the measure, in text order. Unknown when there are none.
    """
    groups: list[_Group] = []
    totals: list[Toll] = []
    notes: list[str] = []
    for claim in claims:
        toll, kind = read(claim, by), kind_of(claim)
        if not toll.known:
            notes.append(f"{claim.id}: {by.name} gives no figure for {claim.count_span.text!r}")
            continue
        where, why = _place(claim, toll, kind, groups)
        if where == "new":
            groups.append(_Group([claim], kind, [toll]))
        elif where == "total":
            totals.append(toll)
            notes.append(f"{claim.id}: {why}")
        elif isinstance(where, _Group):
            where.claims.append(claim)
            where.tolls.append(toll)
            notes.append(f"{claim.id}: {why}")
        else:
            notes.append(f"{claim.id}: not added, {why}")
    groups, breakdown = _without_breakdowns(groups)
    notes += breakdown
    summed = add([g.toll(by) for g in groups]) if groups else Toll()
    if totals:
        stated = combine(totals, by)
        if summed.best is None or stated.best is None or stated.best >= summed.best:
            return stated, tuple(notes)
    return summed, tuple(notes)


def _place(claim: Claim, toll: Toll, kind: Kind, groups: list[_Group]) -> tuple[str | _Group, str]:
    by_claim = {c.id: g for g in groups for c in g.claims}
    for relation in claim.relations:
        target = by_claim.get(relation.target)
        if relation.kind is RelationKind.TOTAL_OF:
            return "total", "states the total"
        if target is None:
            continue
        if relation.kind is RelationKind.PART_OF:
            return "part", f"part of {relation.target}"
        if relation.kind is RelationKind.SAME_AS:
            return target, f"says again {relation.target}"
        if relation.kind is RelationKind.ADDS_TO:
            return "new", ""
    if not groups:
        return "new", ""
    beside = [g for g in groups if g.claims[0].sentence == claim.sentence]
    if beside:
        return _beside(claim, toll, kind, beside)
    return _apart(claim, toll, kind, groups)


def _beside(claim: Claim, toll: Toll, kind: Kind, groups: list[_Group]) -> tuple[str | _Group, str]:
    """Where a claim goes whose sentence has counted others already: to the sum, unless it is one of them."""
    value = _value(toll)
    for group in groups:
        held = group.kind.anyone and not kind.anyone and group.value is not None and value is not None
        between = claim.sentence.text[
            group.claims[0].span.end - claim.sentence.start : claim.span.start - claim.sentence.start
        ]
        joined = fold(between).strip(" ,") in ("and", "", "as well as", "plus", "and also")
        if held and value < group.value and not joined and not _on_top(claim) and len(between) < 40:  # type: ignore[operator]
            return "part", f"among the {group.claims[0].count_span.text}"
        if claim.count_span.overlaps(group.claims[0].count_span):
            return group, "the same words"
    return "new", ""


def _apart(claim: Claim, toll: Toll, kind: Kind, groups: list[_Group]) -> tuple[str | _Group, str]:
    """Where a claim goes that stands in a sentence of its own."""
    value = _value(toll)
    values = [g.value for g in groups]
    sum_so_far = sum(v for v in values if v is not None) if all(v is not None for v in values) else None
    alike = [g for g in groups if g.kind.may_hold(kind)]
    same = [g for g in alike if g.value == value and toll.best is not None]
    single = claim.count.form in (Form.SINGLE, Form.NAMED) and value == 1
    if _on_top(claim) and not same:
        return "new", ""
    if same and not (
        single and _introduced(claim) and same[0].kind.head != kind.head and not _either_anyone(same, kind)
    ):
        return same[0], f"says again {same[0].claims[0].id}"
    if value is not None and value == sum_so_far and len(groups) > 1:
        return "total", "states the sum of those before"
    if not alike:
        return "new", ""
    vague = [
        g for g in alike if g.tolls[0].best is None or g.claims[0].count.form in (Form.VAGUE, Form.IMPLICIT_PLURAL)
    ]
    if vague or toll.best is None or claim.count.form in (Form.VAGUE, Form.IMPLICIT_PLURAL, Form.UNQUANTIFIED):
        return _vague(claim, toll, vague or alike)
    if single:
        larger = [g for g in alike if g.value is not None and g.value > 1]
        return ("part", f"one of {larger[0].claims[0].id}") if larger else ("new", "")
    largest = max(alike, key=lambda g: g.value or 0)
    if value is not None and largest.value is not None and value < largest.value:
        if kind.head == largest.kind.head and kind.anyone == largest.kind.anyone and _loose(largest.claims[0]):
            return largest, f"another figure for {largest.claims[0].id}"
        return "part", f"fewer than {largest.claims[0].id}, of the same people"
    if sum_so_far is not None and value is not None and value > sum_so_far and (kind.anyone or len(groups) > 1):
        return "total", "a larger figure for all"
    return largest, f"another figure for {largest.claims[0].id}"


def _vague(claim: Claim, toll: Toll, alike: list[_Group]) -> tuple[str | _Group, str]:
    """A vague figure and an exact one for the same people: the exact one speaks."""
    group = alike[0]
    vague_now = toll.best is None or claim.count.form in (Form.VAGUE, Form.IMPLICIT_PLURAL, Form.UNQUANTIFIED)
    if vague_now:
        return "part", f"no more exact than {group.claims[0].id}"
    if claim.count.form in (Form.SINGLE, Form.NAMED):
        return "part", f"one of {group.claims[0].id}"
    group.tolls.clear()
    return group, f"more exact than {group.claims[0].id}"


def _without_breakdowns(groups: list[_Group]) -> tuple[list[_Group], list[str]]:
    """The groups less those of one sentence that add up to another of it ("six people, two Turks and four Somalis")."""
    notes: list[str] = []
    kept = list(groups)
    for group in groups:
        rest = [g for g in kept if g is not group and g.claims[0].sentence == group.claims[0].sentence]
        values = [g.value for g in rest]
        if (
            len(rest) > 1
            and all(v is not None for v in values)
            and group.value == sum(v for v in values if v is not None)
        ):
            kept = [g for g in kept if g not in rest]
            notes += [f"{g.claims[0].id}: not added, part of {group.claims[0].id}" for g in rest]
            break
    return kept, notes


def _value(toll: Toll) -> Number | None:
    return toll.best if toll.best is not None else toll.low


def _on_top(claim: Claim) -> bool:
    if claim.count.form is Form.ADDITIVE:
        return True
    words = claim.count_span.text if claim.population is None else f"{claim.count_span.text} {claim.population.text}"
    return has_cue("on-top", words)


def _loose(claim: Claim) -> bool:
    return claim.count.mod is not None or claim.count.form in (Form.VAGUE, Form.RANGE, Form.APPROXIMATE)


def _introduced(claim: Claim) -> bool:
    """True when the words bring in somebody new: "a guard", not "the guard" and not a name."""
    words = fold(claim.span.text).split()
    before = fold(claim.sentence.text[: claim.count_span.start - claim.sentence.start]).split()
    return bool({"a", "an"} & {words[0] if words else "", before[-1] if before else ""})


def _either_anyone(groups: list[_Group], kind: Kind) -> bool:
    return kind.anyone or groups[0].kind.anyone
