"""Judgements: list, decide, withdraw; what waits; agreement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tallystick.errors import UnknownClaim
from tallystick.jobs import agreeing, deciding, reviewing
from tallystick.ledger import waiting
from tallystick.model.records import Judgement, Verdict
from tallystick.model.reviewing import Agreement, FigureReview, Item
from tallystick.serve.identity import Adjudicator, At, Coder, Reader
from tallystick.serve.pages.review import reviewer
from tallystick.views.records import claim_record
from tallystick.views.tally_records import plain

router = APIRouter(prefix="/judgements", tags=["judgements"])

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Subject = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[0-9A-Za-z:#-]+$")]
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="A judgement's id.")]


@dataclass(frozen=True, slots=True)
class Listing:
    """Judgements in the order of the log. next: what to give as after for the next page; null at the end."""

    items: list[Judgement]
    next: int | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits, the weightiest first. next: what to give as after for the next page; null at the end."""

    items: list[Waiting]
    next: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: key names it, subjects are what a judgement on it is of, after is the place behind it."""

    key: str
    sort: str
    subjects: list[str]
    weight: float
    because: str
    after: str


class NewJudgement(BaseModel):
    """A decision. changes, with correct only, are fields by the names of a claim's JSON: {"count": {"low": 3, "high":
    3}}. seen is the item's state as it was shown: where it is not so any more the answer is 409. replaces is the id of
    your judgement that this one takes the place of: without it, and without seen, another verdict on what you judged
    before is answered by 409. settle, for adjudicators: it stands above what coders said, before and after. about is
    told from the subjects where it is null.
    """

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    subjects: Annotated[list[Subject], Field(min_length=1, max_length=2)]
    about: Annotated[str, Field(pattern=r"^(claim|settled|truth|event|quantity|origin)$")] | None = None
    why: Annotated[str, Field(max_length=2000)] | None = None
    changes: dict[Annotated[str, Field(max_length=40, pattern=r"^[a-z_.]+$")], JsonValue] | None = None
    seen: Annotated[str, Field(max_length=40)] | None = None
    replaces: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")] | None = None
    settle: bool = False


class Taken(BaseModel):
    """Why a judgement is taken back; null for no reason given."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, Field(max_length=2000)] | None = None


@router.get("")
def listing(
    at: At,
    person: Reader,
    subject: Annotated[str | None, Query(max_length=80, description="A figure, scene or document, by its id.")] = None,
    by: Annotated[str | None, Query(max_length=64, description="Who decided.")] = None,
    after: Annotated[int, Query(ge=-1, le=2**53, description="The place in the log that the page begins behind.")] = -1,
    limit: Limit = 50,
) -> Listing:
    """Judgements, withdrawn ones too. Where several people judge each item, nobody sees another's before all have."""
    with at.reading() as connection:
        found, more = deciding.listed(
            connection, reviewer(at, person), subject=subject, by=by, after=after, limit=limit
        )
    return Listing(found, more)


@router.post("", status_code=201)
def decide(at: At, person: Coder, new: NewJudgement) -> Judgement:
    """Records a judgement by whoever asks, at the time of asking; what they said before on the same question is taken
    back with it. The same request sent again, its answer lost on the way, gives the judgement that it made; where
    somebody else was first the answer is 409."""
    changes = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in (new.changes or {}).items()]
    return deciding.record(
        at.ledger, reviewer(at, person), new.verdict.value, new.subjects, about=new.about, why=new.why,
        changes=changes, seen=new.seen, replaces=new.replaces, settle=new.settle, now=at.now(),
    )  # fmt: skip


@router.get("/queue")
def queue(
    at: At,
    person: Coder,
    after: Annotated[str | None, Query(max_length=200, description="The place behind which the page begins.")] = None,
    limit: Limit = 20,
) -> Queue:
    """What waits for whoever asks: figures in conflicts, pairs that may be one event, origins in doubt, the rest."""
    with at.reading() as connection:
        found = reviewing.queue(connection, reviewer(at, person), after=after, limit=limit)
    return Queue([_waiting(one) for one in found], found[-1].after if len(found) == limit else None)


def _waiting(one: Item) -> Waiting:
    return Waiting(one.key, one.sort.value, list(one.subjects), one.weight, one.because, one.after)


@router.get("/item")
def item(
    at: At, person: Coder, key: Annotated[str, Query(max_length=100, description="The key of an item of the queue.")]
) -> dict[str, Any]:
    """One item with what it takes to judge it: the claim and what it clashes with, or both sides of a pair; and its
    state, whose seen a decision should name.
    """
    with at.reading() as connection:
        found = reviewing.review(connection, reviewer(at, person), key)
    record: dict[str, Any] = {"key": found.key, "state": _state(found)}
    if isinstance(found, FigureReview):
        disputes = [
            {"id": one.id, "sentence": one.sentence, "kind": one.kind, "consequence": one.consequence,
             "others": [other.held.id for other in one.others]}
            for one in found.disputes
        ]  # fmt: skip
        return record | {
            "sort": "figure",
            "claim": claim_record(found.held.claim),
            "document": found.held.document.id,
            "tally": found.tally,
            "conflicts": disputes,
        }
    sides = [{"id": one.id, "document": one.document.id, "words": one.words} for one in found.sides]
    evidence = [] if found.link is None else plain(found.link.evidence)
    reasons = plain(found.reasons)
    return record | {
        "sort": found.sort.value, "sides": sides, "score": found.score, "evidence": evidence, "reasons": reasons
    }  # fmt: skip


def _state(found: Any) -> dict[str, Any]:
    state = found.state
    return {"seen": state.seen, "closed": state.closed, "judgements": plain(state.judgements)}


@router.get("/agreement")
def agreement(at: At, person: Coder) -> Agreement:
    """Cohen's kappa of each two coders and Krippendorff's alpha; null, with a reason, where it is not defined."""
    with at.reading() as connection:
        return agreeing.agreement(connection, reviewer(at, person))


@router.get("/differing")
def differing(
    at: At,
    person: Adjudicator,
    after: Annotated[str | None, Query(max_length=100, description="The key behind which the page begins.")] = None,
    limit: Annotated[int, Query(ge=1, le=50, description="How many at most.")] = 10,
) -> dict[str, Any]:
    """What coders' judgements differ on and nobody has settled."""
    with at.reading() as connection:
        found, more = agreeing.differing(connection, after=after, limit=limit)
    items = [{"key": one.key, "sort": one.sort.value, "judgements": plain(one.judgements)} for one in found]
    return {"items": items, "next": more}


@router.get("/{name}")
def one(at: At, person: Reader, name: Name) -> Judgement:
    """One judgement."""
    with at.reading() as connection:
        found = waiting.judgement_named(connection, name)
        if found is None or not deciding.visible(connection, reviewer(at, person), [found]):
            raise UnknownClaim(f"there is no judgement {name} that you may see.")
    return found


@router.post("/{name}/withdrawal", status_code=201)
def withdraw(at: At, person: Coder, name: Name, taken: Taken) -> Judgement:
    """Takes a judgement back: one's own, or for adjudicators anybody's. Both stay on record. Whoever took it back
    and asks again gets the same answer, and nothing more is recorded."""
    made = deciding.withdraw(at.ledger, reviewer(at, person), name, why=taken.why, now=at.now())
    with at.reading() as connection:
        return waiting.judgement_named(connection, made.id) or made
