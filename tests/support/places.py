"""Code with a cursor in it, for tests: `at("foo(|)")`."""

from __future__ import annotations

from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import DocumentSnapshot, Position

CURSOR = "|"


def split(marked: str) -> tuple[str, Position]:
    """The text without its cursor mark, and the place of the mark."""
    before, mark, after = marked.partition(CURSOR)
    assert mark, f"no {CURSOR} in {marked!r}"
    return before + after, Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


def at(marked: str, uri: str = "file:///work/a.py", language: str = "python", version: int = 1) -> CodeContext:
    """The context of the cursor in a document that holds this text. Lines end at LF."""
    text, position = split(marked)
    lines = tuple(text.split("\n"))
    lines = (*(line + "\n" for line in lines[:-1]), lines[-1])
    return CodeContext(DocumentSnapshot(uri, language, version, lines), position, uri.removeprefix("file://"))
