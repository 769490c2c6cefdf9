from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ai_lsp.core.chat import ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion, Source
from ai_lsp.core.errors import BrokenStreamError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.cache import AIResponseCache, CachedAnswer, CacheSettings, CacheStage
from ai_lsp.gateway.call import ChatCall, CompletionCall, Next
from tests.gateway.support_gateway import (
    FakeProvider,
    chat_call,
    collect,
    completion_call,
    finished_of,
    line,
    sources,
    text_of,
)
from tests.support.clock import FakeClock


def caching(
    provider: FakeProvider, clock: FakeClock, settings: CacheSettings | None = None
) -> tuple[AIResponseCache, Next]:
    cache = AIResponseCache(clock, settings)
    providers = sources(provider)
    return cache, line(CacheStage(providers, cache), providers=providers)


async def test_the_second_time_costs_nothing_and_says_so() -> None:
    provider = FakeProvider()
    _, start = caching(provider, FakeClock())
    first = await collect(start(completion_call()))
    call = completion_call()
    second = await collect(start(call))

    assert first == [TextDelta("answer 1"), Finished("cloud", "m1", "stop", Usage(100, 10))]
    assert second == [TextDelta("answer 1"), Finished("cloud", "m1", "stop", Usage(cost=0.0), Source.CACHE)]
    assert (provider.calls, call.trace.attempts) == (1, 0)


@pytest.mark.parametrize(
    "other",
    [
        completion_call(prefix="y = "),
        completion_call(suffix=")"),
        replace(completion_call(), prompt=replace(completion_call().prompt, max_tokens=65)),
    ],
)
async def test_r11_another_question_is_asked(other: CompletionCall) -> None:
    provider = FakeProvider()
    _, start = caching(provider, FakeClock())
    await collect(start(completion_call()))
    await collect(start(other))
    assert provider.calls == 2


async def test_r11_an_answer_lives_for_an_hour_and_an_empty_one_for_half_a_minute() -> None:
    async def silent(number: int) -> CodeCompletion:
        return CodeCompletion("", "cloud", "m1", silence=Silence(Reason.NO_MATCH))

    for script, ttl in ((None, 3600), (silent, 30)):
        clock = FakeClock()
        provider = FakeProvider(script=script)
        _, start = caching(provider, clock)
        await collect(start(completion_call()))
        clock.move(ttl - 0.001)
        assert (await finished_of(start(completion_call()))).source is Source.CACHE
        clock.move(0.001)
        assert (await finished_of(start(completion_call()))).source is Source.UPSTREAM
        assert provider.calls == 2


async def test_r11_only_whole_answers_are_kept() -> None:
    async def cut(number: int) -> AsyncIterator[ChatResponseChunk]:
        yield ChatResponseChunk("half")
        raise BrokenStreamError("cut off")

    provider = FakeProvider(chunks=cut)
    cache, start = caching(provider, FakeClock(), CacheSettings(chats=True))
    with pytest.raises(BrokenStreamError):
        await collect(start(chat_call()))
    provider.chunks = None
    events = start(chat_call())
    await anext(events)
    await events.aclose()
    assert cache.statistics().entries == 0


async def test_conversations_are_kept_only_where_asked_for() -> None:
    def at(temperature: float | None) -> ChatCall:
        call = chat_call()
        return replace(call, request=replace(call.request, temperature=temperature))

    for settings, temperature, calls in (
        (CacheSettings(), None, 2),
        (CacheSettings(), 0.7, 2),
        (CacheSettings(), 0.0, 1),
        (CacheSettings(chats=True), None, 1),
        (CacheSettings(enabled=False, chats=True), 0.0, 2),
    ):
        provider = FakeProvider()
        _, start = caching(provider, FakeClock(), settings)
        assert await text_of(start(at(temperature))) == "hello there"
        assert await text_of(start(at(temperature))) == "hello there"
        assert provider.calls == calls


async def test_a_conversation_is_passed_on_while_it_comes() -> None:
    _, start = caching(FakeProvider(), FakeClock(), CacheSettings(chats=True))
    events = start(chat_call())
    assert await anext(events) == TextDelta("hello ")
    await events.aclose()


async def test_an_answer_that_is_too_long_is_not_kept() -> None:
    async def long(number: int) -> AsyncIterator[ChatResponseChunk]:
        for _ in range(100):
            yield ChatResponseChunk("x" * 1000)
        yield ChatResponseChunk("", "stop")

    cache, start = caching(FakeProvider(chunks=long), FakeClock(), CacheSettings(chats=True, max_entry_bytes=50_000))
    assert len(await text_of(start(chat_call()))) == 100_000
    assert cache.statistics().entries == 0


def kept(text: str) -> CachedAnswer:
    return CachedAnswer(text, Finished("cloud", "m1"))


def test_the_number_of_entries_is_bounded_and_the_least_used_leaves() -> None:
    cache = AIResponseCache(FakeClock(), CacheSettings(max_entries=3))
    for key in b"abc":
        cache.put(bytes([key]), kept("x"))
    cache.get(b"a")
    cache.put(b"d", kept("x"))
    assert [cache.get(bytes([key])) is not None for key in b"abcd"] == [True, False, True, True]


def test_the_number_of_bytes_is_bounded() -> None:
    cache = AIResponseCache(FakeClock(), CacheSettings(max_bytes=100_000, max_entry_bytes=50_000))
    for key in range(1000):
        cache.put(key.to_bytes(4), kept("é" * 1000))
    statistics = cache.statistics()
    assert 90_000 < statistics.bytes <= 100_000
    assert statistics.entries == 100_000 // 2600
    cache.put(b"huge", kept("x" * 60_000))
    assert cache.get(b"huge") is None


async def test_statistics_count_hits_and_misses() -> None:
    cache, start = caching(FakeProvider(), FakeClock())
    for _ in range(4):
        await collect(start(completion_call()))
    statistics = cache.statistics()
    assert (statistics.hits, statistics.misses, statistics.entries) == (3, 1, 1)
    cache.clear()
    assert cache.statistics().entries == 0


async def test_steps_of_the_date_do_not_age_anything() -> None:
    clock = FakeClock()
    provider = FakeProvider()
    _, start = caching(provider, clock)
    await collect(start(completion_call()))
    clock.step_date(86_400)
    await collect(start(completion_call()))
    assert provider.calls == 1


class Elsewhere:
    """A shared cache in a dictionary."""

    def __init__(self) -> None:
        self.answers: dict[bytes, tuple[CachedAnswer, float]] = {}

    async def get(self, key: bytes) -> CachedAnswer | None:
        return self.answers[key][0] if key in self.answers else None

    def put(self, key: bytes, answer: CachedAnswer, ttl: float) -> None:
        self.answers[key] = (answer, ttl)


async def test_what_one_paid_for_the_other_has_for_nothing() -> None:
    shared, clock = Elsewhere(), FakeClock()
    one, two = FakeProvider(), FakeProvider()
    for provider in (one, two):
        cache = AIResponseCache(clock)
        start = line(CacheStage(sources(provider), cache, shared), providers=sources(provider))
        assert await text_of(start(completion_call())) == "answer 1"
        assert await text_of(start(completion_call())) == "answer 1"
    assert (one.calls, two.calls) == (1, 0)
    statistics = cache.statistics()
    assert (statistics.hits, statistics.shared_hits, statistics.misses) == (1, 1, 0)
    assert [ttl for _, ttl in shared.answers.values()] == [3600]
