"""Sources: what one voice has said over time, about whose losses; and what one publisher ran."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from tallystick.jobs import sources
from tallystick.jobs.reviewing import anchor
from tallystick.ledger.source_rows import SourceKind
from tallystick.serve import rendering
from tallystick.serve.identity import At, Reader
from tallystick.serve.pages.review import as_document, told
from tallystick.views import charts, source_chart, words
from tallystick.views.chart_marks import Spec
from tallystick.views.source_chart import Said

router = APIRouter()

ROWS = 50
CLAIMS = 20

Words = Annotated[str | None, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=300)]
Name = Annotated[str, Path(max_length=4000)]


def address(kind: SourceKind, key: str) -> str:
    """Where a source's page lies."""
    return f"/sources/{kind.value}/{quote(key, safe='')}"


@router.get("/sources")
def index(
    request: Request,
    at: At,
    person: Reader,
    kind: SourceKind = SourceKind.VOICE,
    q: Words = None,
    after: Cursor = None,
) -> Response:
    """Voices or publishers, those with most claims first."""
    asked = (q or "").replace("\0", " ").strip()
    with at.reading() as connection:
        found = sources.listed(connection, kind, words=asked or None, after=after, limit=ROWS)
    kept = {"kind": kind.value} | ({"q": asked} if asked else {})
    following = None if found.next is None else "/sources?" + urlencode(kept | {"after": found.next})
    return rendering.page(
        request, "sources.html", found=found, kind=kind.value, q=asked, following=following, address=address,
        first=after is None,
    )  # fmt: skip


@router.get("/sources/{kind}/{name}")
def one(request: Request, at: At, person: Reader, kind: SourceKind, name: Name, after: Cursor = None) -> Response:
    """One source."""
    with at.reading() as connection:
        found = sources.view(connection, kind, name.replace("\0", " "), after=after, limit=CLAIMS)
    here = address(kind, found.source.key)
    following = None if found.next is None else f"{here}?{urlencode({'after': found.next})}#claims"
    return rendering.page(
        request, "source.html", view=found, source=found.source, here=here, following=following, w=words,
        address=address, anchor=anchor, told=told, first=after is None,
        chain=lambda held: words.chain(held.claim, as_document(held.document)),
    )  # fmt: skip


@router.get("/sources/{kind}/{name}/chart.json")
def chart_json(at: At, person: Reader, kind: SourceKind, name: Name) -> Response:
    """The timeline's Vega-Lite specification, which the page draws."""
    return Response(
        charts.as_json(_chart(at, kind, name)), media_type="application/json",
        headers={"Cache-Control": "private, no-cache", "Vary": "Cookie"},
    )  # fmt: skip


@router.get("/sources/{kind}/{name}/chart.svg")
def chart_svg(at: At, person: Reader, kind: SourceKind, name: Name) -> Response:
    """The timeline as SVG, drawn on the server. The first one takes a second or two."""
    return Response(
        charts.svg(_titled(_chart(at, kind, name))), media_type="image/svg+xml",
        headers={"Cache-Control": "private, no-cache", "Vary": "Cookie"},
    )  # fmt: skip


def _titled(spec: Spec) -> Spec:
    """With its title as charts.svg reads it: a list of lines."""
    return spec | {"title": spec["title"] | {"text": [spec["title"]["text"]]}}


def _chart(at: At, kind: SourceKind, name: str) -> Spec:
    with at.reading() as connection:
        source = sources.source_named(connection, kind, name.replace("\0", " "))
        dots = sources.timeline(connection, kind, name.replace("\0", " "))
    said = [
        Said(dot.day, dot.measure.replace("_", " "), dot.low, dot.high, dot.actor or "not said whose", dot.figure)
        for dot in dots
    ]
    return source_chart.chart(source.name, said)
