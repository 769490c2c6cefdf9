"""Adds up what was used.

In: `CallRecord`s. Out: `Totals` by provider, model, day (local time) or user. Figures that are partly guessed say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ai_lsp.core.completion import Source
from ai_lsp.observe.record import CallRecord

Grouping = Literal["provider", "model", "day", "user"]


@dataclass(slots=True)
class Totals:
    """Of some calls: `requests` counts all, `sent` what went to a service, `from_cache` what a cache answered.

    `cost` is in US dollars. `unpriced` counts requests whose cost is not known, `estimated` those with guessed figures.
    """

    requests: int = 0
    sent: int = 0
    from_cache: int = 0
    failed: int = 0
    cancelled: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    thinking_tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0
    estimated: int = 0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def add(self, record: CallRecord) -> None:
        usage = record.usage
        self.requests += 1
        self.sent += record.attempts > 0
        self.from_cache += record.source is Source.CACHE
        self.failed += record.outcome == "failed"
        self.cancelled += record.outcome == "cancelled"
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.cached_input_tokens += usage.cached_input_tokens
        self.cache_write_tokens += usage.cache_write_tokens
        self.thinking_tokens += usage.thinking_tokens
        self.cost += usage.cost or 0.0
        self.unpriced += usage.cost is None
        self.estimated += usage.estimated


def day_of(at: float) -> str:
    """The date of a moment (seconds since 1970) where the person is, as 2026-11-21."""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d}"


_GROUPS: dict[Grouping, Callable[[CallRecord], str]] = {
    "provider": lambda record: record.provider,
    "model": lambda record: record.model,
    "day": lambda record: day_of(record.at),
    "user": lambda record: record.user,
}


def total(records: Iterable[CallRecord]) -> Totals:
    totals = Totals()
    for record in records:
        totals.add(record)
    return totals


def totals_by(records: Iterable[CallRecord], *groups: Grouping) -> dict[tuple[str, ...], Totals]:
    """Totals for each combination of the groups that occurs, sorted by its names."""
    sums: dict[tuple[str, ...], Totals] = {}
    for record in records:
        key = tuple(_GROUPS[group](record) for group in groups)
        sums.setdefault(key, Totals()).add(record)
    return dict(sorted(sums.items()))


def summed_up(records: Iterable[CallRecord]) -> tuple[Totals, dict[Grouping, dict[str, Totals]]]:
    """The total, and that of each provider, model, day and user, in one pass over the records. Names are sorted."""
    everything = Totals()
    groups: dict[Grouping, dict[str, Totals]] = {group: {} for group in _GROUPS}
    for record in records:
        everything.add(record)
        for group, sums in groups.items():
            sums.setdefault(_GROUPS[group](record), Totals()).add(record)
    return everything, {group: dict(sorted(sums.items())) for group, sums in groups.items()}
