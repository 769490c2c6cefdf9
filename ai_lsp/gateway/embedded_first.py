"""Lets the embedded engine answer first when it is sure enough, which costs nothing.

In: a completion for another provider. Out: the embedded engine's answer if its confidence reaches the threshold that
the person set, else whatever the rest of the line says. Chats pass untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace

from ai_lsp.core.errors import AIError
from ai_lsp.core.stream import Finished, StreamEvent
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next, Trace


class EmbeddedFirstStage:
    """`threshold` is a probability; None: the stage does nothing. `engine` is the embedded engine's name."""

    def __init__(self, threshold: Callable[[], float | None], engine: str = "embedded") -> None:
        self._threshold = threshold
        self._engine = engine

    def __call__(self, call: Call, following: Next) -> Events:
        threshold = self._threshold()
        if threshold is None or not isinstance(call, CompletionCall) or call.provider == self._engine:
            return following(call)
        return self._try_engine(call, following, threshold)

    async def _try_engine(self, call: Call, following: Next, threshold: float) -> Events:
        events = await self._engine_answer(replace(call, provider=self._engine, trace=Trace()), following)
        last = events[-1] if events else None
        if len(events) > 1 and isinstance(last, Finished) and (last.confidence or 0.0) >= threshold:
            for event in events:
                yield event
            return
        async with aclosing(following(call)) as stream:
            async for event in stream:
                yield event

    @staticmethod
    async def _engine_answer(call: Call, following: Next) -> list[StreamEvent]:
        try:
            async with aclosing(following(call)) as stream:
                return [event async for event in stream]
        except AIError:
            return []
