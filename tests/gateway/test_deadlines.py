from __future__ import annotations

import asyncio

import pytest

from ai_lsp.core.errors import (
    ConnectionFailedError,
    DeadlineError,
    FirstContentTimeoutError,
    StalledError,
    TotalTimeoutError,
)
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Call, Deadlines, Events, Next
from ai_lsp.gateway.deadlines import DeadlineStage
from tests.gateway.support_gateway import chat_call, collect
from tests.support.clock import FakeClock, settle

END = Finished("cloud", "m1")
LIMITS = Deadlines(first_content=30, stall=20, total=300)


class Upstream:
    """Sends (seconds to wait, event) pairs, and says whether it was closed."""

    def __init__(self, clock: FakeClock, *steps: tuple[float, TextDelta | Finished]) -> None:
        self.clock = clock
        self.steps = steps
        self.closed = False

    async def __call__(self, call: Call) -> Events:
        try:
            for seconds, event in self.steps:
                await self.clock.sleep(seconds)
                yield event
        finally:
            self.closed = True


async def seconds_until_error(clock: FakeClock, upstream: Next) -> tuple[float, DeadlineError]:
    began = clock.monotonic()
    with pytest.raises(DeadlineError) as caught:
        await clock.run(collect(DeadlineStage(clock)(chat_call(deadlines=LIMITS), upstream)))
    return clock.monotonic() - began, caught.value


async def test_r4_a_silent_model_is_left_after_30_seconds() -> None:
    clock = FakeClock()
    upstream = Upstream(clock, (1000, END))
    seconds, error = await seconds_until_error(clock, upstream)
    assert (seconds, type(error), upstream.closed) == (30.0, FirstContentTimeoutError, True)
    assert str(error) == "cloud sent nothing within 30 s"


async def test_r4_empty_deltas_are_no_content() -> None:
    clock = FakeClock()
    seconds, error = await seconds_until_error(clock, Upstream(clock, *[(1, TextDelta(""))] * 100))
    assert (seconds, type(error)) == (30.0, FirstContentTimeoutError)


async def test_r4_a_stalled_model_is_left_20_seconds_after_its_last_content() -> None:
    clock = FakeClock()
    upstream = Upstream(clock, (5, TextDelta("a")), (7, TextDelta("")), (6, TextDelta("")), (100, END))
    seconds, error = await seconds_until_error(clock, upstream)
    assert (seconds, type(error), upstream.closed) == (25.0, StalledError, True)


async def test_r4_a_dripping_model_is_left_after_300_seconds() -> None:
    clock = FakeClock()
    upstream = Upstream(clock, *[(7, TextDelta("drip"))] * 100)
    seconds, error = await seconds_until_error(clock, upstream)
    assert (seconds, type(error), upstream.closed) == (300.0, TotalTimeoutError, True)
    assert not error.retryable


async def test_a_provider_that_makes_an_error_of_its_own_out_of_the_cancel_changes_nothing() -> None:
    clock = FakeClock()

    async def upstream(call: Call) -> Events:
        try:
            await clock.sleep(1000)
        except asyncio.CancelledError:
            raise ConnectionFailedError("the connection was closed") from None
        yield END

    seconds, error = await seconds_until_error(clock, upstream)
    assert (seconds, type(error)) == (30.0, FirstContentTimeoutError)


async def test_an_answer_in_time_passes_whole_and_leaves_nothing_behind() -> None:
    clock = FakeClock()
    upstream = Upstream(clock, (29, TextDelta("a")), (19, TextDelta("b")), (19, END))
    events = await clock.run(collect(DeadlineStage(clock)(chat_call(deadlines=LIMITS), upstream)))
    await settle()
    assert events == [TextDelta("a"), TextDelta("b"), END]
    assert clock.sleepers == 0


async def test_the_time_that_a_slow_reader_takes_is_not_a_stall() -> None:
    clock = FakeClock()
    upstream = Upstream(clock, (1, TextDelta("a")), (19, TextDelta("b")), (1, END))
    events = DeadlineStage(clock)(chat_call(deadlines=LIMITS), upstream)
    assert await clock.run(anext(events)) == TextDelta("a")
    await clock.advance(100)
    assert await clock.run(collect(events)) == [TextDelta("b"), END]


async def test_a_cancel_goes_through_and_closes_the_call_upstream() -> None:
    clock = FakeClock()
    upstream = Upstream(clock, (1000, END))
    task = asyncio.create_task(collect(DeadlineStage(clock)(chat_call(deadlines=LIMITS), upstream)))
    await clock.advance(10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settle()
    assert upstream.closed
    assert clock.sleepers == 0


async def test_a_cancel_at_the_very_moment_of_the_deadline_stays_a_cancel() -> None:
    clock = FakeClock()
    upstream = Upstream(clock, (1000, END))
    task = asyncio.create_task(collect(DeadlineStage(clock)(chat_call(deadlines=LIMITS), upstream)))

    async def cancel_at_30() -> None:
        await clock.sleep(30)
        task.cancel()

    other = asyncio.create_task(cancel_at_30())
    await clock.advance(40)
    with pytest.raises(asyncio.CancelledError):
        await task
    await other
