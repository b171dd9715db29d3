"""The office's tables, for SQLite and PostgreSQL alike. Times are ISO 8601 text in UTC, as in the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""Sixty-four bits on both."""

account = Table(
    "office_account",
    metadata,
    Column("name", Text, primary_key=True),  # what judgements are signed with: never changed, never given again
    Column("folded", Text, nullable=False, unique=True),  # in lower case: Ada and ada are one name
    Column("role", Text, nullable=False),
    Column("full_name", Text),
    Column("password", Text),  # an argon2 hash; NULL where only the OIDC provider lets this person in
    Column("subject", Text, unique=True),  # who this is to the OIDC provider: its address, a space, its id
    Column("created", Text, nullable=False),
    Column("closed", Text),
    Column("role_by", Text),  # who gave the role: an administrator, or accounts.PROVIDER; NULL: before it was kept
    Column("closed_by", Text),
)

session = Table(
    "office_session",
    metadata,
    Column("hash", Text, primary_key=True),  # of the key in the cookie, which is nowhere here
    Column("person", Text, ForeignKey("office_account.name"), nullable=False),
    Column("started", Text, nullable=False),
    Column("seen", Text, nullable=False),  # to the minute
    Column("ends", Text, nullable=False),
    Column("address", Text),
    Column("agent", Text),
    Index("office_session_person", "person"),
    Index("office_session_ends", "ends"),
)

token = Table(
    "office_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("prefix", Text, nullable=False),
    Column("person", Text, ForeignKey("office_account.name"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # separated by spaces
    Column("created", Text, nullable=False),
    Column("expires", Text),
    Column("used", Text),  # to the hour
    Column("revoked", Text),
    Index("office_token_person", "person"),
)

act = Table(
    "office_act",
    metadata,
    Column("id", Whole, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("person", Text),  # no key to an account: refused names are kept too
    Column("what", Text, nullable=False),
    Column("about", Text),
    Column("outcome", Text),
    Column("address", Text),
    Index("office_act_person", "person", "id"),
    Index("office_act_at", "at", "id"),
)

attempt = Table(
    "office_attempt",
    metadata,
    Column("key", Text, primary_key=True),  # hash of a name, an address, or both
    Column("failures", Integer, nullable=False),
    Column("last", Text, nullable=False),
    Column("until", Text, nullable=False),  # no further attempt before
    Index("office_attempt_last", "last"),
)

arrival = Table(
    "office_arrival",
    metadata,
    Column("hash", Text, primary_key=True),  # of the key in the browser's cookie: the answer must come to it
    Column("state", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("onward", Text, nullable=False),
    Column("ends", Text, nullable=False),
    Index("office_arrival_ends", "ends"),
)
"""People who are at the OIDC provider now, and are expected back."""

task = Table(
    "office_task",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started", Text),
    Column("beat", Text),
    Column("ended", Text),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("note", Text, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Index("office_task_asked", "asked"),
    Index("office_task_state", "state", "asked"),
)


def written(moment: datetime) -> str:
    """A time as the tables hold it: UTC, of one width, so that order as text is order in time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read(text: str | None) -> datetime | None:
    """The time that a table holds."""
    return None if text is None else datetime.fromisoformat(text)


def hashed(secret: str) -> str:
    """What is kept of a random key. It has 256 bits, so that one round is enough, and a lookup by it gives nothing away
    to whoever measures time: its beginning cannot be chosen."""
    return sha256(secret.encode()).hexdigest()
