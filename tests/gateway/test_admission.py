from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc

import pytest

from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.errors import OverloadedError
from ai_lsp.core.stream import Finished, StreamEvent
from ai_lsp.gateway.admission import AdmissionSettings, AdmissionStage
from ai_lsp.gateway.call import Call, CompletionCall, Events
from tests.gateway.support_gateway import FakeProvider, answer, chat_call, collect, completion_call, line, sources
from tests.support.clock import settle

SMALL = AdmissionSettings(running=1, queued=3)


class Upstream:
    """Holds every call until the test lets it go; `order` is the order in which they came through."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.holding: list[asyncio.Event] = []

    async def __call__(self, call: Call) -> Events:
        self.order.append(_label(call))
        hold = asyncio.Event()
        self.holding.append(hold)
        await hold.wait()
        yield Finished("cloud", "m1")

    async def finish_one(self) -> None:
        self.holding.pop(0).set()
        await settle()


def _label(call: Call) -> str:
    return call.prompt.prefix if isinstance(call, CompletionCall) else call.request.messages[0].content


def start(stage: AdmissionStage, call: Call, upstream: Upstream) -> asyncio.Task[list[StreamEvent]]:
    return asyncio.create_task(collect(stage(call, upstream)))


async def test_completions_go_newest_first_and_conversations_in_their_order() -> None:
    for make, expected in ((completion_call, ["0", "3", "2", "1"]), (chat_call, ["0", "1", "2", "3"])):
        stage, upstream = AdmissionStage(lambda _: SMALL), Upstream()
        tasks = []
        for number in range(4):
            tasks.append(start(stage, make("cloud", str(number)), upstream))
            await settle()
        while upstream.holding:
            await upstream.finish_one()
        await asyncio.gather(*tasks)
        assert upstream.order == expected


async def test_neither_kind_starves_the_other() -> None:
    stage, upstream = AdmissionStage(lambda _: AdmissionSettings(1, 4)), Upstream()
    calls = [completion_call("cloud", "c0"), *(completion_call("cloud", f"c{n}") for n in (1, 2))]
    calls_and_chats: list[Call] = [*calls, chat_call("cloud", "t1"), chat_call("cloud", "t2")]
    tasks = []
    for call in calls_and_chats:
        tasks.append(start(stage, call, upstream))
        await settle()
    while upstream.holding:
        await upstream.finish_one()
    await asyncio.gather(*tasks)
    assert upstream.order == ["c0", "c2", "t1", "c1", "t2"]


async def test_r10_of_200_at_once_20_are_taken_and_the_rest_is_refused_at_once() -> None:
    opened = asyncio.Event()

    async def slow(number: int) -> CodeCompletion:
        await opened.wait()
        return answer()

    provider = FakeProvider(script=slow)
    stage = AdmissionStage(lambda _: AdmissionSettings())
    through = line(stage, providers=sources(provider))
    began = time.perf_counter()
    tasks = [asyncio.create_task(collect(through(completion_call("cloud", str(n))))) for n in range(200)]
    await settle()
    assert (time.perf_counter() - began) / 200 < 0.01
    refused = [task for task in tasks if task.done()]
    assert (len(refused), stage.load("cloud")) == (180, (4, 16))
    assert all(isinstance(task.exception(), OverloadedError) for task in refused)
    assert "cloud is busy: 4 calls run and 16 wait" in str(refused[0].exception())
    opened.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (provider.calls, provider.most_running, stage.load("cloud")) == (20, 4, (0, 0))


async def test_a_full_line_of_conversations_refuses_the_newest() -> None:
    stage, upstream = AdmissionStage(lambda _: SMALL), Upstream()
    tasks = [start(stage, chat_call("cloud", str(number)), upstream) for number in range(5)]
    await settle()
    assert [task.done() for task in tasks] == [False] * 4 + [True]
    assert isinstance(tasks[4].exception(), OverloadedError)
    while upstream.holding:
        await upstream.finish_one()
    await asyncio.gather(*tasks[:4])


async def test_a_full_line_of_completions_gives_up_the_oldest() -> None:
    stage, upstream = AdmissionStage(lambda _: SMALL), Upstream()
    tasks = [start(stage, completion_call("cloud", str(number)), upstream) for number in range(5)]
    await settle()
    assert [task.done() for task in tasks] == [False, True, False, False, False]
    while upstream.holding:
        await upstream.finish_one()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert upstream.order == ["0", "4", "3", "2"]


async def test_who_leaves_the_line_frees_its_place() -> None:
    stage, upstream = AdmissionStage(lambda _: SMALL), Upstream()
    tasks = [start(stage, chat_call("cloud", str(number)), upstream) for number in range(3)]
    await settle()
    tasks[1].cancel()
    await settle()
    assert stage.load("cloud") == (1, 1)
    await upstream.finish_one()
    assert upstream.order == ["0", "2"]
    await upstream.finish_one()
    assert stage.load("cloud") == (0, 0)


async def test_a_turn_that_comes_at_the_moment_of_a_cancel_goes_to_the_next() -> None:
    stage, upstream = AdmissionStage(lambda _: SMALL), Upstream()
    tasks = [start(stage, chat_call("cloud", str(number)), upstream) for number in range(3)]
    await settle()
    tasks[0].cancel()  # its turn is passed on while ...
    tasks[1].cancel()  # ... the one whose turn it becomes is cancelled as well
    await settle()
    assert upstream.order == ["0", "2"]
    tasks[2].cancel()
    await settle()
    assert stage.load("cloud") == (0, 0)


async def test_r9_providers_do_not_wait_for_each_other() -> None:
    stage, upstream = AdmissionStage(lambda _: SMALL), Upstream()
    stuck = start(stage, chat_call("dead", "stuck"), upstream)
    free = start(stage, chat_call("cloud", "free"), upstream)
    await settle()
    assert upstream.order == ["stuck", "free"]
    stuck.cancel()
    free.cancel()
    await settle()


async def test_r10_memory_stays_flat_while_callers_are_refused() -> None:
    stage, upstream = AdmissionStage(lambda _: AdmissionSettings()), Upstream()
    holding = [start(stage, chat_call("cloud", str(number)), upstream) for number in range(20)]
    await settle()

    async def memory_after(refusals: int) -> int:
        for _ in range(refusals):
            with pytest.raises(OverloadedError):
                await collect(stage(chat_call(), upstream))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    before = await memory_after(100)
    grown = await memory_after(2000) - before
    tracemalloc.stop()
    assert grown < 16 * 1024
    for task in holding:
        task.cancel()
    await settle()
