"""Conversations in a real Neovim, with the real server and a service on this machine that says what a test wants."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import BOTH_VERSIONS, QUICK_START, Open
from tests.e2e.neovim import Neovim, wait_until
from tests.e2e.vscode.service import Reply, Service

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

SOON = 3.0
"""Seconds within which a server that was killed is back."""

PAGE = "return vim.api.nvim_buf_get_lines(vim.fn.bufnr('ai-lsp://chat'), 0, -1, false)"
PID = "return vim.fn.systemlist({ 'pgrep', '-P', tostring(vim.fn.getpid()), '-f', 'ai-lsp' })"


@pytest.fixture
def editor(open_neovim: Open, service: Service) -> Neovim:
    editor = open_neovim(QUICK_START)
    editor.wait_for_server()
    return editor


def page(editor: Neovim) -> str:
    """The text of the conversation."""
    return "\n".join(editor.lua(PAGE))


def wait_for_page(editor: Neovim, text: str) -> None:
    wait_until(f"{text!r} is on the page", lambda: text in page(editor), seen=lambda: page(editor) + editor.messages)


def wait_for_answer(editor: Neovim, number: int = 1) -> None:
    """Wait until an answer is complete: then there is a place for the next question."""
    finished = f"answer {number} is complete"
    wait_until(finished, lambda: page(editor).count("## You") == number + 1, seen=lambda: page(editor))


def said(service: Service) -> list[tuple[str, str]]:
    """Who said what in the newest question that reached the model, without the word of the system."""
    return [(one["role"], one["content"]) for one in service.asked[-1].body["messages"][1:]]


def endless(piece: str) -> Iterator[str]:
    while True:
        yield piece


def breaks_after(*pieces: str) -> Iterator[str]:
    yield from pieces
    raise OSError("the service goes away")


@BOTH_VERSIONS
def test_an_answer_streams_into_a_markdown_page_and_the_next_question_goes_on_from_it(
    editor: Neovim, service: Service
) -> None:
    service.chat = lambda asked: Reply(("It reserves ", "**goods**.", "\n\n```python\nreserve(order, 2)\n```"))
    editor.command("AiLsp chat What is this for?")
    wait_for_answer(editor)
    assert editor.lua("return vim.bo.filetype") == "markdown"
    assert page(editor).startswith(
        "## You\n\nWhat is this for?\n\n> about invoices.py\n\n## ai-lsp\n\nIt reserves **goods**."
    )
    assert "The file shop/invoices.py:" in said(service)[0][1]
    editor.press("iAnd why?<C-s>")
    wait_for_answer(editor, 2)
    answer = "It reserves **goods**.\n\n```python\nreserve(order, 2)\n```"
    assert said(service)[1] == ("assistant", answer)
    assert said(service)[2][0] == "user"
    assert said(service)[2][1].endswith("And why?")
    assert editor.messages == ""


@BOTH_VERSIONS
def test_the_selection_and_the_files_that_a_question_names_go_along(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(("Yes.",))
    editor.press("Go<C-u>one, two, three<Esc>0vEE")
    editor.press(":AiLsp chat What is it, compared to @shop/stock.py?<CR>")
    wait_for_answer(editor)
    question = said(service)[0][1]
    assert "> about invoices.py, line 7" in page(editor)
    assert "of shop/invoices.py:\n```python\none, two,\n```" in question
    assert "def take_out" in question


@BOTH_VERSIONS
def test_c_c_stops_the_answer_and_what_has_come_of_it_stays(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(endless("more "), between=0.01)
    editor.command("AiLsp chat Go on")
    wait_for_page(editor, "more more")
    assert editor.lua("return require('ai_lsp').statusline()") == ""  # the page itself is no code
    editor.press("<C-c>")
    wait_for_page(editor, "> **ai-lsp:** stopped")
    wait_until("the service sees that nobody listens", lambda: service.hung_up == 1)
    service.chat = lambda asked: Reply(("Once more.",))
    editor.press("iAgain<C-s>")
    wait_for_answer(editor, 2)
    (_, first), (who, partial), (_, second) = said(service)
    assert first.endswith("Go on")
    assert (who, partial.startswith("more more")) == ("assistant", True)
    assert second.endswith("Again")


def test_the_command_stops_it_from_the_code_as_well(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(endless("more "), between=0.01)
    editor.command("AiLsp chat Go on")
    wait_for_page(editor, "more more")
    editor.command("wincmd p")
    assert editor.lua("return require('ai_lsp').statusline()") == "AI…"
    editor.command("AiLsp stop")
    wait_for_page(editor, "> **ai-lsp:** stopped")
    wait_until("the service sees that nobody listens", lambda: service.hung_up == 1)
    editor.command("AiLsp stop")
    assert editor.messages == "ai-lsp: no answer is coming"


def test_a_cursor_at_the_end_goes_along_and_one_that_reads_stays(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply((f"line {number}\n" for number in range(200)), between=0.01)
    editor.command("AiLsp chat Count")
    wait_for_page(editor, "line 40")
    last, row = editor.lua("return { vim.fn.line('$'), vim.fn.line('.') }")
    assert last == row
    editor.press("gg")
    wait_for_answer(editor)
    assert editor.lua("return { vim.fn.line('.'), vim.fn.line('w0') }") == [1, 1]


def test_an_answer_that_breaks_off_keeps_what_came_and_says_why(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(breaks_after("Half an ", "answer"), between=0.05)
    editor.command("AiLsp chat Tell")
    wait_for_answer(editor)
    assert "Half an answer\n\n> **ai-lsp:** " in page(editor)


def test_a_question_that_fails_says_why_and_can_be_asked_again_as_it_was(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(breaks_after())
    editor.command("AiLsp chat Tell me")
    wait_for_answer(editor)
    assert "> **ai-lsp:** first: " in page(editor)
    assert page(editor).endswith("## You\n\nTell me")
    service.chat = lambda asked: Reply(("Well then.",))
    editor.press("<CR>")
    wait_for_page(editor, "Well then.")


@BOTH_VERSIONS
def test_a_server_that_is_killed_is_back_soon_and_the_conversation_goes_on(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(endless("more "), between=0.01)
    editor.command("AiLsp chat Go on")
    wait_for_page(editor, "more more")
    before = editor.lua("return vim.lsp.get_clients({ name = 'ai_lsp' })[1].id")
    os.kill(int(editor.lua(PID)[0]), signal.SIGKILL)
    wait_for_page(editor, "> **ai-lsp:** the server ended before the answer was complete")
    back = "local c = vim.lsp.get_clients({ name = 'ai_lsp' })[1] return c and c.initialized and c.id ~= ..."
    wait_until("another server runs", lambda: editor.lua(back, before), seconds=SOON)
    assert "ai-lsp: the server ended by itself (signal 9); it is restarted" in editor.messages
    service.chat = lambda asked: Reply(("There.",))
    editor.press("iAgain<C-s>")
    wait_for_answer(editor, 2)
    assert [who for who, _ in said(service)] == ["user", "assistant", "user"]


def test_what_a_model_says_is_text_and_nothing_else(editor: Neovim, service: Service) -> None:
    hostile = (
        "\x1b]0;x\x07\x1b[31m:lua vim.g.taken = 1\n\n# vim: set shiftwidth=77:\n<C-r>=execute('let g:taken = 1')\n"
    )
    service.chat = lambda asked: Reply((hostile,))
    editor.command("AiLsp chat Tell")
    wait_for_answer(editor)
    assert "# vim: set shiftwidth=77:" in page(editor)
    assert "\x1b" not in page(editor)
    editor.command("doautocmd BufWinEnter")
    assert editor.lua("return vim.bo.shiftwidth") != 77
    assert editor.lua("return vim.g.taken == nil")


def test_autocommands_are_told_of_every_step(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(("One ", "two"))
    editor.lua("""
        _G.told = {}
        vim.api.nvim_create_autocmd('User', { pattern = 'AiLspChat*', callback = function(event)
          table.insert(told, { event.match, event.data.how or event.data.content })
        end })
        vim.api.nvim_create_autocmd('LspProgress', { callback = function(event)
          table.insert(told, { 'LspProgress', event.data.params.value.kind })
        end })
    """)
    editor.command("AiLsp chat Count")
    wait_for_answer(editor)
    told = [tuple(one) for one in editor.lua("return told")]
    assert told[0] == ("AiLspChatAsked", "Count")
    assert told[-1] == ("AiLspChatAnswered", "done")
    assert "".join(content for event, content in told if event == "AiLspChatDelta") == "One two"
    assert [kind for event, kind in told if event == "LspProgress"] == ["begin", "end"]


def test_a_chat_without_a_server_says_what_to_do(open_neovim: Open) -> None:
    editor = open_neovim(QUICK_START.replace("vim.lsp.enable('ai_lsp')\n", ""))
    editor.command("AiLsp chat Hello")
    assert editor.messages == "ai-lsp: no server is running; open a file of your project, or see `:AiLsp status`"
