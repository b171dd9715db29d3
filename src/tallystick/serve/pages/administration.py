"""One's own account (password, sessions, tokens), and what administrators see: all accounts, and the audit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from tallystick.errors import BadAccount, BadQuestion, TallystickError, TooManyRequests
from tallystick.model.people import Permission, Role
from tallystick.office import accounts, acts, sessions, tokens
from tallystick.serve import clocks, rendering
from tallystick.serve.audit import as_csv
from tallystick.serve.identity import Administrator, At, Member, address, let_in, session_key
from tallystick.serve.service import Service

router = APIRouter()

# In this order: nearly every browser also says that it is the ones before it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("python", "a Python program"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_NO_STORE = {"Cache-Control": "no-store"}


@router.get("/account")
def account(request: Request, at: At, person: Member) -> Response:
    """One's own account."""
    return _account(request, at, person.name)


@router.post("/account/password")
def change_password(
    request: Request,
    at: At,
    person: Member,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Another password. All sessions end; this browser gets a new one."""
    try:
        at.limits.sign_in(address(request))
        if new != again:
            raise BadAccount("the new password was not written the same way twice. Write it again.")
        if not accounts.password_is(at.office, person.name, old, address=address(request), now=at.now()):
            raise BadAccount("the password that you have now is another one. Write it again.")
        accounts.set_password(at.office, person.name, new, by=person.name, now=at.now())
    except (BadAccount, TooManyRequests) as error:
        return _account(request, at, person.name, wrong=error)
    return let_in(request, at, person, "/account?done=password", "password changed")


@router.post("/account/sessions/end")
def end_session(request: Request, at: At, person: Member, session: Annotated[str, Form()] = "") -> Response:
    """Ends one of one's sessions; without an id all of them, this one too."""
    if session:
        sessions.end_one(at.office, person.name, session, by=person.name, now=at.now())
    else:
        sessions.end_all(at.office, person.name, by=person.name, now=at.now())
    return RedirectResponse("/account", 303)


@router.post("/account/tokens")
def make_token(
    request: Request,
    at: At,
    person: Member,
    label: Annotated[str, Form()] = "",
    scope: Annotated[list[Permission] | None, Form()] = None,
    days: Annotated[int, Form(ge=0, le=3650)] = 90,
) -> Response:
    """A new token; its secret stands on this page and never again. days 0: it does not expire."""
    now = at.now()
    expires = now + timedelta(days=days) if days else None
    try:
        _, secret = tokens.make(at.office, person, label, scope or (), expires=expires, by=person.name, now=now)
    except BadAccount as error:
        return _account(request, at, person.name, wrong=error)
    return _account(request, at, person.name, secret=secret)


@router.post("/account/tokens/revoke")
def revoke_token(request: Request, at: At, person: Member, token: Annotated[str, Form()] = "") -> Response:
    """Revokes one of one's tokens."""
    try:
        tokens.revoke(at.office, person.name, token, by=person.name, now=at.now())
    except BadAccount as error:
        return _account(request, at, person.name, wrong=error)
    return RedirectResponse("/account", 303)


@router.get("/administration")
def administration(request: Request, at: At, person: Administrator) -> Response:
    """All accounts."""
    return _accounts(request, at)


@router.post("/administration/accounts")
def add_account(
    request: Request,
    at: At,
    person: Administrator,
    name: Annotated[str, Form()] = "",
    role: Annotated[Role, Form()] = Role.READER,
    full_name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """A new account; without a password it waits for somebody of the OIDC provider."""
    try:
        if not password and at.provider is None:
            raise BadAccount("an account needs a password, as no provider is set up that could let somebody in.")
        accounts.add(
            at.office, name, role, password=password or None, full_name=full_name, by=person.name, now=at.now()
        )
    except BadAccount as error:
        return _accounts(request, at, wrong=error)
    return RedirectResponse("/administration", 303)


@router.post("/administration/accounts/{name}")
def change_account(
    request: Request,
    at: At,
    person: Administrator,
    name: str,
    do: Annotated[str, Form()] = "",
    role: Annotated[Role | None, Form()] = None,
) -> Response:
    """Changes a role, closes an account, opens it again, ends its sessions."""
    now = at.now()
    try:
        if do == "role" and role is not None:
            accounts.set_role(at.office, name, role, by=person.name, now=now)
        elif do == "close":
            accounts.close(at.office, name, by=person.name, now=now)
        elif do == "reopen":
            accounts.reopen(at.office, name, by=person.name, now=now)
        elif do == "sign-out":
            sessions.end_all(at.office, accounts.find(at.office, name).name, by=person.name, now=now)
        else:
            raise BadAccount("it is not said what to do with the account. Use the buttons.")
    except BadAccount as error:
        return _accounts(request, at, wrong=error)
    return RedirectResponse("/administration", 303)


@router.post("/administration/password")
def give_password(
    request: Request,
    at: At,
    person: Administrator,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Response:
    """Gives an account another password, for who has forgotten theirs. Its sessions end."""
    try:
        accounts.set_password(at.office, name, password, by=person.name, now=at.now())
    except BadAccount as error:
        return _accounts(request, at, wrong=error)
    return RedirectResponse("/administration", 303)


@router.get("/administration/audit")
def audit(
    request: Request,
    at: At,
    person: Administrator,
    who: Annotated[str, Query(max_length=64)] = "",
    day: Annotated[str, Query(max_length=10)] = "",
    before: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
) -> Response:
    """Who saw and did what, newest first."""
    wanted, wrong = _day(day)
    at.audit.flush()
    found = acts.newest(at.office, person=who or None, day=wanted, before=before, most=at.settings.page + 1)
    shown = found[: at.settings.page]
    asked = {name: value for name, value in (("who", who), ("day", day)) if value}
    further = urlencode(asked | {"before": shown[-1].id}) if len(found) > len(shown) else None
    return rendering.page(
        request,
        "administration_audit.html",
        headers=_NO_STORE,
        status=200 if wrong is None else 422,
        acts=shown,
        who=who,
        day_wanted=day,
        wrong=wrong,
        people=accounts.listing(at.office),
        further=None if further is None else f"/administration/audit?{further}",
        download=f"/administration/audit.csv?{urlencode(asked)}",
    )


@router.get("/administration/audit.csv")
def audit_csv(
    at: At,
    person: Administrator,
    who: Annotated[str, Query(max_length=64)] = "",
    day: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The same lines as a table, all of them."""
    wanted = clocks.day(day)
    at.audit.flush()
    return StreamingResponse(
        as_csv(at.office, who or None, wanted),
        media_type="text/csv; charset=utf-8",
        headers=_NO_STORE | {"Content-Disposition": 'attachment; filename="audit.csv"'},
    )


def _day(text: str) -> tuple[date | None, str | None]:
    """The day, or what is wrong with it."""
    try:
        return clocks.day(text), None
    except BadQuestion as error:
        return None, str(error)


def _account(
    request: Request, at: Service, name: str, *, wrong: TallystickError | None = None, secret: str | None = None
) -> Response:
    idle = timedelta(seconds=at.settings.session_idle)
    key = session_key(request, at.settings)
    return rendering.page(
        request,
        "account.html",
        headers=_NO_STORE,
        status=_status(wrong),
        wrong=_sentence(wrong),
        secret=secret,
        done=request.query_params.get("done", ""),
        scopes=[p for p in Permission if request.state.person.may(p)],
        sessions=sessions.of(at.office, name, idle=idle, now=at.now()),
        this_session=sessions.id_of(key) if key else "",
        tokens=tokens.of(at.office, name),
        now=at.now(),
        browser=browser,
    )


def browser(agent: str | None) -> str:
    """What a browser says it is, in two words: “Firefox on Linux”. “unknown” where it says nothing that is known."""
    name = next((name for mark, name in _BROWSERS if mark in (agent or "")), None)
    system = next((name for mark, name in _SYSTEMS if mark in (agent or "")), None)
    return " on ".join(part for part in (name, system) if part) or "unknown"


def _accounts(request: Request, at: Service, *, wrong: TallystickError | None = None) -> Response:
    return rendering.page(
        request,
        "administration.html",
        headers=_NO_STORE,
        status=_status(wrong),
        wrong=_sentence(wrong),
        accounts=accounts.listing(at.office),
        roles=list(Role),
        by_provider=at.provider is not None,
    )


def _status(wrong: TallystickError | None) -> int:
    return 200 if wrong is None else 429 if isinstance(wrong, TooManyRequests) else 422


def _sentence(error: TallystickError | None) -> str | None:
    text = str(error or "")
    return text[:1].upper() + text[1:] or None
