"""What a person sees: Neovim in a terminal, with pictures kept in tests/artefacts."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import ARTEFACTS, QUICK_START
from tests.e2e.neovim import home_environment, wait_until, write_init
from tests.e2e.shop import TYPED_FIRST, TYPED_NEXT
from tests.e2e.terminal import Terminal
from tests.parts.need import need

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(60),
    pytest.mark.skipif(
        shutil.which("tmux") is None and os.environ.get("CI") != "true", reason="tmux is not here: install it"
    ),
]

STATUS_LINE = "vim.o.statusline = [[%f %m%=%{v:lua.require'ai_lsp'.statusline()}  %l:%c]]\n"


def test_ghost_text_stands_behind_the_cursor_and_tab_makes_it_real(home: Path, invoices: Path) -> None:
    write_init(home, QUICK_START + STATUS_LINE)
    with Terminal.started([str(need("neovim")), str(invoices)], home_environment(home), invoices.parent) as terminal:
        wait_until("the server runs", lambda: "AI  1:1" in terminal.text, seconds=15, seen=lambda: terminal.text)
        terminal.press("G", "o")
        terminal.type(f"{TYPED_FIRST}\n")
        typed = terminal.type(TYPED_NEXT, until=lambda: len(terminal.behind_cursor) >= 10)
        line = typed + terminal.behind_cursor
        assert TYPED_NEXT.startswith(line)
        assert len(line) >= len(typed) + 10
        terminal.keep_picture(ARTEFACTS, "neovim-ghost-text")
        terminal.press("Tab")
        terminal.press("Escape")
        terminal.type(":write\n")
        wait_until("it is saved", lambda: f"        {line}\n" in invoices.read_text(), seen=lambda: terminal.text)
        terminal.keep_picture(ARTEFACTS, "neovim-accepted")
