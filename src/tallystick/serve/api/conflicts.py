"""Conflicts: what cannot be true together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from tallystick.jobs import disputes
from tallystick.ledger.computed import AfterTally, KeptConflict
from tallystick.serve.api.tallies import After
from tallystick.serve.asked import after_tally, next_tally
from tallystick.serve.identity import At, Reader
from tallystick.serve.tagging import Tagged

router = APIRouter(tags=["conflicts"], route_class=Tagged)


@dataclass(frozen=True, slots=True)
class Conflicts:
    """One page of conflicts, the weightiest first. next is the following page's after; null on the last."""

    items: list[KeptConflict]
    next: str | None


@router.get("/conflicts")
def listing(at: At, person: Reader, after: After = None, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Conflicts:
    """What cannot all be true: one sentence each, both sides, and the cheapest repairs. A repair is never made here:
    POST /judgements records what a person decides."""
    with at.reading() as connection:
        kept = disputes.page(connection, after=after_tally(after), limit=limit + 1)
    shown = kept[:limit]
    last = shown[-1] if len(kept) > limit else None
    return Conflicts(shown, None if last is None else next_tally(AfterTally(last.consequence, last.id)))
