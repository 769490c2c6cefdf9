"""Places that stay where they are in the text while the text around them changes.

In: places and the edits of a document. Out: where a place is now, and what was typed since behind it. Pure: an edit
elsewhere costs a comparison, and no text is hashed or kept but a few characters on either side.
"""

from __future__ import annotations

from dataclasses import dataclass

from ai_lsp.core.text import DocumentSnapshot, Edit, Position

REMEMBERED = 32
"""Characters before an anchor that have to be the same when it is used."""
LONGEST = 50
"""Lines that may have been typed since."""
_PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`"}


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in one version of a document."""

    document: DocumentSnapshot
    position: Position

    @property
    def line_prefix(self) -> str:
        return self.document.lines[self.position.line][: self.position.column]

    @property
    def line_suffix(self) -> str:
        return self.document.line(self.position.line)[self.position.column :]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What tells one place from another: the characters before it, the rest of its line, the next line with text."""

    before: str
    line_suffix: str
    next_line: str


def surroundings(place: Place) -> Surroundings:
    """Of the cursor."""
    return Surroundings(before(place.document, place.position), place.line_suffix, next_line(place))


def before(document: DocumentSnapshot, position: Position) -> str:
    """The last characters of the line before a place. Lines above may come and go: the anchor goes with them."""
    return document.lines[position.line][: position.column][-REMEMBERED:]


def next_line(place: Place) -> str:
    """The first line with text after the cursor's, stripped; empty at the end of a document."""
    lines = place.document.lines
    for number in range(place.position.line + 1, len(lines)):
        if line := lines[number].strip():
            return line
    return ""


def moved(anchor: Position, edit: Edit) -> Position | None:
    """Where an anchor is after an edit. What is typed at it goes behind it. None: its place was replaced."""
    if anchor <= edit.start:
        return anchor
    if anchor < edit.old_end:
        return None
    if anchor.line > edit.old_end.line:
        return Position(anchor.line + edit.new_end.line - edit.old_end.line, anchor.column)
    return Position(edit.new_end.line, anchor.column - edit.old_end.column + edit.new_end.column)


def pushed(cursor: Position, edit: Edit) -> Position:
    """Where a cursor is after an edit. What is typed at it goes before it."""
    if cursor < edit.start:
        return cursor
    if cursor <= edit.old_end:
        return edit.new_end
    return moved(cursor, edit) or edit.new_end


def typed_since(place: Place, anchor: Position) -> str | None:
    """The text from an anchor to the cursor, lines ending in LF; None where the cursor stands before it or far away."""
    here, lines = place.position, place.document.lines
    if not anchor <= here or here.line - anchor.line > LONGEST or anchor.column > len(lines[anchor.line]):
        return None
    if anchor.line == here.line:
        return lines[here.line][anchor.column : here.column]
    middle = (place.document.line(number) for number in range(anchor.line + 1, here.line))
    first = place.document.line(anchor.line)[anchor.column :]
    return "\n".join((first, *middle, lines[here.line][: here.column]))


def same_suffix(old: str, new: str, typed: str) -> bool:
    """Whether the rest of the line is what it was, apart from closers that the editor added for openers typed since."""
    return new == old or (len(new) > len(old) and new == closers_of(typed) + old)


def closers_of(typed: str) -> str:
    """What would close all that a text leaves open, innermost first."""
    waiting: list[str] = []
    for character in typed:
        if waiting and character == waiting[-1]:
            waiting.pop()
        elif character in _PAIRS and not (waiting and waiting[-1] in "\"'`"):
            waiting.append(_PAIRS[character])
    return "".join(reversed(waiting))
