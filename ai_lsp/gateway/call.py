"""A request on its way to a provider, and the one signature that every stage has."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Protocol

from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.stream import StreamEvent


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. All count from the moment the call is sent; `stall` from the last piece of content.

    Pings, comments and empty deltas are no content (the first token is what a person waits for).
    """

    first_content: float = 30.0
    stall: float = 20.0
    total: float = 300.0


@dataclass(slots=True)
class Trace:
    """What became of one call on its way. `attempts` is how often it was sent to a service; 0: it cost nothing. `key`
    tells it from other calls, once somebody asked.
    """

    attempts: int = 0
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class CompletionCall:
    """Code to be completed by the provider of this name."""

    provider: str
    prompt: CompletionPrompt
    context: CodeContext
    deadlines: Deadlines = Deadlines()
    trace: Trace = field(default_factory=Trace, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ChatCall:
    """A conversation to be continued by the provider of this name."""

    provider: str
    request: ChatRequest
    deadlines: Deadlines = Deadlines()
    trace: Trace = field(default_factory=Trace, compare=False, repr=False)


Call = CompletionCall | ChatCall
Events = AsyncGenerator[StreamEvent, None]
"""Nothing is asked of a model before the first event is asked for. Whoever stops reading early has to `aclose`:
that is what ends the call upstream.
"""

Next = Callable[[Call], Events]


class Stage(Protocol):
    """In: a call, and the rest of the line. Out: the events of the answer, ending in one `Finished`, or an `AIError`.

    A stage may change the call, pass it on never, once or several times, and change or watch the events.
    """

    def __call__(self, call: Call, following: Next) -> Events: ...
