"""The review queue, its decisions, agreement and adjudication."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from tallystick.errors import BadJudgement, TallystickError
from tallystick.jobs import agreeing, correcting, deciding, reviewing
from tallystick.model.claims import Status
from tallystick.model.people import Permission, Person
from tallystick.model.report import Report
from tallystick.model.reviewing import Correction, FigureReview, Item, Reviewer
from tallystick.model.text import Document
from tallystick.model.values import Measure
from tallystick.serve import problems, rendering
from tallystick.serve.identity import Adjudicator, At, Coder
from tallystick.serve.service import Service
from tallystick.views import page as marked
from tallystick.views import words

router = APIRouter()

APART = 40
"""The weightiest items, among which people who share an app begin at different ones."""
AROUND = 1500
"""Characters of the report that are shown before and after the figure's sentence."""
_OFFSETS = re.compile(r" \[\d+:\d+\]")
SAID = {
    "accept": "Accepted.",
    "correct": "Corrected.",
    "reject": "Rejected.",
    "same": "Judged to be the same.",
    "different": "Judged to be different.",
    "unsure": "Left undecided.",
}


def reviewer(at: Service, person: Person) -> Reviewer:
    """Who reviews, by the app's rules."""
    return Reviewer(person.name, at.settings.coders, person.may(Permission.ADJUDICATE))


async def filled_in(request: Request) -> dict[str, str]:
    """The fields of a form, of each the first."""
    async with request.form(max_files=0, max_fields=50) as form:
        return {name: value for name, value in reversed(form.multi_items()) if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(filled_in)]
Place = Annotated[str | None, Query(max_length=200)]
Key = Annotated[str | None, Query(max_length=100)]


@router.get("/review")
def queue(
    request: Request,
    at: At,
    person: Coder,
    after: Place = None,
    item: Key = None,
    correct: bool = False,
    settle: bool = False,
) -> Response:
    """The next thing that waits, or the one named, ready to be judged; settle: above what coders said of it."""
    who = reviewer(at, person)
    with at.reading() as connection:
        shown = _shown(connection, who, after, item, apart=not at.settings.local)
        made = reviewing.progress(connection, who, at.now())
        last = deciding.last_of(connection, who)
    shown["settle"] = settle and who.settles
    return rendering.page(request, "review.html", progress=made, correcting=correct, last=last, **shown)


@router.get("/review/item")
def one(
    request: Request, at: At, person: Coder, after: Place = None, item: Key = None, place: Place = None
) -> Response:
    """The same item alone, to put in the place of the one judged. place is the queue's place behind it, where known.

    An item that is named bears what undo would take back; what is fetched ahead does not: more is decided until then.
    """
    who = reviewer(at, person)
    with at.reading() as connection:
        shown = _shown(connection, who, after, item, place)
        last = deciding.last_of(connection, who) if item else None
    return rendering.page(request, "_review_item.html", correcting=False, last=last, **shown)


@router.get("/review/progress")
def progress(request: Request, at: At, person: Coder) -> Response:
    """How far this person is."""
    with at.reading() as connection:
        made = reviewing.progress(connection, reviewer(at, person), at.now())
    return rendering.page(request, "_review_progress.html", progress=made)


@router.post("/review/decide")
def decide(request: Request, at: At, person: Coder, fields: Fields) -> Response:
    """Records one judgement. To a script the answer is JSON that says whether it was, to a form the next item."""
    key, verdict, after = fields.get("key", ""), fields.get("verdict", ""), fields.get("after", "")
    who = reviewer(at, person)
    changes: tuple[str, ...] = ()
    try:
        if verdict == "correct":
            filled = _correction(at, who, key, fields)
            if filled.errors:
                return _refused(request, at, who, key, after, 422, " ".join(filled.errors.values()), filled)
            changes = filled.changes
        made = deciding.decide(
            at.ledger, who, key, verdict, why=fields.get("why"), changes=changes, seen=fields.get("seen") or None,
            settle=fields.get("settle") == "yes", now=at.now(),
        )  # fmt: skip
    except TallystickError as error:
        return _refused(request, at, who, key, after, problems.status_of(error), str(error), None)
    if _wants_json(request):
        return JSONResponse({"recorded": True, "judgement": made.id, "said": SAID[made.verdict.value]})
    back = "/review/differing" if fields.get("settle") == "yes" else f"/review?{urlencode({'after': after})}"
    return RedirectResponse(back, 303)


