"""Search, questions in plain words, policies, formats."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from tallystick.jobs.asking import understand
from tallystick.ledger import search as full_text
from tallystick.reconcile.policies import POLICIES
from tallystick.serve.asked import Limit
from tallystick.serve.identity import At, Reader
from tallystick.serve.tagging import Tagged
from tallystick.views.exports import FORMATS
from tallystick.views.tally_records import understood_record

router = APIRouter(tags=["asking"], route_class=Tagged)


class HitOut(BaseModel):
    """A sentence or title that holds the words. claims are the figures stated there, none for a title."""

    document: str
    words: str
    claims: list[str]


class HitsOut(BaseModel):
    """A page of hits, in the order of the log."""

    items: list[HitOut]
    next: int | None


class UnderstoodOut(BaseModel):
    """How plain words were read: the question's filters, which words gave which, and the words that gave none."""

    question: dict[str, Any]
    read: list[dict[str, str]]
    left: list[str]


class PolicyOut(BaseModel):
    """One policy. caveat says what it is not, and which of its rules are unverified."""

    name: str
    summary: str
    caveat: str | None
    needs_ledger: bool


class FormatOut(BaseModel):
    """One format to export to. loses says what it cannot hold."""

    name: str
    summary: str
    suffix: str
    policy: str | None
    loses: list[str]


@router.get("/search")
def search(
    at: At,
    person: Reader,
    q: Annotated[str, Query(min_length=1, max_length=400, description="All words, in one sentence; “…” together; *.")],
    after: Annotated[int, Query(ge=-1, le=2**53)] = -1,
    limit: Limit = 50,
) -> HitsOut:
    """Sentences that state a figure, and titles, that hold the words."""
    with at.reading() as connection:
        found = list(full_text.search(connection, q.replace("\0", " "), after=after, limit=limit))
    following = found[-1].place if len(found) == limit else None
    items = [HitOut(document=hit.document, words=hit.words, claims=list(hit.claims)) for hit in found]
    return HitsOut(items=items, next=following)


@router.get("/understand")
def understood(at: At, person: Reader, q: Annotated[str, Query(min_length=1, max_length=400)]) -> UnderstoodOut:
    """How a question in plain words is read: give its filters to /tallies or /claims."""
    return UnderstoodOut(**understood_record(understand(q.replace("\0", " "), at.now().date())))


@router.get("/policies")
def policies(person: Reader) -> list[PolicyOut]:
    """The named, versioned policies that estimates are made under."""
    return [
        PolicyOut(name=one.name, summary=one.summary, caveat=one.warning, needs_ledger=one.needs_ledger)
        for one in POLICIES.values()
    ]


@router.get("/formats")
def formats(person: Reader) -> list[FormatOut]:
    """The formats that the job “export” writes."""
    return [
        FormatOut(name=one.name, summary=one.summary, suffix=one.suffix, policy=one.policy, loses=list(one.loses))
        for one in FORMATS.values()
    ]
