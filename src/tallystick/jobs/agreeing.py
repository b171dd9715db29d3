"""How far coders agree, and what they differ on, from the judgements that stand."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, func, or_, select

from tallystick.errors import BadJudgement
from tallystick.jobs.correcting import differences
from tallystick.ledger import corrections, lookups, queries, waiting
from tallystick.ledger.corrections import SETTLED
from tallystick.ledger.tables import judgement, withdrawal
from tallystick.model.records import Held, Judgement, Verdict
from tallystick.model.reviewing import Agreement, Coefficient, Differing, PairAgreement, Reviewer, Sort
from tallystick.model.values import Count, Number
from tallystick.reconcile.agreement import alpha, interval, kappa, nominal, ratio

MOST = 1000
"""Items that agreement is computed over: the newest that more than one person judged."""
_AT_A_TIME = 100

ByPerson = dict[str, Judgement]
"""The newest standing judgement of each person on one item."""


def agreement(connection: Connection, who: Reviewer) -> Agreement:
    """How far coders agree on figures, on the counts that they left, and on pairs of scenes.

    To a coder: on items that are closed to coders only. What was settled between them does not count.
    """
    figures = _doubly(connection, ("claim",), who, MOST + 1)
    capped = len(figures) > MOST
    figures = figures[:MOST]
    events = _doubly(connection, ("event",), who, MOST)
    counts = _counts(connection, figures)
    people = sorted({name for made in figures for name in made})
    return Agreement(
        _verdicts(figures),
        tuple(one for a, b in combinations(people, 2) if (one := _pair(a, b, figures)) is not None),
        alpha(_ends(counts, "low"), ratio),
        alpha(_ends(counts, "high"), ratio),
        alpha(_ends(counts, "low"), interval),
        alpha(_ends(counts, "high"), interval),
        _verdicts(events),
        tuple(sorted(_fields(figures).items())),
        len(figures),
        capped,
    )


def differing(
    connection: Connection, *, after: str | None = None, limit: int = 10
) -> tuple[list[Differing], str | None]:
    """What coders' standing judgements differ on and nobody has settled, by id; and where the next page begins."""
    found: list[Differing] = []
    start = ("", "") if not after else (after.partition("~")[0], after.partition("~")[2])
    while True:
        keys = _keys(connection, ("claim", "event", "origin"), start=start, limit=_AT_A_TIME)
        for key, made in waiting.standing(connection, keys).items():
            standing = _by_person(made)
            if any(one.about == SETTLED for one in made) or not _differ(standing.values()):
                continue
            if len(found) == limit:
                return found, found[-1].key
            subjects = [name for name in key if name]
            sort = Sort.FIGURE if len(subjects) == 1 else Sort.EVENT if "#" in subjects[0] else Sort.ORIGIN
            held = _held(connection, subjects[:1]).get(subjects[0]) if sort is Sort.FIGURE else None
            judged = tuple(sorted(standing.values(), key=lambda one: (one.at, one.by)))
            if sort is not Sort.FIGURE and _decided_since(judged):
                continue
            found.append(Differing("~".join(subjects), sort, judged, held))
        if len(keys) < _AT_A_TIME:
            return found, None
        start = keys[-1]


def _decided_since(judged: Sequence[Judgement]) -> bool:
    """Whether a third person decided on a pair after two others had differed: the newest counts."""
    return len(judged) > 2 and _differ(judged[:-1])


def as_read(held: Held, made: Judgement) -> tuple[tuple[str, str, str], ...]:
    """(field, as read, as corrected) of what a judgement corrects; nothing for any other verdict."""
    if made.verdict is not Verdict.CORRECT:
        return ()
    try:
        return tuple(differences(held.claim, corrections.corrected(held.claim, made)))
    except BadJudgement as error:
        return (("Cannot be read", "", str(error)),)


def _doubly(connection: Connection, abouts: Sequence[str], who: Reviewer, limit: int) -> list[ByPerson]:
    """The items that two or more people judged, newest first."""
    found = []
    for made in waiting.standing(connection, _keys(connection, abouts, newest=True, limit=limit)).values():
        standing = _by_person(made)
        closed = any(one.about == SETTLED for one in made) or len(standing) >= who.coders
        if len(standing) > 1 and (who.settles or who.coders == 1 or closed):
            found.append(standing)
    return found


