from __future__ import annotations

import asyncio

import pytest

from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    BadRequestError,
    CircuitOpenError,
    ConnectionFailedError,
    ContextOverflowError,
    FirstContentTimeoutError,
    OverloadedError,
    QuotaExceededError,
    RateLimitedError,
)
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.breaker import BreakerSettings, BreakerStage, CircuitState
from ai_lsp.gateway.call import Call, Events
from ai_lsp.gateway.line import compose
from ai_lsp.gateway.retry import RetrySettings, RetryStage
from tests.gateway.support_gateway import FakeProvider, chat_call, collect, completion_call, sources
from tests.support.clock import FakeClock, settle

END = Finished("cloud", "m1")
DOWN = ConnectionFailedError("nobody answers")


class Service:
    """Fails with `error` while it has one; holds its calls while `hold` is set."""

    def __init__(self, error: AIError | None = DOWN) -> None:
        self.error = error
        self.calls = 0
        self.hold: asyncio.Event | None = None

    async def __call__(self, call: Call) -> Events:
        self.calls += 1
        if self.hold is not None:
            await self.hold.wait()
        if self.error is not None:
            raise self.error
        yield TextDelta("a")
        yield END


class Setup:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.provider = FakeProvider()
        self.stage = BreakerStage(sources(self.provider, FakeProvider("other")), self.clock)
        self.service = Service()

    async def call(self, call: Call | None = None) -> str:
        try:
            await collect(self.stage(call or completion_call(), self.service))
        except CircuitOpenError:
            return "refused"
        except AIError:
            return "failed"
        return "answered"

    async def calls(self, number: int) -> list[str]:
        return [await self.call() for _ in range(number)]

    @property
    def state(self) -> CircuitState:
        return self.stage.reports()[0].state


async def test_r8_five_failures_of_five_open_the_circuit() -> None:
    it = Setup()
    assert await it.calls(6) == ["failed"] * 5 + ["refused"]
    assert (it.service.calls, it.state) == (5, CircuitState.OPEN)


async def test_half_of_the_calls_have_to_fail() -> None:
    it = Setup()
    it.service.error = None
    await it.calls(6)
    it.service.error = DOWN
    assert await it.calls(6) == ["failed"] * 6
    assert await it.calls(1) == ["refused"]


async def test_failures_older_than_a_minute_are_forgotten() -> None:
    it = Setup()
    await it.calls(4)
    it.clock.move(61)
    assert await it.calls(4) == ["failed"] * 4


async def test_a_refusal_says_how_long_it_lasts() -> None:
    it = Setup()
    await it.calls(5)
    it.clock.move(10)
    with pytest.raises(CircuitOpenError, match="cloud failed too often and is left alone for 20 s more") as caught:
        await collect(it.stage(completion_call(), it.service))
    assert caught.value.retry_after == 20


async def test_after_30_seconds_one_probe_that_succeeds_closes_it() -> None:
    it = Setup()
    await it.calls(5)
    it.clock.move(30)
    states = [it.state]
    it.service.error = None
    assert await it.calls(3) == ["answered"] * 3
    assert [*states, it.state] == [CircuitState.HALF_OPEN, CircuitState.CLOSED]


async def test_a_probe_that_fails_opens_it_again() -> None:
    it = Setup()
    await it.calls(5)
    it.clock.move(30)
    assert await it.calls(2) == ["failed", "refused"]
    it.clock.move(29)
    assert await it.calls(1) == ["refused"]


async def test_r8_of_100_at_once_exactly_one_is_the_probe() -> None:
    it = Setup()
    await it.calls(5)
    it.clock.move(30)
    it.service.hold = asyncio.Event()
    tasks = [asyncio.create_task(it.call()) for _ in range(100)]
    await settle()
    assert it.service.calls == 6
    it.service.error = None
    it.service.hold.set()
    results = await asyncio.gather(*tasks)
    assert (results.count("answered"), results.count("refused")) == (1, 99)
    assert it.state is CircuitState.CLOSED


