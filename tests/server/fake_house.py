"""A house that suggests what the document tells it to, and a server process that has it: `python -m tests.server.fake_house`.

A line `say TEXT` gets TEXT as its suggestion, and `say ONE¦TWO` TWO to cycle to. `wait` gets none until the request is
cancelled, `fail` raises, and `refuse` raises an error that is meant for the person. Everything else gets silence.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ai_lsp.chat.answer import Answer, Pieces
from ai_lsp.chat.question import Question
from ai_lsp.completion.learn import Counts
from ai_lsp.core.completion import CodeCompletion, Selected, Suggestion, Trigger
from ai_lsp.core.errors import QuotaExceededError, UnknownProviderError
from ai_lsp.core.provider_report import KeyChange, ProviderReport
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.status import Status, StatusKind
from ai_lsp.core.text import Position, Range
from ai_lsp.core.usage import Usage
from ai_lsp.server.house import ClientInfo
from ai_lsp.server.serve import serve
from tests.server.fake_coding import FakeCoding

SECRET = "sk-secret-in-an-exception"


class FakeHouse:
    """`calls` holds what was asked of it, in order."""

    def __init__(self) -> None:
        self.coding = FakeCoding()
        self.documents = self.coding.documents
        self.diagnostics = self.coding.diagnostics
        self.calls: list[tuple[object, ...]] = []
        self.selected: Selected | None = None
        self.expects_settings = False
        self.working = 0
        self.most_working = 0
        self.last_empty: Silence | None = None
        self.settings: Mapping[str, object] = {}
        self.asks: Sequence[str] = ()
        self.tells: Sequence[str] = ()
        self.changed: Callable[[], None] = lambda: None

    def start(self, folders: Sequence[Path], client: ClientInfo) -> None:
        self.calls.append(("start", tuple(map(str, folders)), client))

    def folders_changed(self, folders: Sequence[Path]) -> None:
        self.calls.append(("folders", tuple(map(str, folders))))

    def changed_on_disk(self, paths: Sequence[Path]) -> None:
        self.calls.append(("on disk", tuple(map(str, paths))))

    @contextmanager
    def settings_expected(self) -> Iterator[None]:
        self.expects_settings = True
        yield
        self.expects_settings = False

    def configure(self, settings: Mapping[str, object]) -> None:
        self.settings = settings
        self.calls.append(("configure", settings))

    def watch(self, changed: Callable[[], None]) -> None:
        self.changed = changed

    def switch(self, provider: str) -> None:
        if provider == "nobody":
            raise UnknownProviderError("there is no provider 'nobody'")
        self.calls.append(("switch", provider))

    async def hand_over_key(self, provider: str, key: str | None, kept_for: str | None = None) -> KeyChange:
        if provider == "nobody":
            raise UnknownProviderError("there is no provider of this name; known: fake")
        self.calls.append(("key", provider, key, kept_for))
        return KeyChange(provider, "https://fake.example", "the editor", "", "FAKE_KEY" if key else None)

    def questions(self) -> Sequence[str]:
        asked, self.asks = self.asks, ()
        return asked

    async def judge(self, origin: str, *, allowed: bool) -> None:
        self.calls.append(("judge", origin, allowed))

    def news(self) -> Sequence[str]:
        told, self.tells = self.tells, ()
        return told

    def on_refresh(self, tell: Callable[[str], None]) -> None:
        self.refresh = tell

    async def suggest(
        self, uri: str, position: Position, trigger: Trigger, selected: Selected | None = None
    ) -> Suggestion | Silence:
        self.selected = selected
        self.calls.append(("suggest", uri, position, trigger))
        self.working += 1
        self.most_working = max(self.working, self.most_working)
        try:
            return await self._answer(uri, position)
        finally:
            self.working -= 1

    async def _answer(self, uri: str, position: Position) -> Suggestion | Silence:
        document = self.documents.get(uri)
        if document is None:
            return self._silent(Reason.NOT_OPEN)
        order, _, text = document.line(position.line).partition(" ")
        if order == "wait":
            await asyncio.Event().wait()
        if order == "fail":
            raise ValueError(SECRET)
        if order == "refuse":
            raise QuotaExceededError("the quota of today is used up; raise it in the settings")
        if order != "say":
            return self._silent(Reason.NO_MATCH)
        self.last_empty = None
        said, *others = text.replace("⏎", "\n").split("¦")
        here = Range(position, position)
        alternatives = tuple((other, here) for other in others)
        return Suggestion("s1", said, here, CodeCompletion(said, "fake", "echo"), alternatives=alternatives)

    def _silent(self, reason: Reason) -> Silence:
        self.last_empty = Silence(reason)
        return self.last_empty

    async def ask(self, question: Question) -> Pieces:
        """Says the last word of the question again. `wait` waits after it, `fail` raises, `refuse` raises for the person."""
        self.calls.append(("ask", question))
        self.working += 1
        try:
            content = question.messages[-1].content
            if content == "fail":
                raise ValueError(SECRET)
            if content == "refuse":
                raise QuotaExceededError("the quota of today is used up; raise it in the settings")
            for word in content.split():
                yield word
                for _ in range(3):  # as if the next one were still on its way
                    await asyncio.sleep(0)
            if content.endswith("wait"):
                await asyncio.Event().wait()
            usage = Usage(input_tokens=7, output_tokens=2)
            yield Answer("stop", "fake", "echo", usage, content="".join(content.split()), conversation="c1")
        finally:
            self.working -= 1

    async def providers(self) -> Sequence[ProviderReport]:
        return [
            ProviderReport(
                *("fake", "openai", True, "https://fake.test", "echo", 4096, ("chat",), "missing", None, "no key")
            )
        ]

    def clear_cache(self) -> None:
        self.calls.append(("cache cleared",))

    def shown(self, suggestion_id: str) -> None:
        self.calls.append(("shown", suggestion_id))

    def accepted(self, suggestion_id: str, size: int | None = None) -> None:
        self.calls.append(("accepted", suggestion_id) if size is None else ("accepted", suggestion_id, size))

    def rejected(self, suggestion_id: str) -> None:
        self.calls.append(("rejected", suggestion_id))

    def status(self) -> Status:
        return Status(StatusKind.NORMAL, "ready", "fake", "echo", last_empty=self.last_empty)

    def counts(self) -> Counts:
        return Counts(shown=5, accepted=2, partly=1, rejected=1, kept=((30.0, 2, 1),))

    async def aclose(self) -> None:
        self.calls.append(("closed",))


if __name__ == "__main__":
    sys.exit(serve(FakeHouse))
