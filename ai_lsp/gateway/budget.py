"""Amounts that a person may use up in a day or a month: what is set, what it is called, when it starts anew.

In: `QuotaSettings`. Out: `Limit`s, and a `Budget` for each of them in the period that a moment lies in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from ai_lsp.core.usage import Usage

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

    def renewed(self, now: date) -> str:
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


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit in one period, with the name of its counter and how many seconds that has to live."""

    limit: Limit
    name: str
    seconds: int


@lru_cache(maxsize=8)
def limits_of(settings: QuotaSettings) -> tuple[Limit, ...]:
    """What is limited at all."""
    return tuple(settings.limits())


@lru_cache(maxsize=64)
def budgets_on(day: date, limits: tuple[Limit, ...], user: str) -> tuple[Budget, ...]:
    """The budgets of a person on a day, local time."""
    spans = {Period.DAY: f"{day:%Y-%m-%d}", Period.MONTH: f"{day:%Y-%m}"}
    return tuple(
        Budget(limit, f"{user}:{limit.amount}:{spans[limit.period]}", _LIVES[limit.period]) for limit in limits
    )


def amount_used(limit: Limit, usage: Usage) -> int:
    """What one request takes of a limited amount beside itself."""
    if limit.amount is Amount.TOKENS:
        return usage.input_tokens + usage.output_tokens
    if limit.amount is Amount.MONEY:
        return round((usage.cost or 0.0) * _MICRO)
    return 0
