"""Ghost text in a real Neovim where the server's answer is known: what the plugin makes of it, key by key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import BOTH_VERSIONS, KEYS, QUICK_START, Open
from tests.e2e.neovim import Neovim, wait_until

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

SCRIPTED = (Path(__file__).parent / "scripted.lua").read_text(encoding="utf-8")
BODY = '(order: Order) -> str:\n    """What the customer gets."""\n    return order.number'


@pytest.fixture
def editor(open_neovim: Open) -> Neovim:
    editor = open_neovim(QUICK_START + KEYS + SCRIPTED)
    editor.wait_for_server()
    editor.press("Go<C-u>")  # an empty line, without the indent of a function that goes on
    return editor


def answer(editor: Neovim, prefix: str, *answers: dict[str, Any]) -> None:
    editor.lua("scripted.answers[({...})[1]] = ({...})[2]", prefix, list(answers))


def sent(editor: Neovim) -> list[list[Any]]:
    return [list(message) for message in editor.lua("return scripted.sent")]


@BOTH_VERSIONS
def test_what_is_typed_along_with_the_ghost_text_is_not_left_behind_it(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text" + BODY})
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("_te<Tab>")  # quicker than Neovim asks again
    editor.wait_for_line("    return order.number")
    assert editor.lines[-3:] == ("def invoice_text" + BODY).split("\n")
    assert sent(editor) == [["aiLsp.acceptSuggestion", "id1"]]


@BOTH_VERSIONS
def test_ghost_text_that_the_typed_text_contradicts_goes_at_once_and_tab_is_tab(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text" + BODY})
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("s")
    assert editor.ghost == ""
    editor.press("<Tab>")
    wait_until(
        "<Tab> indents", lambda: editor.line.startswith("def invoices ") and editor.line.strip() == editor.line[:12]
    )
    assert sent(editor) == []


@BOTH_VERSIONS
def test_a_bracket_that_the_suggestion_brings_along_is_not_doubled_while_typing_on(editor: Neovim) -> None:
    answer(editor, "print(", {"text": "order.number)", "replaces": 1})
    editor.press("print()")
    editor.press("<Left>")
    editor.wait_for_ghost()
    editor.press("ord<Tab>")
    editor.wait_for_line("print(order.number)")


@BOTH_VERSIONS
def test_deleting_before_the_ghost_text_lets_go_of_it(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text"})
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("<BS><BS>")
    assert editor.ghost == ""
    assert editor.messages == ""


@BOTH_VERSIONS
def test_words_and_lines_are_accepted_one_after_the_other_and_the_rest_stays(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text" + BODY})
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("<M-w>")
    editor.wait_for_line("def invoice_text")
    assert editor.ghost == BODY
    editor.press("<M-l>")
    editor.wait_for_line("def invoice_text(order: Order) -> str:")
    assert editor.ghost == BODY.removeprefix("(order: Order) -> str:")
    editor.press("<Tab>")
    editor.wait_for_line("    return order.number")
    assert editor.lines[-3:] == ("def invoice_text" + BODY).split("\n")
    assert sent(editor) == [
        ["textDocument/didPartiallyAcceptCompletion", len("_text")],
        ["textDocument/didPartiallyAcceptCompletion", len("(order: Order) -> str:")],
        ["aiLsp.acceptSuggestion", "id1"],
    ]


@BOTH_VERSIONS
def test_keys_that_follow_at_once_come_after_what_was_accepted(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text" + BODY})
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("<Tab>.upper()<Esc>")
    editor.wait_for_line("    return order.number.upper()")


@BOTH_VERSIONS
def test_after_accepting_the_server_is_asked_at_once_and_only_once(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text("})
    answer(editor, "def invoice_text(", {"text": "order)"})
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("<Tab>")
    wait_until("the next is in view", lambda: editor.ghost == "order)")
    wait_until("no more is asked", lambda: editor.lua("vim.wait(300) return #scripted.asked") == 2)


@BOTH_VERSIONS
def test_one_undo_takes_an_accepted_suggestion_back_and_leaves_what_was_typed(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text" + BODY})
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("<Tab>")
    editor.wait_for_line("    return order.number")
    editor.press("<Esc>u")
    editor.wait_for_line("def invoice")


@BOTH_VERSIONS
def test_next_and_previous_go_round_and_a_dismissed_suggestion_is_told_to_the_server(editor: Neovim) -> None:
    answer(editor, "def invoice", {"text": "_text"}, {"text": "_number"})
    editor.press("def invoice")
    assert editor.wait_for_ghost() == "_text"
    editor.press("<M-]>")
    assert editor.ghost == "_number"
    editor.press("<M-]>")
    assert editor.ghost == "_text"
    editor.press("<M-[>")
    assert editor.ghost == "_number"
    editor.press("<C-]>")
    wait_until("the ghost text is gone", lambda: not editor.ghost)
    assert sent(editor) == [["aiLsp.rejectSuggestion", "id2"]]


@BOTH_VERSIONS
def test_letters_of_several_bytes_do_not_shift_anything(editor: Neovim) -> None:
    answer(editor, 'print("größe 📏", ', {"text": "größe_in_cm)"})
    editor.press('print("größe 📏", ')
    editor.wait_for_ghost()
    editor.press("grö")
    assert editor.ghost == "ße_in_cm)"
    editor.press("<M-w>")
    editor.wait_for_line('print("größe 📏", größe_in_cm')
    editor.press("<Tab>")
    editor.wait_for_line('print("größe 📏", größe_in_cm)')


@BOTH_VERSIONS
def test_a_better_suggestion_that_comes_late_is_fetched(editor: Neovim) -> None:
    editor.press("def invoice")
    answer(editor, "def invoice", {"text": "_text"})
    editor.lua("vim.defer_fn(function() scripted.notify('aiLsp/refresh', { uri = vim.uri_from_bufnr(0) }) end, 400)")
    assert editor.wait_for_ghost() == "_text"


@BOTH_VERSIONS
def test_a_server_changes_and_opens_nothing_by_itself(editor: Neovim) -> None:
    before = editor.lines
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    edit = {"changes": {editor.lua("return vim.uri_from_bufnr(0)"): [{"range": place, "newText": "import os\n"}]}}
    ask = "return (scripted.ask(...))"
    assert editor.lua(ask, "workspace/applyEdit", {"edit": edit})["applied"] is False
    assert editor.lua(ask, "window/showDocument", {"uri": "https://example.com", "external": True}) == {
        "success": False
    }
    assert editor.lines == before


def test_a_server_that_ends_again_and_again_is_left_alone(open_neovim: Open) -> None:
    editor = open_neovim(f"vim.g.ai_lsp = {{ cmd = {{ 'false' }} }}\n{QUICK_START}")
    told = "ai-lsp: the server ended again (code 1) and is not restarted"
    wait_until("it is given up", lambda: told in editor.messages, seen=lambda: editor.messages)
    assert editor.messages.count("ended by itself (code 1); it is restarted") == 4


def test_the_status_line_shows_what_the_server_says_of_itself(editor: Neovim) -> None:
    shown = "return require('ai_lsp').statusline()"
    assert editor.lua(shown) == "AI"
    editor.lua("scripted.notify('aiLsp/status', { kind = 'error', message = 'no answer' })")
    assert editor.lua(shown) == "AI✗"
    editor.command("enew")
    assert editor.lua(shown) == ""


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("provider = 'x'", "unknown option 'provider'; the options are: chat, cmd, filetypes, ghost_text, settings"),
        ("ghost_text = 'no'", "option 'ghost_text' is a string; it has to be a boolean"),
        ("chat = { split = 'up' }", "option 'chat.split' has to be one of right, left, below, above, tab"),
    ],
)
def test_a_wrong_option_is_told_in_one_line_and_the_rest_works(open_neovim: Open, option: str, told: str) -> None:
    editor = open_neovim(f"vim.g.ai_lsp = {{ {option} }}\n{QUICK_START}{SCRIPTED}")
    editor.wait_for_server()
    assert editor.messages == f"ai-lsp: {told} (see :help ai_lsp-options)"


def test_a_filetype_that_is_left_out_has_no_server(open_neovim: Open) -> None:
    editor = open_neovim(f"vim.g.ai_lsp = {{ filetypes = {{ python = false }} }}\n{QUICK_START}{SCRIPTED}")
    editor.command("AiLsp")
    assert editor.messages == "ai-lsp: not running here: the option 'filetypes' leaves out python"
    assert editor.clients == 0


def test_a_server_that_is_not_installed_is_told_once(open_neovim: Open) -> None:
    editor = open_neovim(f"vim.g.ai_lsp = {{ cmd = {{ 'ai-lsp-of-elsewhere', 'serve' }} }}\n{QUICK_START}")
    told = "the server `ai-lsp-of-elsewhere` is not installed or not on PATH; see :checkhealth ai_lsp"
    wait_until("it is told", lambda: editor.messages == f"ai-lsp: {told}", seen=lambda: editor.messages)


def test_the_command_completes_its_subcommands_and_says_which_there_are(editor: Neovim) -> None:
    completions = "return vim.fn.getcompletion(..., 'cmdline')"
    everything = editor.lua(completions, "AiLsp ")
    assert {"chat", "stop", "fix", "provider", "model", "status", "toggle", "restart", "log"} < set(everything)
    assert editor.lua(completions, "AiLsp d") == ["disable", "discard", "document"]
    assert editor.lua(completions, "AiLsp toggle ") == ["buffer", "filetype"]
    editor.press("<Esc>:AiLsp start<CR>")
    assert editor.messages == f"ai-lsp: no subcommand 'start'; there are: {', '.join(everything)}"
