"""VS Code's window, as a person uses it: keys, the palette, the status bar, ghost text, dialogs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.neovim import wait_until
from tests.e2e.vscode.browser import Browser, Found, Page

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
STATUS = "[id='ai-lsp.ai-lsp.aiLsp.status']"
EDITOR = ".editor-group-container.active .monaco-editor"
GHOST = f"""
(() => {{
  const first = [...document.querySelectorAll('{EDITOR} .ghost-text-decoration')].map((one) => one.textContent).join('');
  const below = new Map();
  for (const one of document.querySelectorAll('{EDITOR} .ghost-text')) {{
    const line = one.closest('div');
    below.set(line, (below.get(line) ?? '') + one.textContent);
  }}
  return [first, ...below.values()].join('\\n').replaceAll('\u00a0', ' ');
}})()
"""
"""The rest of the cursor's line, and the further lines below it."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """One window, with `folder` open in it."""

    page: Page
    folder: Path

    @classmethod
    def opened(
        cls, browser: Browser, address: str, folder: Path, *, width: int = 1100, height: int = 640, scale: float = 1
    ) -> Workbench:
        """`width` and `height` in pixels, each of them drawn as `scale` pixels of a picture."""
        page = browser.open(address, viewport={"width": width, "height": height}, deviceScaleFactor=scale)
        page.find(".monaco-workbench .explorer-folders-view").wait(seconds=30)
        return cls(page, folder)

    def find(self, selector: str) -> Found:
        return self.page.find(selector)

    def open(self, file: Path) -> None:
        """Bring a file of the folder to the front, through the list of files."""
        lines = self.find(f'{EDITOR}[data-uri$="{file.name}"] .view-lines')
        self._insist("Control+p", str(file.relative_to(self.folder)), file.name, until=lambda: lines.count > 0)
        lines.click()

    def command(self, title: str) -> None:
        """Run a command by its full title in the palette."""
        box = self.find(".quick-input-widget input[placeholder^='Type the name of a command']:visible")
        self._insist("F1", title, title, until=lambda: box.count == 0)

    def _insist(self, key: str, typed: str, label: str, *, until: Callable[[], bool]) -> None:
        """Take an entry of a list that `key` opens: again where a window that is still loading has closed the list."""
        for attempt in range(5):
            with contextlib.suppress(AssertionError) if attempt < 4 else contextlib.nullcontext():
                self.page.press(*["Escape"] * min(attempt, 1), key)
                self.find(".quick-input-widget input").wait(seconds=4)
                self.page.insert(typed)
                self.entry(label).click(timeout=4000)
                wait_until(f"{label!r} is taken", until, seconds=4, seen=self.seen)
                return

    def choose(self, label: str) -> None:
        """Take an entry of the list that is open."""
        self.entry(label).click()

    def entry(self, label: str) -> Found:
        return self.find(f".quick-input-list .monaco-list-row:has-text({json.dumps(label, ensure_ascii=False)})")

    def answer(self, text: str) -> None:
        """Type into the box that is open, and confirm."""
        self.find(".quick-input-widget input").wait()
        self.page.insert(text)
        self.page.press("Enter")

    @property
    def status(self) -> str:
        """Our item in the status bar, with what it says when it is pointed at."""
        item = self.find(STATUS)
        return f"{item.text.strip()}: {item.attribute('aria-label')}" if item.count else ""

    def wait_for_status(self, part: str, *, seconds: float = 15) -> None:
        wait_until(f"the status bar says {part!r}", lambda: part in self.status, seconds=seconds, seen=self.seen)

    @property
    def ghost(self) -> str:
        """All ghost text in view, lines as lines."""
        return str(self.page.look(GHOST))

    def wait_for_ghost(self, expected: str, *, seconds: float = 8) -> None:
        wait_until(f"ghost text {expected!r}", lambda: self.ghost == expected, seconds=seconds, seen=self.seen)

    def save(self, file: Path, expected: str) -> None:
        """Save and wait until the file holds exactly this."""
        self.page.press("Control+s")
        wait_until(f"{file.name} is saved as {expected!r}", lambda: read(file) == expected, seen=lambda: read(file))

    @property
    def notes(self) -> list[str]:
        """The notifications in view."""
        return self.find(".notifications-toasts .notification-list-item-message").texts

    def keep_picture(self, name: str) -> None:
        self.page.keep_picture(ARTEFACTS / f"vscode_{name}.png")

    def seen(self) -> dict[str, object]:
        """What a person would describe."""
        lines = self.find(f"{EDITOR} .view-lines").text
        return {"lines": lines, "ghost": self.ghost, "status": self.status, "notes": self.notes}

    def clear(self) -> None:
        """Close what is open, without saving."""
        self.page.press("Escape", "Escape")
        for _ in range(self.find(".tabs-container .tab").count):
            self.command("View: Revert and Close Editor")
        self.find(".tabs-container .tab").wait(state="hidden")


def read(file: Path) -> str:
    return file.read_bytes().decode()
