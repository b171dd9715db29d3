"""Judging what is reviewed: who may see which judgements, who may still judge, and what is recorded.

Blind while it must be: a coder sees nobody else's judgement on an item until as many have judged it as must, and then
can change nothing about it: what differs goes to whoever settles.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from tallystick.errors import AlreadyJudged, BadJudgement, UnknownClaim
from tallystick.jobs import judging
from tallystick.ledger import judgements, lookups, queries, waiting
from tallystick.ledger.corrections import SETTLED
from tallystick.ledger.store import Ledger
from tallystick.model.records import Held, Judgement, Verdict
from tallystick.model.reviewing import Reviewer, Sort, State

ABOUT = {Sort.FIGURE: waiting.READING, Sort.EVENT: ("event",), Sort.ORIGIN: ("origin",)}
_GONE = "That judgement was withdrawn meanwhile, or is of another item. Look at the item again."
OF_ONE = (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT)


def state_of(connection: Connection, who: Reviewer, sort: Sort, subjects: Sequence[str]) -> State:
    """How an item stands for this person."""
    return _state(who, _standing(connection, ABOUT[sort], subjects))


def _standing(connection: Connection, abouts: Sequence[str], subjects: Sequence[str]) -> list[Judgement]:
    """The judgements on one item that stand, in the order of the log."""
    return [
        one
        for one in queries.judgements(connection, subjects[0], current=True)
        if one.about in abouts and set(one.subjects) == set(subjects)
    ]


def _state(who: Reviewer, made: Sequence[Judgement]) -> State:
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
    above what they say before or after. The same decision sent again gives the judgement that was made of it, and
    makes no second one. Raises AlreadyJudged where the item is not as it was shown, or closed to this person;
    BadJudgement, UnknownClaim, UnknownDocument.
    """
    return _decide(ledger, who, key, verdict, why, changes, seen, settle, None, now)


def _decide(
    ledger: Ledger,
    who: Reviewer,
    key: str,
    verdict: str,
    why: str | None,
    changes: Iterable[str],
    seen: str | None,
    settle: bool,
    following: str | None,
    now: datetime,
) -> Judgement:
    """decide; following is the id of a judgement that must still stand."""
    with ledger.reading() as connection:
        sort, subjects = named(connection, key)
    if (verdict in [one.value for one in OF_ONE]) != (sort is Sort.FIGURE) and verdict != Verdict.UNSURE.value:
        what = "accept, correct, reject" if sort is Sort.FIGURE else "same, different, unsure"
        raise BadJudgement(f"“{verdict}” is no answer to this item. Choose among {what}.")
    if settle and not who.settles:
        raise AlreadyJudged(f"{who.name} cannot settle what coders differ on. Ask an adjudicator.")
    about = SETTLED if settle and sort is Sort.FIGURE else ABOUT[sort][0]
    new = judging.prepared(
        ledger, verdict, subjects, by=who.name, why=(why or "").strip() or None, about=about, changes=changes, now=now
    )
    # Looked at where nobody else can write: of two who decide at once the second sees what the first decided.
    with ledger.writing() as connection:
        standing = _standing(connection, ABOUT[sort], subjects)
        before = _sent_before(who, standing, new, seen)
        if before is not None:
            return before
        state = _state(who, standing)
        if state.closed is not None:
            raise AlreadyJudged(f"{state.closed[:1].upper()}{state.closed[1:]}")
        if seen is not None and seen != state.seen:
            raise AlreadyJudged(_meanwhile(who, state))
        if following is not None and all(one.id != following for one in standing):
            raise AlreadyJudged(_GONE)
        judgements.judge_in(connection, ledger, new, now=now)
    return new


def _sent_before(who: Reviewer, standing: Sequence[Judgement], new: Judgement, seen: str | None) -> Judgement | None:
    """The judgement that the same request made before, its answer perhaps lost on the way; None where there is none.

    That is this person's last one on the item, if it says the same and was made on the state that the new one names;
    where the new one names none, if nobody judged the item since.
    """
    at = next((n for n in reversed(range(len(standing))) if standing[n].by == who.name), None)
    if at is None:
        return None
    last = standing[at]
    if (last.verdict, set(last.subjects), last.about, last.why, last.changes) != (
        new.verdict, set(new.subjects), new.about, new.why, new.changes
    ):  # fmt: skip
        return None
    same = last is standing[-1] if seen is None else _state(who, standing[:at]).seen == seen
    return last if same else None


