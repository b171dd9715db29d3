"""Nothing leaves this machine unless somebody says that it may."""

from __future__ import annotations

import pytest

from tallystick.assist.model import Model, check
from tallystick.errors import AssistRefused


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:11434/v1", "http://localhost:8080/v1", "http://[::1]:1/v1", "http://127.9.9.9/v1"]
)
def test_a_model_on_this_machine_may_be_asked(endpoint: str) -> None:
    assert not check(Model("small", endpoint)).remote


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://api.example.org/v1",
        "https://127.0.0.1.example.org/v1",
        "https://localhost.example.org/v1",
        "https://10.0.0.7/v1",
        "https://0.0.0.0/v1",
        "https://2130706433/v1",
    ],
)
def test_another_machine_is_refused_in_plain_words_until_it_is_allowed(endpoint: str) -> None:
    with pytest.raises(AssistRefused, match=r"the text of documents would leave it.*allow_remote = true"):
        check(Model("large", endpoint))
    assert check(Model("large", endpoint, allow_remote=True)).remote


def test_text_is_never_sent_to_another_machine_in_the_clear() -> None:
    with pytest.raises(AssistRefused, match="Give https"):
        check(Model("large", "http://api.example.org/v1", allow_remote=True))


@pytest.mark.parametrize(
    "endpoint",
    ["ftp://127.0.0.1/v1", "127.0.0.1:8080", "http://key@127.0.0.1/v1", "http://127.0.0.1/v1?key=1", "http://"],
)
def test_what_is_no_endpoint_is_refused(endpoint: str) -> None:
    with pytest.raises(AssistRefused, match="is no endpoint"):
        check(Model("small", endpoint))


def test_the_key_comes_from_the_variable_that_is_named_and_from_no_other() -> None:
    environment = {"OPENAI_API_KEY": "not this one", "MINE": "secret"}
    assert Model("m", key_env="MINE").key(environment) == "secret"
    assert Model("m").key(environment) == "none"
    with pytest.raises(AssistRefused, match="environment variable OTHER"):
        Model("m", key_env="OTHER").key(environment)
