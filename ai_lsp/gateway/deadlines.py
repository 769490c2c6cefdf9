"""Ends calls that take too long.

In: a call with its `Deadlines`. Out: the same events, or a `FirstContentTimeoutError`, `StalledError` or
`TotalTimeoutError` at exactly the second that was set; the call upstream is then closed. What must never happen: that
pings or empty deltas keep a silent call alive, or that a reader who is slow himself is taken for a stalled model.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError, FirstContentTimeoutError, StalledError, TotalTimeoutError
from ai_lsp.core.stream import StreamEvent, TextDelta
from ai_lsp.gateway.call import Call, Deadlines, Events, Next


class DeadlineStage:
    """The innermost stage but one: its time is that of a single attempt."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, call: Call, following: Next) -> Events:
        watch = _Watch(self._clock, call)
        try:
            async with aclosing(following(call)) as events:
                while (event := await watch.next_event(events)) is not None:
                    if isinstance(event, TextDelta) and not event.text:
                        continue
                    watch.has_content = True
                    yield event
                    watch.reader_came_back()
        finally:
            watch.stop()


class _Watch:
    """One task per call that sleeps until the earliest deadline and then cancels whoever waits for the next event."""

    def __init__(self, clock: Clock, call: Call) -> None:
        self.has_content = False
        self._clock = clock
        self._provider = call.provider
        self._deadlines: Deadlines = call.deadlines
        self._start = self._quiet_since = clock.monotonic()
        self._waiting: asyncio.Task[object] | None = None
        self._struck = False
        self._task: asyncio.Task[None] | None = None

    async def next_event(self, events: Events) -> StreamEvent | None:
        """The next event, None at the end of the stream, or the error of the deadline that passed."""
        if self._due() <= self._clock.monotonic():
            raise self._error()
        if self._task is None:
            self._task = asyncio.create_task(self._strike_when_due())
        waiting = self._waiting = asyncio.current_task()
        assert waiting is not None
        cancels = waiting.cancelling()
        try:
            return await anext(events, None)
        except BaseException:
            # a cancel that comes from outside at the same moment goes on as a cancel
            if self._struck and waiting.uncancel() == cancels:
                raise self._error() from None
            raise
        finally:
            self._waiting = None

    def reader_came_back(self) -> None:
        """The stall is counted from here: the time that a reader took for himself is not the model's."""
        self._quiet_since = self._clock.monotonic()

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _due(self) -> float:
        total = self._start + self._deadlines.total
        if self.has_content:
            return min(total, self._quiet_since + self._deadlines.stall)
        return min(total, self._start + self._deadlines.first_content)

    async def _strike_when_due(self) -> None:
        while True:
            while (left := self._due() - self._clock.monotonic()) > 0:
                # the first content may make the next deadline an earlier one, but never by more than a stall
                await self._clock.sleep(min(left, self._deadlines.stall))
            if self._waiting is not None:
                self._struck = True
                self._waiting.cancel()
                return
            # the reader is busy: what it does next starts a new stall, but the total stands
            self._quiet_since = self._clock.monotonic()
            if self._start + self._deadlines.total <= self._quiet_since:
                return

    def _error(self) -> AIError:
        limits, name = self._deadlines, self._provider
        if self._clock.monotonic() >= self._start + limits.total:
            return TotalTimeoutError(f"{name} did not finish within {limits.total:g} s", provider=name)
        if self.has_content:
            return StalledError(f"{name} stopped in the middle and sent nothing for {limits.stall:g} s", provider=name)
        return FirstContentTimeoutError(f"{name} sent nothing within {limits.first_content:g} s", provider=name)
