"""What people decided: each judgement is an entry, and so is taking one back. Nothing is ever changed."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, select

from tallystick.errors import BadJudgement, LedgerDamaged
from tallystick.ledger import log, lookups
from tallystick.ledger.canonical import decode, moment
from tallystick.ledger.schema import entry
from tallystick.ledger.store import Clock, Ledger
from tallystick.ledger.tables import judgement as judged
from tallystick.ledger.tables import withdrawal
from tallystick.ledger.written import Withdrawal
from tallystick.model.claims import Claim
from tallystick.model.records import EntryKind, Judgement, Verdict

PROPOSAL = "proposal"
"""What a judgement is about that declines what a model proposed: it names the claim that there would have been."""

_OF_ONE = (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT)
_ABOUT = ("claim", "settled", "truth", "event", "quantity", "origin", "proposal")
# What names a claim and ties it to its words cannot be corrected: that would be another claim.
_FIXED = ("id", "document", "span", "count_span", "sentence", "reasons")
_CORRECTABLE = tuple(field.name for field in fields(Claim) if field.name not in _FIXED)
# Clocks of two machines differ by a little.
_AHEAD = timedelta(minutes=5)


def judgement_id(verdict: Verdict, subjects: tuple[str, ...], by: str, at: datetime, about: str = "claim") -> str:
    """Sixteen hex digits: who decided what on which things, and when."""
    key = json.dumps([verdict.value, list(subjects), by, moment(at), about])
    return sha256(key.encode()).hexdigest()[:16]


def judge(ledger: Ledger, judgement: Judgement, *, now: Clock) -> int:
    """Records a judgement; returns its entry's seq. The same one again changes nothing and returns the first's.

    Raises BadJudgement where it names what the ledger does not hold, contradicts itself, or lies in the future.
    """
    with ledger.writing() as connection:
        return judge_in(connection, ledger, judgement, now=now)


def judge_in(connection: Connection, ledger: Ledger, judgement: Judgement, *, now: Clock) -> int:
    """Records a judgement as judge does, in the caller's writing transaction: what was looked at there is still so."""
    _check(judgement)
    when = now() if callable(now) else now
    if moment(judgement.at) > moment(when + _AHEAD):
        raise BadJudgement(f"a judgement of {judgement.at.isoformat()} lies in the future. Give the time it was made.")
    for seq, held in _named(connection, judgement.id):
        if held == judgement:
            return seq
        raise BadJudgement(f"there is another judgement {judgement.id} already. Give this one an id of its own.")
    for subject in () if judgement.about == PROPOSAL else judgement.subjects:
        if lookups.seq_of(connection, subject) is None:
            raise BadJudgement(
                f"the ledger holds no one thing named {subject!r}. Name a figure (3f9a12cd:77ab01ef), a scene "
                "(3f9a12cd#0) or a document by its id."
            )
    return ledger.record(connection, [judgement], now=when, actor=judgement.by)


def withdraw(ledger: Ledger, judgement: str, *, by: str, at: datetime, why: str | None = None, now: Clock) -> int:
    """Takes a judgement back, by its id; both stay on record. Returns the entry's seq.

    Raises BadJudgement where there is none of that id, or it was withdrawn before.
    """
    with ledger.writing() as connection:
        return withdraw_in(connection, ledger, judgement, by=by, at=at, why=why, now=now)


def withdraw_in(
    connection: Connection,
    ledger: Ledger,
    judgement: str,
    *,
    by: str,
    at: datetime,
    why: str | None = None,
    now: Clock,
) -> int:
    """Takes a judgement back as withdraw does, in the caller's writing transaction."""
    if not _named(connection, judgement):
        raise BadJudgement(f"the ledger holds no judgement {judgement!r}. Look its id up among the judgements.")
    w = withdrawal.c
    earlier = connection.execute(select(w.author, w.at).where(w.judgement == judgement).order_by(w.seq)).first()
    if earlier is not None:
        raise BadJudgement(f"judgement {judgement} was withdrawn by {earlier.author} on {earlier.at[:10]} already.")
    return ledger.record(connection, [Withdrawal(judgement, by, at, why)], now=now, actor=by)


def judgements(ledger: Ledger) -> list[Judgement]:
    """All judgements, oldest first, each with when and by whom it was withdrawn."""
    with ledger.reading() as connection:
        taken = _withdrawals(connection)
        made = [judgement for _, judgement in _judgements(connection)]
    return [
        replace(judgement, withdrawn=taken[judgement.id].at, withdrawn_by=taken[judgement.id].by)
        if judgement.id in taken
        else judgement
        for judgement in made
    ]


