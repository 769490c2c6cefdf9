from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from ai_lsp.cli.failure import UsageError
from ai_lsp.cli.main import main
from ai_lsp.cli.usage import since_of
from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage
from ai_lsp.observe.record import CallRecord
from ai_lsp.observe.totals import day_of
from tests.cli.support_doors import FakeDoors, FakeHouse

ZONE = timezone(timedelta(hours=2))
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=ZONE)
RECORD = CallRecord(
    1_790_000_000.0, "ada", "work", "m1", "chat", Source.UPSTREAM, "done", 100.0, Usage(1200, 34, cost=0.25)
)
RECORDS = [
    RECORD,
    replace(RECORD, provider="home", model="m2", outcome="failed", usage=Usage(5, 1, cost=0.5, estimated=True)),
    replace(RECORD, user="bob", usage=Usage(10, 1)),
]


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=ZONE)),
        ("7d", NOW - timedelta(days=7)),
        ("day", datetime(2026, 11, 21, tzinfo=ZONE)),
        ("month", datetime(2026, 11, 1, tzinfo=ZONE)),
    ],
)
def test_beginnings(text: str, since: datetime) -> None:
    assert since_of(text, NOW) == since


@pytest.mark.parametrize("text", ["", "x", "7", "d", "-7d", "99999d", "2026-13-01", "01.11.2026", "7d "])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(UsageError, match="write a date such as 2026-11-01"):
        since_of(text, NOW)


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["usage", "--since", "yesterday"], FakeDoors()) == 2
    assert capsys.readouterr().err.startswith("ai-lsp: --since 'yesterday' is no date; write")


def test_nothing_used_is_a_friendly_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["usage"], FakeDoors()) == 0
    assert main(["usage", "--since", "2026-11-01"], FakeDoors()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "nothing was used yet: no service was asked for anything",
        "nothing was used since 2026-11-01: no service was asked for anything",
    ]


def test_what_was_used_by_everything_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    house = FakeHouse(records=RECORDS)
    assert main(["usage"], FakeDoors(house)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "PROVIDER  REQUESTS  FAILED  CACHED  TOKENS IN  TOKENS OUT      US$",
        "home             1       1       0         ~5          ~1  ~0.5000",
        "work             2       0       0      1,210          35  0.2500?",
        "",
        "MODEL  REQUESTS  FAILED  CACHED  TOKENS IN  TOKENS OUT      US$",
        "m1            2       0       0      1,210          35  0.2500?",
        "m2            1       1       0         ~5          ~1  ~0.5000",
        "",
        "DAY         REQUESTS  FAILED  CACHED  TOKENS IN  TOKENS OUT       US$",
        f"{day_of(RECORD.at)}         3       1       0     ~1,215         ~36  ~0.7500?",
        "",
        "USER  REQUESTS  FAILED  CACHED  TOKENS IN  TOKENS OUT      US$",
        "ada          2       1       0     ~1,205         ~35  ~0.7500",
        "bob          1       0       0         10           1  0.0000?",
        "",
        "total         3       1       0     ~1,215         ~36  ~0.7500?",
        "~ holds figures of 1 request that is estimated: broken off, or not counted by the service",
        "? leaves out 1 request of unknown price; set `price` in [providers.NAME]",
    ]
    assert house.questions == [None]
    assert house.closed


def test_an_object_for_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["usage", "--json", "--since", "2026-01-02"], FakeDoors(FakeHouse(records=RECORDS))) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["since", "total", "provider", "model", "day", "user"]
    assert answer["since"].startswith("2026-01-02T00:00:00")
    assert (answer["total"]["requests"], answer["total"]["estimated"], answer["total"]["unpriced"]) == (3, 1, 1)
    assert answer["user"]["bob"]["input_tokens"] == 10
