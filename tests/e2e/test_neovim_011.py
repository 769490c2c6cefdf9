"""What a real Neovim 0.11 does by the plugin's own means, because it has no inline completion."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import QUICK_START, Open
from tests.e2e.neovim import Neovim, wait_until

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

SCRIPTED = (Path(__file__).parent / "scripted.lua").read_text(encoding="utf-8")


@pytest.fixture
def version() -> str:
    return "neovim-0.11"


@pytest.fixture
def editor(open_neovim: Open) -> Neovim:
    editor = open_neovim(QUICK_START + SCRIPTED)
    editor.wait_for_server()
    editor.press("Go<C-u>")
    return editor


def sent(editor: Neovim) -> list[str]:
    return [str(method) for method, _ in editor.lua("return scripted.sent")]


def test_typing_on_cancels_the_request_that_is_under_way(editor: Neovim) -> None:
    asked = "for _, request in pairs(vim.lsp.get_clients()[1].requests) do if request.type == 'pending' then return true end end"
    editor.lua("scripted.is_slow = true")
    editor.press("def invoice")
    wait_until("the server is asked", lambda: editor.lua(asked))
    editor.press("s")
    wait_until("the request is cancelled", lambda: sent(editor) == ["$/cancelRequest"], seen=lambda: sent(editor))


def test_leaving_insert_mode_takes_ghost_text_away(editor: Neovim) -> None:
    editor.lua("scripted.answers['def invoice'] = { { text = '_text' } }")
    editor.press("def invoice")
    editor.wait_for_ghost()
    editor.press("<Esc>")
    assert editor.ghost == ""


def test_switched_off_in_a_buffer_nothing_is_asked(editor: Neovim) -> None:
    editor.lua("scripted.answers['def invoice'] = { { text = '_text' } }")
    editor.command("AiLsp disable buffer")
    editor.press("def invoice")
    assert editor.lua("vim.wait(300) return #scripted.asked") == 0
    editor.command("AiLsp enable buffer")
    editor.press("<BS>e")
    assert editor.wait_for_ghost() == "_text"
