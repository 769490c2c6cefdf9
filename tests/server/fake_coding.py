"""A model for commands on code that says what a test wants to hear. All between the model and the server is real."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from ai_lsp.chat.answer import Answerer
from ai_lsp.chat.task import Task
from ai_lsp.chat.work import Pieces, carry_out
from ai_lsp.context.diagnostics import DiagnosticLog
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import AIError
from ai_lsp.core.reasons import Silence
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.core.text import Position
from ai_lsp.documents.store import Documents
from ai_lsp.gateway.call import Events
from ai_lsp.syntax.trees import SyntaxTrees
from tests.support.clock import FakeClock


class FakeCoding:
    """`answer` is said line by line; `hold` keeps the model silent after its first line until it is set."""

    def __init__(self) -> None:
        clock = FakeClock()
        trees = SyntaxTrees(clock)
        self.diagnostics = DiagnosticLog(clock)
        self.documents = Documents([trees, self.diagnostics])
        self._gatherer = ContextGatherer(self.documents, trees, clock, budget=10.0)
        self.answer = "```\n```"
        self.finish_reason: str | None = "stop"
        self.window: int | None = None
        self.hold: asyncio.Event | None = None
        self.failure: AIError | None = None
        self.refuses: str | None = None
        self.keeps: Silence | None = None
        self.requests: list[ChatRequest] = []
        self.asked: list[tuple[str | None, str | None]] = []
        self.ended = 0

    @property
    def question(self) -> str:
        """What the model was last asked."""
        return self.requests[-1].messages[-1].content

    def work(self, task: Task) -> Pieces:
        return carry_out(task, self)

    def context(self, uri: str, position: Position) -> CodeContext | Silence:
        return self._gatherer.gather(uri, position)

    async def refusal(self, uri: str) -> str | None:
        return None if uri in self.documents.open_uris() and self.refuses is None else self.refuses or "not open"

    async def excluded(self, _: str) -> Silence | None:
        return self.keeps

    async def surroundings(self, uri: str, position: Position) -> CodeContext | Silence:
        return self.context(uri, position)

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        self.asked.append((provider, model))
        return Answerer(provider or "fake", model, self.window)

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        self.requests.append(request)
        return self._events(provider or "fake", request.model or "echo")

    async def _events(self, provider: str, model: str) -> AsyncGenerator[StreamEvent, None]:
        try:
            for number, line in enumerate(self.answer.splitlines(keepends=True)):
                yield TextDelta(line)
                if number == 0 and self.hold is not None:
                    await self.hold.wait()
            if self.failure is not None:
                raise self.failure
            yield Finished(provider, model, self.finish_reason)
        finally:
            self.ended += 1
