"""Commands on selected code in a real Neovim: what a model would change is shown first, and applied when accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import BOTH_VERSIONS, QUICK_START, Open
from tests.e2e.neovim import Neovim, wait_until
from tests.e2e.vscode.service import Reply, Service

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

CODE = """\
def add(a, b):
    return a - b


def twice(a):
    return add(a, a)
"""
FIXED = "def add(a, b):\n    return a + b"
WINDOWS = "return vim.tbl_map(vim.fn.winbufnr, vim.fn.range(1, vim.fn.winnr('$')))"


@pytest.fixture
def code(home: Path) -> Path:
    path = home / "shop" / "sums.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(CODE, encoding="utf-8")
    return path


@pytest.fixture
def editor(open_neovim: Open, service: Service, invoices: Path, code: Path) -> Neovim:
    service.chat = lambda asked: Reply((f"```python\n{FIXED}\n```",))
    editor = open_neovim(QUICK_START, code)
    editor.wait_for_server()
    return editor


def text(editor: Neovim) -> str:
    """Of the file, wherever the cursor is."""
    return "".join(
        f"{line}\n" for line in editor.lua("return vim.api.nvim_buf_get_lines(vim.fn.bufnr('sums.py'), 0, -1, false)")
    )


def wait_for_proposal(editor: Neovim) -> None:
    wait_until(
        "a change is proposed", lambda: editor.lua("return vim.fn.tabpagenr('$')") == 2, seen=lambda: editor.messages
    )


def propose(editor: Neovim) -> None:
    """Have the first function fixed, up to the change that is shown."""
    editor.press("ggVj:AiLsp fix<CR>")
    wait_for_proposal(editor)


@BOTH_VERSIONS
def test_a_fix_is_shown_as_a_diff_and_applied_when_accepted_as_one_step(editor: Neovim, service: Service) -> None:
    propose(editor)
    assert "return a - b" in service.asked[-1].prompt
    assert text(editor) == CODE
    shown = "\n".join(editor.screen)
    assert "fix: <C-y> accepts, q discards" in shown
    assert "return a - b" in shown
    assert "return a + b" in shown
    editor.press("<C-y>")
    wait_until("it is applied", lambda: text(editor) == CODE.replace("a - b", "a + b"), seen=lambda: editor.messages)
    assert editor.lua("return { vim.fn.tabpagenr('$'), vim.fn.expand('%:t') }") == [1, "sums.py"]
    assert "ai-lsp: changed sums.py; one `u` takes it back" in editor.messages
    editor.press("u")
    assert text(editor) == CODE


def test_discarded_nothing_is_left_of_it(editor: Neovim) -> None:
    propose(editor)
    editor.press("q")
    wait_until("the tab is closed", lambda: editor.lua("return vim.fn.tabpagenr('$')") == 1)
    assert text(editor) == CODE
    assert editor.lua("return { vim.bo.modified, vim.wo.diff, vim.wo.winbar }") == [False, False, ""]
    editor.command("AiLsp accept")
    assert "ai-lsp: no change is proposed" in editor.messages


@BOTH_VERSIONS
def test_where_the_file_has_changed_meanwhile_nothing_is_applied(editor: Neovim) -> None:
    propose(editor)
    editor.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr('sums.py'), 0, 0, false, { 'import sys' })")
    editor.press("<C-y>")
    told = "ai-lsp: sums.py has changed since; nothing was applied."
    wait_until("it is told", lambda: told in editor.messages, seen=lambda: editor.messages)
    assert text(editor) == f"import sys\n{CODE}"


def test_the_proposal_can_be_changed_before_it_is_accepted(editor: Neovim) -> None:
    propose(editor)
    editor.press("A  # of two numbers<Esc>")
    editor.command("AiLsp accept")
    assert "    return a + b  # of two numbers\n" in text(editor)


def test_tests_are_proposed_as_a_new_file_and_accepted_as_a_buffer(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(("```python\ndef test_add():\n    assert add(1, 2) == 3\n```",))
    editor.press("gg:AiLsp tests<CR>")
    wait_for_proposal(editor)
    editor.press("<C-y>")
    wait_until("it is a buffer", lambda: editor.lua("return vim.fn.expand('%:t')") == "test_sums.py")
    assert editor.lines == ["def test_add():", "    assert add(1, 2) == 3"]
    path = Path(editor.lua("return vim.fn.expand('%:p')"))
    assert not path.exists()
    assert editor.lua("return vim.bo.modified")


@BOTH_VERSIONS
def test_a_code_action_shows_its_change_before_it_is_made(editor: Neovim) -> None:
    editor.press("ggVj")
    editor.lua("""
        vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.title == 'Document with AI' end })
    """)
    wait_for_proposal(editor)
    assert text(editor) == CODE
    editor.press("<C-y>")
    wait_until("it is applied", lambda: "a + b" in text(editor), seen=lambda: editor.messages)


def test_an_instruction_is_asked_for_where_none_is_given(editor: Neovim, service: Service) -> None:
    editor.press("ggVj:AiLsp refactor<CR>")
    editor.press("use plus<CR>")
    wait_for_proposal(editor)
    assert "use plus" in service.asked[-1].prompt


def test_an_answer_without_a_change_is_told_and_shown(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(("There is nothing to be fixed here.",))
    editor.press("ggVj:AiLsp fix<CR>")
    page = "return vim.fn.bufnr('ai-lsp://chat') ~= -1 and vim.api.nvim_buf_get_lines(vim.fn.bufnr('ai-lsp://chat'), 0, -1, false)"
    wait_until("the answer is shown", lambda: editor.lua(page), seen=lambda: editor.messages)
    assert "There is nothing to be fixed here." in editor.lua(page)
    assert "ai-lsp: " in editor.messages
    assert text(editor) == CODE


def test_a_command_that_takes_long_is_shown_and_can_be_stopped(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(("x",) * 1000, between=0.02)
    editor.press("ggVj:AiLsp document<CR>")
    told = "ai-lsp is documenting … `:AiLsp stop` stops it"
    wait_until("it is shown", lambda: any(told in row for row in editor.screen), seen=lambda: editor.screen)
    wait_until("the service is asked", lambda: service.asked)
    editor.command("AiLsp stop")
    wait_until("the service sees that nobody listens", lambda: service.hung_up == 1)
    assert not any(told in row for row in editor.screen)


@BOTH_VERSIONS
def test_mappings_work_on_a_selection(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(("It adds.",))
    editor.lua("vim.keymap.set('x', '<F5>', '<Plug>(AiLspExplain)')")
    editor.press("ggVj<F5>")
    wait_until("the service is asked", lambda: service.asked)
    assert "lines 1 to 2 of" in service.asked[-1].prompt
