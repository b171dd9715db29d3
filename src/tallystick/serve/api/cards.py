"""Evidence cards and reports: made, and a card checked against this ledger."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Path, Query, Response
from pydantic import BaseModel

from tallystick.jobs.card_checks import check_card
from tallystick.model.cards import Outcome
from tallystick.serve.identity import At, Exporter, Reader
from tallystick.serve.pages import cards as pages

router = APIRouter(tags=["cards"])

Figure = Annotated[str, Path(pattern="^[0-9a-f]{1,8}:[0-9a-f]{1,8}$", description="A figure's id.")]
Policies = Annotated[
    list[Annotated[str, Query(max_length=60)]] | None, Query(max_length=12, description="Policies to estimate under.")
]
CARD: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "text/html": {}}}}
REPORT: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}, "text/html": {}}}}


class CheckOut(BaseModel):
    """One thing that was checked on a card, and how it came out."""

    of: str
    outcome: Outcome
    note: str


class VerdictOut(BaseModel):
    """What checking a card found. altered: it is not what its proof gives. outdated: the ledger has moved on since."""

    figure: str
    altered: bool
    outdated: bool
    checks: list[CheckOut]


@router.get("/cards/{figure}", response_class=Response, responses=CARD)
def card(
    at: At, person: Exporter, figure: Figure, policy: Policies = None, form: Literal["json", "html"] = "json"
) -> Response:
    """A figure's evidence card: quote, chain, hashes, proof, judgements, quantity. It verifies offline."""
    if form == "html":
        return pages.card_html(at, person, figure, policy, True)
    return pages.card_json(at, person, figure, policy)


@router.post("/cards/check")
def check(at: At, person: Reader, card: Annotated[bytes, File(description="A card, HTML or JSON.")]) -> VerdictOut:
    """Checks a card by itself and against this ledger. Whatever it proves and what was altered is told, one by one."""
    found = check_card(card, ledger=at.ledger)
    checks = [CheckOut(of=one.of, outcome=one.outcome, note=one.note) for one in found.checks]
    return VerdictOut(figure=found.figure, altered=found.altered, outdated=found.outdated, checks=checks)


@router.get("/reports/{name}", response_class=Response, responses=REPORT)
def report(
    at: At,
    person: Exporter,
    wanted: Annotated[pages.Report, Depends()],
    form: Literal["pdf", "html"] = "pdf",
) -> Response:
    """The report of a quantity or an incident, to be printed. name is its id."""
    return pages.report_pdf(at, person, wanted) if form == "pdf" else pages.report_html(at, person, wanted, True)
