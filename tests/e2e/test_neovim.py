"""Ghost text in a real Neovim, set up as the page says, from the real server on a real project, offline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ai_lsp import __version__
from tests.e2e.conftest import CHECKOUT, KEYS, QUICK_START, Open
from tests.e2e.neovim import Neovim, wait_until
from tests.e2e.shop import TYPED_FIRST, TYPED_NEXT

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


@pytest.fixture
def editor(open_neovim: Open) -> Neovim:
    editor = open_neovim(QUICK_START + KEYS)
    editor.wait_for_server()
    return editor


def type_until_ghost(editor: Neovim) -> str:
    """Write the function's body until the next line is suggested. What of that line was typed before."""
    editor.press("Go")
    editor.type(TYPED_FIRST.strip() + "\n")
    return editor.type(TYPED_NEXT, until=lambda: len(editor.ghost) > 10)


def test_ghost_text_comes_while_typing_and_tab_takes_it(editor: Neovim) -> None:
    typed = type_until_ghost(editor)
    ghost = editor.ghost
    assert len(typed) < len(TYPED_NEXT) / 2
    assert typed + ghost.split("\n")[0] == TYPED_NEXT
    assert any(row.endswith(TYPED_NEXT) for row in editor.screen)
    editor.press("<Tab>")
    wait_until("the line is there", lambda: any(line.strip() == TYPED_NEXT for line in editor.lines))
    assert editor.messages == ""


def test_taking_it_while_typing_on_leaves_nothing_behind(editor: Neovim) -> None:
    typed = type_until_ghost(editor)
    more = TYPED_NEXT[len(typed) : len(typed) + 3]
    editor.press(more + "<Tab>")
    wait_until("the line is there", lambda: any(line.strip() == TYPED_NEXT for line in editor.lines))


def test_tab_is_tab_where_nothing_is_suggested(editor: Neovim) -> None:
    editor.press("ggO<Tab>x")
    editor.wait_for_line("    x")


def test_the_health_check_finds_everything_in_order(editor: Neovim) -> None:
    editor.command("checkhealth ai_lsp")
    page = "\n".join(editor.lines)
    assert "ERROR" not in page
    assert "WARNING" not in page
    assert "OK Nvim 0." in page
    assert f"OK server: ai-lsp {__version__}" in page
    assert re.search(r"OK .*/shop: 1 buffer\(s\), encoding utf-8", page)


def test_the_help_pages_are_found_and_their_tags_are_complete(editor: Neovim, tmp_path: Path) -> None:
    editor.command("help :AiLsp")
    assert editor.lua("return vim.fn.expand('%:t')") == "ai_lsp.txt"
    pages = CHECKOUT / "editors" / "neovim" / "doc"
    (tmp_path / "ai_lsp.txt").write_bytes((pages / "ai_lsp.txt").read_bytes())
    editor.command(f"helptags {tmp_path}")
    assert (tmp_path / "tags").read_text() == (pages / "tags").read_text()


def test_status_and_status_line_say_that_all_is_well(editor: Neovim) -> None:
    editor.command("AiLsp status")
    wait_until("the status is told", lambda: "provider embedded" in editor.messages, seen=lambda: editor.messages)
    assert editor.lua("return require('ai_lsp').statusline()") == "AI"


def test_switched_off_the_server_goes_and_switched_on_it_comes_back(editor: Neovim) -> None:
    editor.command("AiLsp disable")
    wait_until("the client is gone", lambda: editor.clients == 0)
    editor.command("AiLsp")
    assert "switched off; `:AiLsp enable` switches it on" in editor.messages
    editor.command("AiLsp enable")
    editor.wait_for_server()


def test_what_is_no_file_has_no_server(editor: Neovim) -> None:
    editor.command("help")
    assert editor.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0
    editor.command("enew | setfiletype python")
    assert editor.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0
