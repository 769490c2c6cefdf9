"""Holds each person to what they or their team may use up in a day and in a month.

In: a call to a service. Out: the same call, or a `QuotaExceededError`; a warning when 80 and 100 % of an amount are
used. Models on this machine are free and pass. What must never happen: a call after an amount is used up. Calls that
were under way at that moment end, so tokens and money may pass the amount by what those use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError, QuotaExceededError
from ai_lsp.core.stream import TextDelta
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.call import Call, Events, Next
from ai_lsp.gateway.charge import Accounts
from ai_lsp.gateway.counters import Counters
from ai_lsp.gateway.provider import ProviderSource
from ai_lsp.observe.record import CallRecord

WARN_AT = (80, 100)
"""Percent of an amount."""
_MICRO = 1_000_000


class Amount(StrEnum):
    REQUESTS = "requests"
    TOKENS = "tokens"
    MONEY = "money"


class Period(StrEnum):
    DAY = "day"
    MONTH = "month"


_LIVES = {Period.DAY: 2 * 86_400, Period.MONTH: 32 * 86_400}
"""Seconds: longer than the period, so that no counter ends in it."""


@dataclass(frozen=True, slots=True)
class QuotaSettings:
    """For one person, at all services together; None: no limit. Money is in US dollars, days are local."""

    requests_per_day: int | None = None
    requests_per_month: int | None = None
    tokens_per_day: int | None = None
    tokens_per_month: int | None = None
    money_per_day: float | None = None
    money_per_month: float | None = None

    def limits(self) -> Iterator[Limit]:
        for amount in Amount:
            for period in Period:
                most = getattr(self, f"{amount}_per_{period}")
                if most is not None:
                    yield Limit(amount, period, round(most * _MICRO) if amount is Amount.MONEY else most)


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` is a number of requests or tokens, or millionths of a US dollar."""

    amount: Amount
    period: Period
    most: int

    def renewed(self, now: datetime) -> str:
        """The date on which the amount starts anew."""
        start = now + timedelta(days=1) if self.period is Period.DAY else now.replace(day=1) + timedelta(days=32)
        return f"{start:%Y-%m-%d}" if self.period is Period.DAY else f"{start:%Y-%m-01}"

    def __str__(self) -> str:
        shown = f"${self.most / _MICRO:g}" if self.amount is Amount.MONEY else f"{self.most} {self.amount}"
        return f"{shown} per {self.period}"


@dataclass(frozen=True, slots=True)
class BudgetWarning:
    """`percent` of a limit is used up."""

    limit: Limit
    percent: int

    def __str__(self) -> str:
        return f"{self.percent} % of your quota of {self.limit} is used"


History = Callable[[datetime], Iterable[CallRecord]]
"""The calls since a date, from the ledger. Reads the disk."""


