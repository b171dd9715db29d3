"""Documents: list, one, its text, original bytes, claims; adding."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile
from pydantic import BaseModel

from tallystick.errors import UnknownDocument
from tallystick.ledger import queries
from tallystick.serve.api.shapes import ClaimOut, DocumentOut, claim_out, document_out
from tallystick.serve.api.tasks import TaskOut, task_out
from tallystick.serve.asked import Asking, Limit
from tallystick.serve.identity import Adder, At, Reader
from tallystick.serve.pages.adding import take
from tallystick.serve.tagging import Tagged

router = APIRouter(tags=["documents"], route_class=Tagged)

Id = Annotated[str, Path(pattern="^[0-9a-f]{4,16}$", description="A document's id, or its beginning.")]


class DocumentsOut(BaseModel):
    """A page of documents, in the order of the log; next is the after of the next page, null on the last."""

    items: list[DocumentOut]
    next: int | None


class CaptureOut(BaseModel):
    """Where and when a document's bytes were found."""

    sha256: str
    captured_at: datetime
    name: str | None
    url: str | None
    media_type: str | None
    container: str | None


class DocumentWhole(DocumentOut):
    """One document with its captures."""

    captures: list[CaptureOut]


class DocumentClaims(BaseModel):
    """The claims of one document from one place in it on; next is the from of the next page, null on the last."""

    items: list[ClaimOut]
    next: int | None


@router.get("/documents")
def listed(
    at: At,
    person: Reader,
    asked: Asking,
    after: Annotated[int, Query(ge=-1, le=2**53, description="The “next” of the page before.")] = -1,
    limit: Limit = 50,
) -> DocumentsOut:
    """The documents asked for; where the question speaks of measures, places or the like: those with such a claim."""
    with at.reading() as connection:
        found = list(queries.documents(connection, asked.question, scope=asked.scope, after=after, limit=limit))
    following = found[-1][0] if len(found) == limit else None
    return DocumentsOut(items=[document_out(record) for _, record in found], next=following)


@router.post("/documents", status_code=202)
def add(
    at: At,
    person: Adder,
    response: Response,
    files: Annotated[list[UploadFile] | None, File(description="Reports, in any form that can be read.")] = None,
    urls: Annotated[list[str] | None, Form(description="Addresses to fetch: http(s) only.")] = None,
    publisher: Annotated[str, Form(max_length=200)] = "",
    published: Annotated[str, Form(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = "",
    follow: Annotated[bool, Form(description="Of a feed, fetch the pages that it leads to.")] = False,
    reconcile: Annotated[bool, Form(description="Reconcile afterwards.")] = True,
) -> TaskOut:
    """Takes files and addresses in: a job reads them. Its address stands in Location."""
    task = take(
        at, person, files or [], urls or [], publisher=publisher, published=published, follow=follow,
        reconcile=reconcile,
    )  # fmt: skip
    response.headers["Location"] = f"/api/v1/tasks/{task.id}"
    return task_out(task)


@router.get("/documents/{name}")
def one(at: At, person: Reader, name: Id) -> DocumentWhole:
    """One document."""
    with at.reading() as connection:
        record = queries.document_named(connection, name)
        found = queries.captures(connection, record.id)
    captures = [CaptureOut(**{field: getattr(one, field) for field in CaptureOut.model_fields}) for one in found]
    return DocumentWhole(**document_out(record).model_dump(), captures=captures)


@router.get("/documents/{name}/text", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def text(at: At, person: Reader, name: Id) -> Response:
    """The text as it was read: what offsets count in, UTF-8."""
    with at.reading() as connection:
        words = queries.text(connection, name)
    return Response(words.encode("utf-8", "replace"), media_type="text/plain; charset=utf-8")


@router.get(
    "/documents/{name}/original",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def original(at: At, person: Reader, name: Id) -> Response:
    """The bytes as they were captured, to be saved and never shown: they may hold anything."""
    with at.reading() as connection:
        record = queries.document_named(connection, name)
    data = at.ledger.original(record.sha256)
    if data is None:
        raise UnknownDocument(f"the bytes of document {record.id} are not kept here any more.")
    headers = {"Content-Disposition": f'attachment; filename="{record.id}.bin"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


@router.get("/documents/{name}/claims")
def claims(
    at: At,
    person: Reader,
    name: Id,
    first: Annotated[int, Query(ge=0, le=2**31, alias="from")] = 0,
    limit: Limit = 100,
) -> DocumentClaims:
    """The claims of one document, in text order."""
    with at.reading() as connection:
        found = queries.claims_of(connection, name)
    some = found[first : first + limit]
    following = first + limit if first + limit < len(found) else None
    return DocumentClaims(items=[claim_out(held) for held in some], next=following)
