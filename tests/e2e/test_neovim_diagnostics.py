"""Errors and warnings in a real Neovim: the server is told of those in view, and the model of those near the cursor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import BOTH_VERSIONS, QUICK_START, Open
from tests.e2e.neovim import Neovim, wait_until
from tests.e2e.vscode.service import Reply, Service

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

SCRIPTED = (Path(__file__).parent / "scripted.lua").read_text(encoding="utf-8")
LISTENING = """
told = {}
vim.api.nvim_create_autocmd('LspNotify', {
  callback = function(event)
    if event.data.method == 'aiLsp/diagnostics' then told[#told + 1] = event.data.params end
  end,
})
"""
"""Keeps what the plugin tells the server."""

FOUND = """
local checker, found = ...
vim.diagnostic.set(vim.api.nvim_create_namespace(checker), 0, found)
"""
ERROR, WARNING, INFORMATION, HINT = 1, 2, 3, 4
GREETING = '    print("größe 📏", total)'
"""Before its last name stand 26 bytes, or 22 units of UTF-16."""


@pytest.fixture
def encoding() -> str:
    return "utf-8"


@pytest.fixture
def editor(open_neovim: Open, encoding: str) -> Neovim:
    general = f"general = {{ positionEncodings = {{ '{encoding}' }} }}"
    config = f"vim.lsp.config('ai_lsp', {{ capabilities = {{ {general} }} }})\n"
    editor = open_neovim(QUICK_START + SCRIPTED + config + LISTENING)
    editor.wait_for_server()
    return editor


def find(editor: Neovim, *found: dict[str, Any], checker: str = "checker") -> None:
    """A checker puts these in place of what it found before."""
    editor.lua(FOUND, checker, list(found))


def at(line: int, severity: int = ERROR, **more: object) -> dict[str, Any]:
    """As checkers write them for Neovim: lines and columns from 0, columns in bytes."""
    return {"lnum": line, "col": 0, "end_col": 4, "message": f"line {line}", "severity": severity, **more}


def told(editor: Neovim) -> list[dict[str, Any]]:
    return list(editor.lua("return told"))


def wait_until_told(editor: Neovim, times: int = 1) -> list[dict[str, Any]]:
    """The diagnostics that were told last, once the server was told so many times, and not once more."""
    wait_until(f"it is told {times} times", lambda: len(told(editor)) >= times, seen=lambda: told(editor))
    stay_silent(editor, times)
    return list(told(editor)[-1]["diagnostics"])


def stay_silent(editor: Neovim, times: int) -> None:
    editor.lua("vim.wait(350)")
    assert len(told(editor)) == times


@BOTH_VERSIONS
def test_a_burst_of_findings_is_told_once_errors_first_and_without_hints(editor: Neovim) -> None:
    find(editor, at(3, WARNING), at(5, HINT), at(0, INFORMATION))
    find(editor, at(3, WARNING), at(4), at(2), checker="other")
    assert [(one["severity"], one["range"]["start"]["line"]) for one in wait_until_told(editor)] == [
        (ERROR, 2),
        (ERROR, 4),
        (WARNING, 3),
        (WARNING, 3),
    ]
    document = {"uri": editor.lua("return vim.uri_from_bufnr(0)"), "version": 0}
    assert told(editor)[0]["textDocument"] == document


def test_the_same_is_not_told_again_and_the_end_of_it_is(editor: Neovim) -> None:
    find(editor, at(3))
    assert len(wait_until_told(editor)) == 1
    find(editor)
    find(editor, at(3))
    stay_silent(editor, 1)
    find(editor)
    assert wait_until_told(editor, 2) == []


@pytest.mark.parametrize(("encoding", "start", "end"), [("utf-8", 26, 31), ("utf-16", 22, 27)])
def test_columns_are_counted_as_the_server_counts_them(editor: Neovim, start: int, end: int) -> None:
    editor.nvim.api.buf_set_lines(0, -1, -1, False, [GREETING])
    row = len(editor.lines) - 1
    column = len(GREETING[: GREETING.index("total")].encode())
    find(editor, at(row, col=column, end_col=column + len("total"), source="pyflakes", code="F821"))
    assert wait_until_told(editor) == [
        {
            "range": {"start": {"line": row, "character": start}, "end": {"line": row, "character": end}},
            "severity": ERROR,
            "message": f"line {row}",
            "source": "pyflakes",
            "code": "F821",
        }
    ]
    assert told(editor)[0]["textDocument"]["version"] > 0


def test_a_hundred_of_very_many_are_told(editor: Neovim) -> None:
    find(editor, *[at(0, WARNING, message=str(number)) for number in range(150)], at(3))
    found = wait_until_told(editor)
    assert len(found) == 100
    assert found[0]["severity"] == ERROR


def test_what_is_found_in_a_file_out_of_view_is_told_when_it_comes_into_view(editor: Neovim) -> None:
    editor.command("edit orders.py")
    other = "vim.diagnostic.set(vim.api.nvim_create_namespace('checker'), vim.fn.bufnr('invoices.py'), { ... })"
    editor.lua(other, at(3))
    stay_silent(editor, 0)
    editor.command("buffer invoices.py")
    assert len(wait_until_told(editor)) == 1


@BOTH_VERSIONS
def test_who_has_the_file_anew_is_told_anew(editor: Neovim) -> None:
    find(editor, at(3))
    wait_until_told(editor)
    editor.command("edit")  # closes and opens it for the server
    find(editor, at(3))
    wait_until_told(editor, 2)
    editor.command("AiLsp restart")
    assert len(wait_until_told(editor, 3)) == 1


@BOTH_VERSIONS
def test_a_file_that_the_server_lets_go_of_leaves_nothing_behind(editor: Neovim) -> None:
    ours = "return #vim.api.nvim_get_autocmds({ event = 'DiagnosticChanged', buffer = 0 })"
    assert editor.lua(ours) == 1
    editor.command("AiLsp disable filetype")
    find(editor, at(3))
    stay_silent(editor, 0)
    assert editor.lua(ours) == 0
    assert editor.messages == "ai-lsp: switched off for python"


@BOTH_VERSIONS
def test_the_model_hears_of_an_error_near_the_cursor(open_neovim: Open, home: Path, service: Service) -> None:
    config = home / ".config/ai-lsp/config.toml"
    config.write_text(config.read_text().replace('fim = "suffix"', 'fim = "qwen"'))  # which reads more than the file
    service.code = lambda asked: Reply(("_text()",))
    editor = open_neovim(QUICK_START + LISTENING)
    editor.wait_for_server()
    editor.wait_until_read()
    reserve = "def reserve(order: Order, quantity: int) -> None:\n"
    find(editor, at(editor.lines.index(reserve.strip()), message="Expected indented block"))
    wait_until_told(editor)
    editor.press("Go<C-u>def invoice")
    assert editor.wait_for_ghost() == "_text()"
    assert f"{reserve}# error: Expected indented block\n" in service.asked[-1].prompt
