"""Parses a document as soon as it is opened, so that the first request does not have to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit

Warm = Callable[[str], Coroutine[None, None, None]]


class Warming(DocumentObserver):
    """Starts a task for each document that is opened, and ends it when the document is closed."""

    def __init__(self) -> None:
        self._warm: Warm | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, warm: Warm) -> None:
        """From now on, parse what is opened."""
        self._warm = warm

    def opened(self, document: DocumentSnapshot) -> None:
        if self._warm is None:
            return
        uri = document.uri
        self._tasks[uri] = asyncio.get_running_loop().create_task(self._warm(uri))
        self._tasks[uri].add_done_callback(lambda task: self._forget(uri, task))

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        """Nothing: a change is parsed when somebody asks."""

    def closed(self, uri: str) -> None:
        task = self._tasks.pop(uri, None)
        if task is not None:
            task.cancel()

    def _forget(self, uri: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(uri) is task:
            del self._tasks[uri]
