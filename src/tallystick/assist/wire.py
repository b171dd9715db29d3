"""The one connection to a model: to its endpoint and nowhere else, without proxies, within a limit, all of it kept."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from tallystick.assist.model import Model
from tallystick.errors import AssistRefused

MOST = 2 * 1024 * 1024
"""Bytes of one reply that are read."""
_SENT = ("host", "content-type", "content-length", "accept", "authorization", "user-agent")


class Wire(httpx2.AsyncBaseTransport):
    """Sends requests, and keeps what was sent and what came back.

    Client libraries add headers that tell of this machine, and take some from the environment: only those that are
    needed go out. A reply is never followed elsewhere.
    """

    def __init__(self, model: Model) -> None:
        self.sent: list[dict[str, Any]] = []
        self.replies: list[str] = []
        self.trouble: str | None = None
        self._model = model
        self._origin = _origin(httpx2.URL(model.endpoint))
        self._inner = httpx2.AsyncHTTPTransport(trust_env=False, retries=0)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The reply, read whole. Raises AssistRefused for a request to elsewhere."""
        if _origin(request.url) != self._origin:
            raise AssistRefused(f"a request to {request.url.host} was refused: only {self._model.where} may be asked.")
        body = json.loads(await request.aread())
        kept = {name: value for name, value in request.headers.items() if name.lower() in _SENT}
        plain = httpx2.Request(
            request.method, request.url, headers=kept | {"accept-encoding": "identity"}, content=request.content,
            extensions=request.extensions,
        )  # fmt: skip
        self.sent.append(body)
        try:
            response = await self._inner.handle_async_request(plain)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            self.sent.pop()  # nobody was there: nothing was sent
            return self._given_up(request, f"nobody answers at {self._model.where}")
        except httpx2.TimeoutException:
            return self._given_up(request, f"{self._model.where} did not answer within {self._model.seconds:g} seconds")
        try:
            return await self._read(response, request)
        except httpx2.TimeoutException:
            return self._given_up(request, f"{self._model.where} fell silent for {self._model.seconds:g} seconds")
        finally:
            await response.aclose()

    async def _read(self, response: httpx2.Response, request: httpx2.Request) -> httpx2.Response:
        parts: list[bytes] = []
        size = 0
        if response.headers.get("content-encoding", "identity") != "identity":
            return self._given_up(request, f"{self._model.where} compressed its reply, which was not asked for")
        if 300 <= response.status_code < 400:
            return self._given_up(request, f"{self._model.where} sent us elsewhere, where nothing is asked")
        async for part in response.aiter_raw():
            size += len(part)
            if size > MOST:
                return self._given_up(request, f"the reply of {self._model.where} is longer than {MOST:,} bytes")
            parts.append(part)
        body = b"".join(parts)
        self.replies.append(body.decode("utf-8", "replace"))
        if not _sound(body):
            return self._given_up(request, f"the reply of {self._model.where} cannot be read as JSON safely")
        headers = {n: v for n, v in response.headers.items() if n in ("content-type", "retry-after", "retry-after-ms")}
        return httpx2.Response(response.status_code, headers=headers, content=body, request=request)

    def _given_up(self, request: httpx2.Request, why: str) -> httpx2.Response:
        """In place of a reply: a status that nobody tries again for."""
        self.trouble = why
        return httpx2.Response(413, json={"error": {"message": why}}, request=request)

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._inner.aclose()


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _sound(body: bytes) -> bool:
    """Whether those who read the reply after us can: JSON may spell half of a letter, or nest without end."""
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    except ValueError:
        pass  # no JSON: they say so themselves
    return True
