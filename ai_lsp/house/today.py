"""What was used up since midnight, kept up to date call by call."""

from __future__ import annotations

from ai_lsp.core.status import DayUsage
from ai_lsp.core.usage import Usage
from ai_lsp.observe.record import CallRecord
from ai_lsp.observe.totals import Totals, day_of


class Today:
    """A listener of call records. It begins anew with the first call of a new day (local time)."""

    def __init__(self) -> None:
        self._day = ""
        self._totals = Totals()

    def add(self, record: CallRecord) -> None:
        day = day_of(record.at)
        if day > self._day:
            self._day, self._totals = day, Totals()
        if day == self._day:
            self._totals.add(record)

    def usage(self, now: float) -> DayUsage:
        """At this moment (seconds since 1970)."""
        if day_of(now) != self._day:
            return DayUsage()
        totals = self._totals
        usage = Usage(
            totals.input_tokens,
            totals.output_tokens,
            totals.cached_input_tokens,
            totals.cache_write_tokens,
            totals.thinking_tokens,
            totals.cost,
            estimated=totals.estimated > 0,
        )
        return DayUsage(totals.requests, usage)
