"""Files that are sent along with a question, but for those that no model may see."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.cli.main import main
from tests.cli.support_doors import FakeDoors, FakeHouse


def test_an_excluded_file_ends_the_command_before_anything_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".env").write_text("PASSWORD=hunter2\n")
    house = FakeHouse()
    code = main(["chat", "why?", "--file", str(tmp_path / ".env")], FakeDoors(house))
    assert code == 1
    assert house.chats == []
    assert "was not sent: this file is excluded" in capsys.readouterr().err
