from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials import private_file
from ai_lsp.observe.audit import AuditLog

SECRET = "sk-of-the-person-0123456789abcdef"
APPEND = """
import sys
from pathlib import Path
from ai_lsp.credentials import private_file
from ai_lsp.observe.audit import AuditLog
log = AuditLog(Path(sys.argv[1]), private_file.locked, lambda: 0.0)
for number in range(50):
    log.record("test", {"by": sys.argv[2], "number": number})
"""


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    """Five entries."""
    log = AuditLog(tmp_path / "private" / "audit.jsonl", private_file.locked, lambda: 1_790_000_000.0)
    for number in range(1, 6):
        log.record("configuration", {"values": {"completion.max_tokens": [number, "editor"]}})
    return log


def lines(log: AuditLog) -> list[bytes]:
    return log.path.read_bytes().splitlines(keepends=True)


def rewrite(log: AuditLog, *changed: bytes) -> str | None:
    log.path.write_bytes(b"".join(changed))
    return log.verify().problem


def test_what_was_recorded_is_read_back_in_order(log: AuditLog) -> None:
    entries = list(log.entries())
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert (entries[0].at, entries[0].kind) == ("2026-09-21T14:13:20+00:00", "configuration")
    assert log.last("configuration") == entries[-1]
    assert log.last("trust") is None
    assert log.verify().problem is None
    assert log.verify().entries == 5


def test_no_record_is_a_whole_record(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", private_file.locked, lambda: 0.0)
    assert (list(log.entries()), log.verify().entries, log.verify().problem) == ([], 0, None)


def test_s24_every_single_changed_byte_is_found_and_its_entry_named(log: AuditLog) -> None:
    whole = log.path.read_bytes()
    ends = [sum(map(len, lines(log)[: count + 1])) for count in range(5)]
    for place in range(len(whole) - 1):
        if place + 1 in ends:
            continue  # the line feeds between entries: see below
        log.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        problem = log.verify().problem
        entry = next(count for count, end in enumerate(ends, start=1) if place < end)
        assert problem is not None, place
        assert problem.startswith((f"entry {entry} ", f"entry {entry + 1} ")), (place, problem)


def test_two_entries_in_one_line_are_found(log: AuditLog) -> None:
    one, two, *others = lines(log)
    assert rewrite(log, one.strip() + two, *others) == "entry 1 cannot be read"


@pytest.mark.parametrize("at", range(4))
def test_s24_a_removed_entry_is_named(log: AuditLog, at: int) -> None:
    found = lines(log)
    problem = rewrite(log, *found[:at], *found[at + 1 :])
    assert problem == f"entry {at + 1} is missing, or was moved: number {at + 2} stands in its place"


@pytest.mark.parametrize("at", range(4))
def test_s24_two_entries_in_another_order_are_named(log: AuditLog, at: int) -> None:
    found = lines(log)
    found[at], found[at + 1] = found[at + 1], found[at]
    assert (rewrite(log, *found) or "").startswith(f"entry {at + 1} is missing, or was moved")


@pytest.mark.parametrize(
    ("kept", "problem"), [(4, "entry 5 is missing at the end"), (1, "entries 2 to 5 are missing at the end")]
)
def test_missing_entries_at_the_end_are_named(log: AuditLog, kept: int, problem: str) -> None:
    assert rewrite(log, *lines(log)[:kept]) == problem


def test_a_record_that_is_gone_is_told(log: AuditLog) -> None:
    log.path.unlink()
    assert log.verify().problem == "entries 1 to 5 are missing at the end"


def forged(log: AuditLog, at: int) -> bytes:
    """An entry with another content and a hash that fits it."""
    from ai_lsp.observe.audit import _canonical, _digest

    fields = json.loads(lines(log)[at])
    fields["kind"] = "forged"
    body = {name: value for name, value in fields.items() if name != "hash"}
    return _canonical({**body, "hash": _digest(fields["previous"], body)}) + b"\n"


def test_an_entry_with_a_new_hash_breaks_the_one_behind_it(log: AuditLog) -> None:
    found = lines(log)
    found[2] = forged(log, 2)
    assert rewrite(log, *found) == "entry 4 does not follow the one before it"


def test_the_last_entry_with_a_new_hash_is_not_the_one_that_was_written(log: AuditLog) -> None:
    found = lines(log)
    found[4] = forged(log, 4)
    assert rewrite(log, *found) == "entry 5 is not the one that was written"


@pytest.mark.parametrize("damage", [b"\x00\xff\n", b"{\n", b"[1]\n", b'{"number": 1}\n', b"[" * 9000 + b"\n"])
def test_a_damaged_line_is_named_and_the_record_goes_on(log: AuditLog, damage: bytes) -> None:
    found = lines(log)
    found[2] = damage
    log.path.write_bytes(b"".join(found))
    log.record("test", {})
    assert [entry.number for entry in log.entries()] == [1, 2, 4, 5, 6]
    assert log.verify().problem == "entry 3 cannot be read"


def test_a_line_that_was_torn_by_the_end_of_its_process_does_not_take_the_next_one_with_it(log: AuditLog) -> None:
    log.path.write_bytes(log.path.read_bytes()[:-20])
    log.record("test", {})
    assert [entry.number for entry in log.entries()] == [1, 2, 3, 4, 6]
    assert log.verify().problem == "entry 5 cannot be read"


def test_behind_a_damaged_line_changes_are_still_found(log: AuditLog) -> None:
    log.path.write_bytes(log.path.read_bytes()[:-20])
    log.record("test", {})
    log.record("test", {})
    before = json.loads(lines(log)[5])["previous"]
    assert len(before) == 64
    assert json.loads(lines(log)[6])["previous"] == json.loads(lines(log)[5])["hash"]


def test_what_has_the_shape_of_a_key_is_masked_wherever_it_stands(log: AuditLog) -> None:
    log.record("test", {"a": SECRET, "b": [f"Bearer {SECRET}"], "c": {SECRET: {"url": f"https://me:{SECRET}@a.test"}}})
    assert SECRET not in log.path.read_text()


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        log = AuditLog(tmp_path / "private" / "audit.jsonl", private_file.locked, lambda: 0.0)
        log.record("test", {})
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in log.path.parent.iterdir()} == {0o600}
    assert log.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    private_file.make_folder(folder)
    (tmp_path / "elsewhere").touch()
    (folder / "audit.jsonl").symlink_to(tmp_path / "elsewhere")
    log = AuditLog(folder / "audit.jsonl", private_file.locked, lambda: 0.0)
    with pytest.raises(ConfigurationError, match="cannot be written"):
        log.record("test", {})
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_where_it_cannot_be_written_one_line_says_so(tmp_path: Path) -> None:
    @contextmanager
    def locked(path: Path) -> Iterator[None]:
        yield

    log = AuditLog(tmp_path / "missing" / "audit.jsonl", locked, lambda: 0.0)
    with pytest.raises(ConfigurationError, match=r"cannot be written \(No such file or directory\)"):
        log.record("test", {})


def test_two_processes_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "private" / "audit.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", APPEND, str(path), name]) for name in ("one", "two")]
    assert [writer.wait(15) for writer in writers] == [0, 0]
    log = AuditLog(path, private_file.locked, lambda: 0.0)
    assert (log.verify().problem, log.verify().entries) == (None, 100)
    assert [entry.number for entry in log.entries()] == list(range(1, 101))
