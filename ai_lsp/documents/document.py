"""One open document. In: replacements at code-point positions. Out: the exact figures of each edit, and snapshots.

Positions that do not exist are moved to the nearest one that does, and no place lies between a CR and its LF.
Nothing here raises, and an edit touches only the lines that it changes.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from ai_lsp.core.text import LINE_ENDINGS, DocumentSnapshot, Edit, Position, Range, utf8_length
from ai_lsp.documents.lines import common_prefix_length, common_suffix_length, split_lines


class TextDocument:
    """`lines` is never empty; each line keeps its ending and the last one has none. Readers must not change it."""

    __slots__ = ("_lengths", "_mark", "_snapshot", "language", "lines", "uri", "version")

    def __init__(self, uri: str, language: str, version: int, text: str) -> None:
        self.uri = uri
        self.language = language
        self.version = version
        self.lines = split_lines(text)
        self._lengths = [utf8_length(line) for line in self.lines]
        self._mark = (0, 0)
        self._snapshot: DocumentSnapshot | None = None

    @property
    def text(self) -> str:
        return self.snapshot().text

    def line(self, number: int) -> str:
        """The line without its line ending."""
        return self.lines[number].rstrip(LINE_ENDINGS)

    def snapshot(self) -> DocumentSnapshot:
        """The same object until the next edit or version."""
        if self._snapshot is None or self._snapshot.version != self.version:
            self._snapshot = DocumentSnapshot(self.uri, self.language, self.version, tuple(self.lines))
        return self._snapshot

    def clamp(self, position: Position) -> Position:
        """The nearest place that exists: never past the last line, never past a line's last character."""
        if position.line < 0:
            return Position(0, 0)
        last = len(self.lines) - 1
        if position.line > last:
            return Position(last, len(self.lines[last]))
        return Position(position.line, min(max(position.column, 0), len(self.line(position.line))))

    def replace(self, where: Range, text: str) -> Edit:
        """Put `text` in the place of a range. A range that ends before it starts is read the other way round."""
        start, end = sorted((self.clamp(where.start), self.clamp(where.end)))
        start, end, text = self._keep_line_endings_whole(start, end, text)
        edit = self._measure(start, end, text)
        joined = self.lines[start.line][: start.column] + text + self.lines[end.line][end.column :]
        replaced = split_lines(joined)
        if end.line < len(self.lines) - 1:
            replaced.pop()  # the line after the replaced ones is there already
        self.lines[start.line : end.line + 1] = replaced
        self._lengths[start.line : end.line + 1] = map(utf8_length, replaced)
        self._snapshot = None
        return edit

    def replace_all(self, text: str) -> Edit:
        """Put `text` in the place of everything, as the one edit of the part that differs: editors that send the whole
        text on each key then cost their readers no more than the others.
        """
        old = "".join(self.lines)
        head = common_prefix_length(old, text)
        if old[max(head - 1, 0) : head + 1] == "\r\n":
            head -= 1
        tail = common_suffix_length(old[head:], text[head:])
        if old[len(old) - tail - 1 : len(old) - tail + 1] == "\r\n":
            tail -= 1
        start, end = self._position_at(head), self._position_at(len(old) - tail)
        return self.replace(Range(start, end), text[head : len(text) - tail])

    def _position_at(self, offset: int) -> Position:
        starts = list(accumulate(map(len, self.lines), initial=0))
        line = min(bisect_right(starts, offset), len(self.lines)) - 1
        return Position(line, offset - starts[line])

    def _keep_line_endings_whole(self, start: Position, end: Position, text: str) -> tuple[Position, Position, str]:
        """Where the edit would bring a CR and an LF together into one line ending, let it replace both of them.

        Otherwise the line ending would belong half to the edit, and the places that the edit names would not exist.
        """
        before = self.lines[start.line - 1] if start.line and not start.column else ""
        after = self.lines[end.line][end.column :]
        if before.endswith("\r") and (text or after).startswith("\n"):
            start, text = Position(start.line - 1, len(before) - 1), "\r" + text
        if after == "\n" and text.endswith("\r"):
            end, text = Position(end.line + 1, 0), text + "\n"
        return start, end, text

    def _measure(self, start: Position, end: Position, text: str) -> Edit:
        start_column = utf8_length(self.lines[start.line][: start.column])
        end_column = utf8_length(self.lines[end.line][: end.column])
        first_byte = self._first_byte(start.line)
        start_byte = first_byte + start_column
        inserted = split_lines(text)
        new_line = start.line + len(inserted) - 1
        one_line = len(inserted) == 1
        return Edit(
            start=start,
            old_end=end,
            new_end=Position(new_line, len(inserted[-1]) + (start.column if one_line else 0)),
            start_byte=start_byte,
            old_end_byte=first_byte + sum(self._lengths[start.line : end.line]) + end_column,
            new_end_byte=start_byte + utf8_length(text),
            start_point=(start.line, start_column),
            old_end_point=(end.line, end_column),
            new_end_point=(new_line, utf8_length(inserted[-1]) + (start_column if one_line else 0)),
        )

    def _first_byte(self, line: int) -> int:
        """Where a line starts, counted from the line of the edit before, which is nearly always close by."""
        marked, byte = self._mark
        byte += sum(self._lengths[marked:line]) - sum(self._lengths[line:marked])
        self._mark = (line, byte)
        return byte
