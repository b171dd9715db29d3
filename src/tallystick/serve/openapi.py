"""The API's description: what every route can answer beside its own results, and how to show who asks."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). detail says what was found, where, and what to do next.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "urn:tallystick: and the error's name"},
        "title": {"type": "string", "description": "the error's name"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
ANSWERS = {
    "400": "The request or its address is not written as HTTP asks.",
    "401": "Nobody is signed in, or the token is not known.",
    "403": "Whoever asks may not do that, or the request comes from another site.",
    "404": "There is no such thing, or several that begin so.",
    "409": "The ledger cannot do that now: nothing is reconciled yet, or somebody else was first.",
    "413": "More bytes than are taken.",
    "422": "What was sent cannot be used.",
    "429": "Too many requests; Retry-After says when.",
    "503": "Somebody else writes, or too many ask at once; Retry-After says when.",
    "507": "The disk is full. What was acknowledged is safe.",
}
ABOUT = """\
Every figure with the words that state it, who said it, and what follows for it.

Send a token as `Authorization: Bearer TOKEN`. Lists are pages: give the `next` of one as the `after` of the following.
Answers about the ledger bear an ETag: send it as `If-None-Match`, and an unchanged one is a bare 304. A parameter that
an address does not have is refused, so that no filter is passed over. Days are `YYYY-MM-DD`; null is unknown, never 0.
"""


def install(app: FastAPI) -> None:
    """Makes the app describe itself so."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=ABOUT, routes=app.routes
    )  # fmt: skip
    parts = made.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"token": []}]
    for path in made["paths"].values():
        for method, operation in path.items():
            for status, meaning in ANSWERS.items():
                operation["responses"][status] = {
                    "description": meaning,
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            if method == "get":
                operation["responses"]["304"] = {"description": "Unchanged since the ETag that was sent."}
    return made
