"""What a completion asks for and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from ai_lsp.core.context import Snippet
from ai_lsp.core.reasons import Silence
from ai_lsp.core.text import Range
from ai_lsp.core.usage import Usage


class Trigger(Enum):
    """Whether the editor asked by itself or the person did."""

    AUTOMATIC = "automatic"
    INVOKED = "invoked"


class Source(StrEnum):
    """Where the text of a suggestion comes from."""

    EMBEDDED = "embedded"
    CACHE = "cache"
    UPSTREAM = "upstream"


@dataclass(frozen=True, slots=True)
class CompletionPrompt:
    """What a model is asked to complete: text before and after the hole, and its limits.

    `max_tokens` bounds the answer. `stop` holds texts that end it and are not part of it. A `model` of None leaves the
    choice to the provider's settings, and so does a `temperature` of None. `snippets` is code from elsewhere, the most helpful first; it
    does not make another question of it.
    """

    prefix: str
    suffix: str
    language: str
    path: str | None = None
    max_tokens: int = 64
    stop: tuple[str, ...] = ()
    model: str | None = None
    snippets: tuple[Snippet, ...] = field(default=(), compare=False)
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class CodeCompletion:
    """A provider's answer. `text` may be empty; then `silence` says why.

    `confidence` is the probability that the person goes on to type exactly this text, where the provider knows it.
    `passed_over` holds one sentence for each provider that was asked before this one and could not answer.
    `alternatives` are other texts for the same place, less likely ones, for a person who looks for them.
    """

    text: str
    provider: str
    model: str
    source: Source = Source.UPSTREAM
    usage: Usage | None = None
    finish_reason: str | None = None
    confidence: float | None = None
    silence: Silence | None = None
    passed_over: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selected:
    """The item that is selected in the editor's own menu: it would put `text` in the place of `range`."""

    range: Range
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Text that may be shown as ghost text: it replaces `range`, which lies in one line and holds the cursor.

    `version` is the document's that the range belongs to, where it is a later one than that which was asked about.
    `alternatives` are other texts with their ranges, for a person who cycles through them.
    """

    id: str
    text: str
    range: Range
    completion: CodeCompletion
    version: int | None = None
    alternatives: tuple[tuple[str, Range], ...] = ()
