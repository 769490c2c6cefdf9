"""Nesting by indentation. In: lines, and a place that may be in the middle of unfinished code. Out: the lines that the
place is indented under, and the small program that they make up once their brackets are closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ai_lsp.core.text import DocumentSnapshot, Position, utf8_length
from ai_lsp.syntax.languages import Point, Syntax

if TYPE_CHECKING:
    from tree_sitter import Node

REACH = 20_000
"""Lines that are looked at above and below."""

_CLOSING = {"(": ")", "[": "]", "{": "}", "${": "}"}
_CLOSES = (")", "]", "}")
_LABEL = re.compile(r"\s*\w+:\s*")
"""A jump's target may stand at any depth; what `else:` and its like begin is as deep under what they belong to."""
_ENDINGS = ("", ":", " {}")
"""What may be missing between the last line with its brackets closed and the end of the blocks around it."""
_HEADER_END = re.compile(r"[\n\]}]*\)[)\]]*|[\n\]]*")
"""Of the missing brackets, those that would close the parameters of a header."""
_HEADER_LINES = 20
_TAB = 8


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A small program around the cursor. `lines` holds, for each of its rows, the line of the document; `source` ends at the
    cursor, what the tree has behind it was made up.
    """

    root: Node
    source: bytes
    cursor: Point
    lines: Sequence[int]


def indentation_of(line: str) -> int:
    """Columns of white space that a line starts with."""
    return len(line[: len(line) - len(line.lstrip())].expandtabs(_TAB))


def indentation_at(lines: Sequence[str], position: Position) -> int:
    """How deep the text at a place is, or would be: on an empty line its neighbours tell."""
    line = lines[position.line]
    if not line.isspace() and line:
        return indentation_of(line) + line.lstrip().startswith(_CLOSES)
    if position.column:
        return len(line[: position.column].expandtabs(_TAB))
    above = next((text for text in reversed(lines[max(position.line - REACH, 0) : position.line]) if text.strip()), "")
    below = next((text for text in lines[position.line + 1 : position.line + REACH] if text.strip()), "")
    opens = above.rstrip().endswith(("(", "[", "{", ":"))
    closes = below.lstrip().startswith(_CLOSES)
    return min(indentation_of(above) + opens, indentation_of(below) + closes)


def ancestor_lines(lines: Sequence[str], line: int, depth: int, is_text: Callable[[int, int], bool]) -> list[int]:
    """The lines above that are indented less and less, topmost first.

    `is_text` tells whether the character at a line and column lies in a comment or a longer string.
    """
    found: list[int] = []
    for number in range(line - 1, max(line - REACH, 0) - 1, -1):
        if depth <= 0:
            break
        text = lines[number]
        if text[:depth].isspace():  # deep enough, told cheaply
            continue
        content = text.strip()
        width = indentation_of(text)
        if (
            not content
            or width >= depth
            or _LABEL.fullmatch(content)
            or is_text(number, len(text) - len(text.lstrip()))
        ):
            continue
        found.append(number)
        depth = width + 1 if content.startswith("}") or _ends_header(content) else width
    return found[::-1]


def _ends_header(content: str) -> bool:
    """Whether a line goes on with what began on a line above, of which it may have the indentation."""
    return content.startswith((")", "]", "{", "where")) or content.count(")") > content.count("(")


def last_lines(lines: Sequence[str], first_lines: Sequence[int], line: int) -> list[int]:
    """Where blocks that start at `first_lines`, outermost first, and hold `line` end by their indentation."""
    ends: list[int] = []
    for first in reversed(first_lines):
        line = _last_line(lines, line, indentation_of(lines[first]))
        ends.append(line)
    return ends[::-1]


def _last_line(lines: Sequence[str], line: int, depth: int) -> int:
    last = line
    for number in range(line + 1, min(line + REACH, len(lines))):
        text = lines[number]
        if text[: depth + 1].isspace():  # inside, or blank
            last = last if text.isspace() else number
            continue
        content, width = text.strip(), indentation_of(text)
        if not content:
            continue
        if width <= depth:
            return number if width == depth and content.startswith(_CLOSES) else last
        last = number
    return last


def skeleton(syntax: Syntax, snapshot: DocumentSnapshot, ancestors: Sequence[int], cursor: Position) -> Skeleton:
    """The program of those ancestors, and of the cursor's own line, that go together without an error."""
    kept: list[int] = []
    text = ""
    for number in ancestors:
        if kept and number <= kept[-1]:
            continue
        first = number
        if kept and number - kept[-1] < _HEADER_LINES and _ends_header(snapshot.lines[number].strip()):
            first = kept[-1] + 1  # the rest of a header that began above
        for rows in (_whole_header(syntax, snapshot, first, number, cursor.line), range(number, number + 1)):
            longer = text + "".join(snapshot.line(row) + "\n" for row in rows)
            if _completed(syntax, longer) is not None:
                text = longer
                kept.extend(rows)
                break
    begun = snapshot.lines[cursor.line][: cursor.column]
    root = _completed(syntax, text + begun)
    if root is None:
        begun = begun[: len(begun) - len(begun.lstrip())]
        root = _completed(syntax, text + begun) or _parse(syntax, "")
    point = (len(kept), utf8_length(begun))
    return Skeleton(root, (text + begun).encode("utf-8", "surrogatepass"), point, (*kept, cursor.line))


