"""What a language model proposed: list, decide, ask. Served only where a model is set up."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from tallystick.jobs import assisting
from tallystick.ledger import proposed, queries
from tallystick.model.proposals import ProposedClaim, Waiting
from tallystick.model.records import Judgement
from tallystick.serve import tasks
from tallystick.serve.api.tasks import TaskOut, task_out
from tallystick.serve.identity import Adder, At, Coder
from tallystick.serve.pages.assist import MOST_PAIRS, decided
from tallystick.views.records import claim_record

router = APIRouter(prefix="/assist", tags=["assist"])

Seq = Annotated[int, Path(ge=0, le=2**53, description="The entry of the log that tells of the asking.")]


class QuoteOut(BaseModel):
    """Words of one scene's document: code points, the end exclusive."""

    scene: str
    start: int
    end: int
    text: str


class ProposalOut(BaseModel):
    """A proposal by a model: no claim, and no finding. A figure has claim, a pair has scenes, verdict and quotes.

    subject is the figure's id, should it be accepted; asking is the entry that tells how it came about.
    """

    key: int
    asking: int
    model: str
    sort: Literal["figure", "pair"]
    document: str
    subject: str
    claim: dict[str, Any] | None
    scenes: list[str]
    verdict: str | None
    quotes: list[QuoteOut]


class ProposalsOut(BaseModel):
    """A page of proposals that wait, oldest first; next is the after of the next page, null on the last."""

    items: list[ProposalOut]
    next: int | None


class RefusalOut(BaseModel):
    """What the model gave that did not hold, as JSON, and why it was refused. attempt counts from 1."""

    given: str
    why: str
    attempt: int


class AskingOut(BaseModel):
    """One asking, as the log keeps it. parameters, messages and replies are JSON as sent and received."""

    seq: int
    aim: str
    model: str
    endpoint: str
    documents: list[str]
    parameters: str
    messages: list[str]
    replies: list[str]
    proposed: int
    refused: list[RefusalOut]
    failed: str | None


class Decision(BaseModel):
    """accept or reject a figure; same, different or unsure of a pair."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["accept", "reject", "same", "different", "unsure"]
    why: Annotated[str, Field(max_length=2000)] | None = None


class Wanted(BaseModel):
    """What to ask about: documents by their ids, pairs of the review queue by their number."""

    model_config = ConfigDict(extra="forbid")

    documents: Annotated[list[Annotated[str, Field(pattern=r"^[0-9a-f]{4,16}$")]], Field(max_length=100)] = []
    pairs: Annotated[int, Field(ge=0, le=MOST_PAIRS)] = 0


@router.get("/proposals")
def listing(
    at: At,
    person: Coder,
    after: Annotated[int, Query(ge=-1, le=2**53, description="The key that the page begins behind.")] = -1,
    document: Annotated[str | None, Query(max_length=16, description="Only those of one document.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 20,
) -> ProposalsOut:
    """The proposals that nobody has decided on."""
    with at.reading() as connection:
        about = None if document is None else queries.document_named(connection, document).id
        found, more = assisting.listed(connection, after=after, document=about, limit=limit)
    return ProposalsOut(items=[_out(one) for one in found], next=more)


@router.post("/proposals/{key}", status_code=201)
def decide(at: At, person: Coder, key: Annotated[int, Path(ge=0, le=2**53)], decision: Decision) -> Judgement:
    """Records the judgement of whoever asks; an accepted figure becomes a claim."""
    return decided(at, person, key, decision.verdict, decision.why)


@router.post("/askings", status_code=202)
def ask(at: At, person: Adder, wanted: Wanted, response: Response) -> TaskOut:
    """Begins a job that asks the model. Its address stands in Location."""
    with at.reading() as connection:
        documents = [queries.document_named(connection, name).id for name in wanted.documents]
    given: dict[str, Any] = {"documents": documents} if documents else {}
    given |= {"pairs": wanted.pairs} if wanted.pairs else {}
    made = tasks.start(at, "assist", given, by=person.name)
    response.headers["Location"] = f"/api/v1/tasks/{made.id}"
    return task_out(made)


@router.get("/askings/{seq}")
def asking(at: At, person: Coder, seq: Seq) -> AskingOut:
    """How a proposal came about: what was sent, what came back, and what was refused."""
    with at.reading() as connection:
        found = proposed.asking(connection, seq)
    return AskingOut(
        seq=seq,
        aim=found.aim.value,
        model=found.model,
        endpoint=found.endpoint,
        documents=list(found.documents),
        parameters=found.parameters,
        messages=list(found.messages),
        replies=list(found.replies),
        proposed=len(found.proposals),
        refused=[RefusalOut(given=one.given, why=one.why, attempt=one.attempt) for one in found.refused],
        failed=found.failed,
    )


def _out(one: Waiting) -> ProposalOut:
    proposal = one.proposal
    figure = isinstance(proposal, ProposedClaim)
    quotes = [] if isinstance(proposal, ProposedClaim) else [
        QuoteOut(scene=q.scene, start=q.span.start, end=q.span.end, text=q.span.text) for q in proposal.quotes
    ]  # fmt: skip
    return ProposalOut(
        key=one.key,
        asking=one.seq,
        model=one.model,
        sort="figure" if figure else "pair",
        document=one.document.id,
        subject=proposal.id,
        claim=claim_record(proposal.claim) if isinstance(proposal, ProposedClaim) else None,
        scenes=[] if isinstance(proposal, ProposedClaim) else [proposal.a, proposal.b],
        verdict=None if isinstance(proposal, ProposedClaim) else proposal.verdict.value,
        quotes=quotes,
    )
