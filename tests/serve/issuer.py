"""An OpenID Connect provider of our own on this machine, with as many faults as a test asks for."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from joserfc.util import urlsafe_b64encode

CLIENT, SECRET = "tallies", "a secret: with signs & spaces"


class Issuer:
    """What the provider says. claims go over the id token's own; key signs it; asked is what the app sent last."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key: Any = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.published = [self.key.as_dict(private=False)]
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {"sub": "u-17", "preferred_username": "cole"}
        self.configuration: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.pending: dict[str, str] = {}
        self.authenticated = False

    def visit(self, address: str, now: int) -> dict[str, str]:
        """What the browser is sent back with, after somebody signed in at that address."""
        self.pending = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.now = now
        return {"code": "a-code", "state": self.pending["state"], "iss": self.address}

    def answer(self, path: str, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            } | self.configuration
        if path == "/keys":
            return {"keys": self.published}
        if path != "/token" or form.get("code") != "a-code":
            return None
        self.asked = form
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if challenge != self.pending["code_challenge"] or form["redirect_uri"] != self.pending["redirect_uri"]:
            return None
        self.authenticated = b64decode(authorization.removeprefix("Basic ")).decode() == (
            "tallies:a+secret%3A+with+signs+%26+spaces"
        )
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": self.now,
            "exp": self.now + 300,
            "nonce": self.pending["nonce"],
        } | self.claims
        signed = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = (json.dumps(one).encode() for one in ({"alg": "none"}, signed))
            token = ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        else:
            header = {"alg": self.algorithm, "kid": "one"}
            token = jwt.encode(header, signed, self.key, algorithms=[self.algorithm])
        return {"access_token": "unused", "token_type": "Bearer", "id_token": token}

    def sign_with_the_client_secret(self) -> None:
        """The old trick: an id token signed by what both sides know."""
        self.key, self.algorithm = OctKey.import_key(SECRET), "HS256"


@contextmanager
def issuing() -> Iterator[Issuer]:
    """The provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: dict[str, str]) -> None:
            said = issuer.answer(urlsplit(self.path).path, form, self.headers.get("authorization", ""))
            body = json.dumps(said or {"error": "invalid_grant"}).encode()
            self.send_response(400 if said is None else 200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
