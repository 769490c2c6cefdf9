"""Rows of text as a table that fits a terminal. In: cells. Out: lines that are never wider than asked for."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Sequence
from typing import TextIO

GAP = "  "
WIDE = 120
"""Columns of what no terminal shows."""
NARROWEST = 40


def columns_of(stream: TextIO) -> int:
    """How wide a line may be."""
    return max(shutil.get_terminal_size().columns, NARROWEST) if stream.isatty() or os.environ.get("COLUMNS") else WIDE


def width_of(text: str) -> int:
    """Columns of a terminal: East Asian wide signs take two, combining ones none (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def clipped(text: str, width: int) -> str:
    """The beginning of the text in so many columns, with a sign that something is missing."""
    if width_of(text) <= width:
        return text
    kept = ""
    for character in text:
        if width_of(kept + character) > width - 1:
            break
        kept += character
    return f"{kept}…"


def padded(text: str, width: int, *, right: bool = False) -> str:
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def table(
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    right: frozenset[int] = frozenset(),
    whole: frozenset[int] = frozenset(),
) -> list[str]:
    """A line for each row. Where the columns do not fit, the widest ones are cut, but figures (`right`) and `whole` ones."""
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        widest = max((at for at in range(len(widths)) if at not in right | whole), key=lambda at: widths[at])
        if widths[widest] <= 1:
            break
        widths[widest] -= 1
    lines = []
    for row in rows:
        cells = [
            padded(clipped(cell, size), size, right=at in right)
            for at, (cell, size) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(GAP.join(cells).rstrip())
    return lines
