"""A conversation at a terminal: `> `, the answer as it comes, and so on until Ctrl-D.

In: what the person types. Out: answers on the screen. Ctrl-C stops an answer, never the program; what has come of it
stays part of the conversation. What must never happen: a question that failed is sent again with the next one.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from ai_lsp.cli.answer import Answer, Screen, receive
from ai_lsp.cli.doors import House
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.question import whole_question
from ai_lsp.cli.terminal import Style, has_colour, styled
from ai_lsp.cli.untrusted import one_line
from ai_lsp.core.chat import ChatMessage, ChatRequest

PROMPT = "> "


@dataclass(slots=True)
class Conversation:
    """`request` has what was said so far; `files` go in front of the next question."""

    provider: str | None
    request: ChatRequest
    files: str

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
        answer = Answer()
        try:
            question = ChatMessage("user", whole_question(self.files, line))
        except CommandError as error:
            _remark(str(error))
            return
        request = replace(self.request, messages=(*self.request.messages, question))
        with suppress(KeyboardInterrupt), Screen() as screen:
            runner.run(receive(house, request, self.provider, answer, screen))
        if answer.failure is not None:
            print(f"ai-lsp: {answer.failure}", file=sys.stderr)
        for remark in answer.remarks():
            _remark(remark)
        if answer.end is not None:
            _remark(one_line(f"({answer.end.provider} {answer.end.model})"))
        if answer.text:
            self.request = replace(request, messages=(*request.messages, ChatMessage("assistant", answer.text)))
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
