"""The review queue: what waits for a person, and one item with all that it takes to judge it."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from tallystick.errors import BadJudgement, UnknownClaim, UnknownDocument
from tallystick.jobs.deciding import held_named, named, state_of
from tallystick.jobs.questions import check_reconciled
from tallystick.ledger import computed, lookups, queries, waiting
from tallystick.model.records import Held
from tallystick.model.reviewing import (
    Dispute,
    FigureReview,
    Item,
    OtherSide,
    PairReview,
    Progress,
    Reviewer,
    Sort,
    Told,
)
from tallystick.views.words import counted

CONFLICTS = 4
"""Conflicts that are told beside a figure; the rest are counted."""
OTHERS = 4
"""Figures on the other side of a conflict that are quoted."""
_PEOPLE = 500
COUNTED = 100
"""How many waiting items are counted before the answer is “100 or more”."""
_BEHIND = "~"
"""Comes after every figure's id."""


def queue(connection: Connection, who: Reviewer, *, after: str | None = None, limit: int = 20) -> list[Item]:
    """What waits for this person, from the place behind after on: figures in conflicts by what these weigh, pairs of
    scenes that may be one event, origins of quantities in conflict that may be one; then what is in no conflict, by how
    many people it is about and how many voices speak of it.

    Raises LedgerError where nothing has been reconciled, BadJudgement for a place that is none.
    """
    check_reconciled(connection)
    return list(islice(_waiting(connection, who, after, limit), limit))


def _waiting(connection: Connection, who: Reviewer, after: str | None, limit: int) -> Iterator[Item]:
    by = waiting.By(who.name, who.coders)
    stage, given = _place(after)
    if stage <= 1:
        at = None if stage < 1 else waiting.Waiting(given[2], float(given[0]), 0, given[1])
        for one in _figures(connection, by, at, limit):
            because = f"in {counted(one.conflicts, 'conflict')}"
            yield _item(Sort.FIGURE, (one.figure,), one.consequence, because, 1, one.consequence, one.conflict)
    if stage <= 2:
        pair = None if stage < 2 else (float(given[0]), given[1], given[2])
        for link in waiting.links(connection, by, after=pair, limit=limit):
            because = f"{link.score:.0%} likely to be one event"
            yield _item(Sort.EVENT, (link.a, link.b), link.score, because, 2, link.score)
    if stage <= 3:
        doubted = None if stage < 3 else (float(given[0]), given[1], int(given[2]))
        for doubt in waiting.doubts(connection, by, clashing=True, after=doubted, limit=limit):
            yield _doubted(3, doubt)
    yield from _rest(connection, by, stage, given, limit)


def _rest(connection: Connection, by: waiting.By, stage: int, given: list[str], limit: int) -> Iterator[Item]:
    """What is in no conflict, of the weightiest quantities first: of each its figures, then its origins in doubt."""
    figure: tuple[float, str, str] | None = None
    doubt: tuple[float, str, int] | None = None
    if stage == 4:
        weight, tally = float(given[0]), given[1]
        figure, doubt = (weight, tally, given[2]), (weight, tally, -1)
    elif stage == 5:
        weight, tally = float(given[0]), given[1]
        figure, doubt = (weight, tally, _BEHIND), (weight, tally, int(given[2]))
    figures = (
        ((one.weight, one.tally, True), _told(one))
        for one in waiting.unclashing(connection, by, after=figure, limit=limit)
    )
    doubts = (
        ((one.weight, one.tally.id, False), _doubted(5, one))
        for one in waiting.doubts(connection, by, clashing=False, after=doubt, limit=limit)
    )
    for _, item in heapq.merge(figures, doubts, key=lambda one: one[0], reverse=True):
        yield item


def _told(one: waiting.Unclashing) -> Item:
    because = f"told by {counted(one.documents, 'document')}, waits for a judgement"
    return _item(Sort.FIGURE, (one.figure,), one.weight, because, 4, one.weight, one.tally)


def _doubted(stage: int, one: waiting.Doubted) -> Item:
    place = _written(stage, one.weight, one.tally.id, one.rank)
    return Item(Sort.ORIGIN, one.pair, one.doubt.score, "may rest on one origin", place)


_BEGINS: dict[tuple[str, waiting.By], tuple[tuple[str | None, int], waiting.Waiting]] = {}
"""Where the queue began for somebody last: above that everything has been judged, unless something was taken back."""


def _figures(
    connection: Connection, by: waiting.By, after: waiting.Waiting | None, limit: int
) -> Iterator[waiting.Waiting]:
    """Figures that wait. From the top: from where they began last, so that nobody walks over all that is done."""
    if after is not None:
        yield from waiting.figures(connection, by, after=after, limit=limit)
        return
    key, stamp = (str(connection.engine.url), by), waiting.stamp(connection)
    known = _BEGINS.get(key)
    start = known[1] if known is not None and known[0] == stamp else None
    first = True
    for one in waiting.figures(connection, by, after=start, limit=limit):
        if first:
            if len(_BEGINS) >= _PEOPLE:
                _BEGINS.clear()
            _BEGINS[key] = (stamp, waiting.Waiting("", one.consequence, 0, one.conflict))
            first = False
        yield one


