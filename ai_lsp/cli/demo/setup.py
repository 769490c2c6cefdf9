"""What to write into Neovim's configuration so that it shows what the demo has shown."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import ai_lsp

_PLUGIN = Path(ai_lsp.__file__).resolve().parents[1] / "editors" / "neovim"

_WITH_PLUGIN = """\
vim.opt.rtp:prepend({plugin})
vim.lsp.enable('ai_lsp')
vim.keymap.set('i', '<Tab>', function()
  return require('ai_lsp').accept() and '' or '<Tab>'
end, {{ expr = true, desc = 'Accept ghost text' }})
"""

_WITHOUT_PLUGIN = """\
vim.lsp.config('ai_lsp', {{ cmd = {{ {program}, 'serve' }}, root_markers = {{ '.git', 'pyproject.toml' }} }})
vim.lsp.enable('ai_lsp')
vim.lsp.inline_completion.enable()
vim.keymap.set('i', '<Tab>', function()
  return vim.lsp.inline_completion.get() and '' or '<Tab>'
end, {{ expr = true, desc = 'Accept ghost text' }})
"""


def neovim_lines(plugin: Path = _PLUGIN) -> str:
    """Lua for `init.lua`. A checkout brings the plugin; an installed package does without."""
    if plugin.is_dir():
        return _WITH_PLUGIN.format(plugin=_quoted(str(plugin)))
    return _WITHOUT_PLUGIN.format(program=_quoted(_program()))


def _program() -> str:
    """`ai-lsp` where editors find it by its name, else its full path."""
    return "ai-lsp" if shutil.which("ai-lsp") else str(Path(sys.executable).with_name("ai-lsp"))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
