"""Who is asking, and whether they may. Routers take Reader, Coder, Adder, Adjudicator or Admin as a parameter."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from tallystick.errors import NotAllowed, NotSignedIn
from tallystick.model.people import ALLOWED, Permission, Person, Role
from tallystick.office import sessions, tokens
from tallystick.office.tables import hashed
from tallystick.serve.service import Service, service
from tallystick.serve.settings import Settings

COOKIE = "tallystick"
"""The cookie of a session. In local mode it holds the start secret's hash, in shared mode a random session key."""

_SEEN_EVERY = timedelta(minutes=1)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


_DOING = {
    Permission.READ: "read",
    Permission.EXPORT: "export",
    Permission.JUDGE: "judge",
    Permission.ADD: "add documents or start jobs",
    Permission.ADJUDICATE: "settle where coders differ, or see what others decided",
    Permission.ADMIN: "administer accounts",
}


class By(StrEnum):
    """How a visitor is known."""

    SECRET = "secret"  # local mode
    SESSION = "session"
    TOKEN = "token"


def cookie_name(settings: Settings) -> str:
    """The session cookie's name. __Host-: browsers take it only over TLS, from this very host. Local apps on several
    ports of one machine share its cookies, so that each has a name of its own."""
    if settings.local:
        return f"{COOKIE}-{settings.port}"
    return f"__Host-{COOKIE}" if settings.https else COOKIE


def set_cookie(answer: Response, settings: Settings, value: str, *, name: str | None = None) -> None:
    """Sets the session's cookie, or another of its kind; an empty value takes it away. Scripts cannot read it.

    Lax: other sites' links and the provider's redirect may open a page, and no more.
    """
    answer.set_cookie(
        name or cookie_name(settings),
        value,
        max_age=None if value else 0,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.https,
    )


def let_in(request: Request, at: Service, person: Person, onward: str, how: str) -> Response:
    """Signs a person in under a key of their own, whatever key the browser bore, and leads to that path."""
    key = sessions.start(
        at.office,
        person,
        lasts=timedelta(seconds=at.settings.session_most),
        now=at.now(),
        address=address(request),
        agent=request.headers.get("user-agent"),
        how=how,
        instead=session_key(request, at.settings),
    )
    answer = RedirectResponse(onward, 303)
    set_cookie(answer, at.settings, key)
    return answer


def visitor(request: Request) -> Person | None:
    """Whoever the request's token or session names; None for nobody. Looked up once a request.

    Raises TooManyRequests, once, for who asks too often.
    """
    if not hasattr(request.state, "person"):
        at = service(request)
        request.state.person = request.state.by = None  # should the look-up fail, the error's page asks again
        person = request.state.person = _found(request, at)
        if person is not None:
            at.limits.person(person.name, writes=request.method not in _SAFE)
        elif bears_key(request, at.settings):
            at.limits.stranger(address(request))
    found: Person | None = request.state.person
    return found


def still_may(request: Request, permission: Permission) -> bool:
    """Whether whoever asked may still do that: for answers that go on. A session that ended ends them too.

    Watching is no use of a session: one that is watched alone ends when it was idle too long.
    """
    person = _found(request, service(request), used=False)
    return person is not None and person.may(permission)


def bears_key(request: Request, settings: Settings) -> bool:
    """Whether the request says that it comes from somebody, rightly or not."""
    return "authorization" in request.headers or cookie_name(settings) in request.cookies


def address(request: Request) -> str:
    """Where the request comes from: behind a trusted proxy, what that says."""
    return request.client.host if request.client is not None else "unknown"


def session_key(request: Request, settings: Settings) -> str:
    """What the session's cookie holds; "" without one."""
    return request.cookies.get(cookie_name(settings), "")


def _found(request: Request, at: Service, used: bool = True) -> Person | None:
    # A request that bears a token is judged by it alone: it passed the guard for it, so no cookie may help it.
    if "authorization" in request.headers:
        scheme, _, token = request.headers["authorization"].partition(" ")
        return _by_token(request, at, token.strip(), used) if scheme.lower() == "bearer" else None
    key = session_key(request, at.settings)
    return _by_cookie(request, at, key, used) if key else None


