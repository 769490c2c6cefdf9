from __future__ import annotations

import asyncio

import pytest

from tests.support.clock import FakeClock, settle


async def test_sleepers_wake_in_order_each_at_its_own_moment() -> None:
    clock = FakeClock(monotonic=0)
    woken: list[tuple[str, float]] = []

    async def sleep(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.monotonic()))

    tasks = [
        asyncio.create_task(sleep("a", 5, 5)),
        asyncio.create_task(sleep("b", 3)),
        asyncio.create_task(sleep("c", 5)),
    ]
    await clock.advance(9)
    assert woken == [("b", 3), ("a", 5), ("c", 5)]
    assert (clock.monotonic(), clock.sleepers) == (9, 1)
    await clock.advance(1)
    assert woken[3:] == [("a", 10)]
    await asyncio.gather(*tasks)


async def test_run_jumps_over_every_wait() -> None:
    clock = FakeClock()
    began = clock.monotonic(), clock.time()

    async def work() -> str:
        await clock.sleep(3600)
        await asyncio.gather(clock.sleep(60), clock.sleep(30))
        return "done"

    assert await clock.run(work()) == "done"
    assert (clock.monotonic() - began[0], clock.time() - began[1]) == (3660, 3660)


async def test_run_waits_for_a_thread_and_passes_errors_on() -> None:
    clock = FakeClock()
    assert await clock.run(asyncio.to_thread(lambda: 42)) == 42

    async def fail() -> None:
        await clock.sleep(1)
        raise KeyError("x")

    with pytest.raises(KeyError):
        await clock.run(fail())


async def test_who_is_cancelled_sleeps_no_more() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(10))
    await settle()
    assert clock.sleepers == 1
    task.cancel()
    await settle()
    assert clock.sleepers == 0
    await clock.advance(20)


async def test_the_date_can_be_set_while_spans_go_on() -> None:
    clock = FakeClock(monotonic=0, date=100)
    clock.step_date(-50)
    clock.move(5)
    assert (clock.monotonic(), clock.time()) == (5, 55)


async def test_no_time_is_no_wait() -> None:
    clock = FakeClock()
    await clock.sleep(0)
    await clock.sleep(-1)
    assert clock.sleepers == 0
