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

    def span(self, now: datetime) -> tuple[str, int]:
        """The name of the period that `now` lies in, and how many seconds its counter has to live."""
        if self.period is Period.DAY:
            return f"{now:%Y-%m-%d}", 2 * 86_400
        return f"{now:%Y-%m}", 32 * 86_400

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
        self._remembering: asyncio.Task[None] | None = None

    def __call__(self, call: Call, following: Next) -> Events:
        limits = tuple(self._settings().limits())
        if not limits or self._is_free(call.provider):
            return following(call)
        return self._counted(call, following, limits)

    async def _counted(self, call: Call, following: Next, limits: tuple[Limit, ...]) -> Events:
        await self._remember()
        now = self._now()
        await self._reserve(call, limits, now)
        characters, end = 0, None
        try:
            async with aclosing(following(call)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        characters += len(event.text)
                    else:
                        end = event
                        self._spend(call, self._accounts.finished(call, end, characters), limits, now)
                    yield event
        except BaseException as error:
            if end is None:
                self._spend(call, self._accounts.broken_off(call, characters, error), limits, now)
            raise

    async def _reserve(self, call: Call, limits: tuple[Limit, ...], now: datetime) -> None:
        """Count the request, and refuse it if an amount is used up: then it is not counted after all."""
        for limit in limits:
            if await self._counters.total(self._name(limit, now)) >= limit.most:
                raise self._used_up(call, limit, now)
        requests = [limit for limit in limits if limit.amount is Amount.REQUESTS]
        for place, limit in enumerate(requests):
            _, seconds = limit.span(now)
            total = await self._counters.add(self._name(limit, now), 1, seconds)
            if total > limit.most:  # somebody else took the last one since we looked
                self._give_back(requests[: place + 1], now)
                raise self._used_up(call, limit, now)
            self._notice(limit, total, now)

    def _spend(self, call: Call, usage: Usage, limits: tuple[Limit, ...], now: datetime) -> None:
        if call.trace.attempts == 0:
            self._give_back([limit for limit in limits if limit.amount is Amount.REQUESTS], now)
        for limit in limits:
            spent = _spent(limit, usage)
            if spent:
                _, seconds = limit.span(now)
                self._notice(limit, self._counters.add_later(self._name(limit, now), spent, seconds), now)

    def _give_back(self, limits: Iterable[Limit], now: datetime) -> None:
        for limit in limits:
            _, seconds = limit.span(now)
            self._counters.add_later(self._name(limit, now), -1, seconds)

    async def _remember(self) -> None:
        """Once: what the person used up before this process was started."""
        if self._remembering is None:
            self._remembering = asyncio.create_task(self._read_history())
        await asyncio.shield(self._remembering)

    async def _read_history(self) -> None:
        start = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        for name, spent in (await asyncio.to_thread(self._add_up, start)).items():
            self._counters.seed(name, spent)

    def _add_up(self, start: datetime) -> dict[str, int]:
        sums: dict[str, int] = {}
        now, limits = self._now(), tuple(self._settings().limits())
        for record in self._history(start):
            if record.user != self._user or not record.attempts or self._is_free(record.provider):
                continue
            then = datetime.fromtimestamp(record.at).astimezone()
            for limit in limits:
                if limit.span(then) == limit.span(now):
                    name = self._name(limit, now)
                    spent = 1 if limit.amount is Amount.REQUESTS else _spent(limit, record.usage)
                    sums[name] = sums.get(name, 0) + spent
        return sums

    def _notice(self, limit: Limit, total: int, now: datetime) -> None:
        name = self._name(limit, now)
        for percent in reversed(WARN_AT):
            if total * 100 >= limit.most * percent:
                if (name, percent) not in self._warned:
                    self._warned.update((name, lower) for lower in WARN_AT if lower <= percent)
                    self._warn(BudgetWarning(limit, percent))
                return

    def _used_up(self, call: Call, limit: Limit, now: datetime) -> QuotaExceededError:
        return QuotaExceededError(
            f"your quota of {limit} is used up until {limit.renewed(now)};"
            f" to go on, raise {limit.amount}_per_{limit.period} in section [quota] of your settings",
            provider=call.provider,
        )

    def _name(self, limit: Limit, now: datetime) -> str:
        return f"{self._user}:{limit.amount}:{limit.span(now)[0]}"

    def _is_free(self, provider: str) -> bool:
        try:
            return self._providers.get(provider).capabilities.is_local
        except AIError:
            return False

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.time()).astimezone()


def _spent(limit: Limit, usage: Usage) -> int:
    if limit.amount is Amount.TOKENS:
        return usage.input_tokens + usage.output_tokens
    if limit.amount is Amount.MONEY:
        return round((usage.cost or 0.0) * _MICRO)
    return 0