def _named(connection: Connection, name: str) -> list[tuple[int, Judgement]]:
    """The judgements of that id, as recorded, with their entries; one or none."""
    found: list[tuple[int, Judgement]] = []
    rows = connection.execute(
        select(entry.c.seq, entry.c.body)
        .join(judged, judged.c.seq == entry.c.seq)
        .where(judged.c.id == name)
        .order_by(entry.c.seq)
    )
    for row in rows:
        if row.body is not None:
            thing = decode(EntryKind.JUDGEMENT, row.body, str)[1]
            assert isinstance(thing, Judgement)
            found.append((row.seq, thing))
    return found


def _judgements(connection: Connection) -> list[tuple[int, Judgement]]:
    found: list[tuple[int, Judgement]] = []
    for row in log.of_kind(connection, EntryKind.JUDGEMENT):
        if row.body is not None:
            thing = decode(EntryKind.JUDGEMENT, row.body, str)[1]
            assert isinstance(thing, Judgement)
            found.append((row.seq, thing))
    return found


def _withdrawals(connection: Connection) -> dict[str, Withdrawal]:
    found: dict[str, Withdrawal] = {}
    for row in log.of_kind(connection, EntryKind.WITHDRAWAL):
        if row.body is not None:
            thing = decode(EntryKind.WITHDRAWAL, row.body, str)[1]
            if not isinstance(thing, Withdrawal):
                raise LedgerDamaged(f"entry {row.seq:,} is no withdrawal. Run “tallystick verify” on the ledger.")
            found.setdefault(thing.judgement, thing)
    return found


def _check(judgement: Judgement) -> None:
    """Raises BadJudgement for one that makes no sense whatever the ledger holds."""
    verdict, subjects = judgement.verdict, judgement.subjects
    if not judgement.by.strip():
        raise BadJudgement("a judgement needs somebody who made it. Say by whom.")
    for words in (judgement.by, judgement.why):
        _check_letters(words or "")
    if judgement.withdrawn is not None or judgement.withdrawn_by is not None:
        raise BadJudgement("a judgement cannot be made and withdrawn at once. Record it, then withdraw it.")
    if judgement.about not in _ABOUT:
        raise BadJudgement(f"a judgement cannot be about {judgement.about!r}. Choose among {', '.join(_ABOUT)}.")
    wanted = (1,) if verdict in _OF_ONE else (1, 2) if verdict is Verdict.UNSURE else (2,)
    if len(subjects) not in wanted:
        raise BadJudgement(
            f"“{verdict}” judges {'one thing' if wanted == (1,) else 'two things'}, not {len(subjects)}. Name "
            f"{'it' if wanted == (1,) else 'them'} by id."
        )
    if len(set(subjects)) != len(subjects):
        raise BadJudgement(f"{subjects[0]} cannot be judged against itself. Name two things.")
    if (judgement.changes is not None) != (verdict is Verdict.CORRECT):
        raise BadJudgement("“correct” says what is changed, and no other verdict does. Give changes as JSON, or none.")
    if judgement.changes is not None:
        _check_changes(judgement.changes)


def _check_letters(words: str) -> None:
    """Raises BadJudgement for half of a letter, which JSON can spell and no log can hold."""
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise BadJudgement(f"{words[:60]!r} holds half of a letter ({error.reason}). Give it whole.") from None


def _check_changes(changes: str) -> None:
    try:
        given = json.loads(changes)
    except ValueError as error:
        raise BadJudgement(f"the changes are no JSON ({error}): {changes[:60]}.") from error
    _check_letters(json.dumps(given, ensure_ascii=False))
    if not isinstance(given, dict) or not given:
        raise BadJudgement(f'the changes name no field: {changes[:60]}. Write {{"count": {{"low": 3, "high": 3}}}}.')
    for name in given:
        if name not in _CORRECTABLE:
            raise BadJudgement(f"{name!r} cannot be corrected. Choose among {', '.join(_CORRECTABLE)}.")
    count = given.get("count")
    if isinstance(count, dict):
        low, high = count.get("low"), count.get("high")
        bounds = [n for n in (low, high) if n is not None]
        if any(isinstance(n, bool) or not isinstance(n, int | float) for n in bounds):
            raise BadJudgement(f"low and high are numbers or null, not {changes[:60]}.")
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            raise BadJudgement(f"low {bounds[0]:,} is above high {bounds[1]:,}: give the lower bound first.")