def _item(sort: Sort, subjects: tuple[str, ...], weight: float, because: str, stage: int, *place: object) -> Item:
    return Item(sort, subjects, weight, because, _written(stage, *place, *subjects))


def _written(*parts: object) -> str:
    return "~".join(map(str, parts))


def _place(after: str | None) -> tuple[int, list[str]]:
    """The stage and the values that name a place in the queue."""
    if not after:
        return 0, []
    stage, *given = after.split("~")
    try:
        if stage not in ("1", "2", "3", "4", "5") or len(given) != 3:
            raise ValueError
        if not math.isfinite(float(given[0])):
            raise ValueError
        if stage in ("3", "5"):
            int(given[2])
    except ValueError:
        raise BadJudgement(f"“{after}” is no place in the queue. Leave it out to begin at the top.") from None
    return int(stage), given


def review(connection: Connection, who: Reviewer, key: str) -> FigureReview | PairReview:
    """One item with all that it takes to judge it, by its key. Raises UnknownClaim, UnknownDocument, BadJudgement."""
    sort, subjects = named(connection, key)
    if sort is Sort.FIGURE:
        return _figure(connection, who, subjects[0])
    return _pair(connection, who, sort, subjects)


def _figure(connection: Connection, who: Reviewer, name: str) -> FigureReview:
    held = held_named(connection, name)
    disputes, more, tally = [], 0, None
    if computed.reconciled_at(connection) is not None:
        kept = list(computed.conflicts(connection, figure=name, limit=CONFLICTS))
        disputes = [_dispute(connection, one, name) for one in kept]
        weight = waiting.weight_of(connection, name) if len(kept) == CONFLICTS else None
        more = 0 if weight is None else weight.conflicts - len(kept)
        tally = next(iter(computed.tallies_with(connection, [name]).get(name, ())), None)
    state = state_of(connection, who, Sort.FIGURE, (name,))
    return FigureReview(name, held, text_of(connection, held.document.id), state, tuple(disputes), more, tally)


def _dispute(connection: Connection, kept: computed.KeptConflict, figure: str) -> Dispute:
    """A conflict as seen from one of its figures."""
    one = kept.conflict
    against = [side for side in one.sides if side.figures and figure not in side.figures]
    names = list(dict.fromkeys(name for side in against for name in side.figures)) or [
        name for name in one.figures if name != figure
    ]
    shown = names[:OTHERS]
    seqs = [seq for name in shown for seq in lookups.find(connection, name)]
    tallies = computed.tallies_with(connection, shown)
    others = tuple(
        OtherSide(held, next(iter(tallies.get(held.id, ())), None)) for held in queries.held_at(connection, seqs)
    )
    return Dispute(kept.id, one.sentence, one.kind.value, kept.consequence, others, len(names) - len(shown))


def text_of(connection: Connection, document: str) -> str | None:
    """The document's text; None where it was erased."""
    try:
        return queries.text(connection, document)
    except UnknownDocument:
        return None


def _pair(connection: Connection, who: Reviewer, sort: Sort, subjects: tuple[str, ...]) -> PairReview:
    a, b = subjects
    state = state_of(connection, who, sort, subjects)
    key = "~".join(subjects)
    if sort is Sort.EVENT:
        sides = (_scene(connection, a), _scene(connection, b))
        link = waiting.link_between(connection, a, b)
        return PairReview(key, sort, sides, state, link, (), None if link is None else link.score)
    figures = (held_named(connection, a), held_named(connection, b))
    told = tuple(Told(one.id, one.document, one.claim.sentence.text, one.scene, one) for one in figures)
    doubt = next((d for d in _doubts(connection, a) if {*d.pair} == {a, b}), None)
    reasons, score = ((), None) if doubt is None else (doubt.doubt.reasons, doubt.doubt.score)
    return PairReview(key, sort, (told[0], told[1]), state, None, reasons, score)


def _doubts(connection: Connection, figure: str) -> Iterator[waiting.Doubted]:
    for name in computed.tallies_with(connection, [figure]).get(figure, ()):
        yield from waiting.doubts_of(computed.tally_named(connection, name))


def _scene(connection: Connection, name: str) -> Told:
    seqs = lookups.find(connection, name)
    found = queries.scenes(connection, seqs)
    if len(seqs) != 1 or not found:
        raise UnknownClaim(f"this ledger holds no scene “{name}”. Open the review queue again.")
    scene = found[seqs[0]]
    return Told(name, queries.document_named(connection, scene.document), scene.words, scene)


def progress(connection: Connection, who: Reviewer, now: datetime) -> Progress:
    """How far this person is today, and how much waits."""
    check_reconciled(connection)
    by = waiting.By(who.name, who.coders)
    many = sum(1 for _ in _figures(connection, by, None, COUNTED))
    if many < COUNTED:
        many += sum(1 for _ in waiting.links(connection, by, limit=COUNTED - many))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Progress(
        waiting.made_since(connection, who.name, midnight),
        many,
        many >= COUNTED,
        waiting.not_reconciled(connection),
    )


def anchor(held: Held) -> str:
    """Where a figure stands in its document's page: its address, with the place in it."""
    return f"/documents/{held.document.id}?figure={held.id}#w-{held.id}"
