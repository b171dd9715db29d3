"""A model is asked, asked again twice at most where its answer does not hold, and everything said is kept."""

from __future__ import annotations

import builtins
import json
import re
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tallystick.assist import wire
from tallystick.assist.asking import Asked, ask
from tallystick.assist.model import Model
from tallystick.assist.offers import Offers
from tallystick.assist.prompts import CLAIMS, about_claims
from tallystick.errors import AssistRefused
from tests.assist.fake import Fake, Script, completion, fake, offers, only_loopback

__all__ = ["only_loopback"]

GOOD = offers({"sentence": "Five died.", "figure": "Five", "measure": "killed"})
BAD = offers({"sentence": "Nine died.", "figure": "Nine", "measure": "killed"})


class Eye:
    """Takes only what speaks of five."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, list[str]]] = []

    def look(self, given: Offers, attempt: int) -> list[str]:
        self.seen.append((attempt, [one.figure for one in given.proposals]))
        return [f"“{one.figure}” does not stand in the text." for one in given.proposals if one.figure != "Five"]


def asked(at: Fake, eye: Eye, **settings: Any) -> Asked:
    model = Model("small", at.endpoint, **settings)
    return ask(model, CLAIMS, about_claims("Five died.", ["two fled"]), Offers, eye.look)


@pytest.mark.parametrize(
    ("script", "attempts", "calls"),
    [
        pytest.param([GOOD], [(1, ["Five"])], 1, id="good"),
        pytest.param([BAD, GOOD], [(1, ["Nine"]), (2, ["Five"])], 2, id="invented, then right"),
        pytest.param([BAD], [(1, ["Nine"]), (2, ["Nine"]), (3, ["Nine"])], 3, id="always inventing"),
        pytest.param(['{"propos', GOOD], [(2, ["Five"])], 2, id="broken JSON"),
        pytest.param([f"```json\n{GOOD}\n```"], [(1, ["Five"])], 1, id="fenced JSON"),
        pytest.param([GOOD.replace("killed", "slain"), GOOD], [(2, ["Five"])], 2, id="a measure that is none"),
        pytest.param([429, GOOD], [(1, ["Five"])], 2, id="too busy at first"),
    ],
)
def test_an_answer_is_looked_at_and_asked_for_again_while_it_does_not_hold(
    script: Script, attempts: list[tuple[int, list[str]]], calls: int
) -> None:
    eye = Eye()
    with fake(*script) as at:
        done = asked(at, eye)
    assert eye.seen == attempts
    assert len(at.asked) == calls == len(done.replies)
    assert done.failed is None


def test_a_model_that_is_asked_again_is_told_what_does_not_hold() -> None:
    with fake(BAD, GOOD) as at:
        asked(at, Eye())
    assert "“Nine” does not stand in the text." in at.told()


@pytest.mark.parametrize(
    ("script", "why", "calls"),
    [
        pytest.param(['{"propos'], "gave no answer of the shape", 3, id="always broken"),
        pytest.param(["I cannot help with that."], "gave no answer of the shape", 3, id="prose"),
        pytest.param([429], "answered 429: scripted", 3, id="always busy"),
        pytest.param([400], "answered 400: scripted", 1, id="refused"),
        pytest.param([307], "sent us elsewhere", 1, id="a redirect to elsewhere"),
        pytest.param([b"x" * (wire.MOST + 1)], "is longer than 2,097,152 bytes", 1, id="a huge reply"),
        pytest.param([b"not json"], "gave no answer|broke off", None, id="no JSON at all"),
        pytest.param([None], "did not answer within 0.2 seconds", 1, id="silence"),
    ],
)
def test_no_usable_answer_is_told_as_that_and_nothing_is_made_up(script: Script, why: str, calls: int | None) -> None:
    eye = Eye()
    with fake(*script) as at:
        done = asked(at, eye, seconds=0.2 if script == [None] else 10)
    assert done.failed is not None
    assert re.search(why, done.failed)
    assert eye.seen == []
    assert calls is None or len(at.asked) == calls


def test_a_list_without_end_is_refused_as_no_answer() -> None:
    eye = Eye()
    one = json.loads(GOOD)["proposals"][0]
    with fake(offers(*[one] * 41)) as at:
        done = asked(at, eye)
    assert eye.seen == []
    assert done.failed is not None


@pytest.mark.parametrize("hostile", [completion("x").replace(b'"x"', b'"\\ud800 {"'), b"[" * 200_000])
def test_half_a_letter_and_endless_nesting_break_nothing(hostile: bytes) -> None:
    eye = Eye()
    with fake(hostile) as at:
        done = asked(at, eye)
    assert done.failed is not None
    json.dumps([*done.messages, *done.replies, done.parameters], ensure_ascii=False).encode()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_endpoint_that_does_not_let_us_in_is_an_error(status: int) -> None:
    with fake(status) as at, pytest.raises(AssistRefused, match=f"answered {status}"):
        asked(at, Eye())


def test_an_endpoint_that_is_not_there_is_an_error() -> None:
    with fake(GOOD) as at:
        pass
    with pytest.raises(AssistRefused, match="nobody answers"):
        asked(at, Eye())


def test_what_was_sent_and_what_came_back_is_kept_word_for_word() -> None:
    with fake(BAD, GOOD) as at:
        done = asked(at, Eye(), temperature=0.5, tokens=900)
    assert [json.loads(one) for one in done.messages] == at.asked[-1]["messages"]
    assert done.replies == (completion(BAD).decode(), completion(GOOD).decode())
    told = json.loads(done.parameters)
    assert (told["model"], told["temperature"], told["max_tokens"]) == ("small", 0.5, 900)
    assert at.question() == {"report": "Five died.", "known": ["two fled"]}


def test_only_the_named_key_and_no_trace_of_this_machine_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "not-for-you")
    monkeypatch.setenv("OPENAI_ORG_ID", "an organisation")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: hidden")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("MINE", "my-key")
    with fake(GOOD) as at:
        asked(at, Eye(), key_env="MINE")
    (headers,) = at.headers
    assert headers["authorization"] == "Bearer my-key"
    assert set(headers) <= {*wire._SENT, "accept-encoding"}
    assert "not-for-you" not in str(headers)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *given: Any, **named: Any) -> Any:
        if name.startswith(("pydantic_ai", "openai")):
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(AssistRefused, match=r"pip install 'tallystick\[llm\]'"):
        ask(Model("small"), CLAIMS, "{}", Offers, Eye().look)


def test_another_model_object_may_stand_in_for_the_endpoint() -> None:
    told: list[str] = []

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        told.append(info.instructions or "")
        return ModelResponse(parts=[TextPart(BAD if len(told) == 1 else GOOD)])

    eye = Eye()
    ask(Model("small"), CLAIMS, "{}", Offers, eye.look, using=FunctionModel(answer))
    assert eye.seen == [(1, ["Nine"]), (2, ["Five"])]
    assert told == [CLAIMS, CLAIMS]
