"""Answers of the API that bear a tag of what they say (ETag): who has it already is told so, and sent nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class Tagged(APIRoute):
    """A route whose answers bear an ETag: APIRouter(route_class=Tagged). Streams and errors bear none."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request of this route."""
        answering = super().get_route_handler()

        async def answered(request: Request) -> Response:
            response = await answering(request)
            body = getattr(response, "body", None)
            if request.method != "GET" or response.status_code != 200 or not isinstance(body, bytes):
                return response
            tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
            if tag in [held.strip().removeprefix("W/") for held in request.headers.get("if-none-match", "").split(",")]:
                return Response(None, 304, headers)
            response.headers.update(headers)
            return response

        return answered
