"""Holds each person to what they or their team may use up in a day and in a month.

In: a call to a service. Out: the same call, or a `QuotaExceededError`; a warning when 80 and 100 % of an amount are
used. Models on this machine are free and pass. What must never happen: a call after an amount is used up. Calls that
were under way at that moment end, so tokens and money may pass the amount by what those use.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from datetime import date, datetime

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError, QuotaExceededError
from ai_lsp.core.stream import TextDelta
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.budget import (
    Amount,
    Budget,
    BudgetWarning,
    Limit,
    QuotaSettings,
    amount_used,
    budgets_on,
    limits_of,
)
from ai_lsp.gateway.call import Call, Events, Next
from ai_lsp.gateway.charge import Accounts
from ai_lsp.gateway.counters import Counters
from ai_lsp.gateway.provider import ProviderSource
from ai_lsp.observe.record import CallRecord

__all__ = ["BudgetWarning", "History", "QuotaSettings", "QuotaStage"]

log = logging.getLogger(__name__)

WARN_AT = (80, 100)
"""Percent of an amount."""

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
        limits = limits_of(self._settings())
        if not limits or self._is_free(call.provider):
            return following(call)
        return self._counted(call, following, limits)

    async def _counted(self, call: Call, following: Next, limits: tuple[Limit, ...]) -> Events:
        await self._remember(limits)
        budgets = budgets_on(_day(self._clock.time()), limits, self._user)
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

    async def _reserve(self, call: Call, budgets: Sequence[Budget]) -> None:
        """Count the request, and refuse it if an amount is used up: then it is not counted after all."""
        for budget in budgets:
            if await self._counters.total(budget.name) >= budget.limit.most:
                raise self._used_up(call, budget)
        counted: list[Budget] = []
        for budget in budgets:
            if budget.limit.amount is Amount.REQUESTS:
                counted.append(budget)
                total = await self._counters.add(budget.name, 1, budget.seconds)
                if total > budget.limit.most:  # somebody else took the last one since we looked
                    self._give_back(counted)
                    raise self._used_up(call, budget)
                self._notice(budget, total)

    def _spend(self, call: Call, usage: Usage, budgets: Sequence[Budget]) -> None:
        if call.trace.attempts == 0:
            self._give_back(budget for budget in budgets if budget.limit.amount is Amount.REQUESTS)
        for budget in budgets:
            spent = amount_used(budget.limit, usage)
            if spent:
                self._notice(budget, self._counters.add_later(budget.name, spent, budget.seconds))

    def _give_back(self, budgets: Iterable[Budget]) -> None:
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
        try:
            used = await asyncio.to_thread(self._add_up, limits)
        except OSError as error:
            log.warning("what was used up before cannot be read, so it does not count: %s", error.strerror)
            return
        for (provider, name), spent in used.items():
            if not self._is_free(provider):
                sums[name] = sums.get(name, 0) + spent
        for name, spent in sums.items():
            self._counters.seed(name, spent)

    def _add_up(self, limits: tuple[Limit, ...]) -> dict[tuple[str, str], int]:
        sums: dict[tuple[str, str], int] = {}
        for record in self._history(self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)):
            if record.user != self._user or not record.attempts:
                continue
            for budget in budgets_on(_day(record.at), limits, self._user):
                spent = 1 if budget.limit.amount is Amount.REQUESTS else amount_used(budget.limit, record.usage)
                sums[record.provider, budget.name] = sums.get((record.provider, budget.name), 0) + spent
        return sums

    def _notice(self, budget: Budget, total: int) -> None:
        for percent in reversed(WARN_AT):
            if total * 100 >= budget.limit.most * percent:
                if (budget.name, percent) not in self._warned:
                    self._warned.update((budget.name, lower) for lower in WARN_AT if lower <= percent)
                    self._warn(BudgetWarning(budget.limit, percent))
                return

    def _used_up(self, call: Call, budget: Budget) -> QuotaExceededError:
        limit = budget.limit
        return QuotaExceededError(
            f"your quota of {limit} is used up until {limit.renewed(self._now())};"
            f" to go on, raise {limit.amount}_per_{limit.period} in section [quota] of your settings",
            provider=call.provider,
        )

    def _is_free(self, provider: str) -> bool:
        try:
            return self._providers.get(provider).capabilities.is_local
        except AIError:
            return False

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.time()).astimezone()


def _day(at: float) -> date:
    return date.fromtimestamp(at)  # noqa: DTZ012  # days are those of the person's own clock
