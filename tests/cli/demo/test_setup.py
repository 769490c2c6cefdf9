import sys
from pathlib import Path

import pytest

from ai_lsp.cli.demo.setup import neovim_lines


def test_a_checkout_brings_the_plugin(tmp_path: Path) -> None:
    folder = tmp_path / "o'hara"
    folder.mkdir()
    said = neovim_lines(folder)
    assert said.startswith(f"vim.opt.rtp:prepend('{tmp_path}/o\\'hara')\nvim.lsp.enable('ai_lsp')\n")
    assert "require('ai_lsp').accept()" in said


def test_an_installed_package_does_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program = str(Path(sys.executable).with_name("ai-lsp")).replace("\\", "\\\\")
    assert f"cmd = {{ '{program}', 'serve' }}" in neovim_lines(tmp_path / "no")
    (tmp_path / "ai-lsp").touch(mode=0o755)
    assert "cmd = { 'ai-lsp', 'serve' }" in neovim_lines(tmp_path / "no")
