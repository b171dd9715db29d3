"""What a language model proposed, beside the text, for a person to decide on. Served only where a model is set up."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from tallystick.errors import BadJudgement, UnknownDocument
from tallystick.jobs import assisting
from tallystick.ledger import proposed, queries
from tallystick.model.proposals import ProposedClaim, Waiting
from tallystick.model.records import Judgement
from tallystick.serve import rendering, tasks
from tallystick.serve.identity import Adder, At, Coder
from tallystick.serve.pages.review import around, as_document, report_over, reviewer
from tallystick.views import page as marked
from tallystick.views import words

router = APIRouter()

AROUND = 500
"""Characters of the report that are shown before and after a proposal's sentence."""
SHOWN = 10
MOST_PAIRS = 50
SAID = {
    "accept": "Accepted: it is a claim now, with your judgement. No quantity heeds it before the next reconcile.",
    "reject": "Declined: it is not proposed again.",
    "same": "Judged to be the same.",
    "different": "Judged to be different.",
    "unsure": "Left undecided.",
}

Key = Annotated[int, Path(ge=0, le=2**53)]
Why = Annotated[str, Form(max_length=2000)]


@router.get("/assist")
def listing(
    request: Request,
    at: At,
    person: Coder,
    after: Annotated[int, Query(ge=-1, le=2**53)] = -1,
    document: Annotated[str | None, Query(max_length=16)] = None,
    said: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The proposals that wait, the oldest first; of one document where it is named."""
    with at.reading() as connection:
        about = None if not document else queries.document_named(connection, document)
        found, more = assisting.listed(
            connection, after=after, document=None if about is None else about.id, limit=SHOWN
        )
        shown = [_shown(connection, one) for one in found]
    kept = {} if about is None else {"document": about.id}
    following = None if more is None else f"/assist?{urlencode(kept | {'after': more})}"
    return rendering.page(
        request, "assist.html", shown=shown, about=about, following=following, said=SAID.get(said, ""), w=words,
        here=request.url.path + (f"?{request.url.query}" if request.url.query else ""), most_pairs=MOST_PAIRS,
    )  # fmt: skip


@router.get("/assist/askings/{seq}")
def asking(request: Request, at: At, person: Coder, seq: Annotated[int, Path(ge=0, le=2**53)]) -> Response:
    """How a proposal came about: what was sent, what came back, what was refused."""
    with at.reading() as connection:
        found = proposed.asking(connection, seq)
    return rendering.page(request, "assist_asking.html", asking=found, seq=seq)


@router.post("/assist/documents/{name}")
def ask(at: At, person: Adder, name: str) -> Response:
    """Asks about one document, beside the pages."""
    with at.reading() as connection:
        document = queries.document_named(connection, name)
    task = tasks.start(at, "assist", {"documents": [document.id]}, by=person.name)
    return RedirectResponse(f"/tasks/{task.id}", 303)


@router.post("/assist/pairs")
def ask_pairs(at: At, person: Adder, most: Annotated[int, Form(ge=1, le=MOST_PAIRS)] = 10) -> Response:
    """Asks about pairs that wait in the review queue."""
    task = tasks.start(at, "assist", {"pairs": most}, by=person.name)
    return RedirectResponse(f"/tasks/{task.id}", 303)


@router.post("/assist/proposals/{key}")
def decide(
    request: Request,
    at: At,
    person: Coder,
    key: Key,
    verdict: Annotated[str, Form(max_length=20)],
    why: Why = "",
    back: Annotated[str, Form(max_length=200)] = "/assist",
) -> Response:
    """Records what this person makes of a proposal."""
    made = decided(at, person, key, verdict, why)
    said = SAID[verdict]
    if "hx-request" in request.headers:
        answer = rendering.page(request, "_assist_done.html", key=key, said=said, made=made)
        answer.headers["X-Said"] = quote(said)
        return answer
    joint = "&" if "?" in back else "?"
    whole = back if back == "/assist" or back.startswith("/assist?") else "/assist"
    return RedirectResponse(f"{whole}{joint}said={verdict}", 303)


def decided(at: At, person: Coder, key: int, verdict: str, why: str | None) -> Judgement:
    """The judgement as recorded. Raises BadJudgement, AlreadyJudged, UnknownClaim."""
    who, now = reviewer(at, person), at.now()
    if verdict == "accept":
        return assisting.accept(at.ledger, who, key, why=why, now=now)
    if verdict == "reject":
        return assisting.decline(at.ledger, who, key, why=why, now=now)
    if verdict not in SAID:
        raise BadJudgement(f"“{verdict[:20]}” is no answer to a proposal. Choose among {', '.join(SAID)}.")
    return assisting.decide_pair(at.ledger, who, key, verdict, why=why, now=now)


def _shown(connection: Connection, one: Waiting) -> dict[str, Any]:
    """What the template needs of one proposal."""
    proposal = one.proposal
    if not isinstance(proposal, ProposedClaim):
        return {"one": one, "pair": proposal, "sides": [_side(connection, proposal, name) for name in
                                                         (proposal.a, proposal.b)]}  # fmt: skip
    claim = proposal.claim
    try:
        text: str = queries.text(connection, proposal.document)
    except UnknownDocument:  # erased between two looks
        text = ""
    report = report_over(one.document, text, (claim,))
    start, end = around(text, claim.sentence.start, claim.sentence.end, AROUND)
    return {
        "one": one,
        "pair": None,
        "card": marked.card(claim, report, {claim.id: 1}),
        "paragraphs": tuple(marked.paragraphs(report, start, end)),
        "cut": (start > 0, end < len(text)),
    }


def _side(connection: Connection, pair: Any, name: str) -> dict[str, Any]:
    """One scene of a pair: its sentences, with the words that the model points to marked."""
    scene, record = assisting.scene_told(connection, name)
    quotes = [one.span.text for one in pair.quotes if one.scene == name]
    return {
        "scene": scene,
        "record": record,
        "published": words.published(as_document(record)),
        "pieces": assisting.pieces(scene.words, quotes),
    }
