"""Signing in and out: by name and password, at an OIDC provider, or in local mode by the start address."""

from __future__ import annotations

import hmac
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from tallystick.errors import NotAllowed, NotSignedIn, TooManyRequests
from tallystick.model.people import Act
from tallystick.office import accounts, acts, arrivals, sessions
from tallystick.serve import oidc, rendering
from tallystick.serve.identity import At, By, address, cookie_of, let_in, session_key, set_cookie, visitor
from tallystick.serve.service import Service

router = APIRouter()

BACK = "/sign-in/provider/back"
"""Where the provider sends people back to: what has to be registered there."""


@router.get("/start")
def start(request: Request, at: At, secret: str = "") -> Response:
    """The address that the command line prints in local mode: its secret becomes a cookie, and leaves the address."""
    if at.settings.secret is None or not hmac.compare_digest(secret.encode(), at.settings.secret.encode()):
        said = "This start address is not the one that was printed last. Copy the whole line."
        return _form(request, said=said, status=401)
    answer = RedirectResponse("/", 303)
    set_cookie(answer, at.settings, cookie_of(at.settings.secret))
    return answer


@router.get("/sign-in")
def sign_in(request: Request, at: At, next: str = "/") -> Response:
    """The form; in local mode, where to find the start address."""
    if visitor(request) is not None:
        return RedirectResponse(own_path(next), 303)
    return _form(request, onward=own_path(next))


@router.post("/sign-in")
def signed_in(
    request: Request,
    at: At,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Signs in by name and password, under a new session key whatever the browser bore before."""
    if at.settings.local:
        return _form(request, status=403)
    onward = own_path(next)
    try:
        at.limits.sign_in(address(request))
        person = accounts.sign_in(at.office, name, password, address=address(request), now=at.now())
    except TooManyRequests as error:
        headers = {"Retry-After": str(error.retry_after)}
        return _form(request, onward=onward, said=f"{str(error).capitalize()}", status=429, headers=headers)
    if person is None:
        said = "That name and password do not belong together. Check both, and try again."
        return _form(request, onward=onward, said=said, status=401)
    return let_in(request, at, person, onward, "password")


@router.get("/sign-in/provider")
def depart(request: Request, at: At, next: str = "/") -> Response:
    """Sends the browser to the OIDC provider."""
    if at.provider is None:
        return _form(request, said="No provider is set up here. Sign in with name and password.", status=404)
    try:
        at.limits.sign_in(address(request))
        key, arrival = arrivals.expect(at.office, own_path(next), now=at.now())
        answer = RedirectResponse(at.provider.depart(_back(request), arrival), 303)
    except (NotSignedIn, TooManyRequests) as error:
        return _form(request, onward=own_path(next), said=_sentence(error), status=503)
    set_cookie(answer, at.settings, key, name=_arrival_cookie(at))
    return answer


@router.get(BACK)
def arrive(request: Request, at: At) -> Response:
    """Takes the provider's answer, once, in the browser that was sent there."""
    if at.provider is None:
        return _form(request, said="No provider is set up here. Sign in with name and password.", status=404)
    arrival = arrivals.welcome(at.office, request.cookies.get(_arrival_cookie(at), ""), now=at.now())
    try:
        if arrival is None:
            raise NotSignedIn("this browser began no sign-in, or took too long over it. Sign in again.")
        found = at.provider.arrive(_back(request), dict(request.query_params), arrival, now=at.now())
        person = oidc.admit(at.office, found, now=at.now())
    except (NotSignedIn, NotAllowed) as error:
        with at.office.writing() as connection:
            refused = Act(at.now(), None, "sign-in refused", None, "by the provider’s answer", address(request))
            acts.write(connection, [refused])
        answer = _form(request, said=_sentence(error), status=403 if isinstance(error, NotAllowed) else 401)
    else:
        answer = let_in(request, at, person, arrival.onward, "provider")
    set_cookie(answer, at.settings, "", name=_arrival_cookie(at))
    return answer


@router.post("/sign-out")
def sign_out(request: Request, at: At) -> Response:
    """Ends this session, here and in the database."""
    person = visitor(request)
    if person is not None and request.state.by is By.SESSION:
        sessions.end(
            at.office, session_key(request, at.settings), by=person.name, now=at.now(), address=address(request)
        )
    answer = RedirectResponse("/sign-in", 303)
    set_cookie(answer, at.settings, "")
    return answer


def own_path(path: str) -> str:
    """The path, where it leads to a page of this app; "/" for everything else: another site must not catch people who
    have just signed in. Browsers take a backslash for a slash, and leave out line breaks."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path
    if not plain or parts.scheme or parts.netloc or any(ord(sign) < 33 or ord(sign) == 127 for sign in path):
        return "/"
    return "/" if parts.path.startswith(("/sign-in", "/sign-out", "/start")) else path


def _form(
    request: Request,
    *,
    onward: str = "/",
    said: str | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    return rendering.page(
        request,
        "sign_in.html",
        status=status,
        headers={"Cache-Control": "no-store"} | (headers or {}),
        onward=onward,
        onward_quoted=quote(onward, safe=""),
        said=said,
    )


def _back(request: Request) -> str:
    return f"{request.scope['scheme']}://{request.headers['host']}{BACK}"


def _arrival_cookie(at: Service) -> str:
    return "__Host-tallystick-arrival" if at.settings.https else "tallystick-arrival"


def _sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
