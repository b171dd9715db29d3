"""Signing in at an OpenID Connect provider: authorization code with PKCE, state and nonce. An extra: needs authlib.

The provider only says who somebody is. Who may come in is decided here: an account that was made for it (without a
password), or one that a claim's value gives a role, anew at each sign-in. From then on the person is known by the
provider's id for them, not by a name that they might change there.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx2

from tallystick.errors import BadAccount, BadSettings, NotAllowed, NotSignedIn
from tallystick.model.people import Person, Role
from tallystick.office import accounts, provided
from tallystick.office.arrivals import Arrival
from tallystick.office.store import Office
from tallystick.serve.settings import Provider

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512")
"""Signatures of id tokens that are taken: by a key pair only, so that no shared secret and no “none” can sign one."""

_SECONDS = 10.0
_LEEWAY = 60
# By seniority: whoever has several roles at the provider gets the one that allows most.
_RISING = (Role.READER, Role.CODER, Role.ADJUDICATOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to the provider. subject is the provider's address, a space, and its id for them.

    role is the one that their groups there give, None for none; mapped is whether groups give roles here at all.
    """

    subject: str
    name: str | None
    full_name: str | None
    role: Role | None
    mapped: bool = False


class SignIns:
    """Sign-ins at one provider."""

    def __init__(self, provider: Provider) -> None:
        """Raises BadSettings without authlib, or for a provider that cannot be trusted with a secret."""
        try:
            import authlib  # type: ignore[import-untyped]  # noqa: F401
        except ImportError as error:
            raise BadSettings(
                "signing in by OIDC needs authlib, which is not installed. Install tallystick[oidc], or take [oidc] "
                "out of the settings."
            ) from error
        _safe(provider.issuer)
        self.provider = provider

    def depart(self, callback: str, arrival: Arrival) -> str:
        """The provider's address to send the browser to. callback is ours, where it comes back.

        Raises NotSignedIn where the provider does not answer.
        """
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

        where = _safe(self._configuration()["authorization_endpoint"])
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": callback,
            "scope": "openid profile email",
            "state": arrival.state,
            "nonce": arrival.nonce,
            "code_challenge": create_s256_code_challenge(arrival.verifier),
            "code_challenge_method": "S256",
        }
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def arrive(self, callback: str, query: Mapping[str, str], arrival: Arrival, *, now: datetime) -> Identity:
        """Who came back with that query. Raises NotSignedIn for an answer that is not the one expected."""
        if "error" in query:
            raise NotSignedIn(f"the provider let nobody in ({query['error'][:80]}). Try again, or ask who runs it.")
        if not hmac.compare_digest(query.get("state", "").encode(), arrival.state.encode()):
            raise NotSignedIn("this answer is not for the sign-in that this browser began. Sign in again.")
        if query.get("iss", self.provider.issuer) != self.provider.issuer:
            raise NotSignedIn("this answer comes from another provider. Sign in again.")
        configuration = self._configuration()
        token = self._id_token(configuration, callback, query.get("code", ""), arrival)
        return self._identity(self._claims(token, configuration, arrival, now))

    def _configuration(self) -> dict[str, Any]:
        issuer = self.provider.issuer
        found = self._json("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise NotSignedIn(f"the provider at {issuer} says that it is {found.get('issuer')!r}. Ask who runs it.")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str):
                raise NotSignedIn(f"the provider at {issuer} does not say its {name}. Ask who runs it.")
        return found

    def _id_token(self, configuration: Mapping[str, Any], callback: str, code: str, arrival: Arrival) -> str:
        mine, secret = self.provider.client_id, self.provider.client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": arrival.verifier,
        }
        headers = {}
        if "client_secret_basic" in configuration.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            pair = f"{quote_plus(mine)}:{quote_plus(secret)}".encode()  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        else:
            form |= {"client_id": mine, "client_secret": secret}
        answer = self._json("POST", _safe(configuration["token_endpoint"]), data=form, headers=headers)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn("the provider did not say who you are (no id token). Ask who runs it.")
        return token

    def _claims(
        self, token: str, configuration: Mapping[str, Any], arrival: Arrival, now: datetime
    ) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        keys: Any = self._json("GET", _safe(configuration["jwks_uri"]))
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            wanted = {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
            }
            known = {"nonce": arrival.nonce, "client_id": self.provider.client_id}
            claims = CodeIDToken(read.claims, read.header, wanted, known)
            claims.validate(int(now.timestamp()), _LEEWAY)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotSignedIn(
                f"the provider’s word on who you are cannot be trusted ({error}). Sign in again."
            ) from error
        return dict(read.claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        name = claims.get(self.provider.claim)
        if self.provider.claim == "email" and claims.get("email_verified") is not True:
            name = None  # anybody may write any address where it is not verified
        given = claims.get(self.provider.roles_claim) if self.provider.roles_claim else None
        values = given if isinstance(given, list) else [given]
        roles = {Role(self.provider.roles[v]) for v in values if isinstance(v, str) and v in self.provider.roles}
        full = claims.get("name")
        return Identity(
            f"{self.provider.issuer} {claims['sub']}",
            name if isinstance(name, str) else None,
            full if isinstance(full, str) else None,
            max(roles, key=_RISING.index, default=None),
            bool(self.provider.roles_claim and self.provider.roles),
        )

    def _json(self, method: str, address: str, **sent: Any) -> dict[str, Any]:
        try:
            with httpx2.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
                answer = client.request(method, address, **sent)
            read = answer.json() if answer.status_code == 200 else None
        except (httpx2.HTTPError, ValueError) as error:
            raise NotSignedIn(f"the provider at {self.provider.issuer} gives no usable answer ({error}).") from error
        if not isinstance(read, dict):
            raise NotSignedIn(f"the provider at {self.provider.issuer} answers {answer.status_code} at {address}.")
        return read


def admit(office: Office, identity: Identity, *, now: datetime) -> Person:
    """The account of whoever that is, with the role that it has now. Raises NotAllowed where there is none for them."""
    try:
        found = _known(office, identity, now)
        if found is not None:
            return found
        if identity.name is None:
            raise NotAllowed("the provider does not say a name that an account could have. Ask an administrator.")
        if provided.awaited(office, identity.name):
            bound = provided.bind(office, identity.name, identity.subject, now=now)
            return _known(office, identity, now) or bound
        if identity.role is not None:
            return accounts.add(
                office,
                identity.name,
                identity.role,
                password=None,
                full_name=identity.full_name,
                subject=identity.subject,
                by=accounts.PROVIDER,
                now=now,
            )
    except BadAccount as error:
        raise NotAllowed(f"the provider knows you, but {error}") from error
    raise NotAllowed(
        f"the provider knows you as {identity.name}, but there is no account of that name here that waits for you. "
        "Ask an administrator to make one without a password."
    )


def _known(office: Office, identity: Identity, now: datetime) -> Person | None:
    if identity.mapped:
        return provided.follow(office, identity.subject, identity.role, now=now)
    return provided.known(office, identity.subject)


def _safe(address: str) -> str:
    """The address, if what is sent there stays secret. Raises BadSettings."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or "")):
        return address
    raise BadSettings(f"{address!r} is no address of a provider: it must begin with https://.")


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
