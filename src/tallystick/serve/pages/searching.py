"""Search over text and claims, and questions in plain words."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tallystick.jobs import searching
from tallystick.model.questions import Question
from tallystick.serve import rendering
from tallystick.serve.identity import At, Reader
from tallystick.serve.pages.sources import address
from tallystick.views import words

router = APIRouter()


@router.get("/search")
def search(
    request: Request, at: At, person: Reader, q: Annotated[str | None, Query(max_length=400)] = None
) -> Response:
    """What is found for the words, of each kind; without words, what can be asked."""
    asked = " ".join((q or "").replace("\0", " ").split())
    found = None
    if asked:
        with at.reading() as connection:
            found = searching.found(connection, asked, at.now().date())
    return rendering.page(
        request, "search.html", q=asked, found=found, examples=searching.EXAMPLES, address=address, w=words,
        quantities=None if found is None or found.understood is None else _quantities(found.understood.question),
        encoded=urlencode({"q": asked}),
    )  # fmt: skip


def _quantities(question: Question) -> str:
    """Where all quantities of the question are listed."""
    given = {
        "q": question.words, "measure": question.measures, "actor": question.actor, "status": question.status,
        "place": question.place, "country": question.country, "since": question.since, "until": question.until,
    }  # fmt: skip
    return "/quantities?" + urlencode({name: value for name, value in given.items() if value}, doseq=True)
