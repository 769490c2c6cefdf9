"""The whole line under what goes wrong in life."""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ai_lsp.core.chat import ChatRequest, ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion, Source
from ai_lsp.core.errors import AIError, BrokenStreamError, CircuitOpenError, ConnectionFailedError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import TextDelta
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.admission import AdmissionSettings
from ai_lsp.gateway.breaker import CircuitState
from ai_lsp.gateway.call import Call, Deadlines, Events, Next
from ai_lsp.gateway.fallback import FallbackSettings
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.gateway.order import ORDER, GatewaySettings, Middleware, Parts, ProviderLimits, build_gateway
from ai_lsp.observe.record import CallRecord
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from tests.gateway.support_gateway import (
    FakeProvider,
    Providers,
    answer,
    behind,
    chat_call,
    collect,
    completion_call,
    sources,
    text_of,
)
from tests.support.clock import FakeClock, settle


def whole(
    providers: Providers, clock: FakeClock, settings: GatewaySettings | None = None, *own: Middleware
) -> tuple[Gateway, list[CallRecord]]:
    records: list[CallRecord] = []
    chosen = settings or GatewaySettings()
    parts = Parts(providers=providers, clock=clock, user="ada", listeners=[records.append])
    return build_gateway(lambda: chosen, parts, own), records


async def never(number: int) -> CodeCompletion:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_completion_is_collected_with_all_that_is_known_of_it() -> None:
    async def script(number: int) -> CodeCompletion:
        return CodeCompletion("x", "cloud", "m2", usage=Usage(1, 2), finish_reason="length", confidence=0.5)

    gateway, _ = whole(sources(FakeProvider(script=script)), FakeClock())
    assert await gateway.complete(completion_call()) == await script(1)


async def test_an_empty_completion_says_why() -> None:
    async def silent(number: int) -> CodeCompletion:
        return CodeCompletion("", "cloud", "m1", silence=Silence(Reason.UNSURE))

    gateway, _ = whole(sources(FakeProvider(script=silent)), FakeClock())
    given = await gateway.complete(completion_call())
    assert (given.text, given.silence) == ("", Silence(Reason.UNSURE))


async def test_a_stream_without_an_end_is_no_completion() -> None:
    class Cutting:
        def __call__(self, call: Call, following: Next) -> Events:
            return behind(TextDelta("ha"), TextDelta("lf"))(call)

    with pytest.raises(BrokenStreamError) as caught:
        await Gateway([Cutting()], sources()).complete(completion_call())
    assert caught.value.partial == "half"


@pytest.mark.parametrize("make", [completion_call, chat_call])
async def test_r2_a_cancel_ends_the_call_upstream_at_once_and_counts_nowhere(make: type) -> None:
    async def silent(number: int) -> AsyncIterator[ChatResponseChunk]:
        await asyncio.Event().wait()
        yield ChatResponseChunk("")

    clock, provider = FakeClock(), FakeProvider(script=never, chunks=silent)
    gateway, records = whole(sources(provider), clock)
    for _ in range(20):
        task = asyncio.create_task(collect(gateway.stream(make())))
        await settle()
        began = time.perf_counter()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await settle()
        assert (provider.running, gateway.load("cloud"), clock.sleepers) == (0, (0, 0), 0)
        assert time.perf_counter() - began < 0.05
    (report,) = gateway.circuits()
    assert (report.state, report.failures) == (CircuitState.CLOSED, 0)
    assert [record.outcome for record in records] == ["cancelled"] * 20


async def test_r4_a_silent_provider_is_left_after_its_deadline_and_the_next_one_answers() -> None:
    clock = FakeClock()
    engine = FakeProvider("embedded", service=None, is_local=True)
    gateway, _ = whole(sources(FakeProvider(script=never), engine), clock)
    began = clock.monotonic()
    given = await clock.run(gateway.complete(completion_call(deadlines=Deadlines(first_content=2))))
    assert (given.provider, clock.monotonic() - began) == ("embedded", 2.0)
    assert given.passed_over == ("cloud: cloud sent nothing within 2 s",)


