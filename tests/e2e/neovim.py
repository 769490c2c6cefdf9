"""A real Neovim with a home of its own, driven as a person drives it: by keys, and by looking at the screen.

    with Neovim.started(program, home, init_lua, file) as editor:
        editor.type("odef total")
        ghost = editor.wait_for_ghost()

Everything started is ended on the way out, whatever happened in between.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pynvim  # type: ignore[import-untyped]  # it ships no types

from tests.e2e.hands import type_text

T = TypeVar("T")

KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "CI")

GHOST = """
local namespaces = vim.api.nvim_get_namespaces()
local namespace = namespaces['nvim.lsp.inline_completion'] or namespaces['ai_lsp.ghost']
local mark = namespace and vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })[1]
if not mark then return '' end
local rows = { mark[4].virt_text and mark[4].virt_text[1][1] or '' }
for _, line in ipairs(mark[4].virt_lines or {}) do rows[#rows + 1] = line[1][1] end
return table.concat(rows, '\\n')
"""

SCREEN = """
vim.cmd.redraw()
local rows = {}
for row = 1, vim.o.lines do
  local cells = {}
  for column = 1, vim.o.columns do cells[column] = vim.fn.screenstring(row, column) end
  rows[row] = (table.concat(cells):gsub('%s+$', ''))
end
return rows
"""


STATUS_KIND = """
local client = vim.lsp.get_clients({ name = 'ai_lsp', bufnr = 0 })[1]
local answer = client:request_sync('aiLsp/status', vim.empty_dict(), 1000, 0)
return answer and answer.result and answer.result.kind or 'no answer'
"""


def home_environment(home: Path) -> dict[str, str]:
    """An environment in which programs find no configuration, key or history but what lies under `home`."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    xdg = {f"XDG_{kind}_HOME": str(home / f".{kind.lower()}") for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {"LANG": "C.UTF-8", **kept, **xdg, "HOME": str(home), "XDG_CONFIG_DIRS": str(home / "none"), "TERM": "dumb"}


def write_init(home: Path, init_lua: str) -> None:
    init = home / ".config" / "nvim" / "init.lua"
    init.parent.mkdir(parents=True, exist_ok=True)
    init.write_text(init_lua, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Neovim:
    """The editor with one file open."""

    nvim: Any
    home: Path

    @classmethod
    @contextlib.contextmanager
    def started(cls, program: Path, home: Path, init_lua: str, file: Path) -> Iterator[Neovim]:
        """Start `program` with `init_lua` as the person's configuration in `home`, and open `file`."""
        write_init(home, init_lua)
        with tempfile.TemporaryDirectory(prefix="nvim") as folder:
            socket = Path(folder) / "s"  # a socket's path has to be short
            process = subprocess.Popen(
                [program, "--headless", "--listen", socket, file],
                cwd=file.parent,
                env=home_environment(home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                with wait_until("Neovim listens", lambda: _attached(socket), seconds=15) as nvim:
                    yield cls(nvim, home)
                    with contextlib.suppress(OSError, EOFError):  # it goes away while it answers
                        nvim.command("qall!")
                    process.wait(5)
            finally:
                process.kill()
                process.wait()

    def lua(self, code: str, *arguments: object) -> Any:
        return self.nvim.exec_lua(code, *arguments)

    def press(self, keys: str) -> None:
        """Press keys at once, in Neovim's notation (`<Tab>`, `<lt>`)."""
        self.nvim.input(keys)

    def type(self, text: str, *, until: Callable[[], bool] = lambda: False) -> str:
        """Type plain text as a person does; stop early once `until` holds. What was typed."""
        return type_text(text, lambda key: self.press({"<": "<lt>", "\n": "<CR>"}.get(key, key)), until=until)

    @property
    def ghost(self) -> str:
        """The ghost text in view, of all its lines, or an empty string."""
        return str(self.lua(GHOST))

    @property
    def screen(self) -> list[str]:
        """The rows as they are drawn, with ghost text where it is drawn."""
        return [str(row) for row in self.lua(SCREEN)]

    @property
    def lines(self) -> list[str]:
        return [str(line) for line in self.nvim.api.buf_get_lines(0, 0, -1, False)]

    @property
    def line(self) -> str:
        """The cursor's line."""
        return str(self.nvim.api.get_current_line())

    @property
    def messages(self) -> str:
        return str(self.nvim.api.exec2("messages", {"output": True})["output"])

    @property
    def clients(self) -> int:
        return int(self.lua("return #vim.lsp.get_clients({ name = 'ai_lsp' })"))

    def command(self, command: str) -> None:
        self.nvim.command(command)

    def wait_for_server(self) -> None:
        attached = "local c = vim.lsp.get_clients({ name = 'ai_lsp', bufnr = 0 })[1] return c ~= nil and c.initialized"
        wait_until("the server runs", lambda: bool(self.lua(attached)), seconds=15)

    def wait_until_read(self) -> None:
        """Wait until the server has read the project: before, it knows too little to suggest anything."""
        wait_until("the project is read", lambda: self.lua(STATUS_KIND) == "normal", seen=lambda: self.lua(STATUS_KIND))

    def wait_for_ghost(self) -> str:
        return wait_until("ghost text is in view", lambda: self.ghost)

    def wait_for_line(self, expected: str) -> None:
        wait_until(f"the line is {expected!r}", lambda: self.line == expected, seen=lambda: self.line)


def _attached(socket: Path) -> Any:
    """A connection to Neovim; None where it does not listen yet."""
    try:
        return pynvim.attach("socket", path=str(socket))
    except (FileNotFoundError, ConnectionRefusedError):
        return None


def wait_until(what: str, look: Callable[[], T], *, seconds: float = 8, seen: Callable[[], object] | None = None) -> T:
    """What `look` returns as soon as that is true; fails after `seconds` saying what was awaited and what was seen."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            view = f"; seen: {str(seen())[-2000:]!r}" if seen else ""
            raise AssertionError(f"not within {seconds} s: {what}{view}")
        time.sleep(0.02)
    return found
