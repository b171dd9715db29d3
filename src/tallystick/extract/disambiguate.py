"""Which record each name of a document means. The evidence itself is in placestack.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tallystick.extract.gazetteer import Gazetteer
from tallystick.extract.placestack import Floats, Group, Stack, borders
from tallystick.extract.toponymy import Candidate, How

# Other evidence than this must be there before a lone foreign namesake is doubted; so many people need no support.
EVIDENCE = 0.4
SUPPORT = 0.15  # of the evidence, for its country and the neighbours
WELL_KNOWN = 300_000
KNOWN_ALONE = 50_000  # where no other place has the name
# Letters of a name that hardly two places sound like.
UNMISTAKABLE = 9
# "The capital" means the dominant country's when it has this share of the evidence.
DOMINANT = 0.6
# Groups resolved together. A long list of places costs memory with the square of this.
TOGETHER = 200
# Records tried for one name. "San José" has hundreds; beyond this the smallest are left out.
MOST_RECORDS = 150
# Each round judges by the choices of the one before, until none changes; few documents need more than three.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Resolution:
    """The record chosen, and how sure the choice among namesakes is (0..1).

    supported is False when the document speaks for other countries only, and the place is too small to be named
    without a word about where it is; and when the text says that it lies elsewhere.
    """

    record: int
    share: float
    supported: bool


def resolve(
    gazetteer: Gazetteer, candidates: Sequence[Candidate], evidence: Mapping[str, float]
) -> dict[int, Resolution]:
    """For each candidate that means a record, by its position, that record.

    evidence is what demonyms and armed groups add for each country. Candidates without a key are passed over.
    """
    groups = _group(gazetteer, candidates)
    seen = np.zeros(len(gazetteer.countries))
    for code, amount in evidence.items():
        seen[gazetteer.countries.index(code)] += amount
    resolved: dict[int, Resolution] = {}
    share = seen
    for first in range(0, len(groups), TOGETHER):
        batch = groups[first : first + TOGETHER]
        for group in batch:
            inside = -1 if group.container is None else group.container - first
            group.container = inside if 0 <= inside < len(batch) else None
        share = share + _resolve(Stack(gazetteer, batch), seen, resolved)
    for n, c in enumerate(candidates):
        if c.how is How.CAPITAL and (capital := _capital(gazetteer, c, share)) is not None:
            resolved[n] = capital
    return resolved


def _resolve(stack: Stack, seen: Floats, resolved: dict[int, Resolution]) -> Floats:
    """Resolves the groups of a stack and gives back what each country gained from them."""
    score = stack.prior
    best, sure = stack.best(score)
    for _ in range(ROUNDS):
        before, votes = best, stack.weight * sure
        score = stack.prior + stack.agreement(best, votes, seen) + stack.containment(best) + stack.nearness(best, votes)
        best, sure = stack.best(score)
        if (best == before).all():
            break
    votes = stack.weight * sure
    share = stack.shares(best, votes, seen)
    merged = stack.merged(score, best)
    total = float(share.sum())
    # Plain numbers: there are few, and arrays are slow to read one at a time.
    of_country, around = share.tolist(), (share @ borders(stack.gazetteer.countries)).tolist()
    rows, ats, records = best.tolist(), stack.country[best].tolist(), stack.ids[best].tolist()
    people, weights, shares = stack.gazetteer.population[stack.ids[best]].tolist(), votes.tolist(), merged.tolist()
    for g, group in enumerate(stack.groups):
        row, at, vote = rows[g], ats[g], weights[g]
        others = total - (vote if at else 0.0)
        support = of_country[at] - vote + around[at] if at else others
        if group.how is How.SOUND and not _sound_enough(group, support, others):
            continue
        alone = KNOWN_ALONE if len(group.ids) == 1 else WELL_KNOWN
        needs = people[g] < alone and others >= EVIDENCE and stack.small(row)
        supported = (not needs or support >= SUPPORT * others) and not stack.misplaced(g, best)
        choice = Resolution(records[g], shares[g], supported)
        for member in group.members:
            resolved[member] = choice
    gained: Floats = share - seen
    return gained


def _sound_enough(group: Group, support: float, others: float) -> bool:
    """True when a record that only sounds like the name may stand for it.

    The document must speak for its country; a long name with one such record may go without, if nothing speaks
    for another.
    """
    return support > 1e-6 if others >= EVIDENCE else len(group.ids) == 1 and len(group.key) >= UNMISTAKABLE


def _capital(gazetteer: Gazetteer, c: Candidate, share: Floats) -> Resolution | None:
    if c.country is not None:
        row, sure = gazetteer.capital_row(c.country), 1.0
    elif share.sum() == 0:
        return None
    else:
        dominant = int(share.argmax())
        sure = float(share[dominant] / share.sum())
        row = gazetteer.capital_row(gazetteer.countries[dominant]) if sure >= DOMINANT else None
        sure *= 0.8
    return None if row is None else Resolution(row, sure, True)


def _group(gazetteer: Gazetteer, candidates: Sequence[Candidate]) -> list[Group]:
    groups: list[Group] = []
    at: dict[tuple[str, str | None, str | None, str | None], int] = {}
    group_of: dict[int, int] = {}
    for n, c in enumerate(candidates):
        if c.how is How.CAPITAL or not c.key:
            continue
        inside = candidates[c.container] if c.container is not None and c.container < len(candidates) else None
        what = (c.key, c.country, c.kind, inside.key if inside else None)
        if what not in at:
            group = _new_group(gazetteer, c)
            if group is None:
                continue
            at[what] = len(groups)
            groups.append(group)
        group_of[n] = at[what]
        groups[at[what]].members.append(n)
    for n, g in group_of.items():
        container = candidates[n].container
        if container is not None and group_of.get(container, g) != g:
            groups[g].container = group_of[container]
            groups[g].contained |= candidates[n].contained
    # A name that one sentence puts in a container lies there in the whole document.
    inside_of = {group.key: group.container for group in groups if group.container is not None}
    for g, group in enumerate(groups):
        if group.container is None and inside_of.get(group.key, g) != g:
            group.container = inside_of[group.key]
    return groups


def _new_group(gazetteer: Gazetteer, c: Candidate) -> Group | None:
    """A group for the candidate's name, None when no record has it or sounds like it."""
    ids, main = gazetteer.lookup(c.key)
    how = How.NAME
    if len(ids) == 0:
        ids, how = gazetteer.sounding_like(c.key), How.SOUND
        main = np.zeros(len(ids), bool)
    if len(ids) == 0:
        return None
    if len(ids) > MOST_RECORDS:
        keep = np.sort(np.argsort(gazetteer.population[ids], kind="stable")[-MOST_RECORDS:])
        ids, main = ids[keep], main[keep]
    return Group([], c.key, c.country, c.kind, None, ids, main, how)