async def test_r8_an_open_circuit_answers_from_the_next_provider_without_a_call() -> None:
    async def down(number: int) -> CodeCompletion:
        raise ConnectionFailedError("nobody answers")

    cloud = FakeProvider(script=down)
    engine = FakeProvider("embedded", service=None, is_local=True)
    gateway, records = whole(sources(cloud, engine), FakeClock())
    for number in range(50):
        given = await gateway.complete(completion_call(prefix=str(number)))
        assert given.provider == "embedded"
    assert cloud.calls == 5
    assert given.passed_over == ("cloud: cloud failed too often and is left alone for 30 s more",)
    assert [record.error for record in records if record.provider == "cloud"][4:6] == [
        ConnectionFailedError.__name__,
        CircuitOpenError.__name__,
    ]


async def test_r9_a_dead_provider_delays_another_by_less_than_5_ms() -> None:
    providers = sources(FakeProvider("dead", script=never), FakeProvider("alive"))
    settings = GatewaySettings(fallback=FallbackSettings(last_for_completions=None))
    gateway, _ = whole(providers, FakeClock(), settings)

    async def p95() -> float:
        """Of this thread's own time, so that other processes make no difference."""
        taken = []
        for number in range(100):
            began = time.thread_time()
            await gateway.complete(completion_call("alive", f"{time.perf_counter()}{number}"))
            taken.append(time.thread_time() - began)
        return statistics.quantiles(taken, n=20)[-1]

    alone = await p95()
    stuck = [asyncio.create_task(gateway.complete(completion_call("dead", str(number)))) for number in range(20)]
    await settle()
    assert await p95() - alone < 0.005
    for task in stuck:
        task.cancel()
    await settle()


@pytest.mark.parametrize("before", ORDER)
async def test_r20_a_stage_that_fails_harms_no_other_call(before: str) -> None:
    class Once:
        failing = True

        def __call__(self, call: Call, following: Next) -> Events:
            if self.failing:
                self.failing = False
                raise KeyError("a stage with a mistake in it")
            return following(call)

    clock = FakeClock()
    provider = FakeProvider()
    gateway, _ = whole(sources(provider), clock, None, Middleware(before, Once()))
    with pytest.raises(KeyError):
        await gateway.complete(completion_call())
    await settle()
    assert (gateway.load("cloud"), clock.sleepers) == ((0, 0), 0)
    assert (await gateway.complete(completion_call())).text == "answer 1"


async def test_r12_a_conversation_is_not_read_ahead_of_its_reader() -> None:
    sent = 0

    async def endless(number: int) -> AsyncIterator[ChatResponseChunk]:
        nonlocal sent
        while True:
            sent += 1
            yield ChatResponseChunk("x" * 1000)

    clock = FakeClock()
    gateway, _ = whole(sources(FakeProvider(chunks=endless)), clock)
    events = gateway.stream(chat_call())
    for _ in range(3):
        await anext(events)
    await clock.advance(100)
    assert sent == 3
    await events.aclose()


async def test_r12_ten_megabytes_pass_unchanged() -> None:
    pieces = [f"{number:06d}".encode().hex() * 85 for number in range(10_000)]

    async def long(number: int) -> AsyncIterator[ChatResponseChunk]:
        for piece in pieces:
            yield ChatResponseChunk(piece)
        yield ChatResponseChunk("", "stop")

    gateway, _ = whole(sources(FakeProvider(chunks=long)), FakeClock())
    assert await text_of(gateway.stream(chat_call())) == "".join(pieces)


