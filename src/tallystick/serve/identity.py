"""Who is asking, and whether they may. Routers take Reader, Coder, Adder, Adjudicator or Admin as a parameter."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from tallystick.errors import NotAllowed, NotSignedIn
from tallystick.model.people import ALLOWED, Permission, Person, Role
from tallystick.serve.service import Service, service

COOKIE = "tallystick"
"""The cookie of a session. In local mode it holds the start secret's hash, in shared mode a random session key."""


def visitor(request: Request) -> Person | None:
    """Whoever the request's token or session names; None for nobody. Looked up once a request."""
    if not hasattr(request.state, "person"):
        request.state.person = _found(request, service(request))
    found: Person | None = request.state.person
    return found


def _found(request: Request, at: Service) -> Person | None:
    if at.settings.local:
        return _local(request, at)
    return None  # shared mode: office.sessions, office.tokens


def _local(request: Request, at: Service) -> Person | None:
    secret = at.settings.secret
    if secret is None:
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token if scheme.lower() == "bearer" else ""
    cookie = request.cookies.get(COOKIE, "")
    if hmac.compare_digest(bearer.encode(), secret.encode()) or hmac.compare_digest(
        cookie.encode(), cookie_of(secret).encode()
    ):
        return Person(at.settings.signs, Role.ADMIN, ALLOWED[Role.ADMIN])
    return None


def cookie_of(secret: str) -> str:
    """What the local session's cookie holds: not the secret itself."""
    return hashlib.sha256(b"tallystick session\0" + secret.encode()).hexdigest()


def needs(permission: Permission) -> Callable[[Request], Person]:
    """A dependency: the person asking, who may do that. Raises NotSignedIn, NotAllowed."""

    def asking(request: Request) -> Person:
        person = visitor(request)
        if person is None:
            raise NotSignedIn("nobody is signed in. Sign in, or send a token: Authorization: Bearer TOKEN.")
        if not person.may(permission):
            raise NotAllowed(f"{person.name} ({person.role}) may not {permission.value} here. Ask an administrator.")
        return person

    return asking


Reader = Annotated[Person, Depends(needs(Permission.READ))]
Exporter = Annotated[Person, Depends(needs(Permission.EXPORT))]
Coder = Annotated[Person, Depends(needs(Permission.JUDGE))]
Adder = Annotated[Person, Depends(needs(Permission.ADD))]
Adjudicator = Annotated[Person, Depends(needs(Permission.ADJUDICATE))]
Admin = Annotated[Person, Depends(needs(Permission.ADMIN))]
At = Annotated[Service, Depends(service)]
