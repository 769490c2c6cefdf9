"""A clock that tests own: nothing passes unless a test says so, and hours pass in microseconds.

clock = FakeClock()
task = asyncio.create_task(something(clock))
await clock.advance(30)          # wakes every sleeper on the way, in order
result = await clock.run(other(clock))   # jumps from sleeper to sleeper until the awaitable is done
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from itertools import count
from typing import Any, TypeVar

T = TypeVar("T")

MIDDAY = 1_790_000_000.0
"""2026-09-21 14:13:20 UTC, a date with room to either side of midnight and of the month's end."""


class FakeClock:
    """A `Clock` whose seconds pass by hand."""

    def __init__(self, *, monotonic: float = 1000.0, date: float = MIDDAY) -> None:
        self._now = monotonic
        self._date_offset = date - monotonic
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def monotonic(self) -> float:
        return self._now

    def time(self) -> float:
        return self._now + self._date_offset

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), waiter))
        await waiter

    def step_date(self, seconds: float) -> None:
        """Somebody sets the machine's date: `time` jumps, `monotonic` does not."""
        self._date_offset += seconds

    def move(self, seconds: float) -> None:
        """Let time pass where nobody sleeps, in tests that are not asynchronous."""
        self._now += seconds

    @property
    def sleepers(self) -> int:
        """How many tasks sleep on this clock."""
        self._drop_cancelled()
        return sum(not waiter.done() for _, _, waiter in self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its own moment and letting it act before the next one wakes."""
        end = self._now + seconds
        await settle()
        while (due := self._next_due()) is not None and due <= end:
            await self._wake(due)
        self._now = end
        await settle()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`. Whenever nothing can go on, time jumps to the next sleeper."""
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                await settle()
                due = self._next_due()
                if due is not None and not task.done():
                    await self._wake(due)
                elif not task.done():  # something outside the loop is at work: a thread or a socket
                    await asyncio.wait({task}, timeout=0.002)
        finally:
            task.cancel()
        return task.result()

    async def _wake(self, due: float) -> None:
        self._now = max(self._now, due)
        while self._next_due() == due:
            _, _, waiter = heapq.heappop(self._sleepers)
            waiter.set_result(None)
        await settle()

    def _next_due(self) -> float | None:
        self._drop_cancelled()
        return self._sleepers[0][0] if self._sleepers else None

    def _drop_cancelled(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)


async def settle() -> None:
    """Let every task run until each one waits for something: time, a thread or a socket."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # asyncio has no public word for "idle"
    for _ in range(10_000):
        await asyncio.sleep(0)
        if not ready:
            return
    raise AssertionError("the tasks never came to rest: one of them polls instead of waiting")
