"""What the completion room remembers of open documents, as one observer of them.

In: the edits of the documents. Out: the suggestions at their places, and what became of them.
"""

from __future__ import annotations

from ai_lsp.completion.learn import Outcomes
from ai_lsp.completion.store import SuggestionStore
from ai_lsp.core.clock import Clock
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit


class Memory(DocumentObserver):
    """Must be an observer of the documents that the engine completes."""

    def __init__(self, clock: Clock) -> None:
        self.store = SuggestionStore(clock)
        self.outcomes = Outcomes(clock)

    def opened(self, document: DocumentSnapshot) -> None:
        self.store.opened(document)
        self.outcomes.opened(document)

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        self.store.changed(uri, edits)
        self.outcomes.changed(uri, edits)

    def closed(self, uri: str) -> None:
        self.store.closed(uri)
        self.outcomes.closed(uri)
