"""What every request passes first: Host, origin, size and rate. And what every answer bears: the security headers.

Pure ASGI: it sees a body before anything reads it, and headers before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tallystick.serve.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Content-Security-Policy: our own files only, no inline script or style, no frame, no other site."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOADS = re.compile(r"/(api/v1/)?documents/?")


class Guard:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        wrapped = _Sender(send, self._settings)
        if refused is not None:
            status, said = refused
            body = {"type": "urn:tallystick:Refused", "title": "Refused", "status": status, "detail": said}
            await JSONResponse(body, status, media_type="application/problem+json")(scope, receive, wrapped)
            return
        await self._app(scope, receive, wrapped)

    def _refusal(self, scope: MutableMapping[str, Any], headers: Headers) -> tuple[int, str] | None:
        host = re.sub(r":\d+$", "", headers.get("host", "")).lower()
        if host not in self._settings.hosts:
            return 421, f"this app does not answer to the host {host!r}. Use the address that it was started with."
        if scope["method"] not in SAFE and not _same_origin(headers):
            return 403, "this request comes from another site. Open the app itself, and do it there."
        most = self._settings.upload_bytes if UPLOADS.fullmatch(scope["path"]) else self._settings.body_bytes
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            return 413, f"at most {most:,} bytes are taken here. Add large files from the command line."
        return None


def _same_origin(headers: Headers) -> bool:
    """Whether a browser says that our own pages sent it; programs that bear a token send neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host")
    return headers.get("authorization", "").lower().startswith("bearer ")


class _Sender:
    """Sends an answer with the security headers."""

    def __init__(self, send: Send, settings: Settings) -> None:
        self._send = send
        self._settings = settings

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._settings.https:
                headers["Strict-Transport-Security"] = "max-age=31536000"
        await self._send(message)
