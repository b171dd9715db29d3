"""Documents: the list, and one with its figures marked beside their fields."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tallystick.errors import UnknownDocument
from tallystick.jobs import documents
from tallystick.model.text import Document
from tallystick.serve import clocks, rendering
from tallystick.serve.identity import At, Exporter, Reader
from tallystick.serve.pages.review import as_document, report_over, reviewer
from tallystick.views import page as marked
from tallystick.views import words
from tallystick.views.explain import why

router = APIRouter()

Words = Annotated[str, Query(max_length=200)]
Day = Annotated[str, Query(max_length=10)]
After = Annotated[str | None, Query(max_length=40)]


@router.get("/documents")
def listing(
    request: Request,
    at: At,
    person: Reader,
    q: Words = "",
    publisher: Words = "",
    since: Day = "",
    until: Day = "",
    after: After = None,
) -> Response:
    """The documents, filtered by words, publisher and days."""
    with at.reading() as connection:
        found = documents.listed(
            connection,
            words=q.strip() or None,
            publisher=publisher.strip() or None,
            since=clocks.day(since.strip()),
            until=clocks.day(until.strip()),
            after=after,
            limit=at.settings.page,
        )
    asked = {"q": q, "publisher": publisher, "since": since, "until": until}
    kept = {name: value for name, value in asked.items() if value.strip()}
    more = None if found.after is None else "/documents?" + urlencode(kept | {"after": found.after})
    return rendering.page(request, "documents.html", found=found.rows, more=more, asked=asked, kept=kept, w=words)


@router.get("/documents/{name}")
def document(
    request: Request,
    at: At,
    person: Reader,
    name: str,
    part: Annotated[int, Query(ge=1, le=100_000)] = 1,
    figure: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """One document, or the part of a long one that a figure stands in."""
    with at.reading() as connection:
        found = documents.view(connection, reviewer(at, person), name, part=part, figure=figure)
    shown = found.part
    claims = tuple(held.claim for held in shown.claims)
    report = report_over(found.record, found.text or "", claims)
    numbers = {claim.id: number for number, claim in enumerate(claims, shown.before + 1)}
    text = () if found.text is None else tuple(marked.paragraphs(report, shown.start, min(shown.end, len(found.text))))
    known: Document = as_document(found.record)
    return rendering.page(
        request,
        "document.html",
        view=found,
        record=found.record,
        paragraphs=text,
        names={number: held.id for number, held in enumerate(shown.claims, 1)},
        cards=[(held, marked.card(held.claim, report, numbers), why(held.claim)) for held in shown.claims],
        published=words.published(known),
        named=[link.name for held in shown.claims for link in held.claim.attributions],
        bounds_reasons=() if known.published_bounds is None else known.published_bounds.reasons,
        link=_link(found.record.url),
        web=_link,
        w=words,
    )


def _link(url: str | None) -> str | None:
    """The address if it leads to the web: nothing else of a document ever becomes a link."""
    return url if url is not None and urlsplit(url).scheme in ("http", "https") else None


@router.get("/documents/{name}/original")
def original(at: At, person: Exporter, name: str) -> Response:
    """The bytes as they were captured: saved, never shown, whatever they say they are."""
    with at.reading() as connection:
        found = documents.view(connection, None, name)
        content = at.ledger.archive.read(connection, found.record.sha256)
    if content is None:
        raise UnknownDocument(f"the original bytes of document {found.record.id} were erased, or never kept.")
    headers = {
        "Content-Disposition": f'attachment; filename="document-{found.record.id}.original"',
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get("/documents/{name}/copies")
def copies(request: Request, at: At, person: Reader, name: str) -> Response:
    """Which other documents share its words, and which words."""
    with at.reading() as connection:
        found, many, sampled = documents.copies_of(connection, name)
    return _beside(request, "copies", name, found=found, many=many, sampled=sampled)


@router.get("/documents/{name}/changes")
def changes(request: Request, at: At, person: Reader, name: str) -> Response:
    """Which figures changed since the capture before."""
    with at.reading() as connection:
        found = documents.changed(connection, name)
    return _beside(request, "changes", name, found=found)


def _beside(request: Request, what: str, name: str, **values: Any) -> Response:
    """Part of a document's page where htmx asks for it, a page of its own where a person follows the link."""
    part = f"_document_{what}.html"
    whole = "HX-Request" not in request.headers
    template = "document_beside.html" if whole else part
    answer = rendering.page(request, template, what=what, part=part, name=name, **values)
    answer.headers["Vary"] = "Cookie, HX-Request"
    return answer
