"""Which provider answers in a real Neovim, and what its server is: chosen, switched, restarted, looked at."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from ai_lsp import __version__
from tests.e2e.conftest import BOTH_VERSIONS, QUICK_START, Open
from tests.e2e.neovim import Neovim, wait_until
from tests.e2e.vscode.service import Asked, Reply, Service

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

STATUS = """
local client = vim.lsp.get_clients({ name = 'ai_lsp' })[1]
local answer = client and client:request_sync('aiLsp/status', vim.empty_dict(), 1000, 0)
return answer and answer.result and answer.result.provider or ''
"""


PICKER = """
vim.ui.select = function(items, options, on_choice)
  offered = vim.tbl_map(options.format_item, items)
  on_choice(items[wanted])
end
"""
"""Whatever the person has in place of Neovim's own: takes number `wanted`, and says what was `offered`."""


def name_of_provider(asked: Asked) -> Reply:
    """Ghost text that says who gave it."""
    return Reply((f"_by_{asked.provider}()",))


@pytest.fixture
def editor(open_neovim: Open, service: Service) -> Neovim:
    service.code = name_of_provider
    editor = open_neovim(QUICK_START)
    editor.wait_for_server()
    editor.wait_until_read()
    return editor


def wait_for_provider(editor: Neovim, name: str) -> None:
    wait_until(f"{name} is in use", lambda: editor.lua(STATUS) == name, seen=lambda: editor.messages)


@BOTH_VERSIONS
def test_the_picker_offers_all_providers_and_the_chosen_one_answers_next(editor: Neovim, service: Service) -> None:
    editor.press("Go<C-u>def invoice")
    assert editor.wait_for_ghost() == "_by_first()"
    editor.lua(f"wanted = 2\n{PICKER}")
    editor.press("<Esc>:AiLsp provider<CR>")
    wait_for_provider(editor, "second")
    offered = editor.lua("return offered")
    assert offered[:2] == ["first · first-1 · in use for ghost text and chat", "second · second-1"]
    assert any("set ANTHROPIC_API_KEY" in one for one in offered)
    editor.press("Go<C-u>def order")
    assert editor.wait_for_ghost() == "_by_second()"
    service.chat = lambda asked: Reply(("Hello.",))
    editor.command("stopinsert | AiLsp chat Who are you?")
    wait_until("the second is asked", lambda: service.asked[-1].path == "/second/v1/chat/completions")


def test_the_command_takes_a_name_and_completes_it(editor: Neovim) -> None:
    editor.command("AiLsp provider third")
    told = "no provider 'third'; there are: first, second,"
    wait_until("it is told", lambda: told in editor.messages, seen=lambda: editor.messages)
    assert editor.lua("return vim.fn.getcompletion('AiLsp provider s', 'cmdline')") == ["second"]
    editor.command("AiLsp provider second")
    wait_for_provider(editor, "second")
    assert "ai-lsp: second is used for everything now" in editor.messages


def test_a_model_is_chosen_for_what_it_is_used_for(editor: Neovim, service: Service) -> None:
    editor.lua(f"wanted = 1\n{PICKER}")
    editor.press(":AiLsp model<CR>")
    offered = ["ghost text: first · first-1", "chat: first · first-1"]
    wait_until("the list is shown", lambda: editor.lua("return offered") == offered, seen=lambda: editor.messages)
    editor.press("<C-u>first-2<CR>")
    wait_until("it is told", lambda: "first-2 is the model for ghost text now" in editor.messages)
    editor.press("Go<C-u>def invoice")
    editor.wait_for_ghost()
    assert service.asked[-1].body["model"] == "first-2"


@BOTH_VERSIONS
def test_settings_switch_the_provider_while_the_server_runs(editor: Neovim) -> None:
    editor.lua("require('ai_lsp').setup({ settings = { provider = 'second' } })")
    wait_for_provider(editor, "second")
    editor.lua("require('ai_lsp').setup({ settings = { provider = 'embedded' } })")
    wait_for_provider(editor, "embedded")


@BOTH_VERSIONS
def test_a_project_that_the_person_trusts_chooses_among_the_providers(
    open_neovim: Open, service: Service, home: Path, invoices: Path
) -> None:
    choice = invoices.with_name(".nvim.lua")
    choice.write_text("require('ai_lsp').setup({ settings = { provider = 'second' } })\n")
    trusted = home / ".state" / "nvim" / "trust"
    trusted.parent.mkdir(parents=True)
    trusted.write_text(f"{sha256(choice.read_bytes()).hexdigest()} {choice}\n")
    editor = open_neovim(f"vim.o.exrc = true\n{QUICK_START}")
    editor.wait_for_server()
    wait_for_provider(editor, "second")


def test_a_restart_keeps_what_was_chosen(editor: Neovim) -> None:
    editor.command("AiLsp provider second")
    wait_for_provider(editor, "second")
    before = editor.lua("return vim.lsp.get_clients({ name = 'ai_lsp' })[1].id")
    editor.command("AiLsp restart")
    another = "local c = vim.lsp.get_clients({ name = 'ai_lsp' })[1] return c and c.initialized and c.id ~= ..."
    wait_until("another server runs", lambda: editor.lua(another, before))
    wait_for_provider(editor, "second")


@BOTH_VERSIONS
def test_the_health_check_tells_of_the_editor_the_server_and_who_answers(editor: Neovim, version: str) -> None:
    editor.command("checkhealth ai_lsp")
    page = "\n".join(editor.lines)
    assert "ERROR" not in page
    assert f"OK server: ai-lsp {__version__}" in page
    assert "OK ghost text: first · first-1" in page
    assert "OK chat: first · first-1" in page
    assert ("draws ghost text by itself" in page) == (version == "neovim-0.11")


def test_ghost_text_is_switched_off_for_a_buffer_and_for_a_filetype(editor: Neovim) -> None:
    shown = "return require('ai_lsp').statusline()"
    editor.command("AiLsp disable buffer")
    wait_until("the status line says so", lambda: editor.lua(shown) == "AI-", seen=lambda: editor.lua(shown))
    editor.command("AiLsp toggle buffer")
    wait_until("the status line says so", lambda: editor.lua(shown) == "AI", seen=lambda: editor.lua(shown))
    editor.command("AiLsp disable filetype")
    attached = "return #vim.lsp.get_clients({ bufnr = 0 })"
    wait_until("the server is gone", lambda: editor.lua(attached) == 0)
    editor.command("AiLsp")
    assert "not running here: the option 'filetypes' leaves out python" in editor.messages
    editor.command("AiLsp toggle filetype")
    wait_until("the server is back", lambda: editor.lua(attached) == 1)


def test_the_cache_is_cleared(editor: Neovim) -> None:
    editor.command("AiLsp clear cache")
    wait_until("it is told", lambda: "ai-lsp: the cache is empty now" in editor.messages, seen=lambda: editor.messages)
