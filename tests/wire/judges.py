"""The vendors' own clients, reading our recorded answers: what they make of the bytes is what the bytes say.

In: the address of a server that replays an answer. Out: a `Told`. Nothing here is ours but the arithmetic of tokens: input
counts everything that was read, output everything that was written, thinking included.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from tests.wire.recorded import Told

KEY = "key-of-a-judge"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Judge:
    """Both ask the server at this address: for a stream, and for a whole answer."""

    streamed: Callable[[str], Awaitable[Told]]
    whole: Callable[[str], Awaitable[Told]]


async def _all(stream: Any) -> list[Any]:
    return [item async for item in cast("AsyncIterator[Any]", stream)]


def _last(values: list[T | None]) -> T | None:
    return next((value for value in reversed(values) if value is not None), None)


def _openai(url: str) -> Any:
    from openai import AsyncOpenAI

    return AsyncOpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0)


STREAMED: Any = {"stream": True, "stream_options": {"include_usage": True}}
MESSAGES: Any = [{"role": "user", "content": "hello"}]


async def _openai_chat_streamed(url: str) -> Told:
    async with _openai(url) as client:
        chunks = await _all(await client.chat.completions.create(model="m", messages=MESSAGES, **STREAMED))
    choices = [choice for chunk in chunks for choice in chunk.choices]
    return Told(
        "".join(choice.delta.content or "" for choice in choices),
        chunks[-1].model,
        _last([choice.finish_reason for choice in choices]),
        *_openai_tokens(_last([chunk.usage for chunk in chunks])),
    )


async def _openai_chat_whole(url: str) -> Told:
    async with _openai(url) as client:
        answer = await client.chat.completions.create(model="m", messages=MESSAGES)
    choice = answer.choices[0]
    return Told(choice.message.content, answer.model, choice.finish_reason, *_openai_tokens(answer.usage))


async def _openai_fim_streamed(url: str) -> Told:
    async with _openai(url) as client:
        chunks = await _all(await client.completions.create(model="m", prompt="a", suffix="b", stream=True))
    choices = [choice for chunk in chunks for choice in chunk.choices]
    text = "".join(choice.text for choice in choices)
    tokens = _openai_tokens(_last([chunk.usage for chunk in chunks]))
    return Told(text, chunks[-1].model, _last([choice.finish_reason for choice in choices]), *tokens)


async def _openai_fim_whole(url: str) -> Told:
    async with _openai(url) as client:
        answer = await client.completions.create(model="m", prompt="a", suffix="b")
    choice = answer.choices[0]
    return Told(choice.text, answer.model, choice.finish_reason, *_openai_tokens(answer.usage))


def _openai_tokens(usage: Any) -> tuple[int, int]:
    """The total is what every service that speaks this shape agrees on."""
    return usage.prompt_tokens, usage.total_tokens - usage.prompt_tokens


def _anthropic(url: str) -> Any:
    from anthropic import AsyncAnthropic

    return AsyncAnthropic(base_url=url, api_key=KEY, max_retries=0)


async def _anthropic_streamed(url: str) -> Told:
    async with (
        _anthropic(url) as client,
        client.messages.stream(model="m", max_tokens=64, messages=MESSAGES) as stream,
    ):
        return _anthropic_told(await stream.get_final_message())


async def _anthropic_whole(url: str) -> Told:
    async with _anthropic(url) as client:
        return _anthropic_told(await client.messages.create(model="m", max_tokens=64, messages=MESSAGES))


def _anthropic_told(message: Any) -> Told:
    usage = message.usage
    read = usage.input_tokens + (usage.cache_creation_input_tokens or 0) + (usage.cache_read_input_tokens or 0)
    text = "".join(block.text for block in message.content if block.type == "text")
    return Told(text, message.model, message.stop_reason, read, usage.output_tokens)


def _gemini(url: str) -> Any:
    from google.genai import Client
    from google.genai.types import HttpOptions

    return Client(api_key=KEY, http_options=HttpOptions(base_url=url, api_version="v1")).aio


async def _gemini_streamed(url: str) -> Told:
    async with _gemini(url) as client:
        chunks = await _all(await client.models.generate_content_stream(model="m", contents="hello"))
    return _gemini_told(chunks)


async def _gemini_whole(url: str) -> Told:
    async with _gemini(url) as client:
        return _gemini_told([await client.models.generate_content(model="m", contents="hello")])


def _gemini_told(answers: list[Any]) -> Told:
    candidates = [candidate for answer in answers for candidate in answer.candidates]
    parts = [part for candidate in candidates for part in candidate.content.parts]
    usage = answers[-1].usage_metadata
    return Told(
        "".join(part.text for part in parts if not part.thought),
        answers[-1].model_version,
        candidates[-1].finish_reason.value,
        usage.prompt_token_count,
        usage.candidates_token_count + usage.thoughts_token_count,
    )


def _mistral(url: str) -> Any:
    from mistralai.client import Mistral

    return Mistral(api_key=KEY, server_url=url)


async def _mistral_chat_streamed(url: str) -> Told:
    async with _mistral(url) as client:
        return _mistral_told(await _all(await client.chat.stream_async(model="m", messages=MESSAGES)))


async def _mistral_fim_streamed(url: str) -> Told:
    async with _mistral(url) as client:
        return _mistral_told(await _all(await client.fim.stream_async(model="m", prompt="a", suffix="b")))


def _mistral_told(events: list[Any]) -> Told:
    choices = [choice for event in events for choice in event.data.choices]
    text = "".join(choice.delta.content for choice in choices if choice.delta.content)
    last = events[-1].data
    return Told(text, last.model, choices[-1].finish_reason, last.usage.prompt_tokens, last.usage.completion_tokens)


async def _mistral_chat_whole(url: str) -> Told:
    async with _mistral(url) as client:
        return _mistral_whole_told(await client.chat.complete_async(model="m", messages=MESSAGES))


async def _mistral_fim_whole(url: str) -> Told:
    async with _mistral(url) as client:
        return _mistral_whole_told(await client.fim.complete_async(model="m", prompt="a", suffix="b"))


def _mistral_whole_told(answer: Any) -> Told:
    choice, usage = answer.choices[0], answer.usage
    text = choice.message.content
    return Told(text, answer.model, choice.finish_reason, usage.prompt_tokens, usage.completion_tokens)


@asynccontextmanager
async def _ollama(url: str) -> AsyncIterator[Any]:
    from ollama import AsyncClient

    client: Any = AsyncClient(host=url)
    try:
        yield client
    finally:
        await client.close()


async def _ollama_chat_streamed(url: str) -> Told:
    async with _ollama(url) as client:
        chunks = await _all(await client.chat(model="m", messages=MESSAGES, stream=True))
    return _ollama_told("".join(chunk.message.content or "" for chunk in chunks), chunks[-1])


async def _ollama_chat_whole(url: str) -> Told:
    async with _ollama(url) as client:
        answer = await client.chat(model="m", messages=MESSAGES)
    return _ollama_told(answer.message.content, answer)


async def _ollama_generate_streamed(url: str) -> Told:
    async with _ollama(url) as client:
        chunks = await _all(await client.generate(model="m", prompt="a", suffix="b", stream=True))
    return _ollama_told("".join(chunk.response for chunk in chunks), chunks[-1])


async def _ollama_generate_whole(url: str) -> Told:
    async with _ollama(url) as client:
        answer = await client.generate(model="m", prompt="a", suffix="b")
    return _ollama_told(answer.response, answer)


def _ollama_told(text: str, last: Any) -> Told:
    return Told(text, last.model, last.done_reason, last.prompt_eval_count, last.eval_count)


OPENAI_CHAT = Judge(_openai_chat_streamed, _openai_chat_whole)
OPENAI_FIM = Judge(_openai_fim_streamed, _openai_fim_whole)
ANTHROPIC = Judge(_anthropic_streamed, _anthropic_whole)
GEMINI = Judge(_gemini_streamed, _gemini_whole)
MISTRAL_CHAT = Judge(_mistral_chat_streamed, _mistral_chat_whole)
MISTRAL_FIM = Judge(_mistral_fim_streamed, _mistral_fim_whole)
OLLAMA_CHAT = Judge(_ollama_chat_streamed, _ollama_chat_whole)
OLLAMA_GENERATE = Judge(_ollama_generate_streamed, _ollama_generate_whole)