class QuotaStage:
    """`user` is the name under which amounts are counted; `warn` gets each warning once per period."""

    def __init__(
        self,
        providers: ProviderSource,
        clock: Clock,
        accounts: Accounts,
        counters: Counters,
        settings: Callable[[], QuotaSettings],
        *,
        user: str,
        history: History = lambda _: (),
        warn: Callable[[BudgetWarning], None] = lambda _: None,
    ) -> None:
        self._providers = providers
        self._clock = clock
        self._accounts = accounts
        self._counters = counters
        self._settings = settings
        self._user = user
        self._history = history
        self._warn = warn
        self._warned: set[tuple[str, int]] = set()
        self._remembering: tuple[tuple[Limit, ...], asyncio.Task[None]] | None = None

    def __call__(self, call: Call, following: Next) -> Events:
        limits = _limits(self._settings())
        if not limits or self._is_free(call.provider):
            return following(call)
        return self._counted(call, following, limits)

    async def _counted(self, call: Call, following: Next, limits: tuple[Limit, ...]) -> Events:
        await self._remember(limits)
        budgets = self._budgets(limits, self._now())
        await self._reserve(call, budgets)
        characters, end = 0, None
        try:
            async with aclosing(following(call)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        characters += len(event.text)
                    else:
                        end = event
                        self._spend(call, self._accounts.finished(call, end, characters), budgets)
                    yield event
        except BaseException as error:
            if end is None:
                self._spend(call, self._accounts.broken_off(call, characters, error), budgets)
            raise

    async def _reserve(self, call: Call, budgets: list[_Budget]) -> None:
        """Count the request, and refuse it if an amount is used up: then it is not counted after all."""
        for budget in budgets:
            if await self._counters.total(budget.name) >= budget.limit.most:
                raise self._used_up(call, budget)
        counted: list[_Budget] = []
        for budget in budgets:
            if budget.limit.amount is Amount.REQUESTS:
                counted.append(budget)
                total = await self._counters.add(budget.name, 1, budget.seconds)
                if total > budget.limit.most:  # somebody else took the last one since we looked
                    self._give_back(counted)
                    raise self._used_up(call, budget)
                self._notice(budget, total)

    def _spend(self, call: Call, usage: Usage, budgets: list[_Budget]) -> None:
        if call.trace.attempts == 0:
            self._give_back(budget for budget in budgets if budget.limit.amount is Amount.REQUESTS)
        for budget in budgets:
            spent = _spent(budget.limit, usage)
            if spent:
                self._notice(budget, self._counters.add_later(budget.name, spent, budget.seconds))

    def _give_back(self, budgets: Iterable[_Budget]) -> None:
        for budget in budgets:
            self._counters.add_later(budget.name, -1, budget.seconds)

    async def _remember(self, limits: tuple[Limit, ...]) -> None:
        """Once for each set of limits: what the person used up before, in this process and in others."""
        if self._remembering is None or self._remembering[0] != limits:
            self._remembering = limits, asyncio.create_task(self._read_history(limits))
        if not self._remembering[1].done():
            await asyncio.shield(self._remembering[1])

    async def _read_history(self, limits: tuple[Limit, ...]) -> None:
        sums: dict[str, int] = {}
        for (provider, name), spent in (await asyncio.to_thread(self._add_up, limits)).items():
            if not self._is_free(provider):
                sums[name] = sums.get(name, 0) + spent
        for name, spent in sums.items():
            self._counters.seed(name, spent)

    def _add_up(self, limits: tuple[Limit, ...]) -> dict[tuple[str, str], int]:
        sums: dict[tuple[str, str], int] = {}
        for record in self._history(self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)):
            if record.user != self._user or not record.attempts:
                continue
            for budget in self._budgets(limits, datetime.fromtimestamp(record.at).astimezone()):
                spent = 1 if budget.limit.amount is Amount.REQUESTS else _spent(budget.limit, record.usage)
                sums[record.provider, budget.name] = sums.get((record.provider, budget.name), 0) + spent
        return sums

    def _notice(self, budget: _Budget, total: int) -> None:
        for percent in reversed(WARN_AT):
            if total * 100 >= budget.limit.most * percent:
                if (budget.name, percent) not in self._warned:
                    self._warned.update((budget.name, lower) for lower in WARN_AT if lower <= percent)
                    self._warn(BudgetWarning(budget.limit, percent))
                return

    def _used_up(self, call: Call, budget: _Budget) -> QuotaExceededError:
        limit = budget.limit
        return QuotaExceededError(
            f"your quota of {limit} is used up until {limit.renewed(self._now())};"
            f" to go on, raise {limit.amount}_per_{limit.period} in section [quota] of your settings",
            provider=call.provider,
        )

    def _budgets(self, limits: tuple[Limit, ...], now: datetime) -> list[_Budget]:
        spans = {Period.DAY: f"{now:%Y-%m-%d}", Period.MONTH: f"{now:%Y-%m}"}
        return [
            _Budget(limit, f"{self._user}:{limit.amount}:{spans[limit.period]}", _LIVES[limit.period])
            for limit in limits
        ]

    def _is_free(self, provider: str) -> bool:
        try:
            return self._providers.get(provider).capabilities.is_local
        except AIError:
            return False

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.time()).astimezone()


@dataclass(slots=True)
class _Budget:
    """A limit in the period that it is now, with its counter's name and how many seconds that has to live."""

    limit: Limit
    name: str
    seconds: int


@lru_cache(maxsize=8)
def _limits(settings: QuotaSettings) -> tuple[Limit, ...]:
    return tuple(settings.limits())


def _spent(limit: Limit, usage: Usage) -> int:
    if limit.amount is Amount.TOKENS:
        return usage.input_tokens + usage.output_tokens
    if limit.amount is Amount.MONEY:
        return round((usage.cost or 0.0) * _MICRO)
    return 0
