"""What becomes of a question: pieces of Markdown, then how it ended."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

from ai_lsp.chat.question import Refusal
from ai_lsp.core.usage import Usage

INTERRUPTED: Final = "interrupted"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: a provider, the model that it is asked for, and its window in tokens. None: its usual one; not known.
    `instructions` is what the person wants every conversation to begin with.
    """

    provider: str
    model: str | None
    window: int | None
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`content` is all of the pieces together. `finish_reason` is `interrupted`, and `error` says why, where there should
    have been more. `dropped` counts earlier messages that there was no room for.
    """

    finish_reason: str | None
    provider: str
    model: str
    usage: Usage | None = None
    error: str | None = None
    content: str = ""
    conversation: str = ""
    dropped: int = 0
    refused: tuple[Refusal, ...] = ()


Pieces = AsyncGenerator[str | Answer, None]
