"""The end of the line: asks the provider that the call names.

In: a call. Out: the provider's answer as events. What must never happen: a stream that was cut off passes for a whole
answer, or a failure inside a provider leaves the gateway as anything but an `AIError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from ai_lsp.core.errors import AIError, BrokenStreamError, ProtocolError
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.gateway.call import Call, ChatCall, CompletionCall, Events
from ai_lsp.providers.base import AIProvider


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
            async with self._providers.lease(call.provider) as provider:
                call.trace.attempts += provider.origin is not None
                events = _asked(provider, call)
                try:
                    async for event in events:
                        yield event
                finally:
                    await _close(events)
        except AIError as error:
            error.provider = error.provider or call.provider
            raise
        except Exception as error:
            # the text of a foreign error may hold a key or code, its type does not
            raise ProtocolError(
                f"{call.provider} failed in a way that it should not: {type(error).__name__}", provider=call.provider
            ) from error


def _asked(provider: AIProvider, call: Call) -> AsyncIterator[StreamEvent]:
    if isinstance(call, CompletionCall):
        return provider.stream_code(call.prompt, call.context)
    return _chat(provider, call)


async def _chat(provider: AIProvider, call: ChatCall) -> Events:
    finish_reason = usage = left_out = None
    model = call.request.model or provider.model or ""
    chunks = provider.stream_chat(call.request)
    try:
        async for chunk in chunks:
            if chunk.content:
                yield TextDelta(chunk.content)
            finish_reason = chunk.finish_reason or finish_reason
            usage = chunk.usage or usage
            model = chunk.model or model
            left_out = chunk.left_out or left_out
    finally:
        await _close(chunks)
    if finish_reason is None:
        raise BrokenStreamError(f"{call.provider} stopped in the middle of its answer", provider=call.provider)
    yield Finished(provider.name, model, finish_reason, usage, left_out=left_out)


async def _close(stream: AsyncIterator[object]) -> None:
    """A provider may hand out any iterator; one that can be closed is closed at once, not when memory runs short."""
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()
