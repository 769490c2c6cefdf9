"""Where a person types on from the place that an editor asked about, before the editor asks again.

In: questions of an editor and the edits after them. Out: a call, a moment after each edit. What must never happen: a
document that nobody has asked about a moment ago is looked at, or an edit that is not typing at the cursor counts as such.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from ai_lsp.completion.anchors import pushed
from ai_lsp.core.clock import Clock
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit, Position

MOMENT = 0.05
"""Seconds without a key: what editors wait that ask soon."""
LASTS = 3.0
"""Seconds after a question in which keys belong to it."""


@dataclass(slots=True)
class _Asked:
    position: Position
    at: float
    task: asyncio.Task[None] | None = None


class TypingAhead(DocumentObserver):
    """`ask` is given the address and the cursor; None: nobody wants to know. Belongs to one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: dict[str, _Asked] = {}
        self.ask: Callable[[str, Position], Coroutine[Any, Any, None]] | None = None

    def asked(self, uri: str, position: Position) -> None:
        """The editor has asked about this place itself."""
        self._forget(uri)
        if self.ask is not None:
            self._asked[uri] = _Asked(position, self._clock.monotonic())

    def opened(self, document: DocumentSnapshot) -> None:
        self._forget(document.uri)

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        asked = self._asked.get(uri)
        if asked is None:
            return
        if not edits or self._clock.monotonic() - asked.at > LASTS:
            self._forget(uri)
            return
        for edit in edits:
            if not edit.start <= asked.position <= edit.old_end:
                self._forget(uri)
                return
            asked.position = pushed(asked.position, edit)
        if asked.task is not None:
            asked.task.cancel()
        asked.task = asyncio.get_running_loop().create_task(self._soon(uri, asked.position))

    def closed(self, uri: str) -> None:
        self._forget(uri)

    def stop(self) -> None:
        """Nothing is called any more."""
        for uri in list(self._asked):
            self._forget(uri)

    async def _soon(self, uri: str, position: Position) -> None:
        await self._clock.sleep(MOMENT)
        if self.ask is not None:
            await self.ask(uri, position)

    def _forget(self, uri: str) -> None:
        asked = self._asked.pop(uri, None)
        if asked is not None and asked.task is not None:
            asked.task.cancel()
