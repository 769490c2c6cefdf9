"""A service in trouble, as a person at the keyboard meets it: silence with a reason, and no key asks again in vain."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ai_lsp.completion.engine import CompletionEngine
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    BrokenStreamError,
    ConnectionFailedError,
    FirstContentTimeoutError,
    ProtocolError,
    RateLimitedError,
)
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import StreamEvent
from ai_lsp.gateway.breaker import BreakerSettings, BreakerStage
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.providers.factory import AIProviderFactory
from tests.completion.support_typist import Service, Typist


class Troubled(Service):
    """Fails while it has an error."""

    def __init__(self, error: AIError) -> None:
        super().__init__("compute(a)")
        self.error: AIError | None = error
        self.asked = 0

    async def stream_code(self, prompt: CompletionPrompt, context: CodeContext) -> AsyncIterator[StreamEvent]:
        self.asked += 1
        if self.error is not None:
            raise self.error
        async for event in super().stream_code(prompt, context):
            yield event


class Guarded(Typist):
    """With the gateway's breaker between the engine and the service."""

    def __init__(self, service: Troubled) -> None:
        super().__init__(service)
        factory = AIProviderFactory()
        factory.register_provider("service", lambda *_: service)
        self.engine = CompletionEngine(
            self.documents,
            self.memory,
            self.engine._gatherer,
            Gateway([BreakerStage(factory, self.clock)], factory),
            choose=self.choose,
            excluded=self.excluded,
            clock=self.clock,
        )
        self.engine.meet("Neovim")

    async def keys(self, count: int) -> list[Reason]:
        """Why nothing came after each of so many keys."""
        reasons = []
        for _ in range(count):
            self.key("y")
            found = await self.see()
            assert isinstance(found, Silence)
            reasons.append(found.reason)
        return reasons


@pytest.mark.parametrize(("error", "reason"), [
    (RateLimitedError("slow down", provider="service"), Reason.RATE_LIMITED),
    (AuthenticationError("no such key", provider="service"), Reason.NO_KEY),
    (FirstContentTimeoutError("silent", provider="service"), Reason.TIMED_OUT),
    (ProtocolError("no server-sent events", provider="service"), Reason.FAILED),
    (BrokenStreamError("cut off", provider="service"), Reason.FAILED),
])  # fmt: skip
async def test_engine_27_whatever_the_service_does_is_silence_with_a_reason(error: AIError, reason: Reason) -> None:
    typist = Guarded(Troubled(error))
    typist.write("x = |")
    assert await typist.keys(1) == [reason]


async def test_engine_27_a_service_that_keeps_failing_is_left_alone_and_asked_again_later() -> None:
    service = Troubled(ConnectionFailedError("nobody answers", provider="service"))
    typist = Guarded(service)
    typist.write("x = |")
    most = BreakerSettings().failures
    assert await typist.keys(2 * most) == [Reason.FAILED] * most + [Reason.BREAKER_OPEN] * most
    assert service.asked == most
    await typist.clock.advance(BreakerSettings().open_for)
    service.error = None
    typist.key("z")
    assert await typist.ghost() == "compute(a)"
