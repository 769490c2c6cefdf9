"""The interface that every provider has, and what each says of itself.

In: a `CompletionPrompt` with its `CodeContext`, or a `ChatRequest`. Out: a `CodeCompletion`, a `ChatResponse`, or the
same as a stream. What goes wrong is raised as an `AIError`; cancelling the awaiting task, or closing the stream, ends the
call upstream. A provider never sees the editor and never caches, counts or repeats a call that failed: the gateway does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ai_lsp.core.chat import ChatMessage, ChatRequest, ChatResponse, ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import UnsupportedError
from ai_lsp.core.limits import RateLimitFacts
from ai_lsp.core.stream import StreamEvent, TextDelta, end_of

INTERFACE_VERSION = 1
"""Grows when a provider written for an older interface would no longer work."""


@dataclass(frozen=True, slots=True)
class AICapabilities:
    """What a provider can do with the model that it is set to. Sizes are tokens; None: not known."""

    supports_streaming: bool = False
    supports_code_completion: bool = False
    supports_chat: bool = False
    supports_fim: bool = False
    supports_embeddings: bool = False
    context_window: int | None = None
    max_output_tokens: int | None = None
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that a provider offers, with what its service tells of it."""

    id: str
    context_window: int | None = None
    max_output_tokens: int | None = None
    supports_fim: bool | None = None
    supports_chat: bool | None = None
    deprecated: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What a free look at the service showed. `detail` is one line for the person."""

    ok: bool
    detail: str


class AIProvider(ABC):
    """A model service, or an engine of our own. The defaults refuse, so that a provider overrides what it can do."""

    interface_version: int = INTERFACE_VERSION

    @property
    @abstractmethod
    def name(self) -> str:
        """The name that settings use for it."""

    @property
    @abstractmethod
    def capabilities(self) -> AICapabilities: ...

    @property
    def origin(self) -> str | None:
        """Scheme, host and port of its service; None for an engine of our own."""
        return None

    @property
    def model(self) -> str | None:
        """The model that it asks when a request names none, where that is known."""
        return None

    @property
    def rate_limits(self) -> RateLimitFacts | None:
        """What the newest answer of its service said of its limits: a new object for each answer that said something."""
        return None

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        raise self._unsupported("code completion")

    async def stream_code(self, prompt: CompletionPrompt, context: CodeContext) -> AsyncIterator[StreamEvent]:
        """The completion as it comes. A provider that cannot stream yields its whole text at once."""
        answer = await self.complete_code(prompt, context)
        if answer.text:
            yield TextDelta(answer.text)
        yield end_of(answer)

    async def chat(self, request: ChatRequest) -> ChatResponse:
        raise self._unsupported("chat")

    async def stream_chat(self, request: ChatRequest) -> AsyncIterator[ChatResponseChunk]:
        """The answer as it comes. A provider that cannot stream yields its whole answer as one chunk."""
        answer = await self.chat(request)
        yield ChatResponseChunk(answer.content, answer.finish_reason, answer.usage, answer.model)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        raise self._unsupported("embeddings")

    async def list_models(self) -> list[ModelInfo]:
        return []

    async def check(self) -> Health:
        """Whether the service can be used, found out without cost."""
        return Health(ok=True, detail="nothing to check")

    async def aclose(self) -> None:
        """Let go of everything. Called once, after the last stream has ended."""

    def _unsupported(self, what: str) -> UnsupportedError:
        return UnsupportedError(f"{self.name} has no {what}; choose another provider for it", provider=self.name)


__all__ = [
    "INTERFACE_VERSION",
    "AICapabilities",
    "AIProvider",
    "ChatMessage",
    "ChatRequest",
    "ChatResponse",
    "ChatResponseChunk",
    "Health",
    "ModelInfo",
]