async def test_r21_thousands_of_calls_leave_nothing_behind() -> None:
    async def script(number: int) -> CodeCompletion:
        if number % 7 == 0:
            raise BrokenStreamError("cut off")
        return answer(f"answer {number}")

    clock = FakeClock()
    engine = FakeProvider("embedded", service=None, is_local=True)
    gateway, records = whole(sources(FakeProvider(script=script), engine), clock)

    async def batch(first: int) -> None:
        for number in range(first, first + 500):
            await gateway.complete(completion_call(prefix=str(number)))
            clock.move(1)
            if number % 100 == 0:
                clock.step_date(3600 if number % 200 == 0 else -3600)
                await text_of(gateway.stream(chat_call()))
        records.clear()
        await settle()
        gc.collect()

    await batch(0)
    tasks, objects = len(asyncio.all_tasks()), len(gc.get_objects())
    for first in range(500, 3000, 500):
        await batch(first)
    assert (len(asyncio.all_tasks()), clock.sleepers, gateway.load("cloud")) == (tasks, 0, (0, 0))
    cached = gateway.cache.statistics().entries if gateway.cache else 0
    assert len(gc.get_objects()) - objects < 10 * cached


async def test_settings_hold_from_the_next_call_on() -> None:
    settings = GatewaySettings(fallback=FallbackSettings(last_for_completions=None))
    provider = FakeProvider()
    gateway = build_gateway(lambda: settings, Parts(providers=sources(provider), clock=FakeClock()))
    with pytest.raises(AIError):
        await gateway.complete(completion_call("unknown"))
    settings = replace(settings, embedded_first=0.5)
    assert (await gateway.complete(completion_call())).source is Source.UPSTREAM


async def test_r15_100_streams_end_as_they_began_while_their_provider_is_replaced() -> None:
    closed: list[str] = []

    class Speaking(FakeProvider):
        async def stream_chat(self, request: ChatRequest) -> AsyncIterator[ChatResponseChunk]:
            for _ in range(3):
                yield ChatResponseChunk(f"{self.set_model} ")
            yield ChatResponseChunk("", "stop")

        async def aclose(self) -> None:
            closed.append(self.set_model or "")

    def build(settings: ProviderSettings, services: Services) -> AIProvider:
        return Speaking("work", set_model=settings.model)

    def set_to(model: str) -> dict[str, ProviderSettings]:
        return {"work": ProviderSettings("work", "speaking", model)}

    factory = AIProviderFactory(set_to("old"), active="work")
    factory.register_provider("speaking", build)
    limits = ProviderLimits(admission=AdmissionSettings(running=100))
    settings = GatewaySettings(others=limits)
    gateway = build_gateway(lambda: settings, Parts(providers=factory, clock=FakeClock()))

    streams = [gateway.stream(chat_call("work")) for _ in range(100)]
    begun = [await anext(stream) for stream in streams]
    assert await factory.reconfigure(set_to("new"), active="work") == []
    await settle()
    assert closed == []
    rest = [await text_of(stream) for stream in streams]
    await settle()

    assert begun == [TextDelta("old ")] * 100
    assert rest == ["old old "] * 100
    assert closed == ["old"]
    assert await text_of(gateway.stream(chat_call("work"))) == "new new new "
    await factory.aclose()


async def test_r1_every_one_of_1000_calls_ends_in_exactly_one_way() -> None:
    dice = random.Random(7)
    clock = FakeClock()

    async def script(number: int) -> CodeCompletion:
        await clock.sleep(dice.random())
        if dice.random() < 0.1:
            raise BrokenStreamError("cut off")
        return answer(f"answer {number}")

    limits = ProviderLimits(admission=AdmissionSettings(running=1000))
    settings = GatewaySettings(fallback=FallbackSettings(last_for_completions=None), others=limits)
    gateway, records = whole(sources(FakeProvider(script=script)), clock, settings)
    tasks = [
        asyncio.create_task(gateway.complete(completion_call(prefix=str(dice.randrange(300))))) for _ in range(1000)
    ]
    await settle()
    cancelled = dice.sample(tasks, 200)
    for task in cancelled:
        await clock.advance(0.005)
        task.cancel()
    await clock.advance(2)

    assert all(task.done() for task in tasks)
    outcomes = [record.outcome for record in records]
    assert len(records) == 1000
    assert outcomes.count("cancelled") == sum(task.cancelled() for task in tasks) > 0
    failed = sum(not task.cancelled() and task.exception() is not None for task in tasks)
    assert outcomes.count("failed") == failed > 0
    assert (gateway.load("cloud"), clock.sleepers) == ((0, 0), 0)
