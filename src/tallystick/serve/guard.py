"""What every request passes first: Host, origin, size and rate. And what every answer bears: the security headers.

Pure ASGI: it sees a body before anything reads it, and headers before anything is sent.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tallystick.errors import TooManyRequests
from tallystick.model.people import Act, Person
from tallystick.serve import proxies
from tallystick.serve.identity import address, bears_key
from tallystick.serve.problems import answer
from tallystick.serve.service import Service

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Content-Security-Policy: our own files only, no inline script or style, no frame, no other site."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-cache",
}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
UPLOADS = re.compile(r"/(api/v1/documents|documents|add)/?")
"""Paths that take whole reports."""

_STATIC = "/static/"
_ODD_PATH = re.compile(r"[\x00-\x1f\x7f\\]|//|/\.\.?(/|$)")
_LONGEST = 500

Failed = Callable[[Request, Exception], Response]


class Guard:
    """The outermost layer. failed answers what nobody foresaw."""

    def __init__(self, app: ASGIApp, at: Service, failed: Failed) -> None:
        self._app = app
        self._at = at
        self._failed = failed
        self._proxies = proxies.networks(at.settings.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        proxies.believe(scope, self._proxies, self._at.settings.https)
        request = Request(scope)
        body = _Body(receive, self._most(scope["path"]), self._at.settings.body_seconds)
        sender = _Sender(send, request, self._at)
        try:
            refused = self._refusal(request)
            if refused is not None:
                request.state.person = request.state.by = None  # nobody is looked up for what is refused
                said = await run_in_threadpool(answer, request, *refused)
                await said(scope, receive, sender)
            elif scope["method"] == "OPTIONS":
                await Response(None, 204, {"Allow": ", ".join(METHODS)})(scope, receive, sender)
            else:
                if scope["method"] == "HEAD":
                    scope["method"] = "GET"  # an answer to HEAD is that to GET without its body
                await self._app(scope, body, sender)
        except _Enough:
            pass
        except Exception as error:
            if sender.started:
                raise
            said = await run_in_threadpool(self._failed, request, error)
            await said(scope, receive, sender)

    def _most(self, path: str) -> int:
        return self._at.settings.upload_bytes if UPLOADS.fullmatch(path) else self._at.settings.body_bytes

    def _refusal(self, request: Request) -> tuple[int, str, str, dict[str, str]] | None:
        """Status, kind, words and headers of why this request goes no further; None where it may."""
        headers, path, settings = request.headers, request.scope["path"], self._at.settings
        hosts = headers.getlist("host")
        host = re.sub(r":\d{1,5}$", "", hosts[0]).lower() if len(hosts) == 1 else ""
        if host not in settings.hosts:
            said = f"this app does not answer to the host {host[:80]!r}. Use the address that it was started with."
            return 421, "UnknownHost", said, {}
        if not path.startswith("/") or _ODD_PATH.search(path):
            return 400, "BadPath", "this address is written in a way that no page is. Write it out plainly.", {}
        if request.method not in METHODS:
            return 405, "BadMethod", "this method is for nothing here.", {"Allow": ", ".join(METHODS)}
        if request.method not in SAFE and not same_origin(headers, request.scope["scheme"]):
            return 403, "OtherSite", "this request comes from another site. Open the app itself, and do it there.", {}
        most, lengths = self._most(path), headers.getlist("content-length")
        if len(lengths) > 1 or not all(re.fullmatch(r"[0-9]{1,15}", length) for length in lengths):
            return 400, "BadLength", "the request does not say plainly how long it is.", {}
        if lengths and int(lengths[0]) > most:
            return 413, "TooLarge", _too_large(most), {}
        return self._held_up(request)

    def _held_up(self, request: Request) -> tuple[int, str, str, dict[str, str]] | None:
        if request.scope["path"].startswith(_STATIC):
            return None
        if self._at.audit.backed_up:
            said = "the audit cannot be written at the moment, so nothing can be shown. Try again in a minute."
            return 503, "AuditFull", said, {"Retry-After": "30"}
        if not bears_key(request, self._at.settings):
            try:
                self._at.limits.stranger(address(request))
            except TooManyRequests as error:
                return 429, "TooManyRequests", str(error), {"Retry-After": str(error.retry_after)}
        return None


def same_origin(headers: Headers, scheme: str) -> bool:
    """Whether a browser says that our own pages sent it; programs that bear a token send neither header.

    A cookie never suffices: a request that says nothing of where it comes from is refused.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is not None:
        parts = urlsplit(origin)
        return (parts.scheme, parts.netloc.lower()) == (scheme, headers.get("host", "").lower())
    return site is not None or headers.get("authorization", "").lower().startswith("bearer ")


class _Enough(OSError):
    """Nothing more need be sent: the request was for the headers alone. Starlette ends streams at an OSError."""


class _Body:
    """A request's body, counted: one without a Content-Length must not be longer either, nor trickle for ever."""

    def __init__(self, receive: Receive, most: int, patience: float) -> None:
        self._receive = receive
        self._most = most
        self._patience = patience
        self._taken = 0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()  # waits for the client to go away: for as long as that takes
        try:
            message = await asyncio.wait_for(self._receive(), self._patience)
        except TimeoutError:
            raise HTTPException(408, "The request was not sent to its end. Send it again.") from None
        self._taken += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._taken > self._most:
            raise HTTPException(413, _too_large(self._most), {"Connection": "close"})
        return message


class _Sender:
    """Sends an answer with the security headers, and notes in the audit who got it."""

    def __init__(self, send: Send, request: Request, at: Service) -> None:
        self._send = send
        self._request = request
        self._at = at
        self._asked = request.method  # the guard changes it
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._at.settings.https:
                headers["Strict-Transport-Security"] = "max-age=31536000"
            self._note(message["status"])
        elif self._asked == "HEAD":
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            if message.get("more_body"):
                raise _Enough
            return
        await self._send(message)

    def _note(self, status: int) -> None:
        person: Person | None = getattr(self._request.state, "person", None)
        if person is None or self._at.settings.local:
            return
        # As it was sent: written out, a line break in an address would look like another line.
        query = self._request.url.query
        path = quote(self._request.url.path, safe="/:@!$&'()*+,;=~-._") + (f"?{query}" if query else "")
        about = next((str(value) for value in self._request.scope.get("path_params", {}).values()), None)
        self._at.audit.note(
            Act(
                self._at.now(),
                person.name,
                f"{self._asked} {path}"[:_LONGEST],
                None if about is None else about[:_LONGEST],
                str(status),
                address(self._request),
            )
        )


def _too_large(most: int) -> str:
    return f"At most {most:,} bytes are taken here. Add large files from the command line: tallystick add."
