"""ETags that cost nothing: what is told of a ledger can only change when the log grows or it is reconciled again."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy import Connection, func, select

from tallystick.ledger import computed
from tallystick.ledger.schema import entry
from tallystick.serve.identity import visitor
from tallystick.serve.service import service
from tallystick.version import __version__


class NotModified(Exception):
    """The client holds what it asks for. etag names it."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def state_of(connection: Connection) -> str:
    """What changes with every entry of the log, and with every reconciliation."""
    size = connection.scalar(select(func.max(entry.c.seq)))
    return f"{size}/{computed.reconciled_at(connection)}"


def fresh(request: Request, response: Response) -> None:
    """A dependency of routes that tell of the ledger alone: gives the answer its ETag.

    Raises NotModified where the client names that one. Who asks is part of it: coders may be shown less.
    """
    if request.method not in ("GET", "HEAD"):
        return
    person = visitor(request)
    if person is None:
        return
    with service(request).reading() as connection:
        state = state_of(connection)
    told = "\n".join([__version__, state, person.name, " ".join(sorted(person.permissions)), str(request.url)])
    etag = f'W/"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
    known = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        raise NotModified(etag)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"


Fresh = Annotated[None, Depends(fresh)]
