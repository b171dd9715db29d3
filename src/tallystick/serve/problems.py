"""Errors as answers: problem+json (RFC 9457) under /api, a page elsewhere. Never a traceback."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from tallystick import errors
from tallystick.serve import rendering

LOG = logging.getLogger(__name__)

STATUS: dict[type[errors.TallystickError], int] = {
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.UnknownClaim: 404,
    errors.UnknownDocument: 404,
    errors.UnknownTally: 404,
    errors.UnknownIncident: 404,
    errors.UnknownSource: 404,
    errors.UnknownTask: 404,
    errors.UnknownPolicy: 404,
    errors.AlreadyJudged: 409,
    errors.DocumentTooLarge: 413,
    errors.TooManyRequests: 429,
    errors.BadSettings: 500,
    errors.LedgerBusy: 503,
    errors.StorageFull: 507,
    errors.LedgerDamaged: 500,
    errors.NoLedger: 503,
    errors.ExtractionFailed: 500,
    errors.LedgerError: 409,  # nothing reconciled yet, and the like
}
"""Everything else that was raised on purpose is 422: what was sent cannot be used."""


def status_of(error: errors.TallystickError) -> int:
    """The HTTP status of an error: that of its nearest class in STATUS."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def install(app: FastAPI) -> None:
    """Makes the app answer errors so."""

    @app.exception_handler(errors.TallystickError)
    def ours(request: Request, error: errors.TallystickError) -> Response:
        status = status_of(error)
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.TooManyRequests) else {}
        if status == 503:
            headers["Retry-After"] = "5"
        if isinstance(error, errors.NotSignedIn):
            headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, errors.NotReconciled) and request.method == "GET" and not _of_a_program(request):
            return rendering.page(request, "not_reconciled.html")  # no fault of who asks: it says what comes first
        return answer(request, status, type(error).__name__, str(error), headers)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        said = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors())
        return answer(request, 422, "BadRequest", f"The request cannot be understood: {said}.", {})

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        said = error.detail if error.status_code != 404 else "There is nothing at this address."
        return answer(request, error.status_code, HTTPStatus(error.status_code).phrase, said, dict(error.headers or {}))

    @app.exception_handler(PoolTimeout)
    def crowded(request: Request, error: Exception) -> Response:
        said = "So many people ask at once that the database has no connection left. Try again in a moment."
        return answer(request, 503, "Crowded", said, {"Retry-After": "5"})


def unforeseen(request: Request, error: Exception) -> Response:
    """What the guard answers when nothing else did: its answer bears the security headers, as all do."""
    LOG.error("unforeseen error at %s", request.url.path, exc_info=error)
    said = "Something went wrong here that nobody foresaw. Nothing was recorded by this request."
    return answer(request, 500, "InternalError", said, {})


def answer(request: Request, status: int, kind: str, said: str, headers: dict[str, str]) -> Response:
    """One error, for a program or for a person."""
    if _of_a_program(request):
        body = {"type": f"urn:tallystick:{kind}", "title": kind, "status": status, "detail": said}
        return JSONResponse(body, status, {**headers, "Cache-Control": "no-store"}, "application/problem+json")
    if status == 401:
        return _to_sign_in(request, said, headers)
    return rendering.page(request, "error.html", status=status, headers=headers, kind=kind, said=said)


def _of_a_program(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _to_sign_in(request: Request, said: str, headers: dict[str, str]) -> Response:
    """Whoever opened a page comes back to it; whose session ended while they worked, to the page they worked on."""
    if request.method == "GET" and "hx-request" not in request.headers:
        return RedirectResponse(f"/sign-in?next={rendering.quoted(request)}", 303)
    page = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer", ""))
    where = quote((page.path or "/") + (f"?{page.query}" if page.query else ""), safe="")
    if "hx-request" in request.headers:
        return Response(said, 401, {**headers, "HX-Redirect": f"/sign-in?next={where}"}, "text/plain")
    return RedirectResponse(f"/sign-in?next={where}", 303)
