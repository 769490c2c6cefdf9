"""A conversation at a terminal: `> `, the answer as it comes, and so on until Ctrl-D.

In: what the person types. Out: answers on the screen. Ctrl-C stops an answer, never the program; what has come of it
stays part of the conversation. What must never happen: a question that failed is sent again with the next one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ai_lsp.cli.answer import Screen, complain, new_reply, receive
from ai_lsp.cli.doors import House
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.question import whole_question
from ai_lsp.cli.terminal import Style, has_colour, styled
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.chat import ChatMessage, ChatRequest

PROMPT = "> "


@dataclass(slots=True)
class Conversation:
    """`said` is what was said so far; `files` go in front of the next question."""

    provider: str | None
    model: str | None
    files: str
    said: tuple[ChatMessage, ...] = ()

    def hold(self, open_house: Callable[[], House]) -> None:
        """Until the person ends it. One event loop for all of it, which rests while the person writes."""
        _enable_editing()
        _remark("Ctrl-D ends, Ctrl-C stops an answer")
        with asyncio.Runner() as runner:
            house = runner.run(_opened(open_house))
            try:
                while (line := _read_line()) is not None:
                    if line.strip():
                        self._turn(line, house, runner)
            finally:
                runner.run(house.aclose())

    def _turn(self, line: str, house: House, runner: asyncio.Runner) -> None:
        try:
            question = ChatMessage("user", whole_question(self.files, line))
        except CommandError as error:
            _remark(str(error))
            return
        reply = new_reply()
        request = ChatRequest((*self.said, question), self.model)
        with suppress(KeyboardInterrupt), Screen() as screen:
            runner.run(receive(house, request, self.provider, reply, screen, tell=_remark))
        if (failure := reply.failure()) is not None:
            complain(one_line(failure))
        for remark in reply.remarks():
            _remark(one_line(remark))
        if reply.end is not None:
            _remark(one_line(f"({reply.end.provider} {reply.end.model})"))
        if reply.text:
            self.said = (*request.messages, ChatMessage("assistant", reply.text))
            self.files = ""


async def _opened(open_house: Callable[[], House]) -> House:
    return open_house()


def _enable_editing() -> None:
    with suppress(ImportError):  # Windows has its own
        import readline  # noqa: F401, PLC0415  # being imported is what makes arrow keys work in `input`


def _read_line() -> str | None:
    """What the person types; None: they are done. Ctrl-C throws the line away."""
    try:
        return input(PROMPT)
    except EOFError:
        print()
        return None
    except KeyboardInterrupt:
        print()
        return ""


def _remark(text: str) -> None:
    print(styled(text, Style.FAINT, has_colour(sys.stdout)))
