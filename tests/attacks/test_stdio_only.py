"""S22: the server speaks on its standard input and output and listens nowhere; there is no option to make it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.cli.main import main
from tests.attacks.conftest import Start, ask_for_code, initialize
from tests.attacks.support_watch import deeds
from tests.cli.support_doors import FakeDoors


@pytest.mark.parametrize(
    "option", ["--tcp", "--ws", "--websocket", "--port", "--host", "--listen", "--socket", "--pipe"]
)
def test_there_is_no_other_way_in(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    doors = FakeDoors()
    assert main(["serve", option, "7777"], doors) == 2
    assert doors.served == []
    assert "7777" in capsys.readouterr().err


def test_a_server_at_work_listens_nowhere(start: Start, repository: Path, tmp_path: Path) -> None:
    client = start()
    initialize(client, repository)
    ask_for_code(client, repository)
    assert deeds(tmp_path, "socket.bind") == []
