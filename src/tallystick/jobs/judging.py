"""What people decide about a ledger, in the words of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tallystick.errors import BadJudgement
from tallystick.ledger import judgements, lookups, queries
from tallystick.ledger.erasure import Erased, erase_document, erase_entries
from tallystick.ledger.store import Ledger
from tallystick.model.records import Judgement, Verdict

_OF_ONE = (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT)


def decide(
    ledger: Ledger,
    verdict: str,
    subjects: Sequence[str],
    *,
    by: str,
    why: str | None = None,
    about: str | None = None,
    changes: Iterable[str] = (),
    now: datetime,
) -> Judgement:
    """Records a judgement and returns it. subjects may be the beginnings of ids; about is told from them where None.

    changes are "field=value" by JSON names ("count.low=30", "measure=wounded", "place=null"). Raises BadJudgement.
    """
    try:
        decided = Verdict(verdict)
    except ValueError:
        raise BadJudgement(f"{verdict!r} is no verdict. Choose among {', '.join(Verdict)}.") from None
    whole = tuple(_whole(ledger, subject) for subject in subjects)
    if about is None:
        about = "claim" if decided in _OF_ONE else _about(whole)
    fields = _fields(changes)
    made = Judgement(
        judgements.judgement_id(decided, whole, by, now, about),
        decided,
        whole,
        by,
        now,
        about,
        why,
        json.dumps(fields, ensure_ascii=False, sort_keys=True) if fields else None,
    )
    judgements.judge(ledger, made, now=now)
    return made


def _whole(ledger: Ledger, name: str) -> str:
    """The full id of a figure, scene or document given by its beginning."""
    with ledger.reading() as connection:
        if ":" in name:
            return queries.figure(connection, name).id
        if "#" in name:
            return name
        return queries.document_named(connection, name).id


def _about(subjects: Sequence[str]) -> str:
    if all("#" in subject for subject in subjects):
        return "event"
    if all(":" in subject for subject in subjects):
        return "quantity"
    return "origin"


def _fields(changes: Iterable[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals or not name.strip():
            raise BadJudgement(f"{change!r} sets no field. Write FIELD=VALUE, such as count.low=30.")
        inside = fields
        *above, last = name.strip().split(".")
        for step in above:
            inside = inside.setdefault(step, {})
            if not isinstance(inside, dict):
                raise BadJudgement(f"{name!r} lies inside a field that is set as a whole. Set one or the other.")
        try:
            inside[last] = json.loads(value)
        except ValueError:
            inside[last] = value
    return fields


def erase(ledger: Ledger, names: Sequence[str], *, by: str, why: str, now: datetime) -> list[Erased]:
    """Erases documents as a whole, and single figures. Raises LedgerError, UnknownDocument, UnknownClaim."""
    done = []
    figures = [name for name in names if ":" in name]
    with ledger.reading() as connection:
        documents = [queries.document_named(connection, name).id for name in names if ":" not in name]
        seqs = [lookups.claim_seq(connection, name) for name in figures]
    done += [erase_document(ledger, document, by=by, why=why, now=now) for document in documents]
    if seqs:
        done.append(erase_entries(ledger, seqs, by=by, why=why, now=now))
    return done
