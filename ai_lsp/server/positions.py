"""Columns on the wire count code units of UTF-8, UTF-16 or UTF-32; inside they count code points. Here, and only here,
one becomes the other (LSP 3.17, `PositionEncodingKind`).

A column past the end of its line means the end of the line, one inside a character means the start of the character.
Total: nothing raises for any line, lone surrogates included.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from ai_lsp.core.text import LINE_ENDINGS

_LAST_ONE_BYTE = "\x7f"
_LAST_TWO_BYTES = "\u07ff"
_LAST_OF_BASIC_PLANE = "\uffff"


class PositionEncoding(StrEnum):
    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_32 = "utf-32"

    def _width(self, character: str) -> int:
        """Code units of one code point. A lone surrogate has the width that it takes by itself."""
        if self is PositionEncoding.UTF_32:
            return 1
        if self is PositionEncoding.UTF_16:
            return 1 + (character > _LAST_OF_BASIC_PLANE)
        return 1 + (character > _LAST_ONE_BYTE) + (character > _LAST_TWO_BYTES) + (character > _LAST_OF_BASIC_PLANE)

    def column(self, line: str, units: int) -> int:
        """The column in code points that `units` code units from the start of the line lead to."""
        if line.isascii() or self is PositionEncoding.UTF_32:
            return max(0, min(units, len(line.rstrip(LINE_ENDINGS))))
        passed = 0
        body = line.rstrip(LINE_ENDINGS)
        for column, character in enumerate(body):
            passed += self._width(character)
            if passed > units:
                return column
        return len(body)

    def units(self, line: str, column: int) -> int:
        """The code units before a column in code points."""
        before = line.rstrip(LINE_ENDINGS)[: max(column, 0)]
        if before.isascii() or self is PositionEncoding.UTF_32:
            return len(before)
        return sum(map(self._width, before))


def negotiate(offered: Iterable[object]) -> PositionEncoding:
    """The first that the client offers and we know; UTF-16, which every client knows, where there is none."""
    known = {str(encoding): encoding for encoding in PositionEncoding}
    return next(
        (known[offer] for offer in offered if isinstance(offer, str) and offer in known), PositionEncoding.UTF_16
    )
