"""Asking a model, and asking it again where its answer does not hold: at most twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tallystick.assist.model import Model, check
from tallystick.assist.prompts import again
from tallystick.errors import AssistRefused

if TYPE_CHECKING:
    from pydantic_ai.models import Model as AnyModel

AGAIN = 2
"""How often a model is asked again."""
_TRIED = 2
"""How often a request is sent again that the endpoint was too busy for."""

# Programs that serve models on one machine know the older name of the limit.
_PLAIN: Any = {"openai_chat_supports_max_completion_tokens": False}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What went out and came back. parameters and messages are JSON as sent; replies are bodies as received.

    failed says why no answer could be used, None where one was.
    """

    parameters: str
    messages: tuple[str, ...]
    replies: tuple[str, ...]
    failed: str | None = None


def ask(
    model: Model,
    instructions: str,
    question: str,
    shape: type[T],
    look: Callable[[T, int], list[str]],
    *,
    using: AnyModel | None = None,
) -> Asked:
    """Asks, and hands each answer of the right shape to look, with the number of the attempt from 1.

    look keeps what it can use, and returns what is wrong with the rest: while anything is, the model is told and asked
    again. using stands in for the endpoint in tests. Raises AssistRefused where the extra is missing, the endpoint
    cannot be reached, or does not let us in.
    """
    check(model)
    try:
        import pydantic_ai  # noqa: F401
    except ImportError as error:
        raise AssistRefused(
            f"asking a language model needs a package that is not installed ({error}). Install the extra: "
            "pip install 'tallystick[llm]'."
        ) from error
    # In a thread of its own: whoever calls may be inside a loop already, as a notebook is.
    with ThreadPoolExecutor(1, "assist") as thread:
        return thread.submit(asyncio.run, _ask(model, instructions, question, shape, look, using)).result()


async def _ask(
    model: Model,
    instructions: str,
    question: str,
    shape: type[T],
    look: Callable[[T, int], list[str]],
    using: AnyModel | None,
) -> Asked:
    import httpx2
    from openai import AsyncOpenAI
    from pydantic_ai import Agent, ModelRetry, NativeOutput, RunContext
    from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.settings import ModelSettings

    from tallystick.assist.wire import Wire

    wire = Wire(model)
    limits = ModelSettings(max_tokens=model.tokens, timeout=model.seconds)
    if model.temperature is not None:
        limits["temperature"] = model.temperature
    failed: str | None = None
    client = httpx2.AsyncClient(transport=wire, trust_env=False, follow_redirects=False, timeout=model.seconds)
    async with client:
        if using is None:
            openai = AsyncOpenAI(
                base_url=model.endpoint, api_key=model.key(), http_client=client, max_retries=_TRIED,
                timeout=model.seconds,
            )  # fmt: skip
            using = OpenAIChatModel(model.model, provider=OpenAIProvider(openai_client=openai), profile=_PLAIN)
        agent: Agent[None, T] = Agent(
            using, output_type=NativeOutput(shape), instructions=instructions, retries={"output": AGAIN, "tools": 0},
            model_settings=limits,
        )  # fmt: skip

        @agent.output_validator
        def grounded(context: RunContext[None], given: T) -> T:
            wrong = look(given, context.retry + 1)
            if wrong and context.retry < AGAIN:
                raise ModelRetry(again(wrong))
            return given

        try:
            await agent.run(question)
        except ModelHTTPError as error:
            if not wire.sent:
                raise AssistRefused(
                    f"nobody answers at {model.endpoint}. Start the model there, or give another endpoint."
                ) from error
            if error.status_code in (401, 403, 404):
                raise AssistRefused(
                    f"{model.where} answered {error.status_code} for the model {model.model}: {_said(error.body)}. "
                    "Look at the endpoint, the model's name and the key."
                ) from error
            failed = wire.trouble or f"{model.where} answered {error.status_code}: {_said(error.body)}"
        except ModelAPIError:
            failed = wire.trouble or f"{model.where} broke off"
        except UnexpectedModelBehavior:
            failed = f"{model.model} gave no answer of the shape that was asked for"
    last: dict[str, Any] = wire.sent[-1] if wire.sent else {}
    messages = tuple(_written(one) for one in last.get("messages", ()))
    rest = {name: value for name, value in last.items() if name != "messages"}
    return Asked(_written(rest), messages, tuple(wire.replies), failed)


def _written(value: object) -> str:
    """JSON that can be kept: half of a letter, which JSON can spell and UTF-8 cannot, is spelled out."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _said(body: object) -> str:
    """What an endpoint says of an error, on one line."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        body = inner.get("message", inner) if isinstance(inner, dict) else inner
    return " ".join(str(body or "nothing more").split())[:200]
