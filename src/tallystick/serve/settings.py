"""How one app is run: which ledger, for whom, and within which limits."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from tallystick.assist.model import Model
from tallystick.assist.model import check as check_model
from tallystick.errors import AssistRefused, BadSettings
from tallystick.model.people import Role


class Audience(StrEnum):
    """For whom the app runs."""

    LOCAL = "local"  # one person on this machine: loopback only, a secret in the start address, no accounts
    SHARED = "shared"  # several people with accounts, behind a proxy that speaks TLS


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider that people may sign in at.

    claim names the claim of the id token that holds the account's name, at the first sign-in; afterwards people are
    known by the provider's own id for them. roles maps values of the claim roles_claim to roles: whoever has one of
    them gets an account at the first sign-in, others need one beforehand. name is what the button says.
    """

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"
    roles_claim: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    name: str = "single sign-on"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Times are seconds, sizes bytes, rates requests a minute for one person or address,
    in each worker process.

    secret is the start address's secret in local mode; it signs in whoever opens that address. signs is the name that
    judgements made in local mode bear. hosts are the Host headers answered to: any other is refused (DNS rebinding).
    proxies are the addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
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
    proxies: tuple[str, ...] = ()
    workers: int = 1
    office: str | None = None  # where accounts, sessions and tasks are kept; None: beside the ledger
    coders: int = 1
    upload_bytes: int = 64 * 1024 * 1024
    body_bytes: int = 1024 * 1024
    body_seconds: int = 30  # without a byte of a body that was announced
    reads_a_minute: int = 1200
    writes_a_minute: int = 300
    sign_ins_a_minute: int = 10
    session_idle: int = 8 * 3600
    session_most: int = 7 * 24 * 3600
    page: int = 50
    assist: Model | None = None  # a language model that may be asked for proposals; None: none is, ever
    oidc: Provider | None = None

    @property
    def local(self) -> bool:
        """One person on this machine."""
        return self.audience is Audience.LOCAL

    @property
    def where_office(self) -> str:
        """The database of accounts, sessions and tasks: the ledger's own PostgreSQL, or a file beside a SQLite one."""
        if self.office is not None:
            return self.office
        return self.ledger if self.ledger.startswith("postgres") else f"{_file(self.ledger)}.office"


def _file(ledger: str) -> str:
    return ledger.removeprefix("sqlite:///") if ledger.startswith("sqlite:") else ledger


_NOT_IN_FILES = ("audience", "secret")


def read_settings(path: Path) -> dict[str, Any]:
    """What a TOML file sets, by the names of Settings' fields. Raises BadSettings for a name or value that is none."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings(f"{path} cannot be read as TOML: {error}. Mend the file, or leave --config out.") from error
    kinds = {one.name: str(one.type) for one in fields(Settings) if one.name not in _NOT_IN_FILES}
    read: dict[str, Any] = {}
    for name, value in given.items():
        if name not in kinds:
            raise BadSettings(f"{path} sets {name!r}, which is no setting. Choose among {', '.join(sorted(kinds))}.")
        if name in _SECTIONS:
            read[name] = _SECTIONS[name](path, value)
        else:
            read[name] = _value(path, name, kinds[name], value)
    return read


def check(settings: Settings) -> Settings:
    """The settings, if an app can be run so. Raises BadSettings."""
    for proxy in settings.proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError as error:
            raise BadSettings(f"{proxy!r} is no address or network of a proxy ({error}). Write 10.0.0.0/8.") from error
    if not settings.hosts or "*" in settings.hosts:
        raise BadSettings(
            "a shared app must know by which names it is reached, or another site could pose as it. Give --hosts, "
            "such as --hosts tallies.example.org."
        )
    for name in ("coders", "page", "workers", "upload_bytes", "body_bytes", "session_idle", "session_most"):
        if getattr(settings, name) < 1:
            raise BadSettings(f"{name} cannot be {getattr(settings, name)}. Give 1 or more.")
    if settings.assist is not None:
        try:
            check_model(settings.assist)
        except AssistRefused as error:
            raise BadSettings(f"[assist]: {error}") from error
    return settings


def _value(path: Path, name: str, kind: str, value: object) -> object:
    wanted: dict[str, type] = {"int": int, "bool": bool, "str": str, "str | None": str}
    if kind.startswith("tuple"):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise BadSettings(f"{path} sets {name} to {value!r}. Write a list of texts.")
    # A truth value is a whole number to Python, but not to whoever writes workers = true.
    if not isinstance(value, wanted[kind]) or (kind == "int" and isinstance(value, bool)):
        raise BadSettings(f"{path} sets {name} to {value!r}. Write a value of the kind {kind}.")
    return value


def _provider(path: Path, given: object) -> Provider:
    known = {one.name for one in fields(Provider)}
    if not isinstance(given, dict) or not given.keys() <= known:
        raise BadSettings(f"{path}: [oidc] holds {', '.join(sorted(known))}, and nothing else.")
    roles = given.get("roles", {})
    texts = [value for name, value in given.items() if name != "roles"]
    if not isinstance(roles, dict) or not all(isinstance(text, str) and text for text in [*texts, *roles.values()]):
        raise BadSettings(f"{path}: the values of [oidc] are texts, and roles is a table of them.")
    wrong = sorted({role for role in roles.values() if role not in set(Role)})
    if wrong:
        raise BadSettings(f"{path}: {wrong[0]!r} in [oidc.roles] is no role. Choose among {', '.join(Role)}.")
    missing = [name for name in ("issuer", "client_id", "client_secret") if name not in given]
    if missing:
        raise BadSettings(f"{path}: [oidc] lacks {' and '.join(missing)}.")
    return Provider(**given)


def _assist(path: Path, given: object) -> Model:
    known = {one.name: str(one.type) for one in fields(Model)}
    if not isinstance(given, dict) or not given.keys() <= known.keys() or "model" not in given:
        raise BadSettings(f"{path}: [assist] holds model, and if wanted {', '.join(sorted(known.keys() - {'model'}))}.")
    kinds = {
        "str": str,
        "str | None": str,
        "bool": bool,
        "int": int,
        "float": (int, float),
        "float | None": (int, float),
    }
    for name, value in given.items():
        wanted: Any = kinds[known[name]]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise BadSettings(f"{path}: [assist] sets {name} to {value!r}. Write a value of the kind {known[name]}.")
    return Model(**given)


_SECTIONS = {"oidc": _provider, "assist": _assist}
"""The tables of a settings file, and what reads them."""
