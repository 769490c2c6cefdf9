"""An answer of a model as it comes: its text, made harmless, and how it ended.

In: the events of a call. Out: pieces that may be shown, and what the person should know beside them. What came before a
failure, or before the person stopped it, is kept. What must never happen: half an answer passes for a whole one.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from ai_lsp.core.errors import AIError
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Events


class Clean(Protocol):
    """Makes text harmless that comes in pieces."""

    def feed(self, piece: str) -> str: ...

    def end(self) -> str: ...


@dataclass(slots=True)
class Reply:
    """What has come so far. `said` is what the model said, `shown` what of it was handed on; `error` is why it stopped."""

    clean: Clean
    said: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    end: Finished | None = None
    error: AIError | None = None

    async def read(self, asked: Awaitable[Events]) -> AsyncGenerator[str, None]:
        """The pieces. Raises nothing of what goes wrong with a provider: that is in `error`."""
        try:
            async with aclosing(await asked) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        self.said.append(event.text)
                        if piece := self.clean.feed(event.text):
                            self.shown.append(piece)
                            yield piece
                    else:
                        self.end = event
        except AIError as error:
            self.error = error
        if rest := self.clean.end():
            self.shown.append(rest)
            yield rest

    @property
    def text(self) -> str:
        """What the model said."""
        return "".join(self.said)

    @property
    def content(self) -> str:
        """What of it may be shown."""
        return "".join(self.shown)

    def failure(self) -> str | None:
        """Why there is no whole answer, in one line."""
        if self.error is not None:
            return " ".join(str(self.error).split())
        if not any(self.said):
            reason = self.end.finish_reason if self.end else None
            return f"the answer is empty{f' ({reason})' if reason else ''}; ask in other words"
        return None

    def remarks(self) -> Iterator[str]:
        """What the person should know of an answer beside its text, one line each."""
        if self.end is None:
            return
        for sentence in self.end.passed_over:
            yield f"{' '.join(sentence.split())}; {self.end.provider} answered instead"
        if self.end.left_out is not None:
            yield f"the model has no room for all of this: {self.end.left_out} had to be left out"
        if self.end.finish_reason == "length":
            yield "the answer was cut off at its longest allowed length; `max_tokens` of the provider sets it"
