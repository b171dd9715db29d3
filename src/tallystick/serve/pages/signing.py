"""Signing in and out."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from tallystick.errors import NotSignedIn
from tallystick.serve import rendering
from tallystick.serve.identity import COOKIE, At, cookie_of

router = APIRouter()


@router.get("/start")
def start(request: Request, at: At, secret: str = "") -> Response:
    """The address that the command line prints in local mode: its secret becomes a cookie, and leaves the address."""
    if at.settings.secret is None or not hmac.compare_digest(secret.encode(), at.settings.secret.encode()):
        raise NotSignedIn("this start address is not the one that was printed. Copy the whole line.")
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, cookie_of(at.settings.secret), httponly=True, samesite="strict", secure=at.settings.https)
    return answer


@router.get("/sign-in")
def sign_in(request: Request, at: At) -> Response:
    """The form; in local mode, where to find the start address."""
    return rendering.page(request, "sign_in.html")
