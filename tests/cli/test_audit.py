from __future__ import annotations

import json
from pathlib import Path

import pytest

from ai_lsp.cli.main import main
from ai_lsp.credentials import private_file
from ai_lsp.observe.audit import AuditLog
from tests.cli.support_doors import FakeDoors


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "private" / "audit.jsonl", private_file.locked, lambda: 1_790_000_000.0)


def run(log: AuditLog, *arguments: str) -> int:
    return main(["audit", *arguments], FakeDoors(record=log))


def fill(log: AuditLog) -> None:
    log.record("configuration", {"values": {"provider": ["ollama", "config.toml"], "chat.model": ["m", "editor"]}})
    log.record("configuration", {"values": {"provider": ["mine\x1b[2J", "editor"]}})
    log.record("key set", {"provider": "openai", "origin": "https://api.openai.com"})
    log.record("configuration refused", {"problems": ["editor: proxy: there is no such setting"]})


def test_an_empty_record_says_so(log: AuditLog, capsys: pytest.CaptureFixture[str]) -> None:
    for action in ("show", "verify"):
        assert run(log, action) == 0
        assert capsys.readouterr().out == "nothing was written down yet\n"


def test_changes_are_shown_as_what_became_different(log: AuditLog, capsys: pytest.CaptureFixture[str]) -> None:
    fill(log)
    assert run(log, "show") == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.splitlines() == [
        "1 2026-09-21T14:13:20+00:00 configuration",
        '      chat.model = "m" (editor)',
        '      provider = "ollama" (config.toml)',
        "2 2026-09-21T14:13:20+00:00 configuration",
        "      chat.model: no longer set",
        '      provider = "mine\\u001b[2J" (editor)',
        "3 2026-09-21T14:13:20+00:00 key set",
        "      origin: https://api.openai.com",
        "      provider: openai",
        "4 2026-09-21T14:13:20+00:00 configuration refused",
        '      problems: ["editor: proxy: there is no such setting"]',
    ]


def test_programs_get_json(log: AuditLog, capsys: pytest.CaptureFixture[str]) -> None:
    fill(log)
    assert run(log, "show", "--json") == 0
    assert [entry["number"] for entry in json.loads(capsys.readouterr().out)] == [1, 2, 3, 4]
    assert run(log, "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "entries": 4, "problem": None}


def test_a_whole_record_is_whole(log: AuditLog, capsys: pytest.CaptureFixture[str]) -> None:
    fill(log)
    assert run(log, "verify") == 0
    assert capsys.readouterr().out.startswith("4 entries, each as it was written")


def test_a_record_that_was_tampered_with_is_a_failure(log: AuditLog, capsys: pytest.CaptureFixture[str]) -> None:
    fill(log)
    log.path.write_text(log.path.read_text().replace("openai", "0penai"))
    assert run(log, "verify") == 1
    assert "entry 3 was changed; find out who changed it" in capsys.readouterr().err
    assert run(log, "verify", "--json") == 1
    assert json.loads(capsys.readouterr().out)["problem"] == "entry 3 was changed"


def test_a_damaged_line_does_not_hide_the_others(log: AuditLog, capsys: pytest.CaptureFixture[str]) -> None:
    fill(log)
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join([lines[0], b"\xff{\n", *lines[2:]]))
    assert run(log, "show") == 0
    assert "3 2026-09-21T14:13:20+00:00 key set" in capsys.readouterr().out
    assert run(log, "verify") == 1
    assert "entry 2 cannot be read" in capsys.readouterr().err


def test_a_record_that_cannot_be_read_is_one_line(log: AuditLog, capsys: pytest.CaptureFixture[str]) -> None:
    log.path.mkdir(parents=True)
    assert run(log, "show") == 1
    assert "cannot be read (Is a directory)" in capsys.readouterr().err
