"""The review queue: what waits for a person, one item with all that it takes to judge it, and the judging itself.

Blind while it must be: a coder sees nobody else's judgement on an item until as many have judged it as must, and then
can change nothing about it: what differs goes to whoever settles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection

from tallystick.errors import AlreadyJudged, BadJudgement, UnknownClaim, UnknownDocument
from tallystick.jobs import judging
from tallystick.jobs.questions import check_reconciled
from tallystick.ledger import computed, judgements, lookups, queries, waiting
from tallystick.ledger.corrections import SETTLED
from tallystick.ledger.store import Ledger
from tallystick.model.records import Held, Judgement, Verdict
from tallystick.model.reviewing import (
    Dispute,
    FigureReview,
    Item,
    OtherSide,
    PairReview,
    Progress,
    Reviewer,
    Sort,
    State,
    Told,
)
from tallystick.views.words import counted

ABOUT = {Sort.FIGURE: waiting.READING, Sort.EVENT: ("event",), Sort.ORIGIN: ("origin",)}
OF_ONE = (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT)
CONFLICTS = 4
"""Conflicts that are told beside a figure; the rest are counted."""
OTHERS = 4
"""Figures on the other side of a conflict that are quoted."""
COUNTED = 100
"""How many waiting items are counted before the answer is “100 or more”."""


def queue(connection: Connection, who: Reviewer, *, after: str | None = None, limit: int = 20) -> list[Item]:
    """What waits for this person, from the place behind after on: figures in conflicts by what these weigh, pairs of
    scenes that may be one event, origins that may be one, then figures that many documents tell.

    Raises LedgerError where nothing has been reconciled, BadJudgement for a place that is none.
    """
    check_reconciled(connection)
    return list(islice(_waiting(connection, who, after, limit), limit))


def _waiting(connection: Connection, who: Reviewer, after: str | None, limit: int) -> Iterator[Item]:
    by = waiting.By(who.name, who.coders)
    stage, given = _place(after)
    if stage <= 1:
        at = None if stage < 1 else waiting.Waiting(given[2], float(given[0]), 0, given[1])
        for one in waiting.figures(connection, by, after=at, limit=limit):
            because = f"in {counted(one.conflicts, 'conflict')}"
            yield _item(Sort.FIGURE, (one.figure,), one.consequence, because, 1, one.consequence, one.conflict)
    if stage <= 2:
        pair = None if stage < 2 else (float(given[0]), given[1], given[2])
        for link in waiting.links(connection, by, after=pair, limit=limit):
            because = f"{link.score:.0%} likely to be one event"
            yield _item(Sort.EVENT, (link.a, link.b), link.score, because, 2, link.score)
    if stage <= 3:
        doubted = None if stage < 3 else (float(given[0]), given[1], int(given[2]))
        for doubt in waiting.doubts(connection, by, after=doubted, limit=limit):
            weight = computed.after_tally(doubt.tally).consequence
            place = _written(3, weight, doubt.tally.id, doubt.rank)
            yield Item(Sort.ORIGIN, doubt.pair, doubt.doubt.score, "may rest on one origin", place)
    told = None if stage < 4 else (int(given[0]), given[1], given[2])
    for documents, tally, figure in waiting.told_often(connection, by, after=told, limit=limit):
        because = f"told by {counted(documents, 'document')}, judged by too few"
        yield _item(Sort.FIGURE, (figure,), documents, because, 4, documents, tally)


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
        if stage not in ("1", "2", "3", "4") or len(given) != 3:
            raise ValueError
        float(given[0])
        if stage == "4":
            int(given[0])
        if stage == "3":
            int(given[2])
    except ValueError:
        raise BadJudgement(f"“{after}” is no place in the queue. Leave it out to begin at the top.") from None
    return int(stage), given


def review(connection: Connection, who: Reviewer, key: str) -> FigureReview | PairReview:
    """One item with all that it takes to judge it, by its key. Raises UnknownClaim, UnknownDocument, BadJudgement."""
    sort, subjects = _named(connection, key)
    if sort is Sort.FIGURE:
        return _figure(connection, who, subjects[0])
    return _pair(connection, who, sort, subjects)


def _named(connection: Connection, key: str) -> tuple[Sort, tuple[str, ...]]:
    """What a key names, by whole ids."""
    parts = key.split("~")
    if len(parts) == 1 and ":" in key:
        return Sort.FIGURE, (_held(connection, key).id,)
    if len(parts) == 2 and all("#" in part for part in parts):
        return Sort.EVENT, tuple(parts)
    if len(parts) == 2 and all(":" in part for part in parts):
        return Sort.ORIGIN, tuple(_held(connection, part).id for part in parts)
    raise BadJudgement(f"“{key}” names nothing to judge. Give a figure, or two scenes or figures joined by “~”.")


def _held(connection: Connection, name: str) -> Held:
    seqs = lookups.find(connection, name) if ":" in name else []
    if len(seqs) != 1:  # an error that says what comes near
        return queries.figure(connection, name)
    found = queries.held_at(connection, seqs)
    if not found:
        raise UnknownClaim(f"figure {name} was erased; “tallystick verify” says by whom and why.")
    return found[0]


def _figure(connection: Connection, who: Reviewer, name: str) -> FigureReview:
    held = _held(connection, name)
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
    figures = (_held(connection, a), _held(connection, b))
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


def state_of(connection: Connection, who: Reviewer, sort: Sort, subjects: Sequence[str]) -> State:
    """How an item stands for this person."""
    made = [
        one
        for one in queries.judgements(connection, subjects[0], current=True)
        if one.about in ABOUT[sort] and set(one.subjects) == set(subjects)
    ]
    settled = next((one for one in reversed(made) if one.about == SETTLED), None)
    mine = next((one for one in reversed(made) if one.by == who.name), None)
    shown = tuple(made) if sees_all(who, made) else tuple(one for one in made if one.by == who.name)
    seen = hashlib.sha256(" ".join(one.id for one in shown).encode()).hexdigest()[:12]
    return State(seen, mine, settled, shown, _closed(who, made, settled))


def sees_all(who: Reviewer, made: Sequence[Judgement]) -> bool:
    """Whether this person may see everybody's judgements on an item, given all that stand."""
    return who.coders == 1 or who.settles or _complete(who, made)


