"""People who work with a ledger through the web app: what each may do, and what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Permission(StrEnum):
    """One thing that a person or a token may do. A token's scopes are some of these."""

    READ = "read"  # see documents, tallies, conflicts
    EXPORT = "export"
    JUDGE = "judge"  # accept, correct, reject, same, different, unsure; withdraw one's own
    ADD = "add"  # take in documents, reconcile
    ADJUDICATE = "adjudicate"  # see other people's judgements before deciding, settle where coders differ
    ADMIN = "admin"  # accounts, tokens of others, the audit


class Role(StrEnum):
    """What a person is here for."""

    READER = "reader"
    CODER = "coder"
    ADJUDICATOR = "adjudicator"
    ADMIN = "admin"


ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.READER: frozenset({Permission.READ, Permission.EXPORT}),
    Role.CODER: frozenset({Permission.READ, Permission.EXPORT, Permission.JUDGE, Permission.ADD}),
    Role.ADJUDICATOR: frozenset(Permission) - {Permission.ADMIN},
    Role.ADMIN: frozenset(Permission),
}
"""What each role may do."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the app. name is what judgements are signed with, once and for all.

    disabled: when the account was closed; None while it is open. permissions are those of this visit: a token may
    have fewer than its person.
    """

    name: str
    role: Role
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    full_name: str | None = None
    created: datetime | None = None
    disabled: datetime | None = None

    def may(self, permission: Permission) -> bool:
        """Whether this visit may do that."""
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Token:
    """A key for programs. The secret itself is shown once and never stored; prefix tells tokens apart in lists.

    expires None: never. used: when it was last presented, to the hour; None when it never was.
    """

    id: str
    person: str
    label: str
    scopes: frozenset[Permission]
    created: datetime
    expires: datetime | None = None
    used: datetime | None = None
    revoked: datetime | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the audit: who did or saw what, when. person None: nobody was signed in.

    what is "GET /documents/3f9a12cd", "sign-in refused", "role changed"; about is an id where there is one; outcome
    the HTTP status or a word. The audit grows; nobody can change a line through the app.
    """

    at: datetime
    person: str | None
    what: str
    about: str | None = None
    outcome: str | None = None
    address: str | None = None
    id: int = 0


class TaskState(StrEnum):
    """How far a long job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # by a person, or because the app went down with it; running it again finishes


@dataclass(frozen=True, slots=True)
class Task:
    """A job that outlasts a request: adding documents, reconciling, exporting, verifying.

    given is what it was asked to do, as JSON. done and total count its units (documents, claims), total None while
    unknown. note is its last sentence; result what it gave, as JSON; error what stopped it, in words. beat is when its
    process last showed itself.
    """

    id: str
    kind: str
    by: str
    asked: datetime
    given: str = "{}"
    state: TaskState = TaskState.WAITING
    started: datetime | None = None
    beat: datetime | None = None
    ended: datetime | None = None
    done: int = 0
    total: int | None = None
    note: str = ""
    result: str | None = None
    error: str | None = None

    @property
    def over(self) -> bool:
        """True once nothing more will happen to it."""
        return self.state in (TaskState.DONE, TaskState.FAILED, TaskState.STOPPED)
