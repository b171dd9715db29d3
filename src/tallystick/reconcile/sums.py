"""How many in one incident: which figures count the same people, which are parts, and which add up.

The claims of one measure are taken sentence by sentence. Within a sentence figures for different people add up
("five soldiers and two civilians"); a later sentence mostly says again, or in more detail, what an earlier one
summed up, and adds only people whom the earlier figures cannot hold.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from tallystick.lexicon import fold
from tallystick.model.claims import Claim, Factuality, RelationKind
from tallystick.model.coding import Toll
from tallystick.model.values import Form, Number
from tallystick.reconcile.cues import has_cue
from tallystick.reconcile.kinds import (
    Kind,
    introduced,
    is_pronoun,
    is_single,
    is_vague,
    kind_of,
    on_top,
    others_than,
    partitive,
)
from tallystick.reconcile.policies import NEUTRAL, Policy, add, combine, read
from tallystick.reconcile.voices import other_voice, rival_voices, voice

# How far apart, in characters, a total and a part of it stand in one sentence: "12 people, two of them guards".
_PART_WITHIN = 40
# How many groups a new figure is held against, the latest ones: a list of a thousand stays linear.
_RECENT = 40


@dataclass(slots=True)
class _Group:
    """People counted once: every claim that counts them, and what each makes of them."""

    claims: list[Claim]
    kind: Kind
    tolls: list[Toll]
    listed: list[Claim] = field(default_factory=list)  # parts of it that the sentence lists: "12, two of them guards"
    rivals: bool = False  # different sources give different figures for these people

    @property
    def first(self) -> Claim:
        return self.claims[0]

    @property
    def value(self) -> Number | None:
        best = next((t.best for t in self.tolls if t.best is not None), None)
        return best if best is not None else self.tolls[0].low

    @property
    def vague(self) -> bool:
        return all(is_vague(c) for c in self.claims)


@dataclass(slots=True)
class _Sum:
    by: Policy
    groups: list[_Group] = field(default_factory=list)
    totals: list[Toll] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    whole: _Group | None = None  # the group whose parts are being told one by one
    told: Number = 0  # how many of them have been

    @property
    def value(self) -> Number | None:
        """What the groups add up to so far; None while any is unknown."""
        return _total(self.groups)

    def leave_out(self, claim: Claim, why: str) -> None:
        self.notes.append(f"{claim.id}: not added, {why}")

    def tell(self, whole: _Group, value: Number | None) -> None:
        """Some of a group have been told of again."""
        self.told = (self.told if whole is self.whole else 0) + (value or 0)
        self.whole = whole

    def still_holds(self, value: Number | None) -> bool:
        """True where the group told of one by one has room for so many more: "four; two men ..., another man ..."."""
        if self.whole is None or self.whole.value is None or value is None or not self.told:
            return False
        return self.told + value <= self.whole.value

    def holding(self, claim_id: str) -> _Group | None:
        return next((g for g in reversed(self.groups[-_RECENT:]) if any(c.id == claim_id for c in g.claims)), None)


def tally(
    claims: Sequence[Claim], by: Policy, contested: Collection[str] = frozenset()
) -> tuple[Toll, tuple[str, ...]]:
    """How many one measure befell in one incident, and what was left out of the sum and why.

    claims are those of the measure, in text order; contested are the ids of those whose figure another source denies:
    they are a ceiling, never a floor or the best. Unknown when there are no claims.
    """
    so_far = _Sum(by)
    wrong = {r.target for claim in claims for r in claim.relations if r.kind is RelationKind.REVISES}
    for claim in claims:
        if claim.id in wrong:
            so_far.leave_out(claim, "the report takes it back")
    counted = _without_nobody([claim for claim in claims if claim.id not in wrong], so_far)
    for _, sentence in groupby(counted, key=lambda c: c.sentence):
        found = _in_one_sentence(list(sentence), so_far)
        if not so_far.groups:
            so_far.groups = found
        elif found:
            _join(found, so_far)
    for group in so_far.groups:
        group.tolls = [_ceiling(toll) if {*toll.claims} & {*contested} else toll for toll in group.tolls]
    so_far.totals = [_ceiling(toll) if {*toll.claims} & {*contested} else toll for toll in so_far.totals]
    tolls = [combine(g.tolls, by, g.rivals) for g in so_far.groups]
    summed = add(tolls) if tolls else Toll()
    if so_far.totals:
        stated = combine(so_far.totals, by)
        # A headline that gives the stated total holds the increments told after it.
        said_before = any(toll.best == stated.best for toll in tolls)
        if summed.best is None or stated.best is None or stated.best >= summed.best or said_before:
            summed = stated
    return summed, tuple(so_far.notes)


def _ceiling(toll: Toll) -> Toll:
    return replace(toll, low=None, best=None)


def _without_nobody(claims: Sequence[Claim], so_far: _Sum) -> list[Claim]:
    """The claims less "nobody was": nought counts only where the report counts nobody at all."""
    some = [c for c in claims if c.count.high != 0]
    for claim in claims:
        if claim.count.high == 0:
            if not some and kind_of(claim).anyone:
                return [claim]
            so_far.leave_out(claim, "nobody of that sort" if not some else "others were")
    return some


def _in_one_sentence(claims: Sequence[Claim], so_far: _Sum) -> list[_Group]:
    """The groups that one sentence counts, parts and repetitions left out."""
    found: list[_Group] = []
    ahead = {claim.id for claim in claims if read(claim, so_far.by).known}
    for claim in claims:
        toll, kind = read(claim, so_far.by), kind_of(claim)
        ahead.discard(claim.id)
        wholes = [r.target for r in claim.relations if r.kind is RelationKind.PART_OF and r.target in ahead]
        if wholes:
            so_far.leave_out(claim, f"part of {wholes[0]}")
            continue
        if not toll.known:
            so_far.leave_out(claim, f"{so_far.by.name} gives no figure for {claim.count_span.text!r}")
        elif not _related(claim, toll, found, so_far) and not _beside(claim, toll, kind, found, so_far):
            found.append(_Group([claim], kind, [toll]))
    return _without_breakdown(found, so_far)


def _related(claim: Claim, toll: Toll, found: list[_Group], so_far: _Sum) -> bool:
    """True when the text itself says how the claim stands to another, and that settles it."""
    for relation in claim.relations:
        target = so_far.holding(relation.target) or next(
            (g for g in found if any(c.id == relation.target for c in g.claims)), None
        )
        if relation.kind is RelationKind.TOTAL_OF:
            so_far.totals.append(toll)
            so_far.notes.append(f"{claim.id}: states the total")
            return True
        if target is None:
            continue
        if relation.kind is RelationKind.PART_OF:
            so_far.leave_out(claim, f"part of {relation.target}")
            return True
        if relation.kind is RelationKind.SAME_AS:
            target.claims.append(claim)
            target.tolls.append(toll)
            return True
    return False


def _beside(claim: Claim, toll: Toll, kind: Kind, found: list[_Group], so_far: _Sum) -> bool:
    """True when the sentence has already counted these people."""
    for group in found[-_RECENT:]:
        last = (group.listed or group.claims)[-1]
        near = _between(last, claim)
        same_words = fold(claim.count_span.text) == fold(group.first.count_span.text) and kind.head == group.kind.head
        value = _value(toll)
        if claim.count_span.overlaps(group.first.count_span):
            so_far.leave_out(claim, f"the same words as {group.first.id}")
        elif same_words and not on_top(claim) and claim.place == group.first.place and " and " not in near[-12:]:
            so_far.leave_out(claim, f"says again {group.first.id}")
        elif is_vague(claim) and not group.vague and (claim.count.form is Form.IMPLICIT_PLURAL or kind.anyone):
            so_far.leave_out(claim, f"shares the figure of {group.first.id}")
        elif _rivals(claim, kind, group, near) and value != group.value:
            group.claims.append(claim)
            group.tolls.append(toll)
            group.rivals = group.rivals or rival_voices(claim, group.first)
            so_far.notes.append(f"{claim.id}: another figure for {group.first.id}")
        elif partitive(claim) and group.kind.may_hold(kind):
            so_far.leave_out(claim, f"some of {group.first.id}")
        elif _among(claim, value, kind, group, near):
            group.listed.append(claim)
            so_far.leave_out(claim, f"among those of {group.first.id}")
        elif is_single(group.first) and kind.anyone and (value or 0) > 1 and not on_top(claim) and not _joined(near):
            group.claims.insert(0, claim)
            group.tolls, group.kind = [toll], kind
            so_far.notes.append(f"{claim.id}: holds {group.claims[1].id}")
        elif is_single(claim) and is_single(group.first) and _same_person(claim, kind, group, near):
            so_far.leave_out(claim, f"says again {group.first.id}")
        else:
            continue
        return True
    return False


def _rivals(claim: Claim, kind: Kind, group: _Group, near: str) -> bool:
    """True where another source gives another figure for the same people: "seven, although elders said ten"."""
    if rival_voices(claim, group.first) and kind.alike(group.kind) and not is_single(group.first):
        return not on_top(claim) and not partitive(claim)
    if not kind.anyone or is_single(group.first) or not other_voice(claim, group.first):
        return False
    larger = (_value(read(claim, NEUTRAL)) or 0) > (group.value or 0)
    return group.kind.anyone or (larger and not _joined(near) and not on_top(claim))


def _joined(near: str) -> bool:
    """True where the words between two figures only join them: "and", a comma."""
    return len(near) < _PART_WITHIN and near.rstrip().endswith(("and", ",", "with", "as well as"))


def _same_person(claim: Claim, kind: Kind, group: _Group, near: str) -> bool:
    """True for "captured a courier and held him", "a lawyer and father of six", or one name said twice."""
    if kind.namesake(group.kind) or is_pronoun(claim):
        return True
    bare = not has_cue("article", fold(claim.count_span.text).split()[0])
    return bare and not kind.name and near.split() == ["and"]


def _among(claim: Claim, value: Number | None, kind: Kind, group: _Group, near: str) -> bool:
    """True for a smaller figure of a sort, right behind one for people of any sort: "12 people, two soldiers"."""
    if not group.kind.anyone or kind.anyone or group.value is None or value is None:
        return False
    room = group.value - sum(_value(read(c, NEUTRAL)) or 0 for c in group.listed)
    if value > room or value >= group.value or len(near) > _PART_WITHIN or on_top(claim):
        return False
    return bool(group.listed) or " and" not in near[-8:]


def _without_breakdown(found: list[_Group], so_far: _Sum) -> list[_Group]:
    """The groups less those that add up to another of the sentence: "six people, two Turks and four Somalis"."""
    for group in found:
        rest = [g for g in found if g is not group]
        whole = group is found[0] or group is found[-1]
        if len(rest) < 2 or not whole or on_top(group.first) or not all(group.kind.may_hold(g.kind) for g in rest):
            continue
        if group.value is not None and group.value == _total(rest):
            for part in rest:
                so_far.leave_out(part.first, f"part of {group.first.id}")
            return [group]
    return found


def _join(found: list[_Group], so_far: _Sum) -> None:
    """Adds what a later sentence counts to the sum, where it is not the same people again."""
    before, now = so_far.value, _total(found)
    decided: list[tuple[_Group, str | _Group, str]] = []
    for group in found:  # two figures of one sentence are not for the same people
        taken = [where for _, where, _ in decided[-_RECENT:] if isinstance(where, _Group)]
        decided.append((group, *_apart(group, so_far, taken)))
    enumerates = len(found) > 1 and any(where != "new" for _, where, _ in decided)
    loose = any(g.vague for g in so_far.groups) and not any(g.vague for g in found)
    if (
        len(found) > 1
        and now is not None
        and before is not None
        and (now == before or (enumerates and not loose and now <= before))
    ):
        for group in found:
            so_far.leave_out(group.first, "told again in parts")
        return
    for group, where, why in decided:
        if where == "new":
            so_far.groups.append(group)
        elif where == "total":
            so_far.totals += group.tolls
            so_far.notes.append(f"{group.first.id}: {why}")
        elif isinstance(where, _Group):
            vaguer = where.vague and not group.vague
            if not vaguer and group.value != where.value and rival_voices(group.first, where.first):
                where.rivals = True
            if vaguer:  # the exact figure speaks
                where.tolls = []
            elif _supersedes(group, where):
                where.tolls = []
                why = f"supersedes {where.first.id}"
            where.claims += group.claims
            where.tolls += group.tolls
            so_far.notes.append(f"{group.first.id}: {why}")
        else:
            so_far.leave_out(group.first, why)


def _apart(group: _Group, so_far: _Sum, taken: Sequence[_Group]) -> tuple[str | _Group, str]:
    """What a group of a later sentence is: "new", "part", "total", or an earlier group that it tells of again.

    taken are groups that the same sentence has told of already.
    """
    claim, kind, value = group.first, group.kind, group.value
    if is_single(claim):
        return _one_more(claim, kind, so_far, taken)
    linked = any(r.kind is RelationKind.ADDS_TO for r in claim.relations)
    free = [g for g in so_far.groups[-_RECENT:] if not any(g is t for t in taken)]
    alike = [g for g in free if g.kind.may_hold(kind) or (is_single(g.first) and not g.kind.clashes(kind))]
    if group.vague:
        return _vaguely(group, alike, so_far, linked)
    if not alike:
        return "new", ""
    vague = [g for g in alike if g.vague]
    if vague:
        return vague[0], f"more exact than {vague[0].first.id}"
    same = next((g for g in alike if g.value == value), None)
    if (linked or on_top(claim)) and not (same is not None and others_than(claim)):
        if so_far.whole is not None and so_far.whole in alike and so_far.still_holds(value):
            so_far.tell(so_far.whole, value)
            return "part", f"more of {so_far.whole.first.id}"
        return "new", ""
    if same is not None:
        return same, f"says again {same.first.id}"
    if partitive(claim):
        return "part", f"some of {alike[0].first.id}"
    rival = next((g for g in alike if _disagrees(group, g, len(so_far.groups) == 1)), None)
    if rival is not None and value is not None:
        return rival, f"the figure of another source for {rival.first.id}"
    if value is None or so_far.value is None or value == so_far.value:
        return "total", "states the sum of those before"
    largest = max(alike, key=lambda g: g.value or 0)
    if largest.value is not None and value < largest.value:
        if kind.head == largest.kind.head and largest.first.count.mod is not None and other_voice(claim, largest.first):
            return largest, f"another figure for {largest.first.id}"
        so_far.tell(largest, value)
        return "part", f"fewer than {largest.first.id}, of the same people"
    alone = len(so_far.groups) == 1 and largest.kind.anyone and not is_single(largest.first)
    if not alone and value > so_far.value and (kind.anyone or len(so_far.groups) > 1 or is_single(largest.first)):
        return "total", "a larger figure for all"
    return largest, f"another figure for {largest.first.id}"


def _disagrees(group: _Group, earlier: _Group, alone: bool) -> bool:
    """True where another source gives its own figure for the people of an earlier group, not for some of them.

    alone says that the earlier group is all so far: a larger figure that names nobody ("the toll is 26") is for it.
    """
    if is_single(earlier.first) or not any(rival_voices(group.first, claim) for claim in earlier.claims):
        return False
    larger = (group.value or 0) > (earlier.value or 0)
    return group.kind.alike(earlier.kind) or (alone and larger and not group.kind.head)


def _supersedes(group: _Group, earlier: _Group) -> bool:
    """True for a later, larger figure that the same source gives for the same people."""
    if group.value is None or earlier.value is None or group.value <= earlier.value or earlier.rivals:
        return False
    exact = group.first.count.mod is None and group.first.count.value is not None
    same = voice(group.first) is not None and voice(group.first) == voice(earlier.first)
    return exact and same and not is_single(earlier.first)


def _vaguely(group: _Group, alike: list[_Group], so_far: _Sum, linked: bool) -> tuple[str | _Group, str]:
    """What "several" or a bare plural of a later sentence is: mostly people told of before."""
    claim = group.first
    loosely = _told_of(claim) or claim.count.form is Form.IMPLICIT_PLURAL
    back = [g for g in so_far.groups[-_RECENT:] if not g.kind.clashes(group.kind)] if loosely else alike
    only_singles = all(is_single(g.first) for g in back)
    apart = only_singles and not group.kind.anyone and not loosely
    if linked or not back or apart or (only_singles and on_top(claim)):
        return "new", ""
    if _told_of(claim) or not only_singles:
        return "part", f"no more exact than {back[0].first.id}"
    if so_far.value is not None and (group.value or 0) > so_far.value:
        return "total", "more than those before"
    return "part", f"no more exact than {back[0].first.id}"


def _one_more(claim: Claim, kind: Kind, so_far: _Sum, taken: Sequence[_Group]) -> tuple[str | _Group, str]:
    """Whether one person of a later sentence has been counted: by name, by "the", or among a number of people."""
    if on_top(claim):
        if so_far.whole is not None and so_far.whole.kind.may_hold(kind) and so_far.still_holds(1):
            so_far.tell(so_far.whole, 1)
            return "part", f"one more of {so_far.whole.first.id}"
        return "new", ""
    if not introduced(claim) and not kind.name:
        kind = replace(kind, occupation=None)  # "the leader" can be the courier told of before
    free = [
        g
        for g in so_far.groups[-_RECENT:]
        if (kind.anyone or g.kind.anyone or not g.kind.clashes(kind)) and not any(g is t for t in taken)
    ]
    if free and claim.factuality is Factuality.ACKNOWLEDGED and any(not g.kind.namesake(kind) for g in free):
        return "part", f"confirms one of {free[0].first.id}"
    one = [g for g in free if is_single(g.first)]
    known = any(g.kind.head == kind.head or g.kind.name or g.kind.anyone for g in one)
    fresh = introduced(claim) and not (known or kind.anyone)
    if fresh and any(kind.age != g.kind.age or (kind.sex and kind.sex != g.kind.sex) for g in one):
        one = []
    if one:
        return one[0], f"says again {one[0].first.id}"
    many = [g for g in free if not is_single(g.first) and (g.kind.may_hold(kind) or not introduced(claim))]
    if many:
        so_far.tell(many[0], 1)
        return "part", f"one of {many[0].first.id}"
    return "new", ""


def _told_of(claim: Claim) -> bool:
    """True for a plural that refers back: "the insurgents were killed"."""
    words = fold(claim.count_span.text).split()
    before = fold(claim.sentence.text[: _start(claim)]).split()
    return "the" in (words[:1] + before[-1:])


def _total(groups: Sequence[_Group]) -> Number | None:
    values = [g.value for g in groups]
    known = [v for v in values if v is not None]
    return sum(known) if len(known) == len(values) else None


def _value(toll: Toll) -> Number | None:
    return toll.best if toll.best is not None else toll.low


def _between(a: Claim, b: Claim) -> str:
    """The words between two figures of a sentence, cut in the middle where they are many."""
    start, end = a.count_span.end - a.sentence.start, _start(b)
    text = (
        b.sentence.text[start:end] if end - start <= 2 * _PART_WITHIN else b.sentence.text[end - 2 * _PART_WITHIN : end]
    )
    return fold(text)


def _start(claim: Claim) -> int:
    return max(0, claim.count_span.start - claim.sentence.start)
