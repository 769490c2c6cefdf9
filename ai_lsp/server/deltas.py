"""Pieces of an answer on their way to an editor: the first at once, then at most twenty notifications a second.

In: pieces, as fast as a model says them. Out: `$/progress` notifications, none of which says anything twice. Whoever adds
pieces waits while the editor does not read: then the model has to wait too, and nothing else stands behind its words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from ai_lsp.core.clock import Clock

BETWEEN: Final = 0.05
"""Seconds between two notifications."""
MOST: Final = 256 * 1024
"""Characters that are gathered for one notification."""
AHEAD: Final = 64 * 1024
"""Bytes of all kinds that may wait for the editor when a piece is sent: what is asked meanwhile is answered behind them."""


class Deltas:
    """Belongs to one answer. `send` takes text; `room` waits until no more than some bytes wait for the editor."""

    def __init__(self, send: Callable[[str], None], room: Callable[[int], Awaitable[None]], clock: Clock) -> None:
        self._send = send
        self._room = room
        self._clock = clock
        self._waiting: list[str] = []
        self._size = 0
        self._next = clock.monotonic()
        self._sending: asyncio.Task[None] | None = None

    async def add(self, piece: str) -> None:
        """Take a piece; wait where too many wait already."""
        self._waiting.append(piece)
        self._size += len(piece)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send_all())
        if self._size >= MOST:
            await asyncio.shield(self._sending)

    async def end(self) -> None:
        """Wait until everything is on its way."""
        if self._sending is not None:
            await asyncio.shield(self._sending)

    def stop(self) -> None:
        """Nobody wants the rest."""
        if self._sending is not None:
            self._sending.cancel()

    async def _send_all(self) -> None:
        while self._waiting:
            await self._clock.sleep(self._next - self._clock.monotonic())
            await self._room(AHEAD)
            text, self._size = "".join(self._waiting), 0
            self._waiting.clear()
            self._next = self._clock.monotonic() + BETWEEN
            self._send(text)
