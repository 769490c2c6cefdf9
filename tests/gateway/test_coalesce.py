from __future__ import annotations

import asyncio

import pytest

from ai_lsp.core.completion import CodeCompletion, Source
from ai_lsp.core.errors import OverloadedError
from ai_lsp.core.stream import Finished, StreamEvent
from ai_lsp.gateway.call import CompletionCall, Next
from ai_lsp.gateway.coalesce import CoalesceStage
from tests.gateway.support_gateway import FakeProvider, answer, chat_call, collect, completion_call, line, sources
from tests.support.clock import settle


class Gate:
    """A provider's script that answers when the test opens it."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, number: int) -> CodeCompletion:
        await self.open.wait()
        return answer(f"answer {number}")


def coalescing(script: Gate) -> tuple[FakeProvider, CoalesceStage, Next]:
    provider = FakeProvider(script=script)
    stage = CoalesceStage(sources(provider))
    return provider, stage, line(stage, providers=sources(provider))


def end_of(events: list[StreamEvent]) -> Finished:
    end = events[-1]
    assert isinstance(end, Finished)
    return end


async def test_r11_50_equal_completions_are_one_call_and_one_of_them_pays() -> None:
    gate = Gate()
    provider, stage, start = coalescing(gate)
    calls = [completion_call() for _ in range(50)]
    tasks = [asyncio.create_task(collect(start(call))) for call in calls]
    await settle()
    assert (provider.calls, stage.under_way) == (1, 1)
    gate.open.set()
    answers = await asyncio.gather(*tasks)

    assert {events[0] for events in answers} == {answers[0][0]}
    ends = [end_of(events) for events in answers]
    assert [end.source for end in ends].count(Source.UPSTREAM) == 1
    assert sum(end.usage.input_tokens for end in ends if end.usage) == 100
    assert sum(call.trace.attempts for call in calls) == 1
    assert (provider.calls, stage.under_way) == (1, 0)


async def test_r11_49_readers_leave_and_the_50th_still_has_its_answer() -> None:
    gate = Gate()
    provider, _, start = coalescing(gate)
    tasks = [asyncio.create_task(collect(start(completion_call()))) for _ in range(50)]
    await settle()
    for task in tasks[:49]:
        task.cancel()
    await settle()
    assert (provider.calls, provider.running) == (1, 1)
    gate.open.set()
    assert end_of(await tasks[49]).source is Source.UPSTREAM
    assert all(task.cancelled() for task in tasks[:49])


async def test_r2_the_call_upstream_ends_when_the_last_reader_leaves() -> None:
    gate = Gate()
    provider, stage, start = coalescing(gate)
    tasks = [asyncio.create_task(collect(start(completion_call()))) for _ in range(3)]
    await settle()
    for task in tasks:
        task.cancel()
    await settle()
    assert (provider.running, provider.cancelled, stage.under_way) == (0, 1, 0)


async def test_who_asks_after_the_last_reader_left_gets_a_new_call() -> None:
    gate = Gate()
    provider, _, start = coalescing(gate)
    first = asyncio.create_task(collect(start(completion_call())))
    await settle()
    first.cancel()
    await asyncio.sleep(0)
    second = asyncio.create_task(collect(start(completion_call())))
    await settle()
    gate.open.set()
    assert end_of(await second).source is Source.UPSTREAM
    assert provider.calls == 2


async def test_a_failure_is_everybodys_failure() -> None:
    opened = asyncio.Event()

    async def fail(number: int) -> CodeCompletion:
        await opened.wait()
        raise OverloadedError("no room")

    providers = sources(FakeProvider(script=fail))
    start = line(CoalesceStage(providers), providers=providers)
    tasks = [asyncio.create_task(collect(start(completion_call()))) for _ in range(3)]
    await settle()
    opened.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [OverloadedError] * 3


@pytest.mark.parametrize("other", [completion_call(prefix="y = "), completion_call("second")])
async def test_different_calls_do_not_share(other: CompletionCall) -> None:
    gate = Gate()
    first, second = FakeProvider(script=gate), FakeProvider("second", script=gate)
    providers = sources(first, second)
    start = line(CoalesceStage(providers), providers=providers)
    tasks = [asyncio.create_task(collect(start(call))) for call in (completion_call(), other)]
    await settle()
    gate.open.set()
    await asyncio.gather(*tasks)
    assert first.calls + second.calls == 2


async def test_conversations_pass_piece_by_piece() -> None:
    provider = FakeProvider()
    start = line(CoalesceStage(sources(provider)), providers=sources(provider))
    one, two = start(chat_call()), start(chat_call())
    await anext(one)
    await anext(two)
    assert provider.running == 2
    await one.aclose()
    await two.aclose()
