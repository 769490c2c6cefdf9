from __future__ import annotations

import asyncio

import pytest

from ai_lsp.core.errors import ConnectionFailedError, RateLimitedError
from ai_lsp.core.limits import LimitFacts, RateLimitFacts
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.call import Call, Events
from ai_lsp.gateway.pace import PaceStage, RateLimitSettings
from tests.gateway.support_gateway import FakeProvider, chat_call, collect, completion_call, sources
from tests.support.clock import FakeClock, settle


class Service:
    """Remembers when it was asked; answers with this usage, or fails."""

    def __init__(self, clock: FakeClock, usage: Usage | None = None) -> None:
        self.clock = clock
        self.usage = usage
        self.asked: list[float] = []
        self.error: RateLimitedError | ConnectionFailedError | None = None

    async def __call__(self, call: Call) -> Events:
        self.asked.append(self.clock.monotonic())
        if self.error is not None:
            raise self.error
        yield TextDelta("a")
        yield Finished("cloud", "m1", usage=self.usage)


class Setup:
    def __init__(self, settings: RateLimitSettings | None = None, usage: Usage | None = None) -> None:
        self.clock = FakeClock()
        self.provider = FakeProvider()
        self.service = Service(self.clock, usage)
        chosen = settings or RateLimitSettings()
        self.stage = PaceStage(sources(self.provider, FakeProvider("other")), self.clock, lambda _: chosen)

    async def call(self, call: Call | None = None) -> None:
        await self.clock.run(collect(self.stage(call or chat_call(), self.service)))

    @property
    def asked(self) -> list[float]:
        return [at - 1000.0 for at in self.service.asked]


async def test_r10_never_more_requests_in_any_minute_than_the_limit_allows() -> None:
    it = Setup(RateLimitSettings(requests_per_minute=60))
    tasks = [asyncio.create_task(collect(it.stage(chat_call(), it.service))) for _ in range(700)]
    await it.clock.advance(599.9)
    assert len(it.asked) == 600
    assert all(later - earlier >= 60 for earlier, later in zip(it.asked, it.asked[60:], strict=False))
    for task in tasks:
        task.cancel()
    await settle()


async def test_conversations_wait_in_their_order() -> None:
    it = Setup(RateLimitSettings(requests_per_minute=1))
    done: list[int] = []

    async def talk(number: int) -> None:
        await collect(it.stage(chat_call(), it.service))
        done.append(number)

    tasks = [asyncio.create_task(talk(number)) for number in range(4)]
    await it.clock.advance(180)
    await asyncio.gather(*tasks)
    assert (done, it.asked) == ([0, 1, 2, 3], [0, 60, 120, 180])


async def test_r7_a_completion_never_waits_and_hears_when_the_next_one_fits() -> None:
    it = Setup(RateLimitSettings(requests_per_minute=1))
    await it.call(completion_call())
    it.clock.move(20)
    with pytest.raises(RateLimitedError, match="rate limit of cloud is reached: the next call fits in 40 s") as caught:
        await collect(it.stage(completion_call(), it.service))
    assert (caught.value.retry_after, len(it.asked)) == (40, 1)


async def test_tokens_are_guessed_first_and_put_right_by_the_answer() -> None:
    it = Setup(RateLimitSettings(tokens_per_minute=1000), usage=Usage(390, 10))
    for _ in range(2):
        await it.call(chat_call(text="x" * 330))  # a guess of 100 tokens, of which each turns out to be 400
    with pytest.raises(RateLimitedError):
        await it.call(completion_call(prefix="x" * 900))
    await it.call(chat_call(text="x" * 330))
    assert it.asked == [0, 0, 0]
    await it.call(chat_call(text="x" * 330))
    assert it.asked[-1] == 60


async def test_a_call_larger_than_the_limit_goes_when_nothing_else_does() -> None:
    it = Setup(RateLimitSettings(tokens_per_minute=100))
    await it.call(chat_call(text="x" * 3300))
    await it.call(chat_call(text="x" * 3300))
    assert it.asked == [0, 60]


async def test_what_the_service_says_of_its_limits_counts() -> None:
    it = Setup()
    it.provider.facts = RateLimitFacts(requests=LimitFacts(limit=50, remaining=1, reset=12.0))
    await it.call()
    await it.call()
    with pytest.raises(RateLimitedError):
        await collect(it.stage(completion_call(), it.service))
    await it.call()
    assert it.asked == [0, 0, 12]


async def test_tokens_that_the_service_has_left_count_too() -> None:
    it = Setup()
    it.provider.facts = RateLimitFacts(tokens=LimitFacts(limit=10_000, remaining=50, reset=30.0))
    await it.call()
    await it.call(chat_call(text="x" * 3300))
    assert it.asked == [0, 30]


async def test_after_a_refusal_of_the_service_nothing_is_sent_before_it_wants_to_hear_of_us() -> None:
    it = Setup()
    it.service.error = RateLimitedError("429", retry_after=25)
    with pytest.raises(RateLimitedError):
        await it.call()
    it.service.error = None
    with pytest.raises(RateLimitedError):
        await collect(it.stage(completion_call(), it.service))
    await it.call()
    assert it.asked == [0, 25]


async def test_the_headers_of_a_refusal_count_too() -> None:
    it = Setup()
    it.provider.facts = RateLimitFacts(requests=LimitFacts(remaining=0, reset=9.0))
    it.service.error = RateLimitedError("429")
    with pytest.raises(RateLimitedError):
        await it.call(completion_call())
    it.service.error = None
    await it.call()
    assert it.asked == [0, 9]


async def test_who_would_wait_longer_than_his_deadline_hears_so_at_once() -> None:
    it = Setup(RateLimitSettings(requests_per_minute=1))
    await it.call()
    call = chat_call()
    with pytest.raises(RateLimitedError):
        await collect(it.stage(type(call)(call.provider, call.request, type(call.deadlines)(total=30)), it.service))


async def test_r9_the_limit_of_one_provider_does_not_hold_another() -> None:
    it = Setup(RateLimitSettings(requests_per_minute=1))
    await it.call(completion_call("cloud"))
    await it.call(completion_call("other"))
    assert it.asked == [0, 0]


async def test_who_leaves_while_waiting_takes_no_place() -> None:
    it = Setup(RateLimitSettings(requests_per_minute=1))
    await it.call()
    waiting = asyncio.create_task(collect(it.stage(chat_call(), it.service)))
    await it.clock.advance(10)
    waiting.cancel()
    await settle()
    await it.clock.advance(50)
    await it.call(completion_call())
    assert it.asked == [0, 60]


async def test_without_limits_nothing_waits() -> None:
    it = Setup()
    for _ in range(200):
        await it.call(completion_call())
    assert it.asked == [0] * 200
