from __future__ import annotations

from collections.abc import Callable

import pytest

from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    BadRequestError,
    BrokenStreamError,
    ConnectionFailedError,
    FirstContentTimeoutError,
    OverloadedError,
    QuotaExceededError,
    RateLimitedError,
    TotalTimeoutError,
)
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.breaker import BreakerStage
from ai_lsp.gateway.call import Call, Deadlines, Events
from ai_lsp.gateway.line import compose
from ai_lsp.gateway.retry import RetrySettings, RetryStage
from tests.gateway.support_gateway import FakeProvider, chat_call, collect, completion_call, sources
from tests.support.clock import FakeClock

END = Finished("cloud", "m1")
DOWN = ConnectionFailedError("nobody answers")


class NoCircuits:
    def allows_retry(self, call: Call, error: AIError) -> bool:
        return True


class Service:
    """Fails with each error in turn, then answers; remembers when it was asked."""

    def __init__(self, clock: FakeClock, *errors: AIError) -> None:
        self.clock = clock
        self.errors = list(errors)
        self.asked: list[float] = []

    async def __call__(self, call: Call) -> Events:
        self.asked.append(self.clock.monotonic())
        if self.errors:
            raise self.errors.pop(0)
        yield TextDelta("a")
        yield END

    @property
    def waits(self) -> list[float]:
        return [later - earlier for earlier, later in zip(self.asked, self.asked[1:], strict=False)]


def retrying(
    clock: FakeClock, *errors: AIError, settings: RetrySettings | None = None
) -> tuple[Service, Callable[[Call], Events]]:
    chosen = settings or RetrySettings()
    service = Service(clock, *errors)
    return service, compose([RetryStage(clock, lambda _: chosen, NoCircuits())], service)


@pytest.mark.parametrize(
    "error",
    [DOWN, OverloadedError("503"), RateLimitedError("429"), FirstContentTimeoutError("408"), BrokenStreamError("cut")],
    ids=lambda error: type(error).__name__,
)
async def test_r5_what_may_pass_is_tried_three_times(error: AIError) -> None:
    clock = FakeClock()
    service, line = retrying(clock, *[error] * 9)
    with pytest.raises(type(error)):
        await clock.run(collect(line(chat_call())))
    assert len(service.asked) == 3


async def test_the_second_attempt_gives_the_answer() -> None:
    clock = FakeClock()
    _, line = retrying(clock, DOWN)
    assert await clock.run(collect(line(chat_call()))) == [TextDelta("a"), END]


@pytest.mark.parametrize(
    "error",
    [BadRequestError("400"), AuthenticationError("401"), QuotaExceededError("402"), TotalTimeoutError("300 s")],
    ids=lambda error: type(error).__name__,
)
async def test_r5_what_will_not_pass_is_tried_once(error: AIError) -> None:
    clock = FakeClock()
    service, line = retrying(clock, *[error] * 9)
    with pytest.raises(type(error)):
        await clock.run(collect(line(chat_call())))
    assert len(service.asked) == 1


async def test_r5_after_the_first_piece_of_text_nothing_is_tried_again() -> None:
    clock = FakeClock()
    attempts = 0

    async def cut(call: Call) -> Events:
        nonlocal attempts
        attempts += 1
        yield TextDelta("half")
        raise BrokenStreamError("cut off", partial="half")

    events = RetryStage(clock, lambda _: RetrySettings(), NoCircuits())(chat_call(), cut)
    assert await anext(events) == TextDelta("half")
    with pytest.raises(BrokenStreamError) as caught:
        await anext(events)
    assert (attempts, caught.value.partial) == (1, "half")


async def test_waits_are_random_between_nothing_and_a_bound_that_doubles() -> None:
    firsts, seconds = [], []
    for _ in range(200):
        clock = FakeClock()
        service, line = retrying(clock, DOWN, DOWN)
        await clock.run(collect(line(chat_call())))
        first, second = service.waits
        firsts.append(first)
        seconds.append(second)
    assert 0 <= min(firsts) < 0.1
    assert 0.4 < max(firsts) <= 0.5
    assert 0 <= min(seconds) < 0.2
    assert 0.8 < max(seconds) <= 1.0


