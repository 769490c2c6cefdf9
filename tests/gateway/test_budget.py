from __future__ import annotations

from datetime import date

import pytest

from ai_lsp.core.usage import Usage
from ai_lsp.gateway.budget import (
    Amount,
    BudgetWarning,
    Limit,
    Period,
    QuotaSettings,
    amount_used,
    budgets_on,
    limits_of,
)

EVERYTHING = QuotaSettings(10, 100, 1000, 10_000, 0.5, 5.0)


def test_limits_are_those_that_are_set() -> None:
    assert [str(limit) for limit in limits_of(EVERYTHING)] == [
        "10 requests per day",
        "100 requests per month",
        "1000 tokens per day",
        "10000 tokens per month",
        "$0.5 per day",
        "$5 per month",
    ]
    assert limits_of(QuotaSettings()) == ()
    assert limits_of(QuotaSettings(requests_per_day=0)) == (Limit(Amount.REQUESTS, Period.DAY, 0),)


def test_the_month_begins_anew_on_its_first() -> None:
    limits = limits_of(QuotaSettings(requests_per_day=1, requests_per_month=1))
    for now, day, month in (
        (date(2026, 12, 31), "2027-01-01", "2027-01-01"),
        (date(2026, 1, 31), "2026-02-01", "2026-02-01"),
        (date(2026, 2, 1), "2026-02-02", "2026-03-01"),
    ):
        assert [limit.renewed(now) for limit in limits] == [day, month]


def test_each_person_and_each_period_has_a_counter_that_outlives_it() -> None:
    opened = budgets_on(date(2026, 11, 21), limits_of(QuotaSettings(1, 1)), "ada")
    assert [budget.name for budget in opened] == ["ada:requests:2026-11-21", "ada:requests:2026-11"]
    assert [budget.seconds // 86_400 for budget in opened] == [2, 32]


@pytest.mark.parametrize(("amount", "used"), [(Amount.REQUESTS, 0), (Amount.TOKENS, 110), (Amount.MONEY, 1500)])
def test_what_a_request_takes(amount: Amount, used: int) -> None:
    assert amount_used(Limit(amount, Period.DAY, 1), Usage(100, 10, 50, cost=0.0015)) == used
    assert amount_used(Limit(amount, Period.DAY, 1), Usage()) == 0


def test_a_warning_is_a_sentence() -> None:
    limit = Limit(Amount.MONEY, Period.MONTH, 25_000_000)
    assert str(BudgetWarning(limit, 80)) == "80 % of your quota of $25 per month is used"
