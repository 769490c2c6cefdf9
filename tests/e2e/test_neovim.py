"""Ghost text in a real Neovim, set up as the page says, from the real server on a real project, offline."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ai_lsp import __version__
from tests.e2e.conftest import BOTH_VERSIONS, CHECKOUT, KEYS, QUICK_START, Open
from tests.e2e.neovim import Neovim, home_environment, wait_until
from tests.e2e.shop import TYPED_FIRST, TYPED_NEXT
from tests.parts.need import need

LONG_ENOUGH = 3
"""Characters of ghost text that are worth a press of <Tab>."""

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


@pytest.fixture
def editor(open_neovim: Open) -> Neovim:
    editor = open_neovim(QUICK_START + KEYS)
    editor.wait_for_server()
    editor.wait_until_read()
    return editor


def worth_taking(editor: Neovim, line: str) -> bool:
    """Whether ghost text of some length is in view that goes on the way `line` does."""
    ghost = editor.ghost
    return len(ghost) >= LONG_ENOUGH and line.startswith(editor.line.lstrip() + ghost)


def type_until_ghost(editor: Neovim, line: str) -> str:
    """Type `line`, after what of it is there already, until there is ghost text worth taking. What was typed."""
    rest = line[len(editor.line.lstrip()) :]
    return editor.type(rest, until=lambda: worth_taking(editor, line))


def write(editor: Neovim, line: str) -> int:
    """Write `line` and take all ghost text worth taking. How many keys that took."""
    keys = 0
    while editor.line.lstrip() != line:
        keys += len(type_until_ghost(editor, line))
        if worth_taking(editor, line):
            wanted = editor.line + editor.ghost
            editor.press("<Tab>")
            keys += 1
            editor.wait_for_line(wanted)
    return keys


def test_ghost_text_saves_keys_on_the_lines_of_a_real_function(editor: Neovim) -> None:
    editor.press("Go")
    keys = write(editor, TYPED_FIRST)
    editor.press("<CR>")
    keys += write(editor, TYPED_NEXT)
    assert editor.lines[-2:] == [f"    {TYPED_FIRST}", f"        {TYPED_NEXT}"]
    assert keys < 0.75 * len(TYPED_FIRST + TYPED_NEXT)
    assert editor.messages == ""


def test_ghost_text_is_drawn_behind_the_cursor_and_is_not_in_the_file(editor: Neovim) -> None:
    editor.press("Go")
    typed = type_until_ghost(editor, TYPED_FIRST)
    ghost = editor.ghost
    assert editor.line == f"    {typed}"
    assert f"    {typed}{ghost}" in editor.screen


@BOTH_VERSIONS
def test_taking_it_while_typing_on_leaves_nothing_behind(editor: Neovim) -> None:
    editor.press("Go")
    typed = type_until_ghost(editor, TYPED_FIRST)
    ghost = editor.ghost
    editor.press(ghost[:2] + "<Tab>")  # quicker than Neovim asks again
    editor.wait_for_line(f"    {typed}{ghost}")


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


def test_the_help_page_is_found(editor: Neovim) -> None:
    editor.command("help :AiLsp")
    assert editor.lua("return vim.fn.expand('%:t')") == "ai_lsp.txt"


def test_the_tags_of_the_help_page_are_complete(tmp_path: Path) -> None:
    pages = CHECKOUT / "editors" / "neovim" / "doc"
    shutil.copy(pages / "ai_lsp.txt", tmp_path)
    make_tags = [str(need("neovim")), "--clean", "--headless", "-c", f"helptags {tmp_path}", "-c", "quit"]
    subprocess.run(make_tags, env=home_environment(tmp_path), check=True, capture_output=True)
    assert (tmp_path / "tags").read_text() == (pages / "tags").read_text()


def test_the_status_and_the_status_line_say_that_all_is_well(editor: Neovim) -> None:
    editor.command("AiLsp status")
    wait_until("the status is told", lambda: "provider embedded" in editor.messages, seen=lambda: editor.messages)
    editor.press("Go")
    in_line = "return require('ai_lsp').statusline()"
    wait_until("the status line is calm", lambda: editor.lua(in_line) == "AI", seen=lambda: editor.lua(in_line))


@BOTH_VERSIONS
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