def _complete(who: Reviewer, made: Sequence[Judgement]) -> bool:
    return any(one.about == SETTLED for one in made) or len({one.by for one in made}) >= who.coders


def _closed(who: Reviewer, made: Sequence[Judgement], settled: Judgement | None) -> str | None:
    if who.settles:
        return None
    if settled is not None:
        return f"{settled.by} settled this on {settled.at:%Y-%m-%d}. An adjudicator can decide it anew."
    others = list(dict.fromkeys(one.by for one in made if one.by != who.name))
    if len(others) >= who.coders:
        return f"{_list(others)} judged this already, so it waits no longer. An adjudicator can decide it anew."
    if who.coders > 1 and _complete(who, made):
        return f"you and {_list(others)} have judged this. Where you differ, an adjudicator decides."
    return None


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def state_seen(connection: Connection, who: Reviewer, figures: Sequence[str]) -> dict[str, tuple[Judgement, ...]]:
    """The standing judgements on how each of these figures is read that this person may see, by figure."""
    found = waiting.standing(connection, [(name, "") for name in figures], waiting.READING)
    return {
        name: made if sees_all(who, made) else tuple(one for one in made if one.by == who.name)
        for (name, _), made in found.items()
    }


def visible(connection: Connection, who: Reviewer, made: Iterable[Judgement]) -> list[Judgement]:
    """Those of these judgements that this person may see."""
    given = list(made)
    if who.coders == 1 or who.settles:
        return given
    standing: dict[frozenset[str], set[str]] = {}
    settled: set[frozenset[str]] = set()
    abouts = tuple(about for some in ABOUT.values() for about in some)
    names = {frozenset(one.subjects) for one in given}
    for subjects, decided in waiting.decided(connection, names, abouts).items():
        standing[subjects] = {one.author for one in decided}
        if any(one.about == SETTLED for one in decided):
            settled.add(subjects)
    return [
        one
        for one in given
        if one.by == who.name
        or (subjects := frozenset(one.subjects)) in settled
        or len(standing.get(subjects, ())) >= who.coders
    ]


