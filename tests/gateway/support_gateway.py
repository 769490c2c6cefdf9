"""What the gateway's tests share: calls, and a scripted provider that counts what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from ai_lsp.core.chat import ChatMessage, ChatRequest, ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import UnknownProviderError
from ai_lsp.core.limits import RateLimitFacts
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.call import Call, ChatCall, CompletionCall, Deadlines, Events, Next, Stage
from ai_lsp.gateway.line import compose
from ai_lsp.gateway.provider import ProviderSource, ProviderStage
from ai_lsp.providers.base import AICapabilities, AIProvider

Script = Callable[[int], Awaitable[CodeCompletion]]


def completion_call(
    provider: str = "cloud", prefix: str = "x = ", *, suffix: str = "", deadlines: Deadlines | None = None
) -> CompletionCall:
    lines = (prefix + suffix,)
    context = CodeContext(
        DocumentSnapshot("file:///work/a.py", "python", 1, lines), Position(0, len(prefix)), "/work/a.py"
    )
    return CompletionCall(
        provider, CompletionPrompt(prefix, suffix, "python", "a.py"), context, deadlines or Deadlines()
    )


def chat_call(provider: str = "cloud", text: str = "hello", *, deadlines: Deadlines | None = None) -> ChatCall:
    return ChatCall(provider, ChatRequest((ChatMessage("user", text),)), deadlines or Deadlines())


@dataclass
class FakeProvider(AIProvider):
    """Answers as `script` says, which gets the number of the call; counts calls, and how many run at once."""

    named: str = "cloud"
    script: Script | None = None
    chunks: Callable[[int], AsyncIterator[ChatResponseChunk]] | None = None
    is_local: bool = False
    service: str | None = "https://cloud.test"
    set_model: str | None = "m1"
    facts: RateLimitFacts | None = None
    calls: int = 0
    running: int = 0
    most_running: int = 0
    cancelled: int = 0
    prompts: list[CompletionPrompt] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.named

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(
            supports_streaming=True, supports_code_completion=True, supports_chat=True, is_local=self.is_local
        )

    @property
    def origin(self) -> str | None:
        return self.service

    @property
    def model(self) -> str | None:
        return self.set_model

    @property
    def rate_limits(self) -> RateLimitFacts | None:
        return self.facts

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        self.prompts.append(prompt)
        with _Counted(self):
            if self.script is not None:
                return await self.script(self.calls)
            return answer(f"answer {self.calls}", provider=self.named, model=self.set_model or "m1")

    async def stream_chat(self, request: ChatRequest) -> AsyncIterator[ChatResponseChunk]:
        with _Counted(self):
            if self.chunks is None:
                yield ChatResponseChunk("hello ")
                yield ChatResponseChunk("there", "stop", Usage(10, 2), self.set_model)
                return
            async for chunk in self.chunks(self.calls):
                yield chunk


class _Counted:
    def __init__(self, provider: FakeProvider) -> None:
        self._provider = provider

    def __enter__(self) -> None:
        provider = self._provider
        provider.calls += 1
        provider.running += 1
        provider.most_running = max(provider.most_running, provider.running)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._provider.running -= 1
        self._provider.cancelled += isinstance(error, (asyncio.CancelledError, GeneratorExit))


class Providers:
    """A provider source made of fakes."""

    def __init__(self, *providers: AIProvider) -> None:
        self.by_name = {provider.name: provider for provider in providers}

    def get(self, name: str) -> AIProvider:
        if name not in self.by_name:
            raise UnknownProviderError(f"unknown provider {name!r}")
        return self.by_name[name]

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[AIProvider]:
        yield self.get(name)


def sources(*providers: AIProvider) -> Providers:
    return Providers(*providers)


def answer(
    text: str = "1",
    *,
    provider: str = "cloud",
    model: str = "m1",
    usage: Usage | None = None,
    confidence: float | None = None,
) -> CodeCompletion:
    usage = usage or Usage(100, 10)
    return CodeCompletion(text, provider, model, usage=usage, finish_reason="stop", confidence=confidence)


def line(*stages: Stage, providers: ProviderSource) -> Next:
    return compose(stages, ProviderStage(providers))


def behind(*events: StreamEvent | Exception) -> Next:
    """The rest of a line that answers with these events."""

    async def following(call: Call) -> Events:
        for event in events:
            if isinstance(event, Exception):
                raise event
            yield event

    return following


async def collect(events: Events) -> list[StreamEvent]:
    async with aclosing(events):
        return [event async for event in events]


async def text_of(events: Events) -> str:
    return "".join(event.text for event in await collect(events) if isinstance(event, TextDelta))


async def finished_of(events: Events) -> Finished:
    last = (await collect(events))[-1]
    assert isinstance(last, Finished)
    return last
