"""A conversation with a model, in the field's own names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ai_lsp.core.usage import Usage

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A conversation to be continued. None leaves the choice to the provider's settings."""

    messages: tuple[ChatMessage, ...]
    model: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatResponse:
    content: str
    model: str
    finish_reason: str | None = None
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not sent because the service found a conversation too long: so many of the oldest `messages`, and a part of
    the newest one.
    """

    messages: int
    of_newest: bool

    def __str__(self) -> str:
        oldest = ["the oldest message" if self.messages == 1 else f"the {self.messages} oldest messages"]
        return " and ".join(oldest * (self.messages > 0) + ["a part of the newest one"] * self.of_newest)


@dataclass(frozen=True, slots=True)
class ChatResponseChunk:
    """A piece of a streamed answer. The last one has a `finish_reason`, and the usage where the service tells it."""

    content: str
    finish_reason: str | None = None
    usage: Usage | None = None
    model: str | None = None
    left_out: LeftOut | None = None
