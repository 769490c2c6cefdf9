"""Source with the cursor drawn into it, and what the house makes of it."""

from __future__ import annotations

import textwrap

from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.documents.store import Documents
from ai_lsp.syntax.trees import ParsedTree, SyntaxTrees
from tests.support.clock import FakeClock

URI = "file:///work/code"
CURSOR = "¦"


def drawn(source: str) -> tuple[str, Position]:
    """The text without its cursor mark, and the place where the mark was."""
    source = textwrap.dedent(source).removeprefix("\n")
    before, mark, after = source.partition(CURSOR)
    assert mark, "the source has no cursor"
    lines = before.split("\n")
    return before + after, Position(len(lines) - 1, len(lines[-1]))


class Open:
    """One open document with its trees."""

    def __init__(self, language: str, text: str, clock: FakeClock | None = None) -> None:
        self.trees = SyntaxTrees(clock or FakeClock())
        self.documents = Documents([self.trees])
        self.documents.open(URI, language, 1, text)

    @property
    def snapshot(self) -> DocumentSnapshot:
        snapshot = self.documents.snapshot(URI)
        assert snapshot is not None
        return snapshot

    @property
    def tree(self) -> ParsedTree | None:
        return self.trees.tree(self.snapshot)
