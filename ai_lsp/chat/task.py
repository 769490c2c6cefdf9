"""What a person wants done with code: the command, the lines that it is about, and all that was said to it.

In: a document and the editor's range. Out: a task, or an error that says what is missing. What must never happen: code is
changed that neither lies in the range, nor in what stands around the cursor where there is no range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ai_lsp.chat.commands import DOCUMENT, EXPLAIN, FIX, Command
from ai_lsp.chat.diff import text_at
from ai_lsp.core.context import Scope
from ai_lsp.core.errors import BadRequestError
from ai_lsp.core.text import DocumentSnapshot, Position, Range

_SMALL: Final = 80
"""Lines of a function that is looked at as a whole when something in it is to be fixed."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What some tool says of a place. `severity` is a word such as `error`; `source` and `code` may be empty."""

    range: Range
    message: str
    severity: str = ""
    source: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """`range` covers whole lines, without the ending of the last one; `marked` is what the person really selected.

    `existing` is the open document to which tests are added; None: they go into a new file, at `new_file` where there is a place
    for it.
    """

    command: Command
    document: DocumentSnapshot
    range: Range
    marked: str = ""
    instruction: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    provider: str | None = None
    model: str | None = None
    existing: DocumentSnapshot | None = None
    new_file: str | None = None

    @property
    def text(self) -> str:
        return text_at(self.document, self.range)


def lines_of(
    command: Command,
    document: DocumentSnapshot,
    selected: Range,
    scopes: Sequence[Scope],
    diagnostics: Sequence[Diagnostic] = (),
) -> Range:
    """The whole lines that a command is about. `scopes` are around the start of `selected`, outermost first.

    Raises BadRequestError where there are none.
    """
    start, end = sorted((document.clamp(selected.start), document.clamp(selected.end)))
    if command is FIX and diagnostics and start.line == end.line:
        return _around(document, _span(diagnostics, document), scopes)
    if start == end:
        return _without_selection(command, document, start, scopes)
    last = end.line - 1 if end.column == 0 and end.line > start.line else end.line
    return _trimmed(document, start.line, last)


def overlapping(diagnostics: Sequence[Diagnostic], where: Range) -> tuple[Diagnostic, ...]:
    """Those that touch the lines of a range."""
    return tuple(
        one for one in diagnostics if one.range.start.line <= where.end.line and one.range.end.line >= where.start.line
    )


def _without_selection(
    command: Command, document: DocumentSnapshot, cursor: Position, scopes: Sequence[Scope]
) -> Range:
    if scopes:
        return _trimmed(document, scopes[-1].first_line, scopes[-1].last_line)
    if command in (EXPLAIN, FIX) and document.line(cursor.line).strip():
        return _trimmed(document, cursor.line, cursor.line)
    what = "function or class" if command is DOCUMENT else "code"
    raise BadRequestError(f"nothing is selected here; select the {what} that you mean, and ask again")


def _span(diagnostics: Sequence[Diagnostic], document: DocumentSnapshot) -> tuple[int, int]:
    last = len(document.lines) - 1
    first = min(one.range.start.line for one in diagnostics)
    return min(first, last), min(max(first, *(one.range.end.line for one in diagnostics)), last)


def _around(document: DocumentSnapshot, lines: tuple[int, int], scopes: Sequence[Scope]) -> Range:
    """The function around some lines, or the lines alone where it is long or there is none."""
    first, last = lines
    for scope in reversed(scopes):
        if scope.first_line <= first and last <= scope.last_line:
            if scope.last_line - scope.first_line < _SMALL:
                first, last = scope.first_line, scope.last_line
            break
    return _trimmed(document, first, last)


def _trimmed(document: DocumentSnapshot, first: int, last: int) -> Range:
    """Without blank lines at either end."""
    last = min(last, len(document.lines) - 1)
    filled = [number for number in range(first, last + 1) if document.line(number).strip()]
    if not filled:
        raise BadRequestError("the selection is empty; select the code that you mean, and ask again")
    return Range(Position(filled[0], 0), Position(filled[-1], len(document.line(filled[-1]))))
