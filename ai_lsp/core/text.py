"""Places in a text, and the immutable picture of a document that handlers get.

Lines and columns count from 0. A column counts code points: only `server/` knows the units of the wire.
A line ends at LF, CRLF or CR and at nothing else, as the Language Server Protocol says (section "Text Documents").
"""

from __future__ import annotations

from dataclasses import dataclass, field

LINE_ENDINGS = "\r\n"


def utf8_length(text: str) -> int:
    """Bytes in UTF-8; a lone surrogate counts three, as it does where we encode text with "surrogatepass"."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two characters: 0-based line, 0-based column in code points."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Range:
    """The text from `start` up to, not including, `end`."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement that was made in a document, in both of the units that its readers need.

    `start` and `old_end` are places in the text before the edit, `new_end` is a place in the text after it.
    The byte figures count UTF-8 and are those that tree-sitter wants: offsets from the start of the text, and
    (row, byte column) pairs.
    """

    start: Position
    old_end: Position
    new_end: Position
    start_byte: int
    old_end_byte: int
    new_end_byte: int
    start_point: tuple[int, int]
    old_end_point: tuple[int, int]
    new_end_point: tuple[int, int]


@dataclass(frozen=True, slots=True)
class DocumentSnapshot:
    """What a document held at one version. Each line keeps its line ending; the last one has none."""

    uri: str
    language: str
    version: int
    lines: tuple[str, ...]
    _text: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def text(self) -> str:
        if not self._text:
            self._text.append("".join(self.lines))
        return self._text[0]

    def clamp(self, position: Position) -> Position:
        """The nearest place that exists: never past the last line, never past a line's last character."""
        if position.line < 0:
            return Position(0, 0)
        if position.line >= len(self.lines):
            return Position(len(self.lines) - 1, len(self.line(len(self.lines) - 1)))
        return Position(position.line, min(max(position.column, 0), len(self.line(position.line))))

    def line(self, number: int) -> str:
        """The line without its line ending."""
        return self.lines[number].rstrip(LINE_ENDINGS)

    def before(self, position: Position) -> str:
        """All text before a place."""
        return "".join(self.lines[: position.line]) + self.lines[position.line][: position.column]

    def after(self, position: Position) -> str:
        """All text after a place."""
        return self.lines[position.line][position.column :] + "".join(self.lines[position.line + 1 :])
