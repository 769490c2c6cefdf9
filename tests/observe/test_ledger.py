from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage
from ai_lsp.observe.ledger import Ledger
from ai_lsp.observe.record import CallRecord
from ai_lsp.observe.totals import total

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
RECORD = CallRecord(
    at=NOON,
    user="ada",
    provider="work",
    model="m1",
    kind="completion",
    source=Source.UPSTREAM,
    outcome="done",
    total_ms=312.5,
    first_ms=200.25,
    usage=Usage(1000, 50, cached_input_tokens=800, thinking_tokens=10, cost=0.00125),
)
CACHED = replace(RECORD, source=Source.CACHE, attempts=0, usage=Usage(cost=0.0), first_ms=None)
FAILED = replace(RECORD, outcome="failed", error="RateLimitedError", usage=Usage(7, estimated=True))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "usage")


def lines_of(folder: Path) -> list[bytes]:
    return [line for path in sorted(folder.iterdir()) for line in path.read_bytes().splitlines() if line]


def test_what_was_written_is_read_again(ledger: Ledger) -> None:
    for record in (RECORD, CACHED, FAILED):
        ledger.append(record)
    ledger.close()
    assert list(ledger.records()) == [RECORD, CACHED, FAILED]


def test_there_is_one_file_for_each_month(ledger: Ledger, tmp_path: Path) -> None:
    for month in (9, 10, 11):
        ledger.append(replace(RECORD, at=datetime(2026, month, 15, tzinfo=UTC).timestamp()))
    ledger.close()
    assert sorted(path.name for path in (tmp_path / "usage").iterdir()) == [
        f"usage-2026-{month}.jsonl" for month in ("09", "10", "11")
    ]
    assert len(list(ledger.records(datetime(2026, 10, 1, tzinfo=UTC)))) == 2


def test_s24_only_the_person_may_read_it(ledger: Ledger, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        ledger.append(RECORD)
        ledger.close()
    finally:
        os.umask(old)
    (file,) = (tmp_path / "usage").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "torn",
    [
        b'\n{"at":1795258800.0,"user":"a',
        b"\x00\xff\n",
        b"[]\n",
        b'{"at":"x"}\n',
        b'{"usage":{"input_tokens":"x"}}\n',
        b"",
    ],
)
def test_r22_a_torn_line_hides_no_other(ledger: Ledger, tmp_path: Path, torn: bytes) -> None:
    ledger.append(RECORD)
    ledger.flush()
    (file,) = (tmp_path / "usage").iterdir()
    with file.open("ab") as stream:
        stream.write(torn)
    ledger.append(CACHED)
    ledger.close()
    assert list(ledger.records()) == [RECORD, CACHED]


def test_a_field_of_a_later_version_does_not_pass_for_ours(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(RECORD)
    ledger.flush()
    (file,) = (tmp_path / "usage").iterdir()
    newer = file.read_bytes().replace(b'"user":', b'"mood":"fine","user":')
    file.write_bytes(file.read_bytes() + newer)
    ledger.close()
    assert list(ledger.records()) == [RECORD]


WRITER = """
import sys
from pathlib import Path
from dataclasses import replace
from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage
from ai_lsp.observe.ledger import Ledger
from ai_lsp.observe.record import CallRecord

ledger = Ledger(Path(sys.argv[1]))
record = CallRecord(1795262400.0, sys.argv[2], "work", "m1", "chat", Source.UPSTREAM, "done", 1.0, Usage(10, 1, cost=0.5))
for number in range(int(sys.argv[3])):
    ledger.append(replace(record, total_ms=float(number)))
    if number % 50 == 0:
        ledger.flush()
ledger.close()
"""


def writer(folder: Path, user: str, records: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, folder, user, str(records)])


def test_r22_several_processes_write_at_once_and_the_sums_are_right(tmp_path: Path) -> None:
    folder = tmp_path / "usage"
    processes = [writer(folder, user, 500) for user in ("ada", "bob", "cyd")]
    assert [process.wait(15) for process in processes] == [0, 0, 0]
    totals = total(Ledger(folder).records())
    assert (totals.requests, totals.tokens, totals.cost) == (1500, 16_500, 750.0)


def test_r22_a_process_that_is_killed_while_it_writes_leaves_a_readable_file(tmp_path: Path) -> None:
    folder = tmp_path / "usage"
    process = writer(folder, "ada", 10_000_000)
    deadline = time.monotonic() + 10
    while not (folder.is_dir() and len(lines_of(folder)) > 200) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(5)

    before = list(Ledger(folder).records())
    assert len(before) > 200
    assert [record.total_ms for record in before] == [float(number) for number in range(len(before))]
    after = Ledger(folder)
    after.append(RECORD)
    after.close()
    assert list(after.records()) == sorted([*before, RECORD], key=lambda record: record is RECORD)


def test_a_disk_that_cannot_be_written_is_told_once_and_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "usage").write_text("a file where the folder should be")
    ledger = Ledger(tmp_path / "usage")
    for _ in range(3):
        ledger.append(RECORD)
    ledger.close()
    assert ledger.problem is not None
    assert ledger.problem.startswith("usage cannot be recorded in")
    assert len(caplog.records) == 1
    assert list(ledger.records()) == []


def test_an_empty_ledger_has_no_records(ledger: Ledger) -> None:
    ledger.close()
    assert ledger.flush()
    assert list(ledger.records()) == []


def test_appending_goes_on_after_it_was_closed(ledger: Ledger) -> None:
    ledger.append(RECORD)
    ledger.close()
    ledger.append(CACHED)
    ledger.close()
    assert list(ledger.records()) == [RECORD, CACHED]
