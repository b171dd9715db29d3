"""The ledger itself: status, checkpoint, consistency, inclusion proofs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from tallystick.ledger import checkpoints, computed
from tallystick.model.records import Checkpoint
from tallystick.serve.identity import Adjudicator, At, Reader
from tallystick.serve.tagging import Tagged

router = APIRouter(tags=["ledger"], route_class=Tagged)
NOTE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}}}


class StatusOut(BaseModel):
    """The log's size and root, and how far the ledger is reconciled. reconciled null: never.

    waiting counts documents that were added since.
    """

    name: str
    origin: str
    size: int
    root: str
    reconciled: datetime | None
    waiting: int


class InclusionOut(BaseModel):
    """That an entry lies in the log of that size and root (RFC 9162, 2.1.3). Hashes are hexadecimal."""

    seq: int
    size: int
    leaf: str
    path: list[str]
    root: str


class ConsistencyOut(BaseModel):
    """That the log of size continues that of old (RFC 9162, 2.1.4)."""

    old: int
    size: int
    root: str
    path: list[str]


@router.get("/ledger")
def status(at: At, person: Reader) -> StatusOut:
    """What the ledger is, and how far it is reconciled."""
    head = at.ledger.head()
    with at.reading() as connection:
        reconciled, waiting = computed.reconciled_at(connection), computed.waiting_documents(connection)
    return StatusOut(
        name=at.ledger.name if at.settings.local else "ledger",
        origin=at.ledger.meta()["origin"],
        size=head.size,
        root=head.root.hex(),
        reconciled=reconciled,
        waiting=waiting,
    )


@router.get("/ledger/checkpoint", response_class=Response, responses=NOTE)
def latest(at: At, person: Reader) -> Response:
    """The log's size and root as a note to keep elsewhere: signed where that was done at this size, else unsigned."""
    head, origin = at.ledger.head(), at.ledger.meta()["origin"]
    signed = [one for _, one in checkpoints.checkpoints(at.ledger) if one.size == head.size]
    found = signed[-1] if signed else Checkpoint(origin, head.size, head.root)
    return Response(checkpoints.note(found), media_type="text/plain; charset=utf-8")


@router.post("/ledger/checkpoint", response_class=Response, responses=NOTE)
def sign(at: At, person: Adjudicator) -> Response:
    """Signs a checkpoint of the log as it is now, and gives the note."""
    return Response(
        checkpoints.note(checkpoints.checkpoint(at.ledger, now=at.now())), media_type="text/plain; charset=utf-8"
    )


@router.get("/ledger/entries/{seq}/proof")
def proof(at: At, person: Reader, seq: Annotated[int, Path(ge=0, le=2**53)]) -> InclusionOut:
    """The proof that an entry lies in the log."""
    found = at.ledger.prove(seq)
    return InclusionOut(
        seq=seq,
        size=found.size,
        leaf=found.leaf.hex(),
        path=[one.hex() for one in found.path],
        root=found.root.hex(),
    )


@router.get("/ledger/consistency")
def consistency(at: At, person: Reader, old: Annotated[int, Query(ge=1, le=2**53)]) -> ConsistencyOut:
    """The proof that the log continues what it was when it had old entries."""
    head = at.ledger.head()
    path = at.ledger.consistency(old)
    return ConsistencyOut(old=old, size=head.size, root=head.root.hex(), path=[one.hex() for one in path])
