"""Sources: voices, who are quoted, and publishers, who ran the documents."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from tallystick.jobs import sources
from tallystick.jobs.sources import Losses, Revision, Source
from tallystick.ledger.source_rows import Clashing, SourceKind
from tallystick.serve.api.shapes import ClaimOut, claim_out
from tallystick.serve.asked import Limit
from tallystick.serve.identity import At, Reader
from tallystick.serve.tagging import Tagged

router = APIRouter(tags=["sources"], route_class=Tagged)

_TEXT = r"^[^\x00]*$"
Name = Annotated[str, Path(max_length=4000, pattern=r"^[^\x00]+$", description="As written, or folded.")]
Cursor = Annotated[str | None, Query(max_length=300, pattern=_TEXT, description="The “next” of the page before.")]


class SourcesOut(BaseModel):
    """A page of sources, those with most claims first; counted when the ledger was reconciled last."""

    items: list[Source]
    next: str | None


class SourceOut(BaseModel):
    """One source. first and last are days of its newest 400 claims. origin and passed_on are counted in looked_at
    quantities that its newest claims are in: of a voice, how often it is the origin and how often others printed it;
    of a publisher, how often it ran a figure first, and how often it ran what another had run.
    """

    source: Source
    also: Source | None
    first: date | None
    last: date | None
    losses: Losses
    looked_at: int
    origin: int
    passed_on: int
    revisions: list[Revision]
    conflicts: list[Clashing]


class SaidOut(BaseModel):
    """A page of a source's claims, the newest first."""

    items: list[ClaimOut]
    next: str | None


@router.get("/sources")
def listed(
    at: At,
    person: Reader,
    kind: SourceKind = SourceKind.VOICE,
    words: Annotated[
        str | None, Query(max_length=200, pattern=_TEXT, description="Each must stand in the name.")
    ] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> SourcesOut:
    """Voices, or publishers."""
    with at.reading() as connection:
        found = sources.listed(connection, kind, words=words, after=after, limit=limit)
    return SourcesOut(items=list(found.rows), next=found.next)


@router.get("/sources/{kind}/{name}")
def one(at: At, person: Reader, kind: SourceKind, name: Name) -> SourceOut:
    """One source: its part in quantities, about whose losses it speaks, how it revised itself, where it clashes."""
    with at.reading() as connection:
        found = sources.view(connection, kind, name, limit=1)
    standing = found.standing
    return SourceOut(
        source=found.source,
        also=found.also,
        first=found.first,
        last=found.last,
        losses=found.losses,
        looked_at=standing.tallies,
        origin=standing.first,
        passed_on=standing.passed_on,
        revisions=list(standing.revisions),
        conflicts=list(found.conflicts),
    )


@router.get("/sources/{kind}/{name}/claims")
def claims(at: At, person: Reader, kind: SourceKind, name: Name, after: Cursor = None, limit: Limit = 50) -> SaidOut:
    """A source's claims, the newest first."""
    with at.reading() as connection:
        source = sources.source_named(connection, kind, name)
        found, following = sources.claims(connection, kind, source.key, after=after, limit=limit)
    return SaidOut(items=[claim_out(held) for held in found], next=following)
