"""What a terminal shows, as a picture that any browser opens (SVG), drawn from tmux's capture with escape sequences.

Only what `tmux capture-pane -e` writes is read: rows of text with SGR sequences (ECMA-48 8.3.117), colours in full.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from unicodedata import east_asian_width

FOREGROUND, BACKGROUND = "#e0e2ea", "#14161b"
FONT = 'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15"'
CELL_WIDTH, ROW_HEIGHT, MARGIN = 9.0, 20.0, 12.0

BASE_COLOURS = (
    *("#07080d", "#ffc0b9", "#b3f6c0", "#fce094", "#a6dbff", "#ffcaff", "#8cf8f7", "#eef1f8"),
    *("#4f5258", "#ffc0b9", "#b3f6c0", "#fce094", "#a6dbff", "#ffcaff", "#8cf8f7", "#ffffff"),
)
"""The sixteen that a terminal is free to choose: dark and pale ones."""


@dataclass(frozen=True, slots=True)
class Style:
    foreground: str = FOREGROUND
    background: str = BACKGROUND
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Cells of one row that look alike."""

    column: int
    text: str
    style: Style

    @property
    def cells(self) -> int:
        return sum(2 if east_asian_width(character) in "WF" else 1 for character in self.text)


def svg(capture: str, columns: int, cursor: tuple[int, int] | None = None) -> str:
    """The picture of a capture. `cursor`: its column and row from 0."""
    rows = capture.rstrip("\n").split("\n")
    width, height = columns * CELL_WIDTH + 2 * MARGIN, len(rows) * ROW_HEIGHT + 2 * MARGIN
    size = f'width="{width:g}" height="{height:g}"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {FONT}>',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
    ]
    style = Style()
    for number, row in enumerate(rows):
        runs, style = _runs(row, style)
        for run in runs:
            drawn += _draw(run, MARGIN + number * ROW_HEIGHT)
    if cursor is not None:
        left, top = MARGIN + cursor[0] * CELL_WIDTH, MARGIN + cursor[1] * ROW_HEIGHT
        drawn.append(f'<rect x="{left:g}" y="{top:g}" width="2" height="{ROW_HEIGHT:g}" fill="{FOREGROUND}"/>')
    return "\n".join([*drawn, "</svg>", ""])


def _runs(row: str, style: Style) -> tuple[list[Run], Style]:
    runs: list[Run] = []
    column = 0
    for piece in re.split(r"(\x1b\[[0-9;:]*m)", row):
        if piece.startswith("\x1b["):
            style = _changed(style, piece[2:-1])
        elif text := re.sub(r"\x1b\([A-Z0]|[\x00-\x1f]", "", piece):
            runs.append(Run(column, text, style))
            column += runs[-1].cells
    return runs, style


def _draw(run: Run, top: float) -> Iterator[str]:
    style = run.style
    ink, paper = style.foreground, style.background
    if style.swapped:
        ink, paper = paper, ink
    left, width = MARGIN + run.column * CELL_WIDTH, run.cells * CELL_WIDTH
    if paper != BACKGROUND:
        yield f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{ROW_HEIGHT:g}" fill="{paper}"/>'
    for piece in re.finditer(r"\S+", run.text):  # what draws it may take several blanks for one
        word = replace(run, column=run.column + replace(run, text=run.text[: piece.start()]).cells, text=piece[0])
        yield _written(word, top, ink)


def _written(word: Run, top: float, ink: str) -> str:
    style = word.style
    looks = f' font-weight="{"bold" if style.bold else "normal"}"'
    looks += ' font-style="italic"' if style.italic else ""
    looks += ' text-decoration="underline"' if style.underlined else ""
    left, width = MARGIN + word.column * CELL_WIDTH, word.cells * CELL_WIDTH
    place = f'x="{left:g}" y="{top + 15:g}" fill="{ink}" textLength="{width:g}"'
    return f"<text {place}{looks}>{escape(word.text)}</text>"


def _changed(style: Style, parameters: str) -> Style:
    codes = iter([int(code or 0) for code in re.split("[;:]", parameters)])
    for code in codes:
        if code == 0:
            style = Style()
        elif code in _SWITCHES:
            style = _SWITCHES[code](style)
        elif code in {38, 48} and (colour := _extended(codes)):
            style = replace(style, foreground=colour) if code == 38 else replace(style, background=colour)
        elif 30 <= code % 60 <= 37:  # 30 to 37, and bright from 90 to 97
            style = replace(style, foreground=BASE_COLOURS[code % 10 + (8 if code >= 90 else 0)])
        elif 40 <= code % 60 <= 47:
            style = replace(style, background=BASE_COLOURS[code % 10 + (8 if code >= 100 else 0)])
    return style


_SWITCHES: dict[int, Callable[[Style], Style]] = {
    1: lambda style: replace(style, bold=True),
    3: lambda style: replace(style, italic=True),
    4: lambda style: replace(style, underlined=True),
    7: lambda style: replace(style, swapped=True),
    22: lambda style: replace(style, bold=False),
    23: lambda style: replace(style, italic=False),
    24: lambda style: replace(style, underlined=False),
    27: lambda style: replace(style, swapped=False),
    39: lambda style: replace(style, foreground=FOREGROUND),
    49: lambda style: replace(style, background=BACKGROUND),
}


def _extended(codes: Iterator[int]) -> str | None:
    """The colour after 38 or 48: five and a number of the palette, or two and red, green, blue."""
    kind = next(codes, None)
    if kind == 2:
        red, green, blue = (next(codes, 0) for _ in range(3))
        return f"#{red:02x}{green:02x}{blue:02x}"
    if kind != 5:
        return None
    return _of_palette(next(codes, 0))


def _of_palette(number: int) -> str:
    if number < 16:
        return BASE_COLOURS[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    levels = (0, 95, 135, 175, 215, 255)
    number -= 16
    return f"#{levels[number // 36]:02x}{levels[number // 6 % 6]:02x}{levels[number % 6]:02x}"
