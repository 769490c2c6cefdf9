"""An answer of a model as it comes, harmless for the terminal that it is shown on.

In: a request. Out: the text, piece by piece, and how it ended. What came before a failure, or before Ctrl-C, is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Self

from ai_lsp.cli.doors import ModelHouse
from ai_lsp.cli.untrusted import PlainStream, one_line
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.errors import AIError
from ai_lsp.core.stream import Finished, TextDelta

Write = Callable[[str], None]


@dataclass(slots=True)
class Answer:
    """What has come so far. `failure` says why there is no more, in one line."""

    pieces: list[str] = field(default_factory=list)
    end: Finished | None = None
    failure: str | None = None

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def remarks(self) -> Iterator[str]:
        """What the person should know of it beside its text, one line each."""
        if self.end is None:
            return
        for sentence in self.end.passed_over:
            yield f"{one_line(sentence)}; {self.end.provider} answered instead"
        if self.end.finish_reason == "length":
            yield "the answer was cut off at its longest allowed length; `max_tokens` of the provider sets it"


async def receive(house: ModelHouse, request: ChatRequest, provider: str | None, answer: Answer, write: Write) -> None:
    """Fill the answer, and write what of it may be shown. Raises nothing but what `write` raises."""
    plain = PlainStream()
    try:
        async with aclosing(await house.chat(request, provider)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    answer.pieces.append(event.text)
                    write(plain.feed(event.text))
                else:
                    answer.end = event
    except AIError as error:
        answer.failure = one_line(str(error))
    finally:
        write(plain.end())
    if answer.failure is None and not answer.pieces:
        reason = answer.end.finish_reason if answer.end else None
        answer.failure = f"the answer is empty{f' ({one_line(reason)})' if reason else ''}; ask in other words"


class Screen:
    """Standard output, up to date after each piece. Used as a block, at whose end the cursor stands on a new line."""

    def __init__(self) -> None:
        self._last = "\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._last != "\n":
            self("\n")

    def __call__(self, text: str) -> None:
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()
            self._last = text[-1]


def nowhere(text: str) -> None:
    """For an answer that is shown when it is whole."""
