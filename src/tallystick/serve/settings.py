"""How one app is run: which ledger, for whom, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Audience(StrEnum):
    """For whom the app runs."""

    LOCAL = "local"  # one person on this machine: loopback only, a secret in the start address, no accounts
    SHARED = "shared"  # several people with accounts, behind a proxy that speaks TLS


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Times are seconds, sizes bytes, rates requests a minute for one person or address.

    secret is the start address's secret in local mode; it signs in whoever opens that address. signs is the name that
    judgements made in local mode bear. hosts are the Host headers answered to: any other is refused (DNS rebinding).
    coders: how many people judge each figure before it leaves the queue.
    """

    ledger: str
    audience: Audience = Audience.LOCAL
    signs: str = "local"
    secret: str | None = None
    host: str = "127.0.0.1"
    port: int = 8377
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    https: bool = False  # the proxy speaks TLS: cookies are marked Secure, and HSTS is sent
    office: str | None = None  # where accounts, sessions and tasks are kept; None: beside the ledger
    coders: int = 1
    upload_bytes: int = 64 * 1024 * 1024
    body_bytes: int = 1024 * 1024
    reads_a_minute: int = 1200
    writes_a_minute: int = 300
    sign_ins_a_minute: int = 10
    session_idle: int = 8 * 3600
    session_most: int = 7 * 24 * 3600
    page: int = 50
    assist: str | None = None  # name of the LLM assist's configuration; None: off
    oidc: dict[str, str] = field(default_factory=dict)  # issuer, client_id, client_secret, claim

    @property
    def local(self) -> bool:
        """One person on this machine."""
        return self.audience is Audience.LOCAL
