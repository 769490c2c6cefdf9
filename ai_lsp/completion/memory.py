"""What the completion room remembers of open documents, as one observer of them.

In: the edits of the documents. Out: the suggestions at their places, what became of them, and where the cursors of open
requests have gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ai_lsp.completion.ahead import TypingAhead
from ai_lsp.completion.anchors import pushed
from ai_lsp.completion.learn import Outcomes
from ai_lsp.completion.store import SuggestionStore
from ai_lsp.core.clock import Clock
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit, Position


@dataclass(slots=True, eq=False)
class Cursor:
    """The place that a request is about. Keys that are typed meanwhile push it along."""

    uri: str
    position: Position


class Memory(DocumentObserver):
    """Must be an observer of the documents that the engine completes."""

    def __init__(self, clock: Clock) -> None:
        self.store = SuggestionStore(clock)
        self.outcomes = Outcomes(clock)
        self.ahead = TypingAhead(clock)
        self._cursors: list[Cursor] = []

    @contextmanager
    def following(self, uri: str, position: Position) -> Iterator[Cursor]:
        """A cursor that is kept up to date meanwhile."""
        cursor = Cursor(uri, position)
        self._cursors.append(cursor)
        try:
            yield cursor
        finally:
            self._cursors.remove(cursor)

    def opened(self, document: DocumentSnapshot) -> None:
        self.store.opened(document)
        self.outcomes.opened(document)
        self.ahead.opened(document)

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        self.store.changed(uri, edits)
        self.outcomes.changed(uri, edits)
        self.ahead.changed(uri, edits)
        for cursor in self._cursors:
            for edit in edits or ():
                if cursor.uri == uri:
                    cursor.position = pushed(cursor.position, edit)

    def closed(self, uri: str) -> None:
        self.store.closed(uri)
        self.outcomes.closed(uri)
        self.ahead.closed(uri)
