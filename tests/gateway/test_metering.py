from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from ai_lsp.core.chat import ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion, Source
from ai_lsp.core.errors import AIError, AuthenticationError, BrokenStreamError, UnknownProviderError
from ai_lsp.core.stream import Finished
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.cache import AIResponseCache, CacheStage
from ai_lsp.gateway.call import Call, Events, Next, Stage
from ai_lsp.gateway.charge import Accounts, NoPrices
from ai_lsp.gateway.coalesce import CoalesceStage
from ai_lsp.gateway.metering import MeteringStage
from ai_lsp.observe.record import CallRecord
from tests.gateway.support_gateway import FakeProvider, answer, chat_call, collect, completion_call, line, sources
from tests.support.clock import FakeClock, settle


class Prices:
    """A dollar for a million tokens read, ten for a million written."""

    def cost(self, provider: str, model: str, usage: Usage, at: float) -> float | None:
        return (usage.input_tokens + 10 * usage.output_tokens) / 1e6 if model == "m1" else None


class Setup:
    def __init__(self, provider: FakeProvider | None = None, *, cached: bool = False, priced: bool = True) -> None:
        self.clock = FakeClock()
        self.provider = provider or FakeProvider()
        providers = sources(self.provider)
        self.records: list[CallRecord] = []
        accounts = Accounts(providers, Prices() if priced else NoPrices(), self.clock)
        metering = MeteringStage(self.clock, accounts, "ada", [self.records.append])
        shared: list[Stage] = [CacheStage(providers, AIResponseCache(self.clock)), CoalesceStage(providers)]
        self.start: Next = line(metering, *(shared if cached else ()), providers=providers)

    async def fail(self, call: Call) -> CallRecord:
        with pytest.raises(AIError):
            await collect(self.start(call))
        return self.records[-1]


async def test_an_answer_is_written_down_with_what_it_cost() -> None:
    it = Setup()
    await collect(it.start(completion_call()))
    assert it.records == [
        CallRecord(
            at=it.clock.time(),
            user="ada",
            provider="cloud",
            model="m1",
            kind="completion",
            source=Source.UPSTREAM,
            outcome="done",
            total_ms=0.0,
            first_ms=0.0,
            usage=Usage(100, 10, cost=0.0002),
        )
    ]


async def test_the_answer_itself_says_what_it_cost() -> None:
    it = Setup()
    end = (await collect(it.start(completion_call())))[-1]
    assert isinstance(end, Finished)
    assert end.usage == it.records[0].usage == Usage(100, 10, cost=0.0002)


async def test_the_services_own_cost_wins_over_the_price_list() -> None:
    async def priced(number: int) -> CodeCompletion:
        return answer(usage=Usage(100, 10, cost=0.5))

    it = Setup(FakeProvider(script=priced))
    await collect(it.start(completion_call()))
    assert it.records[0].usage.cost == 0.5


async def test_tokens_that_nobody_counted_are_guessed_and_flagged() -> None:
    async def uncounted(number: int) -> AsyncIterator[ChatResponseChunk]:
        yield ChatResponseChunk("x" * 330, "stop")

    it = Setup(FakeProvider(chunks=uncounted))
    await collect(it.start(chat_call(text="y" * 660)))
    assert it.records[0].usage == Usage(200, 100, cost=0.0012, estimated=True)


async def test_an_unknown_price_stays_unknown_but_a_local_model_is_free() -> None:
    for is_local, cost in ((False, None), (True, 0.0)):
        it = Setup(FakeProvider(is_local=is_local), priced=False)
        await collect(it.start(completion_call()))
        assert it.records[0].usage.cost == cost


async def test_an_answer_from_the_cache_is_a_request_that_cost_nothing() -> None:
    it = Setup(cached=True)
    for _ in range(3):
        await collect(it.start(completion_call()))
    assert [(record.source, record.attempts, record.usage.cost) for record in it.records] == [
        (Source.UPSTREAM, 1, 0.0002),
        (Source.CACHE, 0, 0.0),
        (Source.CACHE, 0, 0.0),
    ]


async def test_r22_of_50_equal_calls_one_is_billed_whoever_leaves() -> None:
    opened = asyncio.Event()

    async def wait(number: int) -> CodeCompletion:
        await opened.wait()
        return answer()

    it = Setup(FakeProvider(script=wait), cached=True)
    tasks = [asyncio.create_task(collect(it.start(completion_call()))) for _ in range(50)]
    await settle()
    for task in tasks[:10]:
        task.cancel()
    await settle()
    opened.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert sum(record.usage.input_tokens for record in it.records) == 100
    assert sum(record.attempts for record in it.records) == 1
    assert [record.outcome for record in it.records].count("cancelled") == 10


async def test_when_all_have_left_the_last_one_has_the_bill_as_a_guess() -> None:
    async def never(number: int) -> CodeCompletion:
        await asyncio.Event().wait()
        raise AssertionError

    it = Setup(FakeProvider(script=never), cached=True)
    tasks = [asyncio.create_task(collect(it.start(completion_call(prefix="x" * 330)))) for _ in range(3)]
    await settle()
    for task in tasks:
        task.cancel()
    await settle()
    assert [record.usage.input_tokens for record in it.records] == [0, 0, 100]
    assert it.records[-1].usage.estimated


async def test_a_wrong_key_costs_nothing() -> None:
    async def refuse(number: int) -> CodeCompletion:
        raise AuthenticationError("wrong key")

    record = await Setup(FakeProvider(script=refuse)).fail(completion_call())
    assert (record.outcome, record.error, record.usage) == ("failed", "AuthenticationError", Usage(cost=0.0))


async def test_an_answer_that_broke_off_is_a_guess_of_what_had_come() -> None:
    async def cut(number: int) -> AsyncIterator[ChatResponseChunk]:
        yield ChatResponseChunk("x" * 33)
        raise BrokenStreamError("cut off")

    record = await Setup(FakeProvider(chunks=cut)).fail(chat_call(text="y" * 330))
    assert record.usage == Usage(100, 10, cost=0.0002, estimated=True)


async def test_a_stream_that_its_reader_closed_is_cancelled() -> None:
    it = Setup()
    events = it.start(chat_call())
    await anext(events)
    await events.aclose()
    assert [(record.outcome, record.model) for record in it.records] == [("cancelled", "m1")]


async def test_a_call_to_a_name_that_nobody_has_is_written_down_as_well() -> None:
    record = await Setup().fail(completion_call("typo"))
    assert (record.provider, record.model, record.error) == ("typo", "", UnknownProviderError.__name__)


async def test_times_are_those_of_the_person() -> None:
    it = Setup()

    async def slow(call: Call) -> Events:
        await it.clock.sleep(0.25)
        async for event in it.start(call):
            await it.clock.sleep(0.5)
            yield event

    stage = MeteringStage(it.clock, Accounts(sources(it.provider), NoPrices(), it.clock), "ada", [it.records.append])
    await it.clock.run(collect(stage(chat_call(), slow)))
    assert (it.records[-1].first_ms, it.records[-1].total_ms) == (750.0, 1750.0)


async def test_a_listener_that_fails_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    it = Setup()

    def fail(record: CallRecord) -> None:
        raise KeyError("secret")

    stage = MeteringStage(it.clock, Accounts(sources(it.provider), NoPrices(), it.clock), "ada", [fail])
    assert len(await collect(line(stage, providers=sources(it.provider))(chat_call()))) == 3
    assert "a listener of the usage records failed: KeyError" in caplog.text
    assert "secret" not in caplog.text
