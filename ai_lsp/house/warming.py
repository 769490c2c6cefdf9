"""Gets a document ready before a request needs it: parses it when it is opened, and looks for code from elsewhere there and
wherever an edit is the first one of its surroundings. Editors let a moment pass between a key and their question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit, Position

Warm = Callable[[str, Position], Coroutine[None, None, None]]
Lacks = Callable[[str, Position], bool]


class Warming(DocumentObserver):
    """Runs one task at a time for each document, and ends it when the document is closed."""

    def __init__(self) -> None:
        self._warm: Warm | None = None
        self._lacks: Lacks = lambda _uri, _position: False
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, warm: Warm, lacks: Lacks) -> None:
        """From now on, get ready what is opened, and the places of edits for which `lacks` says that something is not ready."""
        self._warm, self._lacks = warm, lacks

    def opened(self, document: DocumentSnapshot) -> None:
        self._start(document.uri, Position(0, 0))

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        if edits and uri not in self._tasks and self._lacks(uri, edits[-1].new_end):
            self._start(uri, edits[-1].new_end)

    def closed(self, uri: str) -> None:
        task = self._tasks.pop(uri, None)
        if task is not None:
            task.cancel()

    def _start(self, uri: str, position: Position) -> None:
        if self._warm is not None:
            self._tasks[uri] = asyncio.get_running_loop().create_task(self._warm(uri, position))
            self._tasks[uri].add_done_callback(lambda task: self._forget(uri, task))

    def _forget(self, uri: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(uri) is task:
            del self._tasks[uri]
