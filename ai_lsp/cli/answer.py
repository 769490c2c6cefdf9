"""An answer of a model on its way to a terminal, and the screen that it is shown on.

In: a request. Out: the text, piece by piece, without what a terminal would obey, and how it ended. A terminal shows
Markdown as it is written, so that nothing in it has to be made inert.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Self

from ai_lsp.chat.history import fit, left_out
from ai_lsp.chat.question import Said
from ai_lsp.chat.reply import Reply
from ai_lsp.cli.doors import ModelHouse
from ai_lsp.cli.untrusted import PlainStream
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.errors import AIError

Write = Callable[[str], None]


def new_reply() -> Reply:
    """An answer of which nothing has come yet."""
    return Reply(PlainStream())


def complain(line: str) -> None:
    """To the person, not to who reads the answer."""
    print(f"ai-lsp: {line}", file=sys.stderr)


async def receive(
    house: ModelHouse,
    request: ChatRequest,
    provider: str | None,
    reply: Reply,
    write: Write,
    *,
    tell: Write = complain,
) -> None:
    """Fill the reply, and write what of it may be shown; `tell` what had to be left out of the request. Raises nothing
    but what `write` raises.
    """
    try:
        who = await house.answerer(provider, request.model)
        fitted = fit(who.instructions, [Said(message) for message in request.messages], who.window)
    except AIError as error:
        reply.error = error
        return
    for line in left_out(fitted, ()):
        tell(line)
    asked = house.chat(replace(request, messages=fitted.messages), provider)
    async with aclosing(reply.read(asked)) as pieces:
        async for piece in pieces:
            write(piece)


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
