"""Which grammar and which query file belong to a language. In: the editor's language name. Out: what is needed to parse and
read it, or None where there is no grammar: then its text is all there is.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ai_lsp.syntax.queries import SOURCES

if TYPE_CHECKING:  # the parser is loaded when the first file of a known language is read, and may be absent
    from tree_sitter import Language, Node, Parser, Query

Point = tuple[int, int]
"""Row and column in UTF-8 bytes, as the parser counts."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Where a grammar comes from. `indented`: nesting is told by indentation alone, there are no closing marks."""

    module: str
    query: str
    function: str = "language"
    indented: bool = False


GRAMMARS = {
    "python": Grammar("tree_sitter_python", "python", indented=True),
    "javascript": Grammar("tree_sitter_javascript", "javascript"),
    "javascriptreact": Grammar("tree_sitter_javascript", "javascript"),
    "typescript": Grammar("tree_sitter_typescript", "typescript", "language_typescript"),
    "typescriptreact": Grammar("tree_sitter_typescript", "tsx", "language_tsx"),
    "go": Grammar("tree_sitter_go", "go"),
    "rust": Grammar("tree_sitter_rust", "rust"),
}


@dataclass(frozen=True, slots=True)
class Syntax:
    """A loaded grammar. Must be used from one thread only, as everything of the parser's must.

    `scratch` parses short texts, each to its end. A parse that may be stopped takes a parser of its own: a stopped
    parser goes on with what it was at, whatever text it is given next.
    """

    language: Language
    query: Query
    scratch: Parser
    indented: bool

    def new_parser(self) -> Parser:
        from tree_sitter import Parser  # noqa: PLC0415 - see the head of this file

        return Parser(self.language)

    def matches(self, root: Node, start: Point, end: Point, depth: int | None = None) -> list[dict[str, list[Node]]]:
        """What the query file finds that touches a range, at most `depth` levels below the root."""
        from tree_sitter import QueryCursor  # noqa: PLC0415 - see the head of this file

        cursor = QueryCursor(self.query)
        cursor.set_point_range(start, end)
        if depth is not None:
            cursor.set_max_start_depth(depth)
        return [captures for _, captures in cursor.matches(root)]


@cache
def load(language: str) -> Syntax | None:
    """None: no grammar is known or installed, or the installed one does not fit the parser."""
    grammar = GRAMMARS.get(language)
    if grammar is None:
        return None
    try:
        import tree_sitter  # noqa: PLC0415 - see the head of this file

        loaded = tree_sitter.Language(getattr(importlib.import_module(grammar.module), grammar.function)())
        query = tree_sitter.Query(loaded, SOURCES[grammar.query])
        return Syntax(loaded, query, tree_sitter.Parser(loaded), grammar.indented)
    except (ImportError, AttributeError, ValueError):
        return None
