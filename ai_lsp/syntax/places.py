"""Whether a place is code, a comment or a string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_lsp.core.context import Place
from ai_lsp.core.text import DocumentSnapshot, Position, utf8_length
from ai_lsp.syntax.languages import Point, Syntax

if TYPE_CHECKING:
    from tree_sitter import Node

_PLACES = {"comment": Place.COMMENT, "string": Place.STRING, "code": Place.CODE}
_QUOTES = ('"', "'", "`")


def point_of(snapshot: DocumentSnapshot, position: Position) -> Point:
    return position.line, utf8_length(snapshot.lines[position.line][: position.column])


def place_at(syntax: Syntax, root: Node, snapshot: DocumentSnapshot, position: Position) -> Place:
    """A cursor behind a closing quote is in code, one at the end of a line comment is in the comment."""
    point = point_of(snapshot, position)
    line = snapshot.lines[position.line][: position.column]
    found, broken = _innermost(syntax, root, line, point)
    if found is Place.CODE and broken:
        return _unfinished_string(syntax, line)
    return found


def _innermost(syntax: Syntax, root: Node, line: str, point: Point) -> tuple[Place, bool]:
    """The place, and whether the text around it is not understood."""
    row, column = point
    place, start = Place.CODE, (-1, -1)
    for captures in syntax.matches(root, (row, max(column - 1, 0)), (row, column + 1)):
        for name, nodes in captures.items():
            for node in nodes:
                if name in _PLACES and node.start_point >= start and _holds(node, line, name, point):
                    place, start = _PLACES[name], node.start_point
    return place, _is_broken(root.descendant_for_point_range((row, max(column - 1, 0)), point))


def _holds(node: Node, line: str, name: str, point: Point) -> bool:
    if not node.start_point < point:
        return False
    may_go_on = name == "comment" and line != "" and not line.endswith("*/")
    return point <= node.end_point if may_go_on else point < node.end_point


def _is_broken(node: Node | None) -> bool:
    """Whether the smallest statement around a node has an error; looking further up would find those of others."""
    for _ in range(4):
        if node is None or node.has_error:
            break
        node = node.parent
    return node is not None and node.has_error


def _unfinished_string(syntax: Syntax, line: str) -> Place:
    """A string without its closing quote is no string to the parser. If closing it makes one, the cursor is in it."""
    for quote in _QUOTES:
        if quote not in line:
            continue
        source = (line.strip() + quote).encode("utf-8", "surrogatepass")
        root = syntax.parts.scratch.parse(source).root_node
        for captures in syntax.parts.matches(root, (0, len(source) - 1), (0, len(source))):
            if any(node.end_byte == len(source) for node in captures.get("string", ())):
                return Place.STRING
    return Place.CODE
