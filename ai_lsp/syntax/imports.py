"""The import statements of a file. In: its tree. Out: their texts as written, in order."""

from __future__ import annotations

from ai_lsp.syntax.declarations import written
from ai_lsp.syntax.trees import ParsedTree

_LINES = 1_000
"""Imports stand at the head of a file; looking on would cost a millisecond for each 5,000 lines."""
_DEPTH = 3
"""Deep enough for imports inside `try`, `if TYPE_CHECKING` and the like."""


def import_statements(parsed: ParsedTree | None) -> tuple[str, ...]:
    """Empty without a tree."""
    if parsed is None:
        return ()
    nodes = [
        node
        for captures in parsed.syntax.matches(parsed.root, (0, 0), (_LINES, 0), _DEPTH)
        for node in captures.get("import", ())
    ]
    nodes.sort(key=lambda node: node.start_byte)
    return tuple(written(node, parsed.source, node.end_byte).decode("utf-8", "replace") for node in nodes)
