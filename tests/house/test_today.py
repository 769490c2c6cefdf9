from __future__ import annotations

from dataclasses import replace

from ai_lsp.core.completion import Source
from ai_lsp.core.status import DayUsage
from ai_lsp.core.usage import Usage
from ai_lsp.house.today import Today
from ai_lsp.observe.record import CallRecord

DAY = 86_400.0
RECORD = CallRecord(
    1_790_000_000.0, "ada", "work", "m1", "chat", Source.UPSTREAM, "done", 100.0, Usage(100, 10, cost=0.25)
)


def test_calls_of_a_day_add_up() -> None:
    today = Today()
    today.add(RECORD)
    today.add(replace(RECORD, usage=Usage(1, 1, estimated=True)))
    used = today.usage(RECORD.at)
    assert (used.requests, used.usage.input_tokens, used.usage.cost, used.usage.estimated) == (2, 101, 0.25, True)


def test_a_new_day_begins_with_nothing() -> None:
    today = Today()
    today.add(RECORD)
    assert today.usage(RECORD.at + DAY) == DayUsage()
    today.add(replace(RECORD, at=RECORD.at + DAY))
    today.add(RECORD)
    assert today.usage(RECORD.at + DAY).requests == 1
