"""The syntax trees of the open documents. In: every edit, at once; a snapshot, when somebody asks. Out: its tree.

The parser holds the interpreter's lock, so a thread would not help: parsing waits until somebody asks, and goes on from the
tree before. The first parse of a long text stops after its budget, and goes on when somebody asks again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ai_lsp.core.clock import Clock
from ai_lsp.core.context import Place
from ai_lsp.core.text import DocumentSnapshot, Edit, Position
from ai_lsp.syntax.languages import Syntax, load
from ai_lsp.syntax.places import place_at

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

MAX_BYTES = 1_000_000
KEPT_BYTES = 250_000
"""Source whose trees are kept: a tree takes about 26 times the room of its source, and comes back within milliseconds."""
BUDGET = 0.015
"""Seconds that one call may parse."""
PAUSE = 10
"""After a parse that did not finish, so many budgets pass before the next try: it costs a tenth of the time at most."""

_AT_ONCE = 1 << 16
"""Bytes that are parsed within the budget. The parser is given them whole: of what it reads piece by piece it lets nothing go
(tree-sitter 0.26.1), which the first parse of a longer text has to bear. Later ones take milliseconds for any text.
"""
_CHUNK = 1 << 14
_LONE_CR = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class ParsedTree:
    """The tree of a document as it is."""

    syntax: Syntax
    root: Node
    source: bytes


@dataclass(slots=True)
class _Document:
    """`size` is how many bytes the text has by the edits heard of; None: not measured yet. `tree` is as old as the last parse,
    with its nodes moved along. `unfinished` is the first parse of a long text.
    """

    tree: Tree | None = None
    size: int | None = None
    parsed: tuple[DocumentSnapshot, ParsedTree] | None = None
    unfinished: tuple[DocumentSnapshot, Parser] | None = None
    not_before: float = 0.0


class SyntaxTrees:
    """An observer of documents. All calls come from one thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._documents: dict[str, _Document] = {}

    def opened(self, document: DocumentSnapshot) -> None:
        self._documents[document.uri] = _Document()

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        document = self._documents.get(uri)
        if document is None:
            return
        document.parsed = document.unfinished = None
        if edits is None or document.size is None:
            document.tree = document.size = None
            return
        document.size += sum(edit.new_end_byte - edit.old_end_byte for edit in edits)
        if document.tree is not None:
            _move_along(document.tree, edits)

    def closed(self, uri: str) -> None:
        self._documents.pop(uri, None)

    def tree(self, snapshot: DocumentSnapshot, budget: float = BUDGET) -> ParsedTree | None:
        """The tree of an open document's newest snapshot, after at most `budget` seconds.

        Called again with the same snapshot, an unfinished parse goes on where it stopped. None: no grammar, too large,
        not open, or no parse has finished yet.
        """
        document, syntax = self._documents.get(snapshot.uri), load(snapshot.language)
        if document is None or syntax is None:
            return None
        if document.parsed is not None and document.parsed[0] is snapshot:
            return document.parsed[1]
        source = _read(document, snapshot)
        return None if source is None else self._parsed(document, syntax, snapshot, source, budget)

    def _parsed(
        self, document: _Document, syntax: Syntax, snapshot: DocumentSnapshot, source: bytes, budget: float
    ) -> ParsedTree | None:
        if document.tree is not None:
            tree: Tree | None = syntax.new_parser().parse(source, document.tree)
        elif len(source) <= _AT_ONCE:
            tree = syntax.new_parser().parse(source)
        else:
            tree = self._begun(document, syntax, snapshot, source, budget)
        if tree is None:
            return None
        parsed = ParsedTree(syntax, tree.root_node, source)
        document.tree, document.parsed = tree, (snapshot, parsed)
        document.unfinished, document.not_before = None, 0.0
        self._forget_oldest(snapshot.uri)
        return parsed

    def _begun(
        self, document: _Document, syntax: Syntax, snapshot: DocumentSnapshot, source: bytes, budget: float
    ) -> Tree | None:
        """The first parse of a long text, a slice at a time. None: it is not done yet."""
        now = self._clock.monotonic()
        if document.unfinished is None or document.unfinished[0] is not snapshot:
            if now < document.not_before:
                return None
            document.unfinished = (snapshot, syntax.new_parser())
        tree = self._parse(document.unfinished[1], source, now + budget)
        if tree is None:
            document.not_before = self._clock.monotonic() + PAUSE * budget
        return tree

    def _forget_oldest(self, newest: str) -> None:
        self._documents[newest] = self._documents.pop(newest)
        kept = 0
        for uri, document in reversed(self._documents.items()):
            kept += 0 if document.tree is None or document.size is None else document.size
            if kept > KEPT_BYTES and uri != newest:
                document.tree = document.parsed = None

    def unfinished(self, snapshot: DocumentSnapshot) -> bool:
        """Whether calling `tree` with this snapshot again would bring its parse further."""
        document = self._documents.get(snapshot.uri)
        return document is not None and document.unfinished is not None and document.unfinished[0] is snapshot

    def place(self, snapshot: DocumentSnapshot, position: Position) -> Place:
        """Whether the cursor stands in code, a comment or a string."""
        parsed = self.tree(snapshot)
        return Place.CODE if parsed is None else place_at(parsed.syntax, parsed.root, snapshot, position)

    def _parse(self, parser: Parser, source: bytes, deadline: float) -> Tree | None:
        """None: stopped at the deadline."""

        def read(offset: int, _: object) -> bytes:
            return source[offset : offset + _CHUNK]

        def is_late(_offset: int, _has_error: bool) -> bool:
            return self._clock.monotonic() > deadline

        try:
            return parser.parse(read, progress_callback=is_late)
        except ValueError:
            return None


def _read(document: _Document, snapshot: DocumentSnapshot) -> bytes | None:
    """What the parser gets; None for too large a text, which is measured once and then by its edits."""
    if document.size is not None and document.size > MAX_BYTES:
        return None
    source = parser_text(snapshot.text)
    if document.size != len(source):  # the first look, or not the text that the edits led to
        document.tree, document.size = None, len(source)
    return source if len(source) <= MAX_BYTES else None


def _move_along(tree: Tree, edits: tuple[Edit, ...]) -> None:
    for edit in edits:
        tree.edit(
            edit.start_byte,
            edit.old_end_byte,
            edit.new_end_byte,
            edit.start_point,
            edit.old_end_point,
            edit.new_end_point,
        )


def parser_text(text: str) -> bytes:
    """The text as the parser gets it: it knows rows only by LF, so a lone CR becomes one. No byte moves."""
    source = text.encode("utf-8", "surrogatepass")
    return _LONE_CR.sub(b"\n", source) if b"\r" in source else source
