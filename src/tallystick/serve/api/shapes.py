"""What the API's answers look like: pages of things, and the things that several routes give."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import BaseModel, WithJsonSchema

from tallystick.model.records import DocumentRecord, Held, Scene
from tallystick.views.exports.jsonl import VERSION
from tallystick.views.records import claim_record


@cache
def _report_schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources.files("tallystick.views") / "report.schema.json").read_text())
    return found


def _resolved(schema: Any) -> Any:
    """The schema with its references written out: OpenAPI has other names for them."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _resolved(_report_schema()["$defs"][schema["$ref"].rsplit("/", 1)[-1]])
        return {name: _resolved(inside) for name, inside in schema.items()}
    return [_resolved(one) for one in schema] if isinstance(schema, list) else schema


def claim_schema() -> dict[str, Any]:
    """A claim as `tallystick read --json` writes it."""
    made: dict[str, Any] = _resolved(_report_schema()["$defs"]["claim"])
    return made


class SpanOut(BaseModel):
    """Words of a document's text: code points, the end exclusive."""

    start: int
    end: int
    text: str


class Bounds(BaseModel):
    """Between which days a document without a day of publication was published, null where nothing says."""

    earliest: date | None
    latest: date | None


class DocumentOut(BaseModel):
    """What the ledger knows of one document. null is unknown."""

    id: str
    sha256: str
    text_sha256: str
    publisher: str | None
    published: date | None
    published_at: datetime | None
    published_bounds: Bounds | None
    title: str | None
    url: str | None
    name: str | None
    language: str | None
    reader: str
    captured_at: datetime | None
    revision_of: str | None


class SceneOut(BaseModel):
    """The event that a claim tells of, as its document has it."""

    id: str
    start: date | None
    end: date | None
    place: str | None
    actors: list[str]
    targets: list[str]
    cumulative: bool


class ClaimOut(BaseModel):
    """A claim with its document and event. id is the figure's; seq its place in the log."""

    format: str = VERSION
    id: str
    seq: int
    claim: Annotated[dict[str, Any], WithJsonSchema(claim_schema())]
    document: DocumentOut
    scene: SceneOut | None


def document_out(record: DocumentRecord) -> DocumentOut:
    """A document as the API gives it."""
    values = {name: getattr(record, name) for name in DocumentOut.model_fields if name != "published_bounds"}
    bounds = record.published_bounds
    made = None if bounds is None else Bounds(earliest=bounds.earliest, latest=bounds.latest)
    return DocumentOut(**values, published_bounds=made)


def claim_out(held: Held) -> ClaimOut:
    """A claim as the API gives it."""
    return ClaimOut(
        id=held.id,
        seq=held.seq,
        claim=claim_record(held.claim),
        document=document_out(held.document),
        scene=None if held.scene is None else _scene(held.scene),
    )


def _scene(scene: Scene) -> SceneOut:
    return SceneOut(
        id=scene.id,
        start=scene.start,
        end=scene.end,
        place=scene.place.name if scene.place is not None else scene.place_text,
        actors=list(scene.actors),
        targets=list(scene.targets),
        cumulative=scene.cumulative,
    )
