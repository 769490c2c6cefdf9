"""A person at a document, with a service whose stream the test lets flow piece by piece."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from ai_lsp.completion.anchors import Place
from ai_lsp.completion.engine import Completer, CompletionEngine
from ai_lsp.completion.memory import Memory
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt, Selected, Source, Suggestion, Trigger
from ai_lsp.core.context import CodeContext
from ai_lsp.core.reasons import Silence
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.providers.base import AICapabilities, AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.syntax.trees import SyntaxTrees
from tests.support.clock import FakeClock, settle
from tests.support.places import at, split

URI = "file:///work/a.py"


def cursor(marked: str, uri: str = URI, language: str = "python") -> Place:
    context = at(marked, uri, language)
    return Place(context.document, context.position)


class Upstream:
    """One stream of the service. It says what the test makes it say and notes how it ended."""

    def __init__(self, prompt: CompletionPrompt) -> None:
        self.prompt = prompt
        self.closed = False
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()

    async def say(self, *pieces: str) -> None:
        for piece in pieces:
            self._pieces.put_nowait(piece)
        await settle()

    async def finish(self, *pieces: str) -> None:
        await self.say(*pieces)
        self._pieces.put_nowait(None)
        await settle()

    async def events(self) -> AsyncIterator[StreamEvent]:
        try:
            while (piece := await self._pieces.get()) is not None:
                yield TextDelta(piece)
            yield Finished("service", "model", "stop")
        finally:
            self.closed = True


class Service(AIProvider):
    """Keeps a stream for each call; with `answer` set it says that at once."""

    def __init__(self, answer: str | None = None) -> None:
        self.answer = answer
        self.calls: list[Upstream] = []
        self.most_open = 0

    @property
    def name(self) -> str:
        return "service"

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(supports_code_completion=True, supports_streaming=True)

    @property
    def open(self) -> int:
        return sum(not call.closed for call in self.calls)

    async def stream_code(self, prompt: CompletionPrompt, context: CodeContext) -> AsyncIterator[StreamEvent]:
        call = Upstream(prompt)
        self.calls.append(call)
        self.most_open = max(self.most_open, self.open)
        if self.answer is not None:
            call._pieces.put_nowait(self.answer)
            call._pieces.put_nowait(None)
        events = call.events()
        try:
            async for event in events:
                yield event
        finally:
            call.closed = True


class Sure(AIProvider):
    """An engine of our own that knows what comes."""

    def __init__(self, answer: str, confidence: float) -> None:
        self.answer = answer
        self.confidence = confidence

    @property
    def name(self) -> str:
        return "own"

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(supports_code_completion=True)

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        return CodeCompletion(self.answer, "own", "m", Source.EMBEDDED, confidence=self.confidence)


class Typist:
    """`uri` is where the keys go; `here` is the cursor."""

    def __init__(self, service: Service, own: Sure | None = None, editor: str = "Neovim") -> None:
        self.clock = FakeClock()
        self.service = service
        trees, self.memory = SyntaxTrees(self.clock), Memory(self.clock)
        self.documents = Documents([trees, self.memory])
        factory = AIProviderFactory()
        factory.register_provider("service", lambda *_: service)
        if own is not None:
            factory.register_provider("own", lambda *_: own)
        self.choice: Completer | Silence = Completer("service", companion="own" if own else None)
        self.engine = CompletionEngine(
            self.documents,
            self.memory,
            ContextGatherer(self.documents, trees, self.clock),
            Gateway([], factory),
            choose=self.choose,
            excluded=self.excluded,
            clock=self.clock,
        )
        self.engine.meet(editor)
        self.uri = URI
        self.here = Position(0, 0)
        self._version = 0

    async def excluded(self, uri: str) -> Silence | None:
        return None

    async def choose(self, language: str) -> Completer | Silence:
        return self.choice

    def write(self, marked: str, language: str = "python") -> None:
        """Make the document this text, with the cursor at its mark."""
        text, self.here = split(marked)
        self._version += 1
        if self.documents.get(self.uri) is None:
            self.documents.open(self.uri, language, self._version, text)
        else:
            self.documents.change(self.uri, self._version, [Change(None, text)])

    def put(self, start: Position, end: Position, text: str) -> None:
        """Replace a part of the document; the cursor goes along."""
        self._version += 1
        moves = self.here >= end
        lines_before = self._line_count()
        self.documents.change(self.uri, self._version, [Change(Range(start, end), text)])
        if moves and self.here.line == end.line:
            last = text.rpartition("\n")[2]
            column = len(last) + self.here.column - end.column + (start.column if "\n" not in text else 0)
            self.here = Position(start.line + text.count("\n"), column)
        elif moves:
            self.here = Position(self.here.line + self._line_count() - lines_before, self.here.column)

    def key(self, text: str) -> None:
        self.put(self.here, self.here, text)

    def back(self, count: int = 1) -> None:
        self.put(Position(self.here.line, self.here.column - count), self.here, "")

    def accept(self, suggestion: Suggestion) -> None:
        """As an editor does it: the text goes in, then the command comes."""
        self.here = suggestion.range.end
        self.put(suggestion.range.start, suggestion.range.end, suggestion.text)
        self.engine.accepted(suggestion.id)

    def ask(
        self, trigger: Trigger = Trigger.AUTOMATIC, selected: Selected | None = None
    ) -> asyncio.Task[Suggestion | Silence]:
        return asyncio.ensure_future(self.engine.suggest(self.uri, self.here, trigger, selected))

    async def see(self, trigger: Trigger = Trigger.AUTOMATIC) -> Suggestion | Silence:
        """What comes at once."""
        task = self.ask(trigger)
        await settle()
        assert task.done(), "nothing came at once"
        return task.result()

    async def ghost(self) -> str | None:
        """The text on screen; None: nothing."""
        found = await self.see()
        return found.text if isinstance(found, Suggestion) else None

    async def waited(self) -> str | None:
        """The text on screen after a tenth of a second."""
        task = self.ask()
        await self.clock.advance(0.1)
        found = task.result()
        return found.text if isinstance(found, Suggestion) else None

    def _line_count(self) -> int:
        document = self.documents.get(self.uri)
        assert document is not None
        return len(document.lines)