@router.post("/review/preview")
def preview(request: Request, at: At, person: Coder, fields: Fields) -> Response:
    """How the claim would read with the fields as filled in, and what is wrong with them."""
    filled = _correction(at, reviewer(at, person), fields.get("key", ""), fields)
    return rendering.page(request, "_review_preview.html", filled=filled)


@router.post("/review/undo")
def undo(request: Request, at: At, person: Coder, fields: Fields) -> Response:
    """Takes back the judgement of this person's that the page names, and shows what it was on. To a script the answer
    says besides which one undo would take back next."""
    who = reviewer(at, person)
    try:
        made = deciding.undo(at.ledger, who, fields.get("judgement", ""), now=at.now())
    except TallystickError as error:
        if not _wants_json(request):
            raise
        return JSONResponse({"recorded": False, "status": problems.status_of(error), "said": str(error)})
    key = deciding.key_of(made)
    if _wants_json(request):
        with at.reading() as connection:
            last = deciding.last_of(connection, who)
        return JSONResponse({"recorded": True, "key": key, "last": last, "said": f"Took back: {made.verdict.value}."})
    return RedirectResponse(f"/review?item={quote(key)}", 303)


@router.get("/review/agreement")
def agreement(request: Request, at: At, person: Coder) -> Response:
    """How far coders agree, on what is closed to them; adjudicators see all."""
    who = reviewer(at, person)
    with at.reading() as connection:
        found = agreeing.agreement(connection, who)
    return rendering.page(request, "review_agreement.html", agreement=found)


@router.post("/review/settle")
def settle(at: At, person: Adjudicator, fields: Fields) -> Response:
    """Settles an item as one of its coders judged it."""
    deciding.settle_as(
        at.ledger, reviewer(at, person), fields.get("key", ""), fields.get("as", ""),
        why=fields.get("why"), seen=fields.get("seen") or None, now=at.now(),
    )  # fmt: skip
    return RedirectResponse("/review/differing", 303)


@router.get("/review/differing")
def differing(request: Request, at: At, person: Adjudicator, after: Place = None) -> Response:
    """What coders differ on, for whoever settles it."""
    who = reviewer(at, person)
    with at.reading() as connection:
        found, more = agreeing.differing(connection, after=after, limit=10)
        states = {one.key: deciding.state_of(connection, who, one.sort, tuple(one.key.split("~"))) for one in found}
        pairs = {
            one.key: reviewing.review(connection, who, one.key) for one in found if one.held is None
        }  # scenes, whose words stand nowhere else
    read = {
        one.key: [(made, None if one.held is None else agreeing.as_read(one.held, made)) for made in one.judgements]
        for one in found
    }
    return rendering.page(
        request, "review_differing.html", found=found, read=read, states=states, pairs=pairs, more=more, w=words
    )


def _shown(
    connection: Any,
    who: Reviewer,
    after: str | None,
    key: str | None,
    place: str | None = None,
    *,
    apart: bool = False,
) -> dict[str, Any]:
    """What the templates of an item need; item None where nothing waits. apart: others may be at the top as well."""
    waits: Item | None = None
    if not key:
        few = reviewing.queue(connection, who, after=after, limit=APART if apart and not after else 1)
        waits = few[first_of(who.name, len(few))] if few else None
        key = None if waits is None else waits.key
    if key is None:
        return {"review": None, "after": ""}
    review = reviewing.review(connection, who, key)
    shown: dict[str, Any] = {
        "review": review,
        "after": waits.after if waits else place or "",
        "because": waits.because if waits else "",
        "who": who,
        "w": words,
        "anchor": reviewing.anchor,
        "settle": False,
        "told": told,
    }
    if isinstance(review, FigureReview):
        shown |= _figure(review)
    else:
        shown |= {"sides": [_passage(side) for side in review.sides]}
    return shown


