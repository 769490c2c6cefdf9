"""How rooms that keep something about open documents (syntax trees, the embedded engine) hear of changes."""

from __future__ import annotations

from typing import Protocol

from ai_lsp.core.text import DocumentSnapshot, Edit


class DocumentObserver(Protocol):
    """Called on the event loop, in order, once for each notification of the editor. Must return within microseconds:
    heavy work waits until somebody asks.
    """

    def opened(self, document: DocumentSnapshot) -> None: ...

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        """`edits` in the order they were made, each relative to the text after the one before it; None when the whole
        text was replaced.
        """

    def closed(self, uri: str) -> None: ...
