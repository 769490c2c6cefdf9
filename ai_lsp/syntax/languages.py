"""Which grammar and which query file belong to a language. In: the editor's language name. Out: what is needed to parse and
read it, or None where there is no grammar: then its text is all there is.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from ai_lsp.core.languages import common_name
from ai_lsp.syntax.queries import SOURCES

if TYPE_CHECKING:  # the parser is loaded when the first file of a known language is read, and may be absent
    from tree_sitter import Language, Node, Parser, Query

Point = tuple[int, int]
"""Row and column in UTF-8 bytes, as the parser counts."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Where a grammar comes from. `indented`: nesting is told by indentation alone, there are no closing marks. `closing`: what
    ends a block, where no bracket does, or has to follow that bracket. `of_parts`: the function for text that is cut out of a file, where the
    grammar of whole files would not understand it.
    """

    module: str
    query: str
    function: str = "language"
    indented: bool = False
    closing: str = ""
    of_parts: str = ""


GRAMMARS = {
    "python": Grammar("tree_sitter_python", "python", indented=True),
    "javascript": Grammar("tree_sitter_javascript", "javascript"),
    "javascriptreact": Grammar("tree_sitter_javascript", "javascript"),
    "typescript": Grammar("tree_sitter_typescript", "typescript", "language_typescript"),
    "typescriptreact": Grammar("tree_sitter_typescript", "tsx", "language_tsx"),
    "go": Grammar("tree_sitter_go", "go"),
    "rust": Grammar("tree_sitter_rust", "rust"),
    "java": Grammar("tree_sitter_java", "java"),
    "c": Grammar("tree_sitter_c", "c", closing=";"),
    "cpp": Grammar("tree_sitter_cpp", "cpp", closing=";"),
    "csharp": Grammar("tree_sitter_c_sharp", "csharp"),
    "ruby": Grammar("tree_sitter_ruby", "ruby", closing="end"),
    "php": Grammar("tree_sitter_php", "php", "language_php", of_parts="language_php_only"),
    "shellscript": Grammar("tree_sitter_bash", "bash"),
    "html": Grammar("tree_sitter_html", "html"),
    "css": Grammar("tree_sitter_css", "css"),
    "json": Grammar("tree_sitter_json", "json"),
}
"""Language names as VS Code has them."""

_PLAIN = {
    "comment": ("comment", "line_comment", "block_comment"),
    "string": ("string", "string_literal", "raw_string_literal", "char_literal"),
}
"""What most grammars call comments and strings: all that is asked of a grammar for which there is no query file."""

_PACK = "tree-sitter-language-pack"
_PACK_NAMES = {"objective-c": "objc", "makefile": "make", "viml": "vim"}
"""Where the language pack has another name than editors."""


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
    closing: str = ""
    of_parts: Syntax | None = None

    @property
    def parts(self) -> Syntax:
        """For text that is cut out of a file."""
        return self.of_parts or self

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
    grammar = GRAMMARS.get(common_name(language))
    try:
        return _from_pack(language) if grammar is None else _from_wheel(grammar)
    except (ImportError, AttributeError, ValueError, LookupError):
        return None


def _from_wheel(grammar: Grammar) -> Syntax:
    module = importlib.import_module(grammar.module)
    parts = _syntax(getattr(module, grammar.of_parts)(), grammar) if grammar.of_parts else None
    return _syntax(getattr(module, grammar.function)(), grammar, parts)


def _syntax(pointer: object, grammar: Grammar, parts: Syntax | None = None) -> Syntax:
    import tree_sitter  # noqa: PLC0415 - see the head of this file

    loaded = tree_sitter.Language(pointer)
    query = tree_sitter.Query(loaded, SOURCES[grammar.query])
    return Syntax(loaded, query, tree_sitter.Parser(loaded), grammar.indented, grammar.closing, parts)


def _from_pack(language: str) -> Syntax | None:
    """A grammar of the extra `languages`, for comments and strings alone.

    From 1.0 on the pack downloads its grammars, code that nobody has looked at; such a pack is not even imported.
    """
    name = _PACK_NAMES.get(language, language)
    if not name.isidentifier() or int(version(_PACK).split(".")[0]) >= 1:
        return None
    import tree_sitter  # noqa: PLC0415 - see the head of this file

    loaded = importlib.import_module("tree_sitter_language_pack").get_language(name)
    query = tree_sitter.Query(loaded, _plain_query(loaded))
    return Syntax(loaded, query, tree_sitter.Parser(loaded), indented=False)


def _plain_query(language: Language) -> str:
    """A query for those of the usual kinds of comments and strings that a grammar has."""
    known = {language.node_kind_for_id(number) for number in range(language.node_kind_count)}
    return "\n".join(f"({kind}) @{capture}" for capture, kinds in _PLAIN.items() for kind in kinds if kind in known)
