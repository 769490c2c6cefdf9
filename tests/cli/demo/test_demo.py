import re
import sys
from pathlib import Path

import pytest

from ai_lsp.cli import demo
from ai_lsp.cli.main import main
from tests.cli.support_doors import FakeDoors

SERVER = Path(__file__).with_name("server_that_repeats.py")


@pytest.fixture
def repeating(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "SERVER", (sys.executable, str(SERVER)))


@pytest.mark.usefixtures("repeating")
def test_without_a_terminal_it_prints_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--fast"], FakeDoors()) == 0
    said, errors = capsys.readouterr()
    assert errors == ""
    assert "\x1b" not in said
    lines = re.findall(r"^ +\d+ +[\d.]+ ms  (?:right|wrong)  .*\[.+\]$", said, re.MULTILINE)
    [shown] = re.findall(r"suggestions shown +(\d+)", said)
    assert len(lines) == int(shown) >= 20
    assert "vim.lsp.enable('ai_lsp')" in said


@pytest.mark.usefixtures("repeating")
def test_a_persons_own_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = "def f(a):\n    b = a + 1\n    c = b + 1\n    return c\n\n"
    (tmp_path / "mine.py").write_text(code * 40)
    assert main(["demo", str(tmp_path), "--fast"], FakeDoors()) == 0
    assert f"{tmp_path.name}/mine.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("no", "is not a folder; name one that holds source code"),
        (".", "holds no code that can be typed; name a folder with source files"),
    ],
)
def test_folders_that_cannot_be_typed(
    name: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["demo", name], FakeDoors()) == 1
    assert capsys.readouterr() == ("", f"ai-lsp: {name} {line}\n")


def test_a_server_that_does_not_start(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo, "SERVER", (sys.executable, "-c", "import sys; sys.exit(1)"))
    assert main(["demo"], FakeDoors()) == 1
    line = "ai-lsp: the server ended before it was asked to; `ai-lsp doctor` shows what works\n"
    assert capsys.readouterr() == ("", line)


def test_the_server_has_the_default_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AI_LSP_PROVIDER", "expensive")
    assert "AI_LSP_PROVIDER" not in demo._environment(None)
    assert demo._environment(tmp_path / "team.toml")["AI_LSP_CONFIG"] == str(tmp_path / "team.toml")
