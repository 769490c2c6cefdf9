from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pytest

from ai_lsp.core.completion import CodeCompletion, Source
from ai_lsp.core.errors import AIError, ConnectionFailedError, QuotaExceededError
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.call import Call
from ai_lsp.gateway.charge import Accounts, NoPrices
from ai_lsp.gateway.counters import LocalCounters
from ai_lsp.gateway.quota import BudgetWarning, QuotaSettings, QuotaStage
from ai_lsp.observe.record import CallRecord
from tests.gateway.support_gateway import FakeProvider, answer, collect, completion_call, line, sources
from tests.support.clock import FakeClock, settle

DAY = 86_400.0


class Setup:
    def __init__(
        self,
        settings: QuotaSettings,
        provider: FakeProvider | None = None,
        history: Iterable[CallRecord] = (),
        *others: FakeProvider,
    ) -> None:
        self.clock = FakeClock()
        self.provider = provider or FakeProvider()
        self.warnings: list[str] = []
        self.settings = settings
        providers = sources(self.provider, *others)
        stage = QuotaStage(
            providers,
            self.clock,
            Accounts(providers, NoPrices(), self.clock),
            LocalCounters(self.clock),
            lambda: self.settings,
            user="ada",
            history=lambda since: [record for record in history if record.at >= since.timestamp()],
            warn=self.warn,
        )
        self.start = line(stage, providers=providers)

    def warn(self, warning: BudgetWarning) -> None:
        self.warnings.append(str(warning))

    async def calls(self, number: int, call: Call | None = None) -> int:
        """How many of them were refused."""
        refused = 0
        for _ in range(number):
            try:
                await self.clock.run(collect(self.start(call or completion_call())))
            except QuotaExceededError:
                refused += 1
        return refused


def costing(cost: float) -> FakeProvider:
    async def script(number: int) -> CodeCompletion:
        return answer(usage=Usage(90, 10, cost=cost))

    return FakeProvider(script=script)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        (QuotaSettings(requests_per_day=7), 7),
        (QuotaSettings(requests_per_month=3), 3),
        (QuotaSettings(tokens_per_day=500), 5),
        (QuotaSettings(tokens_per_month=501), 6),
        (QuotaSettings(money_per_day=0.1), 10),
        (QuotaSettings(money_per_month=0.02, requests_per_day=9), 2),
    ],
)
async def test_r22_when_an_amount_is_used_up_nothing_is_sent_any_more(settings: QuotaSettings, allowed: int) -> None:
    it = Setup(settings, costing(0.01))
    assert await it.calls(20) == 20 - allowed
    assert it.provider.calls == allowed


async def test_a_refusal_says_which_amount_until_when_and_what_to_do() -> None:
    it = Setup(QuotaSettings(money_per_month=0.5), costing(1.0))
    await it.calls(1)
    with pytest.raises(QuotaExceededError) as caught:
        await it.clock.run(collect(it.start(completion_call())))
    assert str(caught.value) == (
        "your quota of $0.5 per month is used up until 2026-10-01;"
        " to go on, raise money_per_month in section [quota] of your settings"
    )


async def test_a_new_day_and_a_new_month_begin_with_nothing_used() -> None:
    it = Setup(QuotaSettings(requests_per_day=2, requests_per_month=5))
    assert await it.calls(3) == 1
    it.clock.move(DAY)
    assert await it.calls(3) == 1
    it.clock.move(DAY)
    assert await it.calls(3) == 2
    it.clock.move(30 * DAY)
    assert await it.calls(3) == 1


async def test_what_was_used_before_this_process_began_counts() -> None:
    now = FakeClock().time()
    record = CallRecord(now - 60, "ada", "cloud", "m1", "chat", Source.UPSTREAM, "done", 1.0, Usage(90, 10, cost=0.01))
    others = [
        replace(record, user="bob"),
        replace(record, at=now - 3 * DAY),
        replace(record, at=now - 40 * DAY),
        replace(record, source=Source.CACHE, attempts=0),
        replace(record, provider="ollama"),
    ]
    local = FakeProvider("ollama", is_local=True)
    it = Setup(QuotaSettings(requests_per_day=3), None, [record, *others], local)
    assert await it.calls(3) == 1
    it = Setup(QuotaSettings(requests_per_month=3), None, [record, *others], local)
    assert await it.calls(3) == 2
    it = Setup(QuotaSettings(tokens_per_day=200), None, [record, *others], local)
    assert await it.calls(3) == 2


