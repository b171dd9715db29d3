"""Which model is asked, where, and within which limits. Nothing is asked unless somebody sets this up."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from tallystick.errors import AssistRefused

LOOPBACK = "http://127.0.0.1:11434/v1"
"""Where a model served on this machine mostly is."""


@dataclass(frozen=True, slots=True)
class Model:
    """An OpenAI-compatible endpoint and the model there. key_env names the environment variable that holds the key.

    seconds is how long one answer may take, tokens how long it may be. temperature None leaves it to the endpoint.
    allow_remote: document text may be sent to another machine.
    """

    model: str
    endpoint: str = LOOPBACK
    key_env: str | None = None
    allow_remote: bool = False
    seconds: float = 120.0
    tokens: int = 4_000
    temperature: float | None = 0.0

    @property
    def where(self) -> str:
        """The endpoint's host and port, as the log keeps it."""
        parts = urlsplit(self.endpoint)
        return parts.netloc.rpartition("@")[2]

    @property
    def remote(self) -> bool:
        """Whether what is sent leaves this machine."""
        host = urlsplit(self.endpoint).hostname or ""
        if host == "localhost":
            return False
        try:
            return not ip_address(host).is_loopback
        except ValueError:
            return True

    def key(self, environment: Mapping[str, str] | None = None) -> str:
        """The key to send; one that says nothing where none is set. Raises AssistRefused."""
        if self.key_env is None:
            return "none"
        found = (os.environ if environment is None else environment).get(self.key_env, "")
        if not found:
            raise AssistRefused(
                f"the environment variable {self.key_env}, which should hold the key for {self.where}, is empty. "
                "Set it, or take key_env out of the settings."
            )
        return found


def check(model: Model) -> Model:
    """The model, if it may be asked. Raises AssistRefused."""
    parts = urlsplit(model.endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise AssistRefused(
            f"{model.endpoint!r} is no endpoint of a language model. Write its base address, such as {LOOPBACK}; a key "
            "goes into an environment variable, named by key_env."
        )
    if not model.model.strip() or len(model.model) > 200:
        raise AssistRefused("no model is named. Give its name as the endpoint knows it.")
    if model.remote and not model.allow_remote:
        raise AssistRefused(
            f"{model.where} is not this machine: the text of documents would leave it. If that may be, say so with "
            "allow_remote = true; otherwise give an endpoint on 127.0.0.1."
        )
    if model.remote and parts.scheme != "https":
        raise AssistRefused(f"{model.where} is another machine, and {parts.scheme} hides nothing. Give https.")
    if not 0 < model.seconds <= 3_600 or not 1 <= model.tokens <= 100_000:
        raise AssistRefused("seconds is between 0 and 3,600, and tokens between 1 and 100,000.")
    return model
