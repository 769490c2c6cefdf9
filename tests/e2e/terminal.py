"""A real terminal: a tmux server of our own, in which a program runs as it would in front of a person."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.hands import type_text
from tests.e2e.picture import svg

SIZE = (100, 24)
"""Columns and rows."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Cells in full colour."""

    _tmux: Sequence[str]
    columns: int

    @classmethod
    @contextlib.contextmanager
    def started(
        cls, program: Sequence[str], environment: Mapping[str, str], folder: Path, size: tuple[int, int] = SIZE
    ) -> Iterator[Terminal]:
        with tempfile.TemporaryDirectory(prefix="tmux") as private:
            tmux = ["tmux", "-S", f"{private}/s", "-f", "/dev/null"]
            columns, rows = size
            cells = ["-x", str(columns), "-y", str(rows)]
            colours = {"TERM": "tmux-256color", "COLORTERM": "truecolor"}
            settings = [
                "set-option",
                "-g",
                "default-terminal",
                "tmux-256color",
                ";",
                "set-option",
                "-g",
                "status",
                "off",
            ]
            inside = ["env", *(f"{name}={value}" for name, value in colours.items()), *program]
            try:
                subprocess.run(
                    [*tmux, "start-server", ";", *settings, ";", "new-session", "-d", *cells, *inside],
                    env=dict(environment),
                    cwd=folder,
                    check=True,
                )
                yield cls(tmux, columns)
            finally:
                subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)

    def type(self, text: str, *, until: Callable[[], bool] = lambda: False) -> str:
        """Type plain text as a person does; stop early once `until` holds. What was typed."""
        return type_text(text, lambda key: self.press("Enter") if key == "\n" else self.press("-l", key), until=until)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: `Escape`, `Tab`, `Enter`."""
        self._ask("send-keys", *keys)

    @property
    def text(self) -> str:
        """What is on the screen, without colours."""
        return self._ask("capture-pane", "-p")

    @property
    def cursor(self) -> tuple[int, int]:
        """Its column and row from 0."""
        column, row = self._ask("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    @property
    def behind_cursor(self) -> str:
        """What stands in the cursor's row from the cursor on."""
        column, row = self.cursor
        return self.text.split("\n")[row][column:]

    def keep_picture(self, folder: Path, name: str) -> None:
        """Write what is on the screen to `folder` as a picture and as plain text."""
        folder.mkdir(exist_ok=True)
        capture = self._ask("capture-pane", "-p", "-e")
        (folder / f"{name}.svg").write_text(svg(capture, self.columns, self.cursor), encoding="utf-8")
        (folder / f"{name}.txt").write_text(self.text, encoding="utf-8")

    def _ask(self, *command: str) -> str:
        return subprocess.run([*self._tmux, *command], check=True, capture_output=True, text=True).stdout