@pytest.mark.parametrize(("retry_after", "expected"), [(7.0, 7.0), (0.0, 0.0), (99_999.0, 60.0), (59.9, 59.9)], ids=str)
async def test_r7_the_service_says_how_long_to_wait_up_to_a_minute(retry_after: float, expected: float) -> None:
    clock = FakeClock()
    service, line = retrying(clock, RateLimitedError("429", retry_after=retry_after))
    await clock.run(collect(line(chat_call())))
    assert service.waits == pytest.approx([expected])


@pytest.mark.parametrize("junk", [float("nan"), float("inf"), -5.0])
async def test_r7_junk_is_as_if_nothing_was_said(junk: float) -> None:
    clock = FakeClock()
    service, line = retrying(clock, RateLimitedError("429", retry_after=junk))
    await clock.run(collect(line(chat_call())))
    assert 0 <= service.waits[0] <= 0.5


async def test_r7_no_wait_goes_past_the_deadline() -> None:
    clock = FakeClock()
    service, line = retrying(clock, RateLimitedError("429", retry_after=50))
    await clock.run(collect(line(chat_call(deadlines=Deadlines(total=20)))))
    assert service.waits == pytest.approx([20])


@pytest.mark.parametrize("error", [RateLimitedError("429", retry_after=0.1), DOWN, OverloadedError("503")])
async def test_r7_a_completion_never_waits(error: AIError) -> None:
    clock = FakeClock()
    service, line = retrying(clock, error)
    with pytest.raises(type(error)):
        await collect(line(completion_call()))
    assert len(service.asked) == 1


async def test_r6_the_budget_lets_340_calls_through_in_an_outage_of_300_seconds() -> None:
    clock = FakeClock()
    service, line = retrying(clock, *[DOWN] * 2000)
    for _ in range(300):
        with pytest.raises(ConnectionFailedError):
            await clock.run(collect(line(chat_call())))
        clock.move(1)
    assert 330 <= len(service.asked) <= 340


async def test_r6_each_provider_has_its_own_budget() -> None:
    clock = FakeClock()
    service, line = retrying(clock, *[DOWN] * 2000)
    for _ in range(50):
        with pytest.raises(ConnectionFailedError):
            await clock.run(collect(line(chat_call("dead"))))
    used = len(service.asked)
    with pytest.raises(ConnectionFailedError):
        await clock.run(collect(line(chat_call("fresh"))))
    assert len(service.asked) - used == 3


async def test_retries_end_when_they_open_the_circuit() -> None:
    clock = FakeClock()
    breaker = BreakerStage(sources(FakeProvider()), clock)
    service = Service(clock, *[DOWN] * 2000)
    line = compose([breaker, RetryStage(clock, lambda _: RetrySettings(), breaker)], service)
    for _ in range(2):
        with pytest.raises(ConnectionFailedError):
            await clock.run(collect(line(chat_call())))
    assert len(service.asked) == 5


async def test_a_failure_that_the_budget_does_not_let_repeat_counts_once() -> None:
    clock = FakeClock()
    breaker = BreakerStage(sources(FakeProvider()), clock)
    service = Service(clock, *[DOWN] * 2000)
    poor = RetrySettings(burst=0, budget=0)
    line = compose([breaker, RetryStage(clock, lambda _: poor, breaker)], service)
    for _ in range(4):
        with pytest.raises(ConnectionFailedError):
            await clock.run(collect(line(chat_call())))
    assert breaker.reports()[0].failures == 4


async def test_r6_r8_both_together_make_at_most_14_calls_in_an_outage_of_300_seconds() -> None:
    clock = FakeClock()
    breaker = BreakerStage(sources(FakeProvider()), clock)
    service = Service(clock, *[DOWN] * 2000)
    line = compose([breaker, RetryStage(clock, lambda _: RetrySettings(), breaker)], service)
    start = clock.monotonic()
    for second in range(300):
        clock.move(max(0.0, start + second - clock.monotonic()))
        with pytest.raises(AIError):
            await clock.run(collect(line(chat_call())))
    assert len(service.asked) <= 14


async def test_r2_a_cancelled_call_uses_no_budget() -> None:
    clock = FakeClock()
    settings = RetrySettings(burst=1, budget=0)
    stage = RetryStage(clock, lambda _: settings, NoCircuits())
    events = stage(chat_call(), Service(clock))
    await anext(events)
    await events.aclose()
    service = Service(clock, DOWN)
    assert await clock.run(collect(stage(chat_call(), service))) == [TextDelta("a"), END]
