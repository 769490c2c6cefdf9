"""Gathers what a completion may use. In: a document's name and a place. Out: a `CodeContext` of the document as it is now.

Stays within its budget whatever the file holds: what is not known in time is left out. Equal text gives equal context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ai_lsp.context.diagnostics import DiagnosticLog
from ai_lsp.context.paths import path_of
from ai_lsp.context.related import RelatedCode
from ai_lsp.core.clock import Clock
from ai_lsp.core.context import CodeContext, Snippet
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position
from ai_lsp.documents.store import Documents
from ai_lsp.syntax.imports import import_statements
from ai_lsp.syntax.languages import load
from ai_lsp.syntax.places import place_at
from ai_lsp.syntax.scopes import enclosing_scopes
from ai_lsp.syntax.trees import SyntaxTrees

BUDGET = 0.030
"""Seconds. Half of them are for parsing, the rest is for reading the tree."""


class ContextGatherer:
    """`trees` must be an observer of `documents`. Without `related`, contexts have no snippets."""

    def __init__(
        self,
        documents: Documents,
        trees: SyntaxTrees,
        clock: Clock,
        budget: float = BUDGET,
        related: RelatedCode | None = None,
    ) -> None:
        self._documents = documents
        self._related = related
        self.diagnostics: DiagnosticLog | None = None
        """What the editor says is wrong; an observer of `documents` as well."""
        self._trees = trees
        self._clock = clock
        self._budget = budget

    def gather(self, uri: str, position: Position) -> CodeContext | Silence:
        """A position that does not exist is moved to the nearest one that does."""
        document = self._documents.snapshot(uri)
        if document is None:
            return Silence(Reason.NOT_OPEN, uri)
        position = document.clamp(position)
        parsed = self._trees.tree(document, self._budget / 2)
        scopes = enclosing_scopes(parsed, document, position)
        imports = import_statements(parsed)
        if parsed is None:
            return CodeContext(document, position, path_of(uri), scopes, imports)
        place = place_at(parsed.syntax, parsed.root, document, position)
        return CodeContext(document, position, path_of(uri), scopes, imports, place)

    async def with_snippets(self, context: CodeContext) -> CodeContext:
        """The same context with code from elsewhere, for a provider that makes use of it. Takes at most 30 ms, and nearly
        always less than one: what is not ready is left out, and will be there for the next request.
        """
        if self._related is None:
            return context
        snippets = await self._related.snippets(context)
        wrong = self._wrong(context, self._related.shown)
        return replace(context, snippets=(wrong, *snippets) if wrong is not None else snippets)

    def _wrong(self, context: CodeContext, shown: Callable[[str], str]) -> Snippet | None:
        if self.diagnostics is None or context.path is None:
            return None
        return self.diagnostics.near(context.document, context.position.line, shown(context.path))

    def lacks(self, uri: str, position: Position) -> bool:
        """Whether code from elsewhere is made use of and has not been looked for around this place."""
        return self._related is not None and self._related.lacks(uri, position.line)

    async def warm(self, uri: str, position: Position) -> None:
        """Parse a document in slices between which the event loop goes on, and look for code from elsewhere.

        Ends early when the document changes or closes: the next request goes on from there.
        """
        document = self._documents.snapshot(uri)
        if document is not None:
            load(document.language)  # ten milliseconds for the largest grammars, once
            await self._clock.sleep(0)
        while document is not None and self._documents.snapshot(uri) is document:
            self._trees.tree(document, self._budget / 2)
            if not self._trees.unfinished(document):
                await self._anticipate(uri, position)
                return
            await self._clock.sleep(0)

    async def _anticipate(self, uri: str, position: Position) -> None:
        """Find code from elsewhere before it is asked for, where somebody makes use of it."""
        if self._related is not None and self._related.active:
            context = self.gather(uri, position)
            if isinstance(context, CodeContext):
                await self._related.snippets(context)
