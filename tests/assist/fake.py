"""A language model that is none: answers /v1/chat/completions on this machine as a test has scripted it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Script = Sequence["str | int | bytes | None"]
"""What is answered, call by call, the last one for ever: the text of a message; a status; a whole body; None: nothing
until the caller gives up."""

MISSED = "Two schools took in 12 of the hurt children on Monday, according to Dr. Amal Oro, head of the clinic."
"""A sentence whose first figure the rules miss."""
OFFER: dict[str, Any] = {
    "sentence": MISSED,
    "figure": "12",
    "measure": "wounded",
    "happened": "took in",
    "population": "hurt children",
    "place": "Aleppo",
    "day": "Monday",
    "source": "Dr. Amal Oro",
}
"""What a model may offer of it."""


class Fake:
    """A running endpoint. asked holds the bodies of requests, headers what came with them."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.endpoint = ""
        self.over = threading.Event()

    def question(self, call: int = 0) -> dict[str, Any]:
        """What a call asked about."""
        told: dict[str, Any] = json.loads(self.asked[call]["messages"][1]["content"])
        return told

    def told(self) -> str:
        """What the last call was told of the answer before."""
        said: str = self.asked[-1]["messages"][-1]["content"]
        return said


@contextmanager
def fake(*script: str | int | bytes | None) -> Iterator[Fake]:
    """An endpoint on this machine that answers so."""
    made = Fake(script)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.asked.append(json.loads(body))
            made.headers.append({name.lower(): value for name, value in self.headers.items()})
            step = made.script[min(len(made.asked), len(made.script)) - 1]
            if step is None:
                made.over.wait(20)
                return
            status, content = (step, b'{"error": {"message": "scripted"}}') if isinstance(step, int) else (200, step)
            payload = completion(content) if isinstance(content, str) else content
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            if status == 307:
                self.send_header("Location", "http://192.0.2.1/v1/chat/completions")
            if status == 429:
                self.send_header("retry-after-ms", "1")
            self.end_headers()
            try:
                self.wfile.write(payload)
            except OSError:
                self.close_connection = True  # the caller had enough

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.endpoint = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def completion(content: str) -> bytes:
    """A reply as such endpoints give it."""
    message = {"role": "assistant", "content": content}
    return json.dumps({
        "id": "c", "object": "chat.completion", "created": 1, "model": "small", "usage":
        {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }).encode()  # fmt: skip


def offers(*claims: dict[str, Any]) -> str:
    """The message that offers these claims."""
    return json.dumps({"proposals": list(claims)}, ensure_ascii=False)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of the assist reaches beyond this machine."""
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "unix"
        assert host in ("127.0.0.1", "::1", "localhost", "unix"), f"something reached for {address}"

    def connects(self: socket.socket, address: Any) -> None:
        check(address)
        connect(self, address)

    def connects_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return connect_ex(self, address)

    def looks_up(host: Any, *given: Any, **named: Any) -> Any:
        assert host in (None, "", "127.0.0.1", "::1", "localhost"), f"something looked up {host}"
        return lookup(host, *given, **named)

    monkeypatch.setattr(socket.socket, "connect", connects)
    monkeypatch.setattr(socket.socket, "connect_ex", connects_ex)
    monkeypatch.setattr(socket, "getaddrinfo", looks_up)
