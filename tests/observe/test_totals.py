from __future__ import annotations

from dataclasses import replace

import pytest

from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage
from ai_lsp.observe.record import CallRecord
from ai_lsp.observe.totals import day_of, summed_up, total, totals_by

DAY = 86_400.0
RECORD = CallRecord(
    1_790_000_000.0, "ada", "work", "m1", "chat", Source.UPSTREAM, "done", 100.0, Usage(100, 10, 40, 5, 2, cost=0.25)
)
RECORDS = [
    RECORD,
    replace(RECORD, at=RECORD.at + DAY, model="m2", usage=Usage(10, 1)),
    replace(RECORD, provider="home", source=Source.CACHE, attempts=0, usage=Usage(cost=0.0)),
    replace(RECORD, user="bob", outcome="failed", error="X", usage=Usage(cost=0.0)),
    replace(RECORD, outcome="cancelled", usage=Usage(30, estimated=True, cost=0.5)),
]


def test_sums_are_those_of_the_records() -> None:
    sums = total(RECORDS)
    assert (sums.requests, sums.sent, sums.from_cache, sums.failed, sums.cancelled) == (5, 4, 1, 1, 1)
    assert (sums.input_tokens, sums.output_tokens, sums.tokens) == (140, 11, 151)
    assert (sums.cached_input_tokens, sums.cache_write_tokens, sums.thinking_tokens) == (40, 5, 2)
    assert sums.cost == pytest.approx(0.75)
    assert (sums.unpriced, sums.estimated) == (1, 1)


def test_totals_can_be_had_by_anything_that_is_recorded() -> None:
    assert {key: totals.requests for key, totals in totals_by(RECORDS, "provider").items()} == {
        ("home",): 1,
        ("work",): 4,
    }
    today, tomorrow = day_of(RECORD.at), day_of(RECORD.at + DAY)
    assert list(totals_by(RECORDS, "day", "user")) == [(today, "ada"), (today, "bob"), (tomorrow, "ada")]
    assert totals_by(RECORDS, "model")["m2",].tokens == 11


def test_no_records_are_no_totals() -> None:
    assert total([]).requests == 0
    assert totals_by([], "day") == {}


def test_everything_can_be_had_in_one_pass() -> None:
    everything, groups = summed_up(iter(RECORDS))
    assert everything == total(RECORDS)
    for group, sums in groups.items():
        assert {(name,): sums[name] for name in sums} == totals_by(RECORDS, group)
    assert list(groups) == ["provider", "model", "day", "user"]
