"""Who am I, one's tokens, accounts, the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from tallystick.model.people import Act, Permission, Person, Role, Token
from tallystick.office import accounts, acts, tokens
from tallystick.serve import clocks
from tallystick.serve.audit import as_csv
from tallystick.serve.identity import Administrator, At, Reader

router = APIRouter(tags=["accounts"])

Who = Annotated[str | None, Query(max_length=64, description="The name of an account.")]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Password = Annotated[str, Field(min_length=1, max_length=1024)]


@dataclass(frozen=True, slots=True)
class Account:
    """An account. disabled: when it was closed; null while it is open."""

    name: str
    role: Role
    full_name: str | None
    created: datetime | None
    disabled: datetime | None
    permissions: list[Permission]


@dataclass(frozen=True, slots=True)
class TokenListed:
    """A token, without its secret. expires null: never; used null: never, else to the hour."""

    id: str
    label: str
    prefix: str
    scopes: list[Permission]
    created: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Acts:
    """Lines of the audit, newest first. next: what to give as after for those that follow; null at the end."""

    items: list[Act]
    next: int | None


class NewAccount(BaseModel):
    """password null: the account waits for somebody of the OIDC provider."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    role: Role = Role.READER
    password: Password | None = None
    full_name: Annotated[str, Field(max_length=120)] | None = None


class Change(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    password: Password | None = None
    closed: bool | None = None


@router.get("/me")
def me(person: Reader) -> Account:
    """Who this request is from, and what it may do: a token may do less than its person."""
    return _account(person)


@router.get("/tokens")
def own_tokens(at: At, person: Reader) -> list[TokenListed]:
    """One's own tokens, the newest first. They are made on the account page, or on the server."""
    return [] if at.settings.local else [_token(token) for token in tokens.of(at.office, person.name)]


@router.delete("/tokens/{token_id}", status_code=204)
def revoke(at: At, person: Reader, token_id: str) -> Response:
    """Revokes one of one's own tokens."""
    tokens.revoke(at.office, person.name, token_id, by=person.name, now=at.now())
    return Response(None, 204)


@router.get("/accounts")
def listing(at: At, person: Administrator) -> list[Account]:
    """All accounts, by name."""
    return [_account(one) for one in accounts.listing(at.office)]


@router.post("/accounts", status_code=201)
def add(at: At, person: Administrator, new: NewAccount) -> Account:
    """A new account."""
    made = accounts.add(
        at.office, new.name, new.role, password=new.password, full_name=new.full_name, by=person.name, now=at.now()
    )
    return _account(made)


@router.patch("/accounts/{name}")
def change(at: At, person: Administrator, name: str, change: Change) -> Account:
    """Changes a role or password, or closes or reopens an account. Its sessions end."""
    found = accounts.find(at.office, name)
    if change.role is not None and change.role is not found.role:
        accounts.set_role(at.office, name, change.role, by=person.name, now=at.now())
    if change.password is not None:
        accounts.set_password(at.office, name, change.password, by=person.name, now=at.now())
    if change.closed is not None and change.closed is (found.disabled is None):
        act = accounts.close if change.closed else accounts.reopen
        act(at.office, name, by=person.name, now=at.now())
    return _account(accounts.find(at.office, name))


@router.get("/audit")
def audit(
    at: At,
    person: Administrator,
    who: Who = None,
    day: clocks.Day = None,
    after: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Acts:
    """Who saw and did what, newest first."""
    at.audit.flush()
    found = acts.newest(at.office, person=who, day=clocks.day(day), before=after, most=limit + 1)
    return Acts(found[:limit], found[limit - 1].id if len(found) > limit else None)


@router.get("/audit.csv", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
def audit_csv(at: At, person: Administrator, who: Who = None, day: clocks.Day = None) -> StreamingResponse:
    """The same as a table, all of it."""
    wanted = clocks.day(day)
    at.audit.flush()
    return StreamingResponse(as_csv(at.office, who, wanted), media_type="text/csv; charset=utf-8")


def _account(person: Person) -> Account:
    return Account(
        person.name, person.role, person.full_name, person.created, person.disabled, sorted(person.permissions)
    )


def _token(token: Token) -> TokenListed:
    return TokenListed(
        token.id,
        token.label,
        token.prefix,
        sorted(token.scopes),
        token.created,
        token.expires,
        token.used,
        token.revoked,
    )
