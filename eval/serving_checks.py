"""Whether every judgement that the server acknowledged is in the ledger: once, by the right person, at the right time.

And whether the log that holds them is whole: it continues the one that was there before, and each entry lies in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from eval.serving_people import Told
from tallystick.ledger import merkle
from tallystick.ledger.log import Head
from tallystick.ledger.store import Ledger
from tallystick.ledger.tables import judgement, withdrawal

SLACK = timedelta(seconds=1)
"""The ledger writes whole seconds, or less of them than a clock has."""


def check(ledger: Ledger, before: Head, told: Sequence[Told], lost: int) -> Iterator[str]:
    """What is wrong, in sentences; nothing where all is well. before is the log's head before anybody came.

    lost: judgements whose answer never came, which may or may not be in the ledger.
    """
    yield from _judgements(ledger, before, told, lost)
    yield from _withdrawals(ledger, before, told, lost)
    yield from _log(ledger, before)


def _judgements(ledger: Ledger, before: Head, told: Sequence[Told], lost: int) -> Iterator[str]:
    j = judgement.c
    columns = (j.seq, j.id, j.verdict, j.subject, j.other, j.author, j.at, j.recorded)
    with ledger.reading() as connection:
        rows = connection.execute(select(*columns).where(j.seq >= before.size)).all()
    times, held = Counter(row.id for row in rows), {row.id: row for row in rows}
    made = [one for one in told if not one.undone]
    for one in made:
        row = held.get(one.id)
        if row is None:
            yield f"judgement {one.id} of {one.person} was acknowledged, and is not in the ledger."
            continue
        if times[one.id] != 1:
            yield f"judgement {one.id} of {one.person} is in the ledger {times[one.id]} times."
        key = "~".join(name for name in (row.subject, row.other) if name is not None)
        if (row.author, row.verdict, key) != (one.person, one.verdict, one.key):
            yield f"judgement {one.id} is {row.author}'s {row.verdict} of {key}, not as {one.person} made it."
        yield from _clocks(f"judgement {one.id}", one, row.at, row.recorded)
    if len(held.keys() - {one.id for one in made}) > lost:
        yield f"the ledger holds {len(held):,} new judgements, and only {len(made):,} were acknowledged."


def _withdrawals(ledger: Ledger, before: Head, told: Sequence[Told], lost: int) -> Iterator[str]:
    w = withdrawal.c
    with ledger.reading() as connection:
        rows = connection.execute(select(w.judgement, w.author, w.at, w.recorded).where(w.seq >= before.size)).all()
    times, held = Counter(row.judgement for row in rows), {row.judgement: row for row in rows}
    taken = [one for one in told if one.undone]
    for one in taken:
        row = held.get(one.id)
        if row is None or times[one.id] != 1 or row.author != one.person:
            yield f"{one.person} took back judgement {one.id}: the ledger holds that {times[one.id]} times."
            continue
        yield from _clocks(f"the withdrawal of {one.id}", one, row.at, row.recorded)
    if len(held.keys() - {one.id for one in taken}) > lost:
        yield f"the ledger holds {len(held):,} new withdrawals, and only {len(taken):,} were acknowledged."


def _clocks(what: str, one: Told, at: str, recorded: str) -> Iterator[str]:
    for clock, written in (("was made", at), ("was recorded", recorded)):
        moment = datetime.fromisoformat(written)
        if not one.sent - SLACK <= moment <= one.answered + SLACK:
            yield f"{what} {clock} at {written}, but it was sent at {one.sent} and answered at {one.answered}."


def _log(ledger: Ledger, before: Head) -> Iterator[str]:
    after = ledger.head()
    path = ledger.consistency(before.size) if before.size else ()
    if before.size and not merkle.verify_consistency(before.size, after.size, before.root, after.root, path):
        yield f"the log of {after.size:,} entries does not continue the one of {before.size:,}."
    for seq in range(before.size, after.size):
        proof = ledger.prove(seq)
        if not merkle.verify_inclusion(seq, after.size, proof.leaf, proof.path, after.root):
            yield f"entry {seq:,} does not lie in the log."