def first_of(name: str, waiting: int) -> int:
    """Where among the first so many items a person begins: always at the same, and seldom where others do, so that
    people who open the queue at once do not all judge its first item."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) % waiting


def _figure(review: FigureReview) -> dict[str, Any]:
    held = review.held
    claim, sentence = held.claim, held.claim.sentence
    report = report_over(held.document, review.text if review.text is not None else "", (claim,))
    start, end = 0, None
    if review.text is not None:
        start, end = around(review.text, sentence.start, sentence.end, AROUND)
    return {
        "card": marked.card(claim, report, {claim.id: 1}),
        "paragraphs": tuple(marked.paragraphs(report, start, end)) if review.text is not None else (),
        "cut": (start > 0, review.text is not None and end is not None and end < len(review.text)),
        "form": correcting.as_form(claim),
        "measures": [one.value for one in Measure],
        "statuses": [one.value for one in Status],
        "filled": None,
        "named": [link.name for link in claim.attributions],
    }


def told(sentence: str) -> str:
    """A conflict's sentence without the offsets of its quotes: each stands below with a link to its place."""
    return _OFFSETS.sub("", words.clean(sentence)).rstrip(".") + "."


def _passage(side: Any) -> dict[str, Any]:
    claim = None if side.held is None else side.held.claim
    return {
        "side": side,
        "published": words.published(as_document(side.document)),
        "href": f"/documents/{side.document.id}" if side.held is None else reviewing.anchor(side.held),
        "figure": None if claim is None else words.figure(claim.count),
        "quote": None if claim is None else claim.span.text,
        "chain": () if claim is None else words.chain(claim, as_document(side.document)),
    }


def as_document(record: Any, text: str = "") -> Document:
    """A record as the document that views speak of."""
    return Document(
        text, record.sha256, record.text_sha256, record.name, record.published, record.published_bounds, record.title,
        record.publisher, record.url, record.language, record.reader,
    )  # fmt: skip


def report_over(record: Any, text: str, claims: tuple[Any, ...]) -> Report:
    """A document of the ledger with some of its claims, as views take it."""
    return Report(as_document(record, text), claims)


def around(text: str, start: int, end: int, most: int) -> tuple[int, int]:
    """The part of a text around some of its words: whole lines, where these are not too long."""
    first = max(0, start - most)
    if first:
        line = text.find("\n", first, start)
        first = line + 1 if line >= 0 else max(text.rfind(" ", first, start) + 1, first)
    last = min(len(text), end + most)
    if last < len(text):
        line = text.rfind("\n", end, last)
        last = line if line >= 0 else max(text.rfind(" ", end, last), end)
    return first, last


def _correction(at: Service, who: Reviewer, key: str, fields: dict[str, str]) -> Correction:
    with at.reading() as connection:
        review = reviewing.review(connection, who, key)
    if not isinstance(review, FigureReview):
        raise BadJudgement("a pair has no fields to correct. Choose among same, different, unsure.")
    return correcting.corrected(review.held.claim, fields)


def _refused(
    request: Request,
    at: Service,
    who: Reviewer,
    key: str,
    after: str,
    status: int,
    said: str,
    filled: Correction | None,
) -> Response:
    """A decision that was not recorded, and why: the item stays."""
    if _wants_json(request):
        errors = None if filled is None else filled.errors
        return JSONResponse({"recorded": False, "status": status, "said": said, "errors": errors or {}})
    with at.reading() as connection:
        shown = _shown(connection, who, None, key, after)
        made = reviewing.progress(connection, who, at.now())
        last = deciding.last_of(connection, who)
    shown["filled"] = filled
    return rendering.page(
        request, "review.html", status=status, progress=made, correcting=filled is not None, said=said, last=last,
        **shown,
    )  # fmt: skip


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
