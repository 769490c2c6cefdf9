"""Keeps each provider's calls below its limits of requests and tokens per minute.

In: a call. Out: the same call as soon as it fits; a completion that does not fit now gets a `RateLimitedError` at once.
What the service itself says of its limits counts as well. What must never happen: more calls in any one minute than the
limit allows, or a completion that waits.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError, RateLimitedError
from ai_lsp.core.limits import LimitFacts, RateLimitFacts
from ai_lsp.core.stream import Finished
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next
from ai_lsp.gateway.estimate import input_tokens, output_limit
from ai_lsp.gateway.provider import ProviderSource

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class RateLimitSettings:
    """Per minute; None: no limit of our own."""

    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


class PaceStage:
    def __init__(self, providers: ProviderSource, clock: Clock, settings: Callable[[str], RateLimitSettings]) -> None:
        self._providers = providers
        self._clock = clock
        self._settings = settings
        self._paces: dict[str, _Pace] = {}

    async def __call__(self, call: Call, following: Next) -> Events:
        pace = self._paces.get(call.provider)
        if pace is None:
            pace = self._paces[call.provider] = _Pace(self._clock)
        entry = await self._enter(pace, call)
        heard = False
        try:
            async with aclosing(following(call)) as events:
                async for event in events:
                    if not heard:
                        heard = True
                        self._hear(pace, call)
                    if isinstance(event, Finished) and event.usage is not None:
                        pace.correct(entry, event.usage.input_tokens + event.usage.output_tokens)
                    yield event
        except RateLimitedError as error:
            self._hear(pace, call)
            pace.refused(error.retry_after)
            raise

    def _hear(self, pace: _Pace, call: Call) -> None:
        with suppress(AIError):  # it may have been taken out of the settings while it answered
            pace.hear(self._providers.get(call.provider).rate_limits)

    async def _enter(self, pace: _Pace, call: Call) -> _Entry:
        entry = _Entry(0.0, input_tokens(call) + output_limit(call))
        settings = self._settings(call.provider)
        if isinstance(call, CompletionCall):
            wait = math.inf if pace.queue.locked() else pace.wait(settings, entry)
            if wait > 0:
                raise self._limited(call, wait)
            pace.take(entry)
            return entry
        async with pace.queue:  # conversations go in the order in which they came
            while (wait := pace.wait(settings, entry)) > 0:
                if wait > call.deadlines.total:
                    raise self._limited(call, wait)
                await self._clock.sleep(wait)
            pace.take(entry)
        return entry

    @staticmethod
    def _limited(call: Call, wait: float) -> RateLimitedError:
        known = math.isfinite(wait)
        when = f"the next call fits in {math.ceil(wait)} s" if known else "others wait already"
        return RateLimitedError(
            f"the rate limit of {call.provider} is reached: {when}",
            provider=call.provider,
            retry_after=wait if known else None,
        )


@dataclass(slots=True, eq=False)
class _Entry:
    """A call that was sent. `tokens` is an estimate until the answer tells the figure."""

    at: float
    tokens: int


class _Pace:
    """What one provider was sent during the last minute, and what it said of its limits."""

    def __init__(self, clock: Clock) -> None:
        self.queue = asyncio.Lock()
        self._clock = clock
        self._sent: deque[_Entry] = deque()
        self._tokens = 0
        self._blocked_until = 0.0
        self._facts: RateLimitFacts | None = None
        self._facts_at = 0.0
        self._since_facts: list[_Entry] = []

    def wait(self, settings: RateLimitSettings, entry: _Entry) -> float:
        """Seconds until a call of this size fits; 0: now."""
        now = self._clock.monotonic()
        while self._sent and self._sent[0].at <= now - MINUTE:
            self._tokens -= self._sent.popleft().tokens
        return max(
            self._blocked_until - now,
            self._wait_for_requests(settings.requests_per_minute, now),
            self._wait_for_tokens(settings.tokens_per_minute, entry.tokens, now),
            self._wait_for_service(entry, now),
        )

    def take(self, entry: _Entry) -> None:
        entry.at = self._clock.monotonic()
        self._sent.append(entry)
        self._tokens += entry.tokens
        if self._facts is not None:
            self._since_facts.append(entry)

    def correct(self, entry: _Entry, tokens: int) -> None:
        """The answer told how many tokens the call really took."""
        if self._sent and entry.at >= self._sent[0].at:
            self._tokens += tokens - entry.tokens
        entry.tokens = tokens

    def hear(self, facts: RateLimitFacts | None) -> None:
        if facts is not None and facts is not self._facts:
            self._facts, self._facts_at = facts, self._clock.monotonic()
            self._since_facts.clear()

    def refused(self, retry_after: float | None) -> None:
        """The service said that this was too much: nothing more is sent before it wants to hear of us."""
        if retry_after is not None and math.isfinite(retry_after):
            self._blocked_until = max(self._blocked_until, self._clock.monotonic() + min(retry_after, MINUTE))

    def _wait_for_requests(self, limit: int | None, now: float) -> float:
        """Until so many of the last minute's calls are a minute old that one more fits below the limit."""
        if limit is None or len(self._sent) < limit or not self._sent:
            return 0.0
        return self._sent[len(self._sent) - max(limit, 1)].at + MINUTE - now

    def _wait_for_tokens(self, limit: int | None, size: int, now: float) -> float:
        """The same for tokens. A call that is larger than the limit fits when nothing else was sent."""
        if limit is None:
            return 0.0
        too_much = self._tokens + size - max(limit, size)
        for sent in self._sent:
            if too_much <= 0:
                return 0.0
            too_much -= sent.tokens
            if too_much <= 0:
                return sent.at + MINUTE - now
        return 0.0

    def _wait_for_service(self, entry: _Entry, now: float) -> float:
        if self._facts is None:
            return 0.0
        if now >= self._facts_at + MINUTE:  # what was said so long ago holds no more
            self._facts = None
            self._since_facts.clear()
            return 0.0
        sent = self._since_facts
        return max(
            self._left(self._facts.requests, len(sent), 1, now),
            self._left(self._facts.tokens, sum(one.tokens for one in sent), entry.tokens, now),
        )

    def _left(self, facts: LimitFacts, used: int, size: int, now: float) -> float:
        if facts.remaining is None or facts.reset is None:
            return 0.0
        # an estimate above the whole limit must not wait for ever
        size = min(size, facts.limit) if facts.limit is not None else size
        return self._facts_at + min(facts.reset, MINUTE) - now if facts.remaining - used < size else 0.0