def decide(
    ledger: Ledger,
    who: Reviewer,
    key: str,
    verdict: str,
    *,
    why: str | None = None,
    changes: Iterable[str] = (),
    seen: str | None = None,
    settle: bool = False,
    now: datetime,
) -> Judgement:
    """Records this person's judgement on an item and returns it. changes are "field=value" by JSON names.

    seen is the state that the person was shown; None takes whatever it is. settle: what coders differ on is decided,
    above what they say before or after. Raises AlreadyJudged where the item is not as it was shown, or closed to this
    person; BadJudgement, UnknownClaim, UnknownDocument.
    """
    with ledger.reading() as connection:
        sort, subjects = _named(connection, key)
        state = state_of(connection, who, sort, subjects)
    if (verdict in [one.value for one in OF_ONE]) != (sort is Sort.FIGURE) and verdict != Verdict.UNSURE.value:
        what = "accept, correct, reject" if sort is Sort.FIGURE else "same, different, unsure"
        raise BadJudgement(f"“{verdict}” is no answer to this item. Choose among {what}.")
    if settle and not who.settles:
        raise AlreadyJudged(f"{who.name} cannot settle what coders differ on. Ask an adjudicator.")
    if state.closed is not None:
        raise AlreadyJudged(f"{state.closed[:1].upper()}{state.closed[1:]}")
    if seen is not None and seen != state.seen:
        raise AlreadyJudged(_meanwhile(who, state))
    about = SETTLED if settle and sort is Sort.FIGURE else ABOUT[sort][0]
    return judging.decide(
        ledger, verdict, subjects, by=who.name, why=(why or "").strip() or None, about=about, changes=changes, now=now
    )


def settle_as(
    ledger: Ledger, who: Reviewer, key: str, name: str, *, why: str | None, seen: str | None, now: datetime
) -> Judgement:
    """Settles an item as one of its coders judged it, by that judgement's id. Raises as decide."""
    with ledger.reading() as connection:
        made = waiting.judgement_named(connection, name)
    if made is None or key_of(made) != key or made.withdrawn is not None:
        raise AlreadyJudged("That judgement was withdrawn meanwhile, or is of another item. Look at the item again.")
    fields = json.loads(made.changes or "{}")
    changes = [f"{field}={json.dumps(value, ensure_ascii=False)}" for field, value in fields.items()]
    return decide(
        ledger, who, key, made.verdict.value, why=why, changes=changes, seen=seen, settle=True, now=now
    )  # fmt: skip


def _meanwhile(who: Reviewer, state: State) -> str:
    if not state.judgements:
        return "A judgement on this was withdrawn since you opened it. Look at it again, then decide."
    last = state.judgements[-1]
    name = "You" if last.by == who.name else last.by
    return (
        f"{name} judged this meanwhile ({last.verdict.value}, {last.at:%H:%M} UTC). "
        "Look at it again, then decide or go on."
    )


def undo(ledger: Ledger, who: Reviewer, *, why: str | None = None, now: datetime) -> Judgement:
    """Withdraws this person's newest standing judgement and returns it. Raises as withdraw."""
    with ledger.reading() as connection:
        abouts = tuple(about for some in ABOUT.values() for about in some)
        name = waiting.last_by(connection, who.name, abouts)
    if name is None:
        raise BadJudgement("you have no judgement to take back.")
    return withdraw(ledger, who, name, why=why, now=now)


def withdraw(ledger: Ledger, who: Reviewer, name: str, *, why: str | None = None, now: datetime) -> Judgement:
    """Takes a judgement back and returns it: one's own, or for those who settle anybody's.

    Raises BadJudgement for one that is not there, withdrawn before or somebody else's, and AlreadyJudged where others
    have judged the same item blindly and it is closed.
    """
    with ledger.reading() as connection:
        made = waiting.judgement_named(connection, name)
        if made is None or not visible(connection, who, [made]):
            raise BadJudgement(f"the ledger holds no judgement {name!r} of yours.")
        if made.by != who.name and not who.settles:
            raise BadJudgement(f"judgement {name} is {made.by}’s. Judge the item yourself, or ask an adjudicator.")
        sort = next((sort for sort, abouts in ABOUT.items() if made.about in abouts), None)
        if sort is not None and who.coders > 1:
            state = state_of(connection, who, sort, made.subjects)
            if state.closed is not None:
                raise AlreadyJudged(f"{state.closed[:1].upper()}{state.closed[1:]}")
    judgements.withdraw(ledger, made.id, by=who.name, at=now, why=why, now=now)
    return made


def progress(connection: Connection, who: Reviewer, now: datetime) -> Progress:
    """How far this person is today, and how much waits."""
    check_reconciled(connection)
    by = waiting.By(who.name, who.coders)
    many = sum(1 for _ in waiting.figures(connection, by, limit=COUNTED))
    if many < COUNTED:
        many += sum(1 for _ in waiting.links(connection, by, limit=COUNTED - many))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Progress(
        waiting.made_since(connection, who.name, midnight),
        many,
        many >= COUNTED,
        waiting.not_reconciled(connection),
    )


def key_of(made: Judgement) -> str:
    """The key of the item that a judgement is on."""
    return "~".join(made.subjects)


def anchor(held: Held) -> str:
    """Where a figure stands in its document's page: its address, with the place in it."""
    return f"/documents/{held.document.id}?figure={held.id}#w-{held.id}"
