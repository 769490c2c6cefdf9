"""What a person sees: Neovim in a terminal, with pictures kept in tests/artefacts."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import ARTEFACTS, BOTH_VERSIONS, QUICK_START
from tests.e2e.neovim import home_environment, wait_until, write_init
from tests.e2e.shop import TYPED_FIRST, TYPED_NEXT
from tests.e2e.terminal import Terminal
from tests.e2e.vscode.service import Reply, Service
from tests.parts.need import need

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(60),
    pytest.mark.skipif(
        shutil.which("tmux") is None and os.environ.get("CI") != "true", reason="tmux is not here: install it"
    ),
]

READABLE = "vim.api.nvim_set_hl(0, 'ComplHint', { fg = '#8a90a0', italic = true })\nvim.o.hlsearch = false\n"
"""Ghost text that can be read in a small picture as well."""

STATUS_LINE = "vim.o.statusline = [[%f %m%=%{v:lua.require'ai_lsp'.statusline()}  %l:%c]]\n"


WIDE = (138, 30)

CHATTER = """
[chat]
provider = "office"
[providers.office]
kind = "openai-compatible"
model = "coder-30b"
endpoint = "{address}"
retry = {{ attempts = 1 }}
"""

ANSWER = """\
`take_out` lowers the stock of an article, and refuses what cannot be done:

- **nothing or less** is no quantity: `ValueError`
- **more than there is** would leave a negative stock: `ValueError` as well

It changes nothing in place. `Article` is frozen, so the caller gets a new one:

```python
article = take_out(article, 3)
```
"""

FIX = """\
```python
def take_out(article: Article, quantity: int) -> Article:
    if quantity <= 0:
        raise QuantityError(quantity)
    if quantity > article.in_stock:
        raise OutOfStockError(article, quantity)
    return replace(article, in_stock=article.in_stock - quantity)
```"""


NEW_FUNCTION = "def reserve(article: Article, quantity: int) -> Article:"


def pieces(text: str) -> list[str]:
    """As a model says it: word by word."""
    return re.findall(r"\S+\s*", text)


@BOTH_VERSIONS
def test_ghost_text_stands_behind_the_cursor_and_tab_makes_it_real(home: Path, invoices: Path, version: str) -> None:
    write_init(home, QUICK_START + STATUS_LINE)
    with Terminal.started([str(need(version)), str(invoices)], home_environment(home), invoices.parent) as terminal:
        wait_until("the server runs", lambda: "AI  1:1" in terminal.text, seconds=15, seen=lambda: terminal.text)
        terminal.press("G", "o")
        terminal.type(f"{TYPED_FIRST}\n")
        typed = terminal.type(TYPED_NEXT, until=lambda: len(terminal.behind_cursor) >= 10)
        line = typed + terminal.behind_cursor
        assert TYPED_NEXT.startswith(line)
        assert len(line) >= len(typed) + 10
        terminal.keep_picture(ARTEFACTS, f"{version}-ghost-text")
        terminal.press("Tab")
        terminal.press("Escape")
        terminal.type(":write\n")
        wait_until("it is saved", lambda: f"        {line}\n" in invoices.read_text(), seen=lambda: terminal.text)
        terminal.keep_picture(ARTEFACTS, f"{version}-accepted")


@pytest.fixture
def office(home: Path) -> Iterator[Service]:
    """A person's own service for chats; ghost text comes from the engine that needs none."""
    with Service() as service:
        folder = home / ".config" / "ai-lsp"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(CHATTER.format(address=service.url("office")), encoding="utf-8")
        yield service


def test_a_chat_stands_beside_the_code_where_ghost_text_goes_on(home: Path, invoices: Path, office: Service) -> None:
    office.chat = lambda asked: Reply(pieces(ANSWER), between=0.01)
    write_init(home, f"{QUICK_START}{STATUS_LINE}{READABLE}vim.g.ai_lsp = {{ chat = {{ width = 52 }} }}\n")
    neovim = [str(need("neovim")), str(invoices.with_name("stock.py"))]
    with Terminal.started(neovim, home_environment(home), invoices.parents[1], WIDE) as terminal:
        wait_until("the server runs", lambda: "AI  1:1" in terminal.text, seconds=15, seen=lambda: terminal.text)
        terminal.press("-l", "/def take_out\n")
        terminal.press("-l", "V5j:AiLsp chat What does this guard against?\n")
        wait_until("it is answered", lambda: terminal.text.count("## You") == 2, seen=lambda: terminal.text)
        terminal.press("C-w", "p")
        terminal.press("G")
        terminal.press("-l", f"o\n\n{NEW_FUNCTION}\n")
        terminal.type(f"{TYPED_FIRST}\n")
        terminal.type(TYPED_NEXT, until=lambda: len(code_behind(terminal)) >= 20)
        assert "office · coder-30b" in terminal.text
        terminal.keep_picture(ARTEFACTS, "neovim-chat")


def code_behind(terminal: Terminal) -> str:
    """The ghost text in the left one of two windows."""
    return terminal.behind_cursor.split("│")[0].strip()


def test_a_change_is_shown_beside_the_code_as_it_is(home: Path, invoices: Path, office: Service) -> None:
    office.chat = lambda asked: Reply((FIX,))
    write_init(home, f"{QUICK_START}{STATUS_LINE}{READABLE}")
    neovim = [str(need("neovim")), str(invoices.with_name("stock.py"))]
    with Terminal.started(neovim, home_environment(home), invoices.parents[1], WIDE) as terminal:
        wait_until("the server runs", lambda: "AI  1:1" in terminal.text, seconds=15, seen=lambda: terminal.text)
        terminal.press("-l", "/def take_out\n")
        terminal.press("-l", "V5j:AiLsp refactor raise errors of our own\n")
        wait_until("it is proposed", lambda: "<C-y> accepts" in terminal.text, seen=lambda: terminal.text)
        assert "raise QuantityError(quantity)" in terminal.text
        terminal.keep_picture(ARTEFACTS, "neovim-diff")
