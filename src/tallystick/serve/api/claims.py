"""Claims: list with every filter of a Question, one, its explanation and proof."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from tallystick.ledger import computed, queries
from tallystick.model.text import Span
from tallystick.serve.api.shapes import ClaimOut, SpanOut, claim_out
from tallystick.serve.asked import Asking, Cursor, Limit, after_claim, next_claim
from tallystick.serve.identity import At, Reader, refuse_blind
from tallystick.serve.tagging import Tagged
from tallystick.views.explain import why

router = APIRouter(tags=["claims"], route_class=Tagged)

Figure = Annotated[str, Path(pattern="^[0-9a-f]{1,8}:[0-9a-f]{1,8}$", description="A figure's id.")]


class ClaimsOut(BaseModel):
    """A page of claims, by the day they were said and then by the log; next is the after of the next page."""

    items: list[ClaimOut]
    next: str | None


class WhyOut(BaseModel):
    """One reason for a claim: the lexicon entry that fired, what it means, and the words that it fired on."""

    rule: str
    meaning: str
    note: str
    words: SpanOut | None


class ClaimWhole(ClaimOut):
    """A claim with the reasons for it, and the ids of the quantities it is in."""

    why: list[WhyOut]
    tallies: list[str]


class ProofOut(BaseModel):
    """That a claim's entry lies in the log (RFC 9162, 2.1.3). Hashes are hexadecimal.

    commitment = SHA-256(salt || body); leaf = SHA-256(0x00 || header || commitment): docs/explanation/clocks-and-log.
    """

    seq: int
    size: int
    recorded_at: datetime
    actor: str
    body: str | None
    salt: str | None
    commitment: str
    leaf: str
    path: list[str]
    root: str


@router.get("/claims")
def listed(
    at: At,
    person: Reader,
    asked: Asking,
    judged: Annotated[bool, Query(description="As people judged them: without rejected ones, corrected.")] = False,
    after: Cursor = None,
    limit: Limit = 50,
) -> ClaimsOut:
    """The claims asked for."""
    if judged:
        refuse_blind(at.settings, person, "a list of claims as judged")
    with at.reading() as connection:
        found = list(
            queries.held(
                connection, asked.question, scope=asked.scope, judged=judged, after=after_claim(after), limit=limit
            )
        )
    following = next_claim(queries.position(found[-1])) if len(found) == limit else None
    return ClaimsOut(items=[claim_out(held) for held in found], next=following)


@router.get("/claims/{figure}")
def one(at: At, person: Reader, figure: Figure) -> ClaimWhole:
    """One claim, as recorded, with the reasons for it."""
    with at.reading() as connection:
        held = queries.figure(connection, figure)
        reconciled = computed.reconciled_at(connection) is not None
        inside = computed.tallies_with(connection, [held.id]).get(held.id, ()) if reconciled else ()
    reasons = [
        WhyOut(rule=one.reason.rule, meaning=one.meaning, note=one.reason.note, words=_span(one.reason.span))
        for one in why(held.claim)
    ]
    return ClaimWhole(**claim_out(held).model_dump(), why=reasons, tallies=list(inside))


@router.get("/claims/{figure}/proof")
def proof(at: At, person: Reader, figure: Figure) -> ProofOut:
    """The claim's entry in the log, with the proof that it lies there. An evidence card holds this and more."""
    with at.reading() as connection:
        seq = queries.figure(connection, figure).seq
    entry = next(at.ledger.entries(seq, seq + 1))
    found = at.ledger.prove(seq)
    return ProofOut(
        seq=seq,
        size=found.size,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        body=entry.body,
        salt=None if entry.salt is None else entry.salt.hex(),
        commitment=entry.commit.hex(),
        leaf=found.leaf.hex(),
        path=[one.hex() for one in found.path],
        root=found.root.hex(),
    )


def _span(span: Span | None) -> SpanOut | None:
    return None if span is None else SpanOut(start=span.start, end=span.end, text=span.text)