def _whole_header(syntax: Syntax, snapshot: DocumentSnapshot, first: int, number: int, limit: int) -> range:
    """The lines up to `number`, and those that go on with the parameters that it leaves open."""
    text, row = "", number
    for row in range(number, min(number + _HEADER_LINES, limit)):
        text += snapshot.line(row) + "\n"
        if not _missing_brackets(_parse(syntax, text)).lstrip().startswith((")", "]")):
            break
    return range(first, row + 1)


def _completed(syntax: Syntax, text: str) -> Node | None:
    """The program with its brackets closed; None if it has an error all the same."""
    root = _parse(syntax, text)
    if not root.has_error:
        return root
    closed = _closed(syntax, root, text)
    # what comes next may be missing; in C it would make a call look like a function
    if closed is None and text.rstrip().endswith(",") and syntax.closing != ";":
        text = text.rstrip()[:-1]
        closed = _closed(syntax, _parse(syntax, text), text)
    return closed


def _closed(syntax: Syntax, root: Node, text: str) -> Node | None:
    closing = _missing_brackets(root)
    header = _HEADER_END.match(closing)
    end = header.end() if header is not None else 0
    for ending in _ENDINGS:
        for rest in _rests(syntax, closing[end:], text):
            root = _parse(syntax, text + closing[:end] + ending + rest + "\n")
            if not root.has_error:
                return root
    return None


def _rests(syntax: Syntax, closing: str, text: str) -> Iterator[str]:
    """What may close the blocks of a text, with the brackets that close it for certain."""
    yield closing
    if syntax.closing == ";":
        yield closing.replace("}", "};")
    elif syntax.closing:
        for count in range(1, text.count("\n") + 2):
            yield closing + ("\n" + syntax.closing) * count


def _parse(syntax: Syntax, text: str) -> Node:
    return syntax.scratch.parse(text.encode("utf-8", "surrogatepass")).root_node


def _missing_brackets(root: Node) -> str:
    """What closes the brackets that are open at the end, on a line of its own behind a comment."""
    opened: list[str] = []
    last: Node | None = None
    for leaf in _leaves(root):
        last = leaf
        if leaf.type in _CLOSING:
            opened.append(_CLOSING[leaf.type])
        elif opened and leaf.type == opened[-1] and not leaf.is_missing:
            opened.pop()
    behind_comment = last is not None and last.is_extra
    return ("\n" if behind_comment else "") + "".join(reversed(opened))


def _leaves(node: Node) -> Iterator[Node]:
    pending = [node]  # a tree may be deeper than calls can be
    while pending:
        node = pending.pop()
        if not node.child_count:
            yield node
        pending.extend(reversed(node.children))
