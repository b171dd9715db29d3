"""Judging what is reviewed: who may see which judgements, who may still judge, and what is recorded.

Blind while it must be: a coder sees nobody else's judgement on an item until as many have judged it as must, and then
can change nothing about it: what differs goes to whoever settles.

One person has one standing judgement on one question of an item: a later one takes the earlier one back, in the same
transaction, and is refused where whoever sent it cannot have known that there was one.
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
    return [one for one in _all(connection, abouts, subjects) if one.withdrawn is None]


def _all(connection: Connection, abouts: Sequence[str], subjects: Sequence[str]) -> list[Judgement]:
    """The judgements on one item, withdrawn ones too, in the order of the log."""
    return [
        one
        for one in (queries.judgements(connection, subjects[0]) if subjects else ())
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
    replaces: str | None = None,
    settle: bool = False,
    now: datetime,
) -> Judgement:
    """Records this person's judgement on an item and returns it. changes are "field=value" by JSON names.

    seen is the state that the person was shown; None takes whatever it is. replaces is the id of the judgement of
    theirs that this one takes the place of; it need not be named where seen shows it. settle: what coders differ on is
    decided, above what they say before or after. The same decision sent again gives the judgement that was made of it,
    and makes no second one. Raises AlreadyJudged where the item is not as it was shown, closed to this person, or
    judged otherwise by them in a judgement that neither seen nor replaces names; BadJudgement, UnknownClaim,
    UnknownDocument.
    """
    return _decide(ledger, who, key, verdict, why, changes, seen, replaces, settle, None, now)


def _decide(
    ledger: Ledger,
    who: Reviewer,
    key: str,
    verdict: str,
    why: str | None,
    changes: Iterable[str],
    seen: str | None,
    replaces: str | None,
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
        made = _all(connection, ABOUT[sort], subjects)
        before = _sent_before(who, made, new, seen, replaces)
        if before is not None:
            return before
        standing = [one for one in made if one.withdrawn is None]
        state = _state(who, standing)
        if state.closed is not None:
            raise AlreadyJudged(f"{state.closed[:1].upper()}{state.closed[1:]}")
        if seen is not None and seen != state.seen:
            raise AlreadyJudged(_meanwhile(who, state))
        if following is not None and all(one.id != following for one in standing):
            raise AlreadyJudged(_GONE)
        _put(connection, ledger, new, standing, replaces, known=seen is not None, now=now)
    return new


def _put(
    connection: Connection,
    ledger: Ledger,
    new: Judgement,
    standing: Sequence[Judgement],
    replaces: str | None,
    *,
    known: bool,
    now: datetime,
) -> None:
    """Records a judgement, and takes back what the same person said on the same question of the item before.

    known: the person was shown what stands. Where they were not, and said otherwise before, replaces must name that.
    """
    mine = [one for one in standing if one.by == new.by and one.about == new.about]
    if replaces is not None and all(one.id != replaces for one in mine):
        raise AlreadyJudged(f"Judgement {replaces} is none of yours that stands on this. Look at the item again.")
    other = [one for one in mine if (one.verdict, one.changes) != (new.verdict, new.changes)]
    if other and not known and replaces is None:
        last = other[-1]
        raise AlreadyJudged(
            f"You judged this already ({last.verdict.value}, {last.at:%Y-%m-%d %H:%M} UTC, judgement {last.id}). To "
            "change it, open it in the review queue, or name that judgement as what this one replaces."
        )
    _replace(connection, ledger, new, mine, now)


def put(ledger: Ledger, new: Judgement, *, now: datetime) -> list[Judgement]:
    """Records a judgement as it is given, and returns what the same person said before on the same question of the same
    things: that is taken back. Raises what judgements.judge does."""
    with ledger.writing() as connection:
        standing = _standing(connection, (new.about,), new.subjects)
        mine = [one for one in standing if one.by == new.by and one.id != new.id]
        _replace(connection, ledger, new, mine, now)
    return mine


def _replace(
    connection: Connection, ledger: Ledger, new: Judgement, earlier: Sequence[Judgement], now: datetime
) -> None:
    judgements.judge_in(connection, ledger, new, now=now)
    for one in earlier:
        why = f"replaced by {new.id}"
        judgements.withdraw_in(connection, ledger, one.id, by=new.by, at=new.at, why=why, now=now)


def _sent_before(
    who: Reviewer, made: Sequence[Judgement], new: Judgement, seen: str | None, replaces: str | None
) -> Judgement | None:
    """The judgement that the same request made before, its answer perhaps lost on the way; None where there is none.

    That is this person's last one on the item, if it says the same and nobody judged the item since, or it was made on
    the state, or in the place of the judgement, that the new one names. made are all judgements on the item, withdrawn
    ones too.
    """
    standing = [one for one in made if one.withdrawn is None]
    last = next((one for one in reversed(standing) if one.by == who.name), None)
    if last is None or (last.verdict, set(last.subjects), last.about, last.why, last.changes) != (
        new.verdict, set(new.subjects), new.about, new.why, new.changes
    ):  # fmt: skip
        return None
    if last is standing[-1]:
        return last
    if seen is not None:
        earlier = made[: made.index(last)]
        then = [one for one in earlier if one.withdrawn is None or one.withdrawn >= last.at]
        return last if _state(who, then).seen == seen else None
    if replaces is not None:
        taken = next((one for one in made if one.id == replaces), None)
        return last if taken is not None and taken.withdrawn == last.at else None
    return None


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
    replaces: str | None = None,
    settle: bool = False,
    now: datetime,
) -> Judgement:
    """Records any judgement by this person: on what is reviewed as decide does, on all else as it is given, once.

    Raises as decide.
    """
    if reviewed(subjects, about):
        key = "~".join(subjects)
        settle = settle or about == SETTLED
        return decide(
            ledger, who, key, verdict, why=why, changes=changes, seen=seen, replaces=replaces, settle=settle, now=now
        )
    if settle:
        raise BadJudgement("only what is reviewed can be settled: a figure, or two scenes or figures.")
    new = judging.prepared(ledger, verdict, subjects, by=who.name, why=why, about=about, changes=changes, now=now)
    with ledger.writing() as connection:
        made = _all(connection, (new.about,), new.subjects)
        before = _sent_before(who, made, new, None, replaces)
        if before is None:
            standing = [one for one in made if one.withdrawn is None]
            _put(connection, ledger, new, standing, replaces, known=False, now=now)
    return before or new


def reviewed(subjects: Sequence[str], about: str | None) -> bool:
    """Whether a judgement on these, about that, is one of those that the review queue asks for."""
    figures = all(":" in name for name in subjects)
    asked = about in (None, "claim", SETTLED, "event") or (about == "origin" and figures)
    return asked and bool(subjects) and (figures or all("#" in name for name in subjects))


def own(connection: Connection, who: Reviewer, subjects: Sequence[str], about: str) -> Judgement | None:
    """What this person said last on that question of an item, where it stands: what a new judgement would replace."""
    standing = _standing(connection, (about,), subjects) if subjects else []
    return next((one for one in reversed(standing) if one.by == who.name), None)


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
    return _decide(ledger, who, key, made.verdict.value, why, changes, seen, None, True, made.id, now)


def _meanwhile(who: Reviewer, state: State) -> str:
    if not state.judgements:
        return "A judgement on this was withdrawn since you opened it. Look at it again, then decide."
    last = state.judgements[-1]
    name = "You" if last.by == who.name else last.by
    return (
        f"{name} judged this meanwhile ({last.verdict.value}, {last.at:%H:%M} UTC). "
        "Look at it again, then decide or go on."
    )


def undo(ledger: Ledger, who: Reviewer, name: str, *, why: str | None = None, now: datetime) -> Judgement:
    """Withdraws a judgement of this person's and returns it, by the id that they were shown: sent again because an
    answer was lost, it takes back nothing more. Raises as withdraw.
    """
    if not name:
        raise BadJudgement("you have no judgement to take back.")
    return withdraw(ledger, who, name, why=why, now=now)


def last_of(connection: Connection, who: Reviewer) -> str | None:
    """The id of this person's newest standing judgement on what is reviewed, which undo would take back; None for
    none."""
    return waiting.last_by(connection, who.name, tuple(about for some in ABOUT.values() for about in some))


def withdraw(ledger: Ledger, who: Reviewer, name: str, *, why: str | None = None, now: datetime) -> Judgement:
    """Takes a judgement back and returns it: one's own, or for those who settle anybody's.

    One that this person took back before is returned, and nothing more is recorded. Raises BadJudgement for one that
    is not there, withdrawn by another or somebody else's, and AlreadyJudged where others have judged the same item
    blindly and it is closed.
    """
    with ledger.writing() as connection:
        made = waiting.judgement_named(connection, name)
        if made is None or not visible(connection, who, [made]):
            raise BadJudgement(f"the ledger holds no judgement {name!r} of yours.")
        if made.withdrawn_by == who.name:
            return made
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