def _by_token(request: Request, at: Service, token: str, used: bool) -> Person | None:
    if at.settings.local:
        secret = at.settings.secret
        return _local(request, at) if secret and hmac.compare_digest(token.encode(), secret.encode()) else None
    now = at.now()
    found = tokens.find(at.office, token, now=now)
    if found is None:
        return None
    person, kept = found
    request.state.by = By.TOKEN
    if used and (kept.used is None or now - kept.used >= timedelta(hours=1)):
        at.audit.token_used(kept.id, now)
    return person


def _by_cookie(request: Request, at: Service, key: str, used: bool) -> Person | None:
    if at.settings.local:
        secret = at.settings.secret
        right = secret is not None and hmac.compare_digest(key.encode(), cookie_of(secret).encode())
        return _local(request, at) if right else None
    now = at.now()
    found = sessions.find(at.office, key, idle=timedelta(seconds=at.settings.session_idle), now=now)
    if found is None:
        return None
    person, seen = found
    request.state.by = By.SESSION
    if used and now - seen >= _SEEN_EVERY:
        at.audit.session_seen(hashed(key), now)
    return person


def _local(request: Request, at: Service) -> Person:
    request.state.by = By.SECRET
    return Person(at.settings.signs, Role.ADMIN, ALLOWED[Role.ADMIN])


def cookie_of(secret: str) -> str:
    """What the local session's cookie holds: not the secret itself."""
    return hashlib.sha256(b"tallystick session\0" + secret.encode()).hexdigest()


def may_see(settings: Settings, person: Person, by: str, *, decided: bool) -> bool:
    """Whether a person may be shown a judgement that by made, or anything that gives it away.

    Where several people code each figure they do it blind: nobody sees what others decided about a thing before they
    have themselves (decided: a judgement of theirs on the same thing is in force). Whoever may adjudicate on this
    visit sees all.
    """
    return by == person.name or decided or settings.coders < 2 or person.may(Permission.ADJUDICATE)


def refuse_blind(settings: Settings, person: Person, what: str) -> None:
    """For what shows everybody's judgements at once. Raises NotAllowed for who codes blind on this visit."""
    if settings.coders > 1 and person.may(Permission.JUDGE) and not person.may(Permission.ADJUDICATE):
        raise NotAllowed(
            f"{what} shows what other coders decided, and {settings.coders} people judge each figure blind here. "
            "Ask an adjudicator."
        )


def needs(permission: Permission) -> Callable[[Request], Person]:
    """A dependency: the person asking, who may do that. Raises NotSignedIn, NotAllowed, TooManyRequests."""

    def asking(request: Request) -> Person:
        person = visitor(request)
        if person is None:
            raise NotSignedIn("nobody is signed in. Sign in, or send a token: Authorization: Bearer TOKEN.")
        if not person.may(permission):
            bearer = "this token" if request.state.by is By.TOKEN else f"{person.name} ({person.role})"
            raise NotAllowed(f"{bearer} may not {_DOING[permission]} here. Ask an administrator.")
        return person

    return asking


def member(request: Request) -> Person:
    """A dependency: somebody with an account who is here in person. A token must not make tokens, nor change the
    password: whoever finds one would keep the door open. Raises NotSignedIn, NotAllowed."""
    person = needs(Permission.READ)(request)
    if request.state.by is By.TOKEN:
        raise NotAllowed("a token cannot do this. Sign in with name and password.")
    return _with_account(request, person)


def administrator(request: Request) -> Person:
    """A dependency: who may administer the accounts that there are. Raises NotSignedIn, NotAllowed."""
    return _with_account(request, needs(Permission.ADMIN)(request))


def _with_account(request: Request, person: Person) -> Person:
    if service(request).settings.local:
        raise NotAllowed("this app runs for one person, without accounts. Start it with --shared to have some.")
    return person


Reader = Annotated[Person, Depends(needs(Permission.READ))]
Exporter = Annotated[Person, Depends(needs(Permission.EXPORT))]
Coder = Annotated[Person, Depends(needs(Permission.JUDGE))]
Adder = Annotated[Person, Depends(needs(Permission.ADD))]
Adjudicator = Annotated[Person, Depends(needs(Permission.ADJUDICATE))]
Admin = Annotated[Person, Depends(needs(Permission.ADMIN))]
Member = Annotated[Person, Depends(member)]
Administrator = Annotated[Person, Depends(administrator)]
At = Annotated[Service, Depends(service)]
