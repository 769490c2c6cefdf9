"""The way of a keystroke, with a scripted provider at its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from ai_lsp.completion.engine import Completer, CompletionEngine
from ai_lsp.completion.memory import Memory
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt, Suggestion, Trigger
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    CircuitOpenError,
    OverloadedError,
    QuotaExceededError,
    RateLimitedError,
)
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position
from ai_lsp.documents.store import Change, Documents
from ai_lsp.gateway.deadlines import DeadlineStage
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.providers.base import AICapabilities, AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.syntax.trees import SyntaxTrees
from tests.support.clock import FakeClock
from tests.support.places import split

URI = "file:///work/a.py"


class Scripted(AIProvider):
    """Answers with what `answer` holds, and keeps the contexts that it was asked for."""

    def __init__(self, answer: str | AIError | Callable[[], Awaitable[str]], silence: Silence | None = None) -> None:
        self.answer = answer
        self.silence = silence
        self.asked: list[CodeContext] = []

    @property
    def name(self) -> str:
        return "scripted"

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(supports_code_completion=True)

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        self.asked.append(context)
        if isinstance(self.answer, AIError):
            raise self.answer
        text = self.answer if isinstance(self.answer, str) else await self.answer()
        return CodeCompletion(text, self.name, "script", silence=self.silence)


class Typist:
    """A document that is typed into, with ghost text asked for at its cursor."""

    def __init__(self, provider: Scripted, clock: FakeClock | None = None) -> None:
        clock = clock or FakeClock()
        trees, memory = SyntaxTrees(clock), Memory(clock)
        self.documents = Documents([trees, memory])
        factory = AIProviderFactory()
        factory.register_provider("scripted", lambda *_: provider)
        self.choice: Completer | Silence = Completer("scripted")
        self.engine = CompletionEngine(
            self.documents,
            memory,
            ContextGatherer(self.documents, trees, clock),
            Gateway([DeadlineStage(clock)], factory),
            choose=self.choose,
            excluded=self.excluded,
            clock=clock,
        )
        self.engine.meet("Neovim")
        self.kept_away: Silence | None = None
        self.version = 0

    async def excluded(self, uri: str) -> Silence | None:
        return self.kept_away

    async def choose(self, language: str) -> Completer | Silence:
        return self.choice

    async def at(self, marked: str, trigger: Trigger = Trigger.AUTOMATIC) -> Suggestion | Silence:
        text, position = split(marked)
        self.version += 1
        if self.documents.get(URI) is None:
            self.documents.open(URI, "python", self.version, text)
        else:
            self.documents.change(URI, self.version, [Change(None, text)])
        return await self.engine.suggest(URI, position, trigger)


async def test_a_completion_becomes_a_suggestion_at_the_cursor() -> None:
    provider = Scripted("compute(y)")
    suggestion = await Typist(provider).at("import os\n\ndef f(y):\n    x = |\n")
    assert isinstance(suggestion, Suggestion)
    assert suggestion.text == "compute(y)"
    assert suggestion.range.start == Position(3, 8)
    assert [scope.name for scope in provider.asked[0].scopes] == ["f"]
    assert provider.asked[0].imports == ("import os",)


async def test_typing_along_asks_the_provider_once() -> None:
    provider = Scripted("compute(y)")
    typist = Typist(provider)
    texts = [await typist.at(f"x = {typed}|") for typed in ("", "c", "co", "compute(")]
    assert [s.text for s in texts if isinstance(s, Suggestion)] == ["compute(y)", "ompute(y)", "mpute(y)", "y)"]
    assert len({s.id for s in texts if isinstance(s, Suggestion)}) == 1
    assert len(provider.asked) == 1


async def test_typing_something_else_asks_again() -> None:
    provider = Scripted("compute(y)")
    typist = Typist(provider)
    await typist.at("x = |")
    await typist.at("x = d|")
    assert len(provider.asked) == 2


async def test_a_rejected_suggestion_does_not_come_back() -> None:
    typist = Typist(Scripted("compute(y)"))
    first = await typist.at("x = |")
    assert isinstance(first, Suggestion)
    typist.engine.rejected(first.id)
    assert await typist.at("x = |") == Silence(Reason.REJECTED)


async def test_an_accepted_suggestion_makes_room_for_the_next() -> None:
    provider = Scripted("compute(y)")
    typist = Typist(provider)
    first = await typist.at("x = |")
    assert isinstance(first, Suggestion)
    typist.engine.accepted(first.id)
    assert isinstance(await typist.at("x = |"), Suggestion)
    assert len(provider.asked) == 2


@pytest.mark.parametrize(("error", "reason"), [
    (RateLimitedError("slow down"), Reason.RATE_LIMITED),
    (QuotaExceededError("all used up"), Reason.QUOTA),
    (AuthenticationError("no key"), Reason.NO_KEY),
    (CircuitOpenError("left alone for 30 s"), Reason.BREAKER_OPEN),
    (OverloadedError("no room"), Reason.FAILED),
])  # fmt: skip
async def test_a_failing_provider_is_a_reason_never_an_exception(error: AIError, reason: Reason) -> None:
    assert await Typist(Scripted(error)).at("x = |") == Silence(reason, str(error))


async def test_a_provider_that_says_nothing_in_time_is_a_reason() -> None:
    clock = FakeClock()

    async def never() -> str:
        await clock.sleep(3600)
        return "too late"

    silence = await clock.run(Typist(Scripted(never), clock).at("x = |"))
    assert isinstance(silence, Silence)
    assert silence.reason is Reason.TIMED_OUT


async def test_an_empty_answer_has_a_reason() -> None:
    assert await Typist(Scripted("")).at("x = |") == Silence(Reason.NO_MATCH)


async def test_switched_off_nobody_is_asked() -> None:
    provider = Scripted("compute(y)")
    typist = Typist(provider)
    typist.choice = Silence(Reason.DISABLED, "for python")
    assert await typist.at("x = |") == Silence(Reason.DISABLED, "for python")
    assert provider.asked == []


async def test_a_document_that_was_never_opened_is_not_read() -> None:
    silence = await Typist(Scripted("x")).engine.suggest("file:///etc/passwd", Position(0, 0), Trigger.INVOKED)
    assert isinstance(silence, Silence)
    assert silence.reason is Reason.NOT_OPEN


async def test_a_place_beyond_the_end_is_the_end() -> None:
    typist = Typist(Scripted("go()"))
    await typist.at("x = 1\n|")
    suggestion = await typist.engine.suggest(URI, Position(99, 99), Trigger.INVOKED)
    assert isinstance(suggestion, Suggestion)
    assert suggestion.range.start == Position(1, 0)


async def test_an_excluded_document_is_kept_from_every_provider() -> None:
    provider = Scripted("compute(y)")
    typist = Typist(provider)
    typist.kept_away = Silence(Reason.EXCLUDED, "by .aiignore")
    assert await typist.at("x = |", Trigger.INVOKED) == Silence(Reason.EXCLUDED, "by .aiignore")
    assert provider.asked == []


async def test_a_check_that_fails_counts_as_an_exclusion() -> None:
    async def broken(uri: str) -> Silence | None:
        raise OSError(uri)

    provider = Scripted("compute(y)")
    typist = Typist(provider)
    clock = FakeClock()
    typist.engine = CompletionEngine(
        typist.documents,
        Memory(clock),
        ContextGatherer(typist.documents, SyntaxTrees(clock), clock),
        Gateway([], AIProviderFactory()),
        choose=typist.choose,
        excluded=broken,
        clock=clock,
    )
    silence = await typist.at("x = |")
    assert isinstance(silence, Silence)
    assert silence.reason is Reason.EXCLUDED
    assert provider.asked == []


@pytest.mark.parametrize(("answer", "shown"), [
    ('go()\nkey = "', "go()"),
    ('"', None),
])  # fmt: skip
async def test_an_answer_that_was_cut_at_a_placeholder_shows_its_whole_lines(answer: str, shown: str | None) -> None:
    masked = Silence(Reason.MASKED)
    said = await Typist(Scripted(answer, masked)).at("x = |")
    assert said == masked if shown is None else isinstance(said, Suggestion) and said.text == shown
