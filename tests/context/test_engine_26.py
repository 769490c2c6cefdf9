"""A file of 10,000 lines: a change costs one incremental parse at most, however the editor sends it. Times: `./dev bench context`."""

from __future__ import annotations

import pytest

from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.syntax.trees import SyntaxTrees
from tests.support.clock import FakeClock

URI = "file:///a.py"
TEXT = "def name(first, second):\n    return first + second\n\n\n" * 2_500


@pytest.mark.parametrize("full", [False, True], ids=["incremental", "full"])
def test_engine_26_both_ways_of_sending_changes_end_in_the_same_context(full: bool) -> None:
    clock = FakeClock()
    trees = SyntaxTrees(clock)
    documents = Documents([trees])
    gatherer = ContextGatherer(documents, trees, clock)
    documents.open(URI, "python", 1, TEXT)
    gatherer.gather(URI, Position(0, 0))
    before = trees._documents[URI].tree
    typed = "    x = fir"
    lines = TEXT.split("\n")
    for column, letter in enumerate(typed):
        place = Position(5_003, column)
        lines[5_003] = typed[: column + 1]
        change = Change(None, "\n".join(lines)) if full else Change(Range(place, place), letter)
        documents.change(URI, column + 2, [change])
        context = gatherer.gather(URI, Position(5_003, column + 1))
        assert isinstance(context, CodeContext)
        assert context.line_prefix == typed[: column + 1]
        assert [scope.name for scope in context.scopes] == ["name"]
    assert trees._documents[URI].tree is not before