def _keys(
    connection: Connection,
    abouts: Sequence[str],
    *,
    limit: int,
    newest: bool = False,
    start: tuple[str, str] | None = None,
) -> list[tuple[str, str]]:
    """(subject, other or "") of the items on which more than one person's judgement stands."""
    j = judgement.c
    other = func.coalesce(j.other, "")
    taken = select(withdrawal.c.seq).where(withdrawal.c.judgement == j.id).exists()
    query = (
        select(j.subject, other.label("other"))
        .where(j.about.in_(tuple(abouts)), ~taken)
        .group_by(j.subject, other)
        .having(func.count(j.author.distinct()) > 1)
        .limit(limit)
    )
    if start is not None:
        query = query.where(or_(j.subject > start[0], (j.subject == start[0]) & (other > start[1])))
    query = query.order_by(func.max(j.seq).desc()) if newest else query.order_by(j.subject, other)
    return [(row.subject, row.other) for row in connection.execute(query)]


def _by_person(made: Iterable[Judgement]) -> ByPerson:
    return {one.by: one for one in made if one.about != SETTLED}


def _differ(made: Iterable[Judgement]) -> bool:
    return len({(one.verdict, one.changes) for one in made}) > 1


def _verdicts(items: Sequence[ByPerson]) -> Coefficient:
    return alpha([[one.verdict.value for one in made.values()] for made in items], nominal)


def _pair(a: str, b: str, items: Sequence[ByPerson]) -> PairAgreement | None:
    both = [(made[a].verdict.value, made[b].verdict.value) for made in items if a in made and b in made]
    if not both:
        return None
    return PairAgreement(a, b, kappa(both), sum(x == y for x, y in both) / len(both))


def _held(connection: Connection, names: Iterable[str]) -> dict[str, Held]:
    seqs = [seqs[0] for name in names if len(seqs := lookups.find(connection, name)) == 1]
    return {one.id: one for one in queries.held_at(connection, seqs)}


def _counts(connection: Connection, items: Sequence[ByPerson]) -> list[list[Count]]:
    """The counts as each person left them; whoever rejected the claim left none."""
    held = _held(connection, [next(iter(made.values())).subjects[0] for made in items])
    found = []
    for made in items:
        claim = held.get(next(iter(made.values())).subjects[0])
        counts = []
        for one in made.values() if claim is not None else ():
            assert claim is not None
            try:
                read = corrections.applied(claim, replace(one, about="claim"))
            except BadJudgement:  # by another version of ours
                continue
            if read is not None and one.verdict is not Verdict.UNSURE:
                counts.append(read.claim.count)
        found.append(counts)
    return found


def _ends(counts: Sequence[Sequence[Count]], end: str) -> list[list[Number]]:
    """One end of each count; an open end is no number, and left out."""
    return [[value for one in item if (value := getattr(one, end)) is not None] for item in counts]


def _fields(items: Sequence[ByPerson]) -> Mapping[str, int]:
    """How many items have each field corrected in different ways; one who accepted left it as it was read."""
    found: Counter[str] = Counter()
    for made in items:
        given: defaultdict[str, set[str]] = defaultdict(set)
        kept = [one for one in made.values() if one.verdict in (Verdict.ACCEPT, Verdict.CORRECT)]
        changed = [_flat(json.loads(one.changes or "{}")) for one in kept]
        for name in {name for fields in changed for name in fields}:
            given[name] = {fields.get(name, "as read") for fields in changed}
        found.update(name for name, values in given.items() if len(values) > 1)
    return found


def _flat(fields: Mapping[str, Any]) -> dict[str, str]:
    """Corrected fields by the names that people know: an end of the count, and every other as a whole."""
    flat = {name: json.dumps(value, sort_keys=True) for name, value in fields.items() if name != "count"}
    count = fields.get("count")
    if isinstance(count, dict):
        flat |= {f"count.{name}": json.dumps(value) for name, value in count.items()}
    return flat


__all__ = ["MOST", "agreement", "as_read", "differing"]
