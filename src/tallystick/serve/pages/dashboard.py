"""What is new, what clashes, what is unresolved."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallystick.jobs import deciding
from tallystick.jobs.overview import overview
from tallystick.ledger.overview_rows import MOST
from tallystick.serve import rendering
from tallystick.serve.identity import At, Reader
from tallystick.serve.pages.review import reviewer, told
from tallystick.views import words

router = APIRouter()


@router.get("/")
def dashboard(request: Request, at: At, person: Reader) -> Response:
    """The first page."""
    with at.reading() as connection:
        found = overview(connection, reviewer(at, person))
    return rendering.page(request, "dashboard.html", found=found, told=told, many=many, w=words, key_of=deciding.key_of)


def many(number: int) -> str:
    """A number that was counted only so far: “1,000+” where there are more."""
    return f"{MOST:,}+" if number > MOST else f"{number:,}"
