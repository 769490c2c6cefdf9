"""The end of the line: asks the provider that the call names.

In: a call. Out: the provider's answer as events. What must never happen: a stream that was cut off passes for a whole
answer, or a failure inside a provider leaves the gateway as anything but an `AIError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Protocol, TypeVar

from ai_lsp.core.errors import AIError, BrokenStreamError, ProtocolError
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Call, ChatCall, CompletionCall, Events
from ai_lsp.providers.base import AIProvider

T = TypeVar("T")


class ProviderSource(Protocol):
    """Where the gateway finds providers."""

    def get(self, name: str) -> AIProvider:
        """A look at the provider that the settings call `name`. Raises UnknownProviderError, ConfigurationError."""

    def lease(self, name: str) -> AbstractAsyncContextManager[AIProvider]:
        """The same for the length of a call: a provider that is replaced meanwhile lives until the lease ends."""


class ProviderStage:
    """The only place that calls a provider."""

    def __init__(self, providers: ProviderSource) -> None:
        self._providers = providers

    async def __call__(self, call: Call) -> Events:
        try:
            async with self._providers.lease(call.provider) as provider, aclosing(_asked(provider, call)) as events:
                call.trace.attempts += provider.origin is not None
                async for event in events:
                    yield event
        except AIError as error:
            error.provider = error.provider or call.provider
            raise
        except Exception as error:
            # the text of a foreign error may hold a key or code, its type does not
            raise ProtocolError(
                f"{call.provider} failed in a way that it should not: {type(error).__name__}", provider=call.provider
            ) from error


def _asked(provider: AIProvider, call: Call) -> Events:
    return _completion(provider, call) if isinstance(call, CompletionCall) else _chat(provider, call)


async def _completion(provider: AIProvider, call: CompletionCall) -> Events:
    async with _closing(provider.stream_code(call.prompt, call.context)) as events:
        async for event in events:
            yield event


async def _chat(provider: AIProvider, call: ChatCall) -> Events:
    finish_reason = usage = None
    model = call.request.model or provider.model or ""
    async with _closing(provider.stream_chat(call.request)) as chunks:
        async for chunk in chunks:
            if chunk.content:
                yield TextDelta(chunk.content)
            finish_reason = chunk.finish_reason or finish_reason
            usage = chunk.usage or usage
            model = chunk.model or model
    if finish_reason is None:
        raise BrokenStreamError(f"{call.provider} stopped in the middle of its answer", provider=call.provider)
    yield Finished(provider=provider.name, model=model, finish_reason=finish_reason, usage=usage)


@asynccontextmanager
async def _closing(chunks: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """A provider may hand out any iterator; one that can be closed is closed at once, not when memory runs short."""
    try:
        yield chunks
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
