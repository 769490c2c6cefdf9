"""The declarations around a place, outermost first. In: a tree, or none, and a snapshot. Out: `Scope` values.

Where the tree is sound and the language marks its ends, the nodes tell. Otherwise indentation does: one open bracket
can swallow the rest of a tree, but the lines that the cursor is indented under are a small program of their own,
which is whole once its brackets are closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ai_lsp.core.context import Place, Scope
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.syntax.ancestors import Skeleton, ancestor_lines, indentation_at, last_lines, skeleton
from ai_lsp.syntax.declarations import Declaration, declarations
from ai_lsp.syntax.languages import Point, Syntax, load
from ai_lsp.syntax.places import place_at, point_of
from ai_lsp.syntax.trees import ParsedTree

if TYPE_CHECKING:
    from tree_sitter import Node

_HOLD_METHODS = frozenset({"class", "impl", "trait"})


def enclosing_scopes(parsed: ParsedTree | None, snapshot: DocumentSnapshot, position: Position) -> tuple[Scope, ...]:
    """Empty without a grammar and outside of all declarations. `position` must exist in the snapshot."""
    syntax = load(snapshot.language)
    if syntax is None:
        return ()
    scopes = None
    if parsed is not None and not syntax.indented:
        scopes = _from_tree(parsed, point_of(snapshot, position))
    return _from_indentation(syntax, parsed, snapshot, position) if scopes is None else scopes


def _from_tree(parsed: ParsedTree, cursor: Point) -> tuple[Scope, ...] | None:
    """None: an error may have moved the limits of what is around the cursor."""
    row, column = cursor
    near = declarations(parsed.syntax, parsed.root, parsed.source, (row, max(column - 1, 0)), (row, column + 1))
    around = [each for each in near if each.start < cursor < each.end]
    if any(each.has_error for each in around) or (not around and parsed.root.has_error):
        return None
    if _is_inside_error(parsed.root.descendant_for_point_range(cursor, cursor)):
        return None
    return _as_scopes(around, [each.start[0] for each in around], [each.end[0] for each in around])


def _is_inside_error(node: Node | None) -> bool:
    while node is not None and not node.is_error:
        node = node.parent
    return node is not None


def _from_indentation(
    syntax: Syntax, parsed: ParsedTree | None, snapshot: DocumentSnapshot, position: Position
) -> tuple[Scope, ...]:
    def is_text(line: int, column: int) -> bool:
        """Whether a line goes on with a string or comment, or begins with a comment."""
        if parsed is None:
            return False
        before, behind = (place_at(parsed.syntax, parsed.root, snapshot, Position(line, column + n)) for n in (0, 1))
        return before is not Place.CODE or behind is Place.COMMENT

    depth = indentation_at(snapshot.lines, position)
    syntax = syntax.parts
    small = skeleton(syntax, snapshot, ancestor_lines(snapshot.lines, position.line, depth, is_text), position)
    around = [each for each in declarations(syntax, small.root, small.source) if _is_around(each, small, syntax)]
    first_lines = [small.lines[each.start[0]] for each in around]
    return _as_scopes(around, first_lines, last_lines(snapshot.lines, first_lines, position.line))


def _is_around(each: Declaration, small: Skeleton, syntax: Syntax) -> bool:
    """Without end marks, everything that the cursor's line is indented under is around it."""
    return each.start < small.cursor and (syntax.indented or small.cursor < each.end)


def _as_scopes(around: Sequence[Declaration], first_lines: Sequence[int], last: Sequence[int]) -> tuple[Scope, ...]:
    scopes: list[Scope] = []
    for each, first_line, last_line in zip(around, first_lines, last, strict=True):
        is_method = each.kind == "function" and scopes and scopes[-1].kind in _HOLD_METHODS
        scopes.append(Scope("method" if is_method else each.kind, each.name, each.header, first_line, last_line))
    return tuple(scopes)
