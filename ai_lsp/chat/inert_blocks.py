"""Where in a Markdown document a line stands: in which list items, and whether it opens a block of code.

In: lines, one after another. Out: what each one is. Where two readers may see different things, both are kept in mind: an
item that may have been left is `doubtful`. What must never happen: a line counts as code that somebody shows as text.

Source: CommonMark 0.31, chapters 4 and 5. Block quotes are not looked into: nothing in them counts as code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from itertools import takewhile

LONGEST_HEAD = 300
"""Characters of a line that are looked at to know what it is."""

_TAB = 4
_CODE_INDENT = 4
"""Columns (CommonMark 4.4): who stands this far in opens nothing."""
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_HEADING = re.compile(r"#{1,6}(?:[ \t]|\Z)")
_MARKER = re.compile(r"(?:[-+*]|(?P<number>\d{1,9})[.)])(?=[ \t]|\Z)")
_FENCE = re.compile(r"(?P<run>`{3,})(?P<info>[^`]*)\Z|(?P<waves>~{3,})(?P<more>.*)\Z", re.DOTALL)
_MAYBE_NO_TEXT = re.compile(r"[ \t]*(?:=+|-+|\[)")
"""Lines that may underline a heading or define a link."""
_TABLE_RULE = re.compile(r"[ \t>]*[|:\- \t]*\Z")


class Kind(Enum):
    BLANK = auto()
    TEXT = auto()
    CODE = auto()
    """An indented block, at the top of the document."""
    FENCE = auto()
    """The opening line of a fenced block."""
    OTHER = auto()
    """It ends a paragraph and holds text itself, like a heading, or none."""
    QUOTE = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """An open list item: the column in which its content begins."""

    column: int
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """`items` are open around it, `rest` is where its own text begins. `escape` is the place of a mark that must not look
    like a list's. A fence has `run`, `info` and the `column` that its block belongs to.
    """

    kind: Kind
    items: tuple[Item, ...] = ()
    rest: int = 0
    escape: int | None = None
    run: str = ""
    info: str = ""
    column: int = 0


@dataclass(slots=True)
class Blocks:
    """What is open after the lines so far."""

    items: tuple[Item, ...] = ()
    begun: bool = False
    after_blank: bool = False
    in_paragraph: bool = False
    is_surely_paragraph: bool = False
    in_table: bool = False
    after_piped_span: bool = False

    def read(self, line: str) -> Line:
        """What a line is, after those that were passed. Changes nothing."""
        column, at = _indent(line, 0, 0)
        if at == len(line):
            return Line(Kind.BLANK, self.items)
        items = tuple(takewhile(lambda item: item.column <= column, self.items))
        has_left = any(not item.doubtful for item in self.items[len(items) :])
        in_paragraph = self.in_paragraph and not has_left
        while True:
            found = self._own(line, at, column, items)
            if found is not None:
                return found
            marker = _MARKER.match(line, at)
            if marker is None:
                return Line(Kind.TEXT, self._lazily(items), at)
            behind, after = _indent(line, marker.end(), column + marker.end() - at)
            if in_paragraph and (after == len(line) or marker["number"] not in (None, "1")):
                return Line(Kind.TEXT, self._lazily(items), at, escape=marker.end() - 1)
            own = column + marker.end() - at
            if after == len(line):
                return Line(Kind.OTHER, (*items, Item(own + 1, doubtful=True)), after)
            items = (*items, Item(behind if behind - own <= _CODE_INDENT else own + 1))
            column, at, in_paragraph = behind, after, False

    def passed(self, line: Line, head: str) -> None:
        """A line has ended. `head` is its beginning, without its line ending."""
        if line.kind is Kind.BLANK:
            self._rest()
            self.after_blank = self.begun  # who shows a document may leave out the white space that it begins with
            return
        may_hold_table = line.kind in {Kind.TEXT, Kind.QUOTE}
        self.in_table = may_hold_table and (self.in_table or (_is_table_rule(head) and not self.after_blank))
        self.begun, self.items = True, line.items
        # not every reader lets a list that does not begin with 1 follow on an indented block
        self.in_paragraph = may_hold_table or line.kind is Kind.CODE
        self.is_surely_paragraph = line.kind is Kind.TEXT and not self.in_table and not _MAYBE_NO_TEXT.match(head)
        self.after_blank = line.kind is Kind.CODE

    def closed_fence(self) -> None:
        """A fenced block has ended."""
        self.begun = True
        self._rest()

    def _rest(self) -> None:
        """Nothing goes on from before."""
        self.after_blank = self.in_paragraph = self.is_surely_paragraph = self.in_table = self.after_piped_span = False

    def _own(self, line: str, at: int, column: int, items: tuple[Item, ...]) -> Line | None:
        """What the rest of a line is, unless it is a list item or a paragraph's text."""
        nearest = items[-1].column if items else 0
        certain = next((item.column for item in reversed(items) if not item.doubtful), 0)
        if column - certain >= _CODE_INDENT:
            if not items and self.after_blank:
                return Line(Kind.CODE)
            # a reader may see an item here, another one not
            marker = _MARKER.match(line, at)
            escape = marker.end() - 1 if marker else None
            return Line(Kind.TEXT, self._lazily(items), at, escape=escape)
        rest = line[at:]
        if (fence := _FENCE.match(rest)) is not None:
            run, info = fence["run"] or fence["waves"], fence["info"] or fence["more"] or ""
            return Line(Kind.FENCE, items, at, run=run, info=info, column=nearest)
        if rest[0] == ">":
            return Line(Kind.QUOTE, items, at)
        if _RULE.match(rest) or _HEADING.match(rest):
            return Line(Kind.OTHER, items, at)
        return None

    def _lazily(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        """Text may go on a paragraph in an item that it is not indented for."""
        if not self.in_paragraph:
            return items
        doubtful = not self.is_surely_paragraph
        return (*items, *(Item(item.column, item.doubtful or doubtful) for item in self.items[len(items) :]))


def could_be_table_rule(head: str) -> bool:
    """Whether a line, as far as it is there, may make a table of the line before it."""
    return _TABLE_RULE.match(head) is not None


def width(line: str) -> tuple[int, int]:
    """The column in which the text of a line begins, and its place in the string."""
    return _indent(line, 0, 0)


def _is_table_rule(head: str) -> bool:
    return could_be_table_rule(head) and "-" in head and ("|" in head or ":" in head)


def _indent(line: str, at: int, column: int) -> tuple[int, int]:
    """Past spaces and tabs: the column reached, and the place."""
    while at < len(line) and line[at] in " \t":
        column += _TAB - column % _TAB if line[at] == "\t" else 1
        at += 1
    return column, at
