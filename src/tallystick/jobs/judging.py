"""What people decide about a ledger, in the words of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from tallystick.errors import BadJudgement
from tallystick.ledger import corrections, judgements, lookups, queries
from tallystick.ledger.erasure import Erased, erase_document, erase_entries
from tallystick.ledger.store import Ledger
from tallystick.model.records import Judgement, Verdict

_OF_ONE = (Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT)


def prepared(
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
    """A judgement that can be recorded. subjects may be the beginnings of ids; about is told from them where None.

    changes are "field=value" by JSON names ("count.low=30", "measure=wounded", "population=null"). Raises BadJudgement,
    UnknownClaim, UnknownDocument.
    """
    try:
        decided = Verdict(verdict)
    except ValueError:
        raise BadJudgement(f"{verdict!r} is no verdict. Choose among {', '.join(Verdict)}.") from None
    whole = tuple(_whole(ledger, subject) for subject in subjects)
    if decided in _OF_ONE and not all(":" in name for name in whole):
        raise BadJudgement(
            f"“{decided.value}” judges a figure, and {whole[0] if whole else 'nothing'} is none. Give its id, such "
            "as 3f9a12cd:77ab01ef."
        )
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
    if decided is Verdict.CORRECT and fields and len(whole) == 1:
        _try(ledger, made)
    return made


def counts(made: Judgement) -> bool:
    """Whether reconciling heeds it: not what is said of a figure's truth, nor of things that cannot share it."""
    figures = all(":" in subject for subject in made.subjects)
    scenes = all("#" in subject for subject in made.subjects)
    if made.about == "event":
        return scenes
    return made.about not in ("truth", "proposal") and (figures or (made.about == "origin" and not scenes))


def _try(ledger: Ledger, made: Judgement) -> None:
    """Raises BadJudgement for a correction that leaves no claim: once recorded it would stop every reconcile."""
    with ledger.reading() as connection:
        claim = queries.figure(connection, made.subjects[0]).claim
    try:
        corrections.corrected(claim, made)
    except BadJudgement as error:
        why = str(error.__cause__ or error).strip("'\"")
        raise BadJudgement(
            f"{made.subjects[0]} cannot be corrected so: {why}. Give the fields as the JSON of a claim has them, ends "
            "together: --set count.low=30 --set count.high=30."
        ) from error


def _whole(ledger: Ledger, name: str) -> str:
    """The full id of a figure, scene or document given by its beginning."""
    with ledger.reading() as connection:
        if ":" in name:
            return queries.figure(connection, name).id
        if "#" in name:
            return name
        return queries.document_named(connection, name).id


def _about(subjects: Sequence[str]) -> str:
    """What two things may be the same: scenes one event; figures, and documents, of one origin."""
    scenes = ["#" in subject for subject in subjects]
    figures = [":" in subject for subject in subjects]
    if any(scenes) != all(scenes) or any(figures) != all(figures):
        raise BadJudgement(f"{' and '.join(subjects)} are not of one kind. Name two figures, scenes or documents.")
    return "event" if all(scenes) else "origin"


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
