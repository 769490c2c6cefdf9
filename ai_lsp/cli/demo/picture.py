"""How a moment looks in a terminal. In: a moment, the figures so far, a size. Out: rows of styled pieces that fit it.

What a file holds is shown, never obeyed: control characters become dots.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ai_lsp.cli.demo.scenes import Scene
from ai_lsp.cli.demo.score import Score, quantile
from ai_lsp.cli.demo.typist import Act, Moment
from ai_lsp.cli.terminal import Style

Piece = tuple[str, Style | None]
Row = list[Piece]

ABOVE, BELOW = 7, 4
"""Lines of code above and below the cursor's line."""

_TAB = " " * 4
_GUTTER = 7


@dataclass(frozen=True, slots=True)
class Signs:
    """What is drawn around the code; plain ones where the terminal's encoding has no others."""

    bar: str = "▌"
    rule: str = "─"
    dot: str = "·"
    more: str = "…"


PLAIN_SIGNS = Signs("|", "-", "-", "~")


@dataclass(frozen=True, slots=True)
class Picture:
    """Draws for one demo. `width` and `height` are those of the terminal."""

    folder: Path
    signs: Signs = Signs()

    def rows(self, moment: Moment, score: Score, width: int, height: int) -> list[Row]:
        """At most `height - 1` rows that are narrower than `width`: the last column and row make terminals scroll."""
        room = max(height - 5, 1)
        above = min(ABOVE, max((room - 1) * 2 // 3, 0))
        code = self._code(moment, above, min(room - 1 - above, BELOW), width)
        rows = [self._title(moment, width), [], *code, [], self._footer(moment, score)]
        return [self._fitted(row, width - 1) for row in rows]

    def name(self, scene: Scene) -> str:
        """The scene's file, as the person would name it."""
        file = scene.file
        return shown(str(file.relative_to(self.folder.parent) if file.is_relative_to(self.folder.parent) else file))

    def _title(self, moment: Moment, width: int) -> Row:
        name, rule = self.name(moment.scene), self.signs.rule
        left = max(width - _width(name) - 5, 0)
        return [(f"{rule * 2} ", Style.FAINT), (name, Style.BOLD), (f" {rule * left}", Style.FAINT)]

    def _code(self, moment: Moment, above: int, below: int, width: int) -> list[Row]:
        """The code around the cursor, always the same number of rows, so that the cursor's row stays where it is."""
        scene = moment.scene
        typed = moment.typed.split("\n")
        ghost = moment.ghost.split("\n")
        number = scene.first_line + len(typed) - 1
        upper = [
            *((line, None) for line in scene.before),
            *((line, Style.GREEN) for line in typed[:-1]),
        ]
        first = max(len(upper) - above, 0)
        rows = [self._line(first + at, line, bar) for at, (line, bar) in enumerate(upper[first:])]
        rows = [[] for _ in range(above - len(rows))] + rows
        rows.append(self._cursor_line(moment, number, typed[-1], ghost[0], width))
        lower = [self._line(None, line, None, Style.FAINT) for line in ghost[1:]]
        lower += [self._line(number + 1 + at, line, None) for at, line in enumerate(scene.after[:below])]
        return rows + lower[:below] + [[] for _ in range(below - len(lower))]

    def _line(self, number: int | None, line: str, bar: Style | None, style: Style | None = None) -> Row:
        return [*self._gutter(number, bar), (shown(line), style)]

    def _gutter(self, number: int | None, bar: Style | None) -> Row:
        digits = "" if number is None else str(number + 1)
        return [(f"{digits:>{_GUTTER - 2}}", Style.FAINT), (self.signs.bar if bar else " ", bar), (" ", None)]

    def _cursor_line(self, moment: Moment, number: int, line: str, ghost: str, width: int) -> Row:
        latency = "" if moment.seconds is None or not ghost else f"{moment.seconds * 1000:.1f} ms"
        kept = len(line) - min(moment.taken, len(line))
        row: Row = [
            *self._gutter(number, Style.GREEN),
            (shown(line[:kept]), None),
            (shown(line[kept:]), Style.GREEN),
            (shown(ghost[:1]) or " ", Style.REVERSED),
            (shown(ghost[1:]), Style.FAINT),
        ]
        row = self._fitted(row, width - 2 - len(latency)) if latency else row
        space = width - 1 - _width_of(row) - len(latency)
        return [*row, (" " * space, None), (latency, Style.CYAN)]

    def _footer(self, moment: Moment, score: Score) -> Row:
        figures = [
            f"{score.shown} shown",
            f"{score.right} right",
            f"{max(score.saved, 0):.0%} of keys saved",
            f"median {quantile(score.latencies, 0.5) * 1000:.1f} ms",
        ]
        pressed = moment.act is Act.ACCEPTED
        key: Piece = (" Tab ", Style.REVERSED if pressed or moment.right else Style.FAINT)
        takes: Piece = (" accepted" if pressed else " accepts ", Style.GREEN if pressed else Style.FAINT)
        return [("  ", None), key, takes, ("   ", None), (f" {self.signs.dot} ".join(figures), Style.FAINT)]

    def _fitted(self, row: Row, width: int) -> Row:
        """The row cut to this width, with a sign at the cut."""
        if _width_of(row) <= width:
            return row
        fitted: Row = []
        left = width - len(self.signs.more)
        for text, style in row:
            part = _start_of(text, left)
            fitted.append((part, style))
            left -= _width(part)
            if part != text:
                break
        return [*fitted, (self.signs.more, Style.FAINT)]


def shown(text: str) -> str:
    """Text as it can be put into a row of a terminal."""
    expanded = text.expandtabs(len(_TAB))
    return "".join(c if c.isprintable() else "·" for c in expanded)


def _width_of(row: Iterable[Piece]) -> int:
    return sum(_width(text) for text, _ in row)


def _width(text: str) -> int:
    """Columns that a terminal gives it (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    return sum(_character_width(c) for c in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _start_of(text: str, width: int) -> str:
    if text.isascii():
        return text[: max(width, 0)]
    taken = 0
    for at, character in enumerate(text):
        taken += _character_width(character)
        if taken > width:
            return text[:at]
    return text