def record(
    ledger: Ledger,
    who: Reviewer,
    verdict: str,
    subjects: Sequence[str],
    *,
    about: str | None = None,
    why: str | None = None,
    changes: Iterable[str] = (),
    seen: str | None = None,
    settle: bool = False,
    now: datetime,
) -> Judgement:
    """Records any judgement by this person: on what is reviewed as decide does, on all else as it is given, once.

    Raises as decide.
    """
    figures = all(":" in name for name in subjects)
    reviewed = about in (None, "claim", SETTLED, "event") or (about == "origin" and figures)
    if reviewed and subjects and (figures or all("#" in name for name in subjects)):
        key = "~".join(subjects)
        settle = settle or about == SETTLED
        return decide(ledger, who, key, verdict, why=why, changes=changes, seen=seen, settle=settle, now=now)
    if settle:
        raise BadJudgement("only what is reviewed can be settled: a figure, or two scenes or figures.")
    new = judging.prepared(ledger, verdict, subjects, by=who.name, why=why, about=about, changes=changes, now=now)
    with ledger.writing() as connection:
        before = _sent_before(who, _standing(connection, (new.about,), new.subjects), new, None)
        if before is None:
            judgements.judge_in(connection, ledger, new, now=now)
    return before or new


def settle_as(
    ledger: Ledger, who: Reviewer, key: str, name: str, *, why: str | None, seen: str | None, now: datetime
) -> Judgement:
    """Settles an item as one of its coders judged it, by that judgement's id. Raises as decide."""
    with ledger.reading() as connection:
        made = waiting.judgement_named(connection, name)
    if made is None or key_of(made) != key or made.withdrawn is not None:
        raise AlreadyJudged(_GONE)
    fields = json.loads(made.changes or "{}")
    changes = [f"{field}={json.dumps(value, ensure_ascii=False)}" for field, value in fields.items()]
    return _decide(ledger, who, key, made.verdict.value, why, changes, seen, True, made.id, now)


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
    with ledger.writing() as connection:
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
        judgements.withdraw_in(connection, ledger, made.id, by=who.name, at=now, why=why, now=now)
    return made


def listed(
    connection: Connection,
    who: Reviewer,
    *,
    subject: str | None = None,
    by: str | None = None,
    after: int = -1,
    limit: int = 50,
) -> tuple[list[Judgement], int | None]:
    """Judgements that this person may see, in the order of the log, and where the next page begins, None at the end.

    subject: those on one figure, scene or document, or on a pair with it; by: those of one person.
    """
    found: list[Judgement] = []
    while True:
        some = waiting.judgements_after(connection, after, subject=subject, by=by, limit=limit)
        shown = {one.id for one in visible(connection, who, [made for _, made in some])}
        for seq, made in some:
            if made.id in shown:
                found.append(made)
            after = seq
            if len(found) == limit:
                return found, after
        if len(some) < limit:
            return found, None


def named(connection: Connection, key: str) -> tuple[Sort, tuple[str, ...]]:
    """What a key names, by whole ids. Raises BadJudgement, UnknownClaim, UnknownDocument."""
    parts = key.split("~")
    if len(parts) == 1 and ":" in key:
        return Sort.FIGURE, (held_named(connection, key).id,)
    if len(parts) == 2 and all("#" in part for part in parts):
        return Sort.EVENT, tuple(parts)
    if len(parts) == 2 and all(":" in part for part in parts):
        return Sort.ORIGIN, tuple(held_named(connection, part).id for part in parts)
    raise BadJudgement(f"“{key}” names nothing to judge. Give a figure, or two scenes or figures joined by “~”.")


def held_named(connection: Connection, name: str) -> Held:
    """The figure of that id or its beginning. Raises UnknownClaim, UnknownDocument."""
    seqs = lookups.find(connection, name) if ":" in name else []
    if len(seqs) != 1:  # an error that says what comes near
        return queries.figure(connection, name)
    found = queries.held_at(connection, seqs)
    if not found:
        raise UnknownClaim(f"figure {name} was erased; “tallystick verify” says by whom and why.")
    return found[0]


def key_of(made: Judgement) -> str:
    """The key of the item that a judgement is on."""
    return "~".join(made.subjects)
