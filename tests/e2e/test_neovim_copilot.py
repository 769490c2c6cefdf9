"""A configuration that was written for GitHub's server, as nvim-lspconfig has it, with our server in its place."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Open
from tests.e2e.neovim import Neovim, wait_until
from tests.e2e.vscode.service import Reply, Service

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

SERVER = Path(sys.executable).with_name("ai-lsp")
INIT = f"""
local heard = {{}}
_G.heard = heard
vim.lsp.config('copilot', {{
  cmd = {{ '{SERVER}', '--stdio' }},
  root_markers = {{ '.git', 'pyproject.toml' }},
  init_options = {{
    editorInfo = {{ name = 'Neovim', version = tostring(vim.version()) }},
    editorPluginInfo = {{ name = 'Neovim', version = tostring(vim.version()) }},
  }},
  settings = {{ telemetry = {{ telemetryLevel = 'all' }} }},
  handlers = {{ didChangeStatus = function(_, params) heard[#heard + 1] = params end }},
}})
vim.lsp.enable('copilot')
vim.lsp.inline_completion.enable()
vim.keymap.set('i', '<Tab>', function()
  return vim.lsp.inline_completion.get() and '' or '<Tab>'
end, {{ expr = true }})
"""
ASK = """
local method, params = ...
local client = vim.lsp.get_clients({ name = 'copilot', bufnr = 0 })[1]
local answer, problem = client:request_sync(method, params, 2000, 0)
return answer and (answer.err and answer.err.message or answer.result) or problem
"""
TELL = """
local method, params = ...
return vim.lsp.get_clients({ name = 'copilot', bufnr = 0 })[1]:notify(method, params)
"""


@pytest.fixture
def editor(open_neovim: Open, service: Service) -> Neovim:
    service.code = lambda asked: Reply(("total = quantity * price",))
    editor = open_neovim(INIT)
    attached = "local c = vim.lsp.get_clients({ name = 'copilot', bufnr = 0 })[1] return c ~= nil and c.initialized"
    wait_until("the server runs", lambda: bool(editor.lua(attached)), seconds=15)
    return editor


def ask(editor: Neovim, method: str, params: dict[str, Any] | None = None) -> Any:
    return editor.lua(ASK, method, params or {"_": True})


def test_ghost_text_is_shown_and_taken_and_the_server_hears_of_both(editor: Neovim) -> None:
    editor.press("Go")
    ghost = editor.wait_for_ghost()
    assert ghost == "total = quantity * price"
    uri = editor.lua("return vim.uri_from_bufnr(0)")
    indent = editor.line
    position = {"line": len(editor.lines) - 1, "character": len(indent)}
    asked = {"textDocument": {"uri": uri, "version": 1}, "position": position, "context": {"triggerKind": 1}}
    formatting = {"formattingOptions": {"tabSize": 4, "insertSpaces": True}}
    (item,) = ask(editor, "textDocument/inlineCompletion", asked | formatting)["items"]
    editor.lua(TELL, "textDocument/didShowCompletion", {"item": item})
    editor.lua(TELL, "textDocument/didFocus", {"textDocument": {"uri": uri}})
    editor.lua(TELL, "textDocument/didPartiallyAcceptCompletion", {"item": item, "acceptedLength": 5})
    editor.press("<Tab>")
    editor.wait_for_line(indent + ghost)
    assert ask(editor, "textDocument/copilotInlineEdit", asked) == {"edits": []}
    assert "rror" not in editor.messages


def test_nobody_has_to_sign_in_and_the_status_is_heard(editor: Neovim) -> None:
    wait_until("the status is heard", lambda: bool(editor.lua("return #heard > 0")))
    assert editor.lua("return heard[#heard].kind") == "Normal"
    assert ask(editor, "checkStatus")["status"] == "OK"
    assert ask(editor, "signIn")["status"] == "AlreadySignedIn"
    assert ask(editor, "signOut")["status"] == "NotSignedIn"
    assert "rror" not in editor.messages


def test_code_actions_without_a_plugin_of_ours_show_the_change_and_make_none(editor: Neovim, service: Service) -> None:
    service.chat = lambda asked: Reply(("```python\ndef reserve(order, quantity):\n    return quantity\n```",))
    before = editor.lines
    first = before.index("def reserve(order: Order, quantity: int) -> None:") + 1
    editor.lua(
        """
        local first = ...
        vim.lsp.buf.code_action({
          range = { start = { first, 0 }, ['end'] = { first, 10 } },
          filter = function(action) return action.title == 'Simplify with AI' end,
          apply = true,
        })
        """,
        first,
    )
    wait_until(
        "the change is shown", lambda: "+def reserve(order, quantity):" in editor.messages, seen=lambda: editor.messages
    )
    assert editor.lines == before
