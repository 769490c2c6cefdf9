"""What the engine looks at: the tokens before the cursor, the word that is being typed, and the code around.

In: a buffer that leaves out the cursor's line, and the document's lines. Out: a Place. Nothing here changes either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ai_lsp.providers.embedded.buffer import Buffer
from ai_lsp.providers.embedded.lexer import MAX_LINE, indent_width, pieces
from ai_lsp.providers.embedded.secrets import hide_secrets
from ai_lsp.providers.embedded.vocabulary import BOUNDARY

CONTEXT = 48
"""Tokens before the cursor that are looked at."""
_RIGHT = 24
_LINES_ABOVE = 2000
_LINES_BELOW = 200
_BLANKS_LOOKED_OVER = 200
_WORD = re.compile(r"\w+\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a buffer.

    `latest_first` are the bare tokens before the cursor, the nearest first, without the word that is being typed, which
    is `partial`, with the `blanks` before it. `typed` is the cursor's line up to the cursor without indentation, `line`
    are the bare tokens of it, in order. Tokens of the buffer before `end` stand before the cursor, those from `after` on
    behind it; `right` are the nearest of these.
    """

    buffer: Buffer
    latest_first: tuple[int, ...]
    line: tuple[int, ...]
    partial: str
    blanks: str
    typed: str
    end: int
    after: int
    right: tuple[int, ...]
    above: Sequence[str]
    below: Sequence[str]

    def is_known(self, position: int) -> bool:
        """Whether a token of the buffer stands there: neither the end of the text before the cursor nor that of all."""
        return position < self.end or self.after <= position < len(self.buffer.tokens)

    def distance(self, position: int) -> int:
        """Tokens between a position and the cursor, or the start of the text behind it."""
        return self.end - position if position < self.end else position - self.after


def locate(buffer: Buffer, lines: Sequence[str], line: int, column: int) -> Place:
    """The place of a cursor; the buffer holds `lines` without the one of number `line`."""
    before = lines[line][:column]
    typed = before.lstrip()
    whole, partial, blanks = _unfinished_word(typed)
    look_up = buffer.vocabulary.__getitem__
    start = _line_start(buffer, lines, line, indent_width(before[: len(before) - len(typed)]))
    here = [start, *(buffer.vocabulary.bare[look_up(piece)] for piece in pieces(hide_secrets(whole)))]
    end = buffer.tokens_before(line)
    after = min(end + 1, len(buffer.tokens))
    earlier = buffer.bare[max(0, end - CONTEXT) : end]
    return Place(
        buffer=buffer,
        latest_first=(*reversed(here), *reversed(earlier))[:CONTEXT],
        line=tuple(here),
        partial=partial,
        blanks=blanks,
        typed=typed,
        end=end,
        after=after,
        right=tuple(buffer.bare[after : after + _RIGHT]),
        above=lines[max(0, line - _LINES_ABOVE) : line],
        below=lines[line + 1 : line + 1 + _LINES_BELOW],
    )


def _unfinished_word(typed: str) -> tuple[str, str, str]:
    """(text before the word that is being typed, the word, the blanks before it)."""
    match = _WORD.search(typed)
    partial = match.group() if match else ""
    rest = typed[: len(typed) - len(partial)]
    whole = rest.rstrip()
    return whole, partial, rest[len(whole) :]


def _line_start(buffer: Buffer, lines: Sequence[str], line: int, width: int) -> int:
    """The bare newline token before the cursor's line."""
    for blank_lines, text in enumerate(reversed(lines[max(0, line - _BLANKS_LOOKED_OVER) : line])):
        code = text.lstrip()
        if code and len(text) <= MAX_LINE:
            change = width - indent_width(text[: len(text) - len(code)])
            return buffer.vocabulary.bare[buffer.vocabulary.newline(blank_lines + 1, change)]
    return BOUNDARY