async def test_a_limit_that_is_set_later_counts_what_was_used_before_it() -> None:
    now = FakeClock().time()
    record = CallRecord(now - 60, "ada", "cloud", "m1", "chat", Source.UPSTREAM, "done", 1.0, Usage(90, 10, cost=0.01))
    it = Setup(QuotaSettings(requests_per_day=100), None, [record] * 3)
    assert await it.calls(1) == 0
    it.settings = QuotaSettings(requests_per_day=100, tokens_per_day=400)
    assert await it.calls(3) == 2


async def test_models_on_this_machine_are_free() -> None:
    it = Setup(QuotaSettings(requests_per_day=0), FakeProvider(is_local=True))
    assert await it.calls(5) == 0


async def test_many_at_once_do_not_pass_the_limit_of_requests() -> None:
    opened = asyncio.Event()

    async def wait(number: int) -> CodeCompletion:
        await opened.wait()
        return answer()

    it = Setup(QuotaSettings(requests_per_day=10), FakeProvider(script=wait))
    tasks = [asyncio.create_task(collect(it.start(completion_call()))) for _ in range(100)]
    await asyncio.sleep(0.05)  # the ledger is read in a thread
    await settle()
    assert it.provider.calls == 10
    opened.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(result, QuotaExceededError) for result in results) == 90


async def test_a_call_that_was_never_sent_is_given_back() -> None:
    it = Setup(QuotaSettings(requests_per_day=5))
    stage = QuotaStage(
        sources(it.provider),
        it.clock,
        Accounts(sources(it.provider), NoPrices(), it.clock),
        LocalCounters(it.clock),
        lambda: it.settings,
        user="ada",
    )

    async def refuse() -> None:
        def busy(call: Call) -> object:
            raise ConnectionFailedError("never sent")

        with pytest.raises(AIError):
            await it.clock.run(collect(stage(completion_call(), busy)))  # type: ignore[arg-type]  # it never answers

    for _ in range(20):
        await refuse()


async def test_warnings_come_once_at_80_and_at_100_percent() -> None:
    it = Setup(QuotaSettings(requests_per_day=10, money_per_month=1.0), costing(0.01))
    seen = []
    for _ in range(12):
        await it.calls(1)
        seen.append(len(it.warnings))
    assert seen == [0] * 7 + [1, 1, 2, 2, 2]
    assert it.warnings == [
        "80 % of your quota of 10 requests per day is used",
        "100 % of your quota of 10 requests per day is used",
    ]


async def test_a_warning_that_was_jumped_over_is_not_made_up_for() -> None:
    it = Setup(QuotaSettings(money_per_day=0.01), costing(1.0))
    await it.calls(1)
    assert it.warnings == ["100 % of your quota of $0.01 per day is used"]


async def test_a_raised_quota_holds_for_the_next_call() -> None:
    it = Setup(QuotaSettings(requests_per_day=1))
    assert await it.calls(2) == 1
    it.settings = QuotaSettings(requests_per_day=2)
    assert await it.calls(2) == 1


async def test_a_ledger_that_cannot_be_read_stops_nobody() -> None:
    def unreadable(since: datetime) -> Iterable[CallRecord]:
        raise PermissionError(13, "Permission denied")

    clock, provider = FakeClock(), FakeProvider()
    providers = sources(provider)
    accounts, counters = Accounts(providers, NoPrices(), clock), LocalCounters(clock)
    settings = QuotaSettings(requests_per_day=1)
    stage = QuotaStage(providers, clock, accounts, counters, lambda: settings, user="ada", history=unreadable)
    start = line(stage, providers=providers)
    await clock.run(collect(start(completion_call())))
    with pytest.raises(QuotaExceededError):
        await clock.run(collect(start(completion_call())))