@pytest.mark.parametrize(
    "error",
    [
        AuthenticationError("wrong key"),
        BadRequestError("wrong"),
        ContextOverflowError("too long"),
        QuotaExceededError("used up"),
        RateLimitedError("too many"),
        OverloadedError("loading", loading=True),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_r8_what_is_no_failure_of_the_service_never_counts(error: AIError) -> None:
    it = Setup()
    it.service.error = error
    assert await it.calls(50) == ["failed"] * 50
    assert it.state is CircuitState.CLOSED


@pytest.mark.parametrize("error", [OverloadedError("no room"), FirstContentTimeoutError("silent")])
async def test_what_is_one_counts(error: AIError) -> None:
    it = Setup()
    it.service.error = error
    await it.calls(5)
    assert it.state is CircuitState.OPEN


async def test_r2_cancels_never_count_and_a_cancelled_probe_leaves_its_place() -> None:
    it = Setup()
    await it.calls(5)
    it.clock.move(30)
    it.service.hold = asyncio.Event()
    for _ in range(10):
        task = asyncio.create_task(it.call())
        await settle()
        task.cancel()
        await settle()
    assert it.service.calls == 15
    assert it.state is CircuitState.HALF_OPEN


async def test_a_probe_with_a_wrong_key_leaves_its_place() -> None:
    it = Setup()
    await it.calls(5)
    it.clock.move(30)
    it.service.error = AuthenticationError("wrong key")
    assert await it.calls(2) == ["failed", "failed"]


async def test_an_answer_that_breaks_off_later_counts_as_failure_too() -> None:
    it = Setup()

    async def break_off(call: Call) -> Events:
        yield TextDelta("a")
        raise DOWN

    for _ in range(5):
        with pytest.raises(ConnectionFailedError):
            await collect(it.stage(chat_call(), break_off))
    assert it.state is CircuitState.OPEN


async def test_each_provider_and_each_origin_has_its_own_circuit() -> None:
    it = Setup()
    await it.calls(5)
    assert await it.call(completion_call("other")) == "failed"
    it.provider.service = "https://elsewhere.test"
    assert await it.call() == "failed"
    reports = {(report.provider, report.origin): report.state for report in it.stage.reports()}
    assert reports == {
        ("cloud", "https://cloud.test"): CircuitState.OPEN,
        ("other", "https://cloud.test"): CircuitState.CLOSED,
        ("cloud", "https://elsewhere.test"): CircuitState.CLOSED,
    }


async def test_steps_of_the_date_do_not_disturb_it() -> None:
    it = Setup()
    await it.calls(5)
    it.clock.step_date(3600)
    assert await it.calls(1) == ["refused"]


async def test_settings_hold_for_the_next_call() -> None:
    settings = BreakerSettings(failures=2, open_for=5)
    it = Setup()
    it.stage = BreakerStage(sources(it.provider), it.clock, lambda: settings)
    assert await it.calls(3) == ["failed", "failed", "refused"]
    it.clock.move(5)
    assert await it.calls(1) == ["failed"]


async def test_a_provider_that_is_taken_out_while_it_is_asked_fails_as_it_would_have() -> None:
    clock, providers = FakeClock(), sources(FakeProvider())
    stage = BreakerStage(providers, clock)
    service = Service()
    service.hold = asyncio.Event()
    line = compose([stage, RetryStage(clock, lambda _: RetrySettings(), stage)], service)
    asking = asyncio.ensure_future(collect(line(chat_call())))
    await settle()
    providers.by_name.clear()
    service.hold.set()
    with pytest.raises(ConnectionFailedError):
        await asking
    assert service.calls == 1


async def test_a_failure_counts_where_it_happened_though_the_provider_has_moved_meanwhile() -> None:
    clock, providers = FakeClock(), sources(FakeProvider())
    stage = BreakerStage(providers, clock)
    service = Service()
    service.hold = asyncio.Event()
    line = compose([stage, RetryStage(clock, lambda _: RetrySettings(), stage)], service)
    asking = asyncio.ensure_future(collect(line(chat_call())))
    await settle()
    providers.by_name["cloud"] = FakeProvider(service="https://moved.test")
    service.hold.set()
    await settle()
    assert [(found.origin, found.failures) for found in stage.reports()] == [("https://cloud.test", 1)]
    asking.cancel()
