"""Repeats a call that failed before it said anything, where that is safe and there is hope.

In: a call. Out: the events of the first attempt that gave any. What must never happen: an attempt after the first piece
of text (the person would read it twice); retries that multiply the load of a service in trouble; a completion that waits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_random_exponential

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError
from ai_lsp.core.stream import StreamEvent
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next

LONGEST_WAIT = 60.0
"""Seconds: whatever a service asks for, a person is not kept waiting longer between two attempts."""


@dataclass(frozen=True, slots=True)
class RetrySettings:
    """At most `attempts` in all. Waits are random between 0 and min(`cap`, `base` * 2**n) seconds ("full jitter").

    Every call earns a provider `budget` retries, of which at most `burst` are saved up.
    """

    attempts: int = 3
    base: float = 0.5
    cap: float = 8.0
    budget: float = 0.1
    burst: float = 10.0


class Circuits(Protocol):
    """What the retries have to know of the breaker."""

    def allows_retry(self, call: Call, error: AIError) -> bool: ...


class RetryStage:
    def __init__(self, clock: Clock, settings: Callable[[str], RetrySettings], circuits: Circuits) -> None:
        self._clock = clock
        self._settings = settings
        self._circuits = circuits
        self._saved: dict[str, float] = {}

    def __call__(self, call: Call, following: Next) -> Events:
        self._earn(call.provider)
        return following(call) if isinstance(call, CompletionCall) else self._repeat(call, following)

    async def _repeat(self, call: Call, following: Next) -> Events:
        settings = self._settings(call.provider)
        end = self._clock.monotonic() + call.deadlines.total
        retrying = AsyncRetrying(
            sleep=self._clock.sleep,
            stop=stop_after_attempt(settings.attempts),
            wait=partial(self._wait, settings=settings, end=end),
            retry=partial(self._may_repeat, call=call, settings=settings, end=end),
            reraise=True,
        )
        begun: tuple[Events, StreamEvent | None] = await retrying(_begin, call, following)
        events, first = begun
        async with aclosing(events):
            if first is not None:
                yield first
            async for event in events:
                yield event

    def _earn(self, provider: str) -> None:
        settings = self._settings(provider)
        saved = self._saved.get(provider, settings.burst)
        self._saved[provider] = min(settings.burst, saved + settings.budget)

    def _may_repeat(self, state: RetryCallState, *, call: Call, settings: RetrySettings, end: float) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, AIError) or not error.retryable or state.attempt_number >= settings.attempts:
            return False
        # a hair less than one, because ten deposits of a tenth do not quite make it
        if self._clock.monotonic() >= end or self._saved[call.provider] < 1 - 1e-9:
            return False
        if not self._circuits.allows_retry(call, error):
            return False
        self._saved[call.provider] -= 1
        return True

    def _wait(self, state: RetryCallState, *, settings: RetrySettings, end: float) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, AIError) else None
        if asked is None or not math.isfinite(asked) or asked < 0:
            asked = wait_random_exponential(multiplier=settings.base, max=settings.cap)(state)
        return min(asked, LONGEST_WAIT, max(0.0, end - self._clock.monotonic()))


async def _begin(call: Call, following: Next) -> tuple[Events, StreamEvent | None]:
    """One attempt up to its first event: the only part that may be repeated."""
    events = following(call)
    try:
        return events, await anext(events, None)
    except BaseException:
        await events.aclose()
        raise
