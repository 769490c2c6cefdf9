"""VS Code's window, as a person uses it: keys, the palette, the status bar, ghost text, dialogs."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.neovim import wait_until
from tests.e2e.vscode.browser import BrowserError, Found, Page

EDITOR = ".editor-group-container.active .monaco-editor"
GHOST = f"""
[...document.querySelectorAll('{EDITOR} .ghost-text-decoration, {EDITOR} .ghost-text .view-line')]
  .map((one) => one.textContent.replaceAll('\\u00a0', ' '))
"""


@dataclass(frozen=True, slots=True)
class Workbench:
    page: Page
    folder: Path

    def find(self, selector: str) -> Found:
        return self.page.find(selector)

    def open(self, file: Path) -> None:
        """Bring a file of the folder to the front, through the list of files."""
        name = str(file.relative_to(self.folder))
        self.page.press("Control+p")
        self.find(".quick-input-widget input").wait()
        self.page.insert(name)
        self.find(f'.quick-input-list .monaco-list-row.focused[aria-label^="{file.name}"]').wait()
        self.page.press("Enter")
        self.find(f'{EDITOR}[data-uri$="{file.name}"] .view-lines').wait()
        self.find(f"{EDITOR} .view-lines").click()

    def command(self, title: str) -> None:
        """Run a command by its full title in the palette."""
        self.page.press("F1")
        self.find(".quick-input-widget input").wait()
        self.page.insert(title)
        self.choose(title)

    def choose(self, label: str) -> None:
        """Take an entry of the list that is open."""
        self.entry(label).click()

    def entry(self, label: str) -> Found:
        return self.find(f".quick-input-list .monaco-list-row:has-text({json.dumps(label)})")

    @property
    def ghost(self) -> str:
        """All ghost text in view, lines as lines."""
        return "\n".join(self.page.look(GHOST))

    def wait_for_ghost(self, *, seconds: float = 8) -> str:
        return wait_until("ghost text is in view", lambda: self.ghost, seconds=seconds, seen=lambda: self.view)

    def save(self, file: Path, expected: str) -> None:
        """Save and wait until the file holds exactly this."""
        self.page.press("Control+s")
        wait_until(f"{file.name} is saved", lambda: file.read_text() == expected, seen=file.read_text)

    @property
    def view(self) -> str:
        """What the lines in view say."""
        return self.find(f"{EDITOR} .view-lines").text.replace("\u00a0", " ")

    @property
    def notes(self) -> list[str]:
        """The notifications in view."""
        return self.find(".notifications-toasts .notification-list-item-message").texts

    def close_all(self) -> None:
        """Close every editor without saving."""
        self.page.press("Escape")
        self.command("View: Revert and Close Editor")
        with contextlib.suppress(BrowserError):
            self.find(EDITOR).wait(state="hidden", seconds=1)
