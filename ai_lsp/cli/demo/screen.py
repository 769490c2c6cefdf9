"""Draws pictures in one place of the terminal, and prints lines where there is no terminal to draw on.

What must never happen: a cursor that stays hidden, or a row that is written again although nothing in it changed.
"""

from __future__ import annotations

import shutil
from types import TracebackType
from typing import Self, TextIO

from ai_lsp.cli.demo.picture import Picture, Row, shown
from ai_lsp.cli.demo.score import Score
from ai_lsp.cli.demo.typist import Act, Moment
from ai_lsp.cli.terminal import Style, styled

_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_CLEAR_LINE, _CLEAR_BELOW = "\x1b[K", "\x1b[J"
_LONGEST = 60

_WITHOUT_COLOUR = {Style.FAINT: Style.DIM, Style.BOLD: Style.BOLD, Style.REVERSED: Style.REVERSED}
"""Ghost text has to differ from code for a person who wants no colour, too."""


class Screen:
    """Redraws in place. Leaves the last picture on the terminal, the cursor below it."""

    def __init__(self, out: TextIO, picture: Picture, *, colour: bool) -> None:
        self._out = out
        self._picture = picture
        self._colour = colour
        self._rows: list[str] = []
        self._size = (0, 0)

    def __enter__(self) -> Self:
        self._out.write(_HIDE_CURSOR)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # the terminal itself has written ^C where the next line would begin
        self._out.write(_SHOW_CURSOR if error is None else f"{_SHOW_CURSOR}\n")
        self._out.flush()

    def see(self, moment: Moment, score: Score) -> None:
        size = shutil.get_terminal_size()
        rows = [self._text(row) for row in self._picture.rows(moment, score, size.columns, size.lines)]
        self._out.write(self._whole(rows) if size != self._size else self._difference(rows))
        self._out.flush()
        self._rows, self._size = rows, size

    def _whole(self, rows: list[str]) -> str:
        """Everything anew: the first time, or after the window changed its size."""
        back = f"\x1b[{len(self._rows)}A\r" if self._rows else ""
        return back + _CLEAR_BELOW + "".join(f"{row}\n" for row in rows)

    def _difference(self, rows: list[str]) -> str:
        """From below the picture up to each changed row, and back down."""
        written = []
        for at, (row, old) in enumerate(zip(rows, self._rows, strict=True)):
            if row != old:
                up = len(rows) - at
                written.append(f"\x1b[{up}A\r{row}{_CLEAR_LINE}\x1b[{up}B\r")
        return "".join(written)

    def _text(self, row: Row) -> str:
        return "".join(self._piece(text, style) for text, style in row).rstrip(" ")

    def _piece(self, text: str, style: Style | None) -> str:
        drawn = style if self._colour or style is None else _WITHOUT_COLOUR.get(style)
        return text if drawn is None else styled(text, drawn, colour=True)


class Printer:
    """One line for each suggestion that was not on screen before."""

    def __init__(self, out: TextIO, picture: Picture) -> None:
        self._out = out
        self._picture = picture
        self._last: object = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._out.flush()

    def see(self, moment: Moment, score: Score) -> None:
        if moment.scene is not self._last:
            self._last = moment.scene
            print(f"\n{self._picture.name(moment.scene)}", file=self._out, flush=True)
        if moment.act is Act.TYPED and moment.new and moment.seconds is not None:
            print(self._line(moment, moment.seconds), file=self._out, flush=True)

    def _line(self, moment: Moment, seconds: float) -> str:
        number = moment.scene.first_line + moment.typed.count("\n") + 1
        typed = shown(moment.typed.rpartition("\n")[2].lstrip())
        ghost = shown(moment.ghost.replace("\n", "\\n"))
        verdict = "right" if moment.right else "wrong"
        return f"{number:>5}  {seconds * 1000:5.1f} ms  {verdict}  {typed[-_LONGEST:]}[{ghost}]"
