import sys
from pathlib import Path

import pytest

from ai_lsp.cli import environment
from ai_lsp.cli.environment import environment_checks
from ai_lsp.core.check import Check


def _check(name: str) -> Check:
    return next(check for check in environment_checks() if check.name == name)


def _program(folder: Path, name: str, said: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)


def test_this_machine_runs_ai_lsp() -> None:
    assert [check.name for check in environment_checks() if check.ok is False] == []


def test_a_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_PACKAGES", ("pygls", "no-such-package"))
    assert _check("packages") == Check("packages", False, "missing: no-such-package", "install ai-lsp again")


def test_a_grammar_that_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "load", lambda language: None if language == "go" else object())
    assert _check("grammars") == Check("grammars", False, "none that loads for go", "install ai-lsp again")


def test_editors_find_the_command_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lost = _check("command")
    assert lost.ok is None
    assert lost.next_step.startswith(f"add {Path(sys.executable).parent} to PATH")
    _program(tmp_path, "ai-lsp", "")
    assert _check("command") == Check("command", True, str(tmp_path / "ai-lsp"))


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for nvim is a shell script")
@pytest.mark.parametrize(
    ("said", "ok", "detail"),
    [
        ("NVIM v0.12.4", True, "0.12.4 ("),
        ("NVIM v1.0.0-dev+12", True, "1.0.0-dev+12 ("),
        ("NVIM v0.10.4", None, "0.10.4 has no ghost text of its own"),
        ("something else", None, "does not say its version"),
    ],
)
def test_neovim(said: str, ok: bool | None, detail: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _program(tmp_path, "nvim", said)
    monkeypatch.setenv("PATH", str(tmp_path))
    check = _check("Neovim")
    assert check.ok is ok
    assert detail in check.detail


def test_a_machine_without_neovim(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _check("Neovim") == Check("Neovim", None, "not on PATH")


def test_a_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    blocking = tmp_path / "file"
    blocking.touch()
    monkeypatch.setattr(environment, "user_cache_path", lambda *_, **__: blocking / "ai-lsp")
    check = _check("cache folder")
    assert (check.ok, check.next_step) == (False, f"see who owns {blocking}")


def test_nothing_is_made_to_find_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "user_config_path", lambda *_, **__: tmp_path / "a" / "ai-lsp")
    assert _check("configuration folder").detail == f"{tmp_path / 'a' / 'ai-lsp'} (not there yet)"
    assert list(tmp_path.iterdir()) == []
