"""What a person asks: messages, and what of their code goes along. No protocol, no prompt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ai_lsp.chat.commands import Command
from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.text import Range

MAX_CHARACTERS = 1_000_000
"""Of one question with all that it quotes: about 300,000 tokens, more than most models take."""


class Scope(StrEnum):
    """How much of the open document goes along."""

    FILE = "file"
    SELECTION = "selection"


@dataclass(frozen=True, slots=True)
class DiagnosticLine:
    """What a tool says of the code, as one line of text. `line` counts from 0."""

    line: int
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Question:
    """`messages` ends with the person's. With a `conversation`, it holds only what is new in it.

    `uri` is an open document, `selection` a part of it; `files` are addresses that the person named, open or not.
    """

    messages: tuple[ChatMessage, ...]
    uri: str | None = None
    selection: Range | None = None
    scope: Scope = Scope.FILE
    diagnostics: tuple[DiagnosticLine, ...] = ()
    files: tuple[str, ...] = ()
    command: Command | None = None
    provider: str | None = None
    model: str | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was not sent along, and why, for the person."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A piece of code that goes with a message. Of several with the same `key`, only the newest is sent.

    `focus` is the line of it, counted from 0, around which it is cut where there is no room for all.
    """

    key: str
    uri: str
    label: str
    language: str
    text: str
    focus: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a conversation as it is kept."""

    message: ChatMessage
    attachments: tuple[Attachment, ...] = field(default=())

    @property
    def size(self) -> int:
        return len(self.message.content) + sum(len(one.text) for one in self.attachments)
