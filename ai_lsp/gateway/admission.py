"""Bounds how many calls run at each provider, and how many wait for one to end.

In: a call. Out: the same call when its turn comes, or an `OverloadedError` at once. What must never happen: memory grows
with the number of callers; a completion for an old keystroke runs before the one for the newest.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from ai_lsp.core.errors import OverloadedError
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next


@dataclass(frozen=True, slots=True)
class AdmissionSettings:
    """Calls of one provider at a time: `running` upstream, `queued` waiting."""

    running: int = 4
    queued: int = 16


class AdmissionStage:
    def __init__(self, settings: Callable[[str], AdmissionSettings]) -> None:
        self._settings = settings
        self._doors: dict[str, _Door] = {}

    def load(self, provider: str) -> tuple[int, int]:
        """(running, waiting) calls of this provider."""
        door = self._doors.get(provider)
        return (door.running, door.waiting) if door else (0, 0)

    async def __call__(self, call: Call, following: Next) -> Events:
        door = self._doors.get(call.provider)
        if door is None:
            door = self._doors[call.provider] = _Door()
        await door.enter(call, self._settings(call.provider))
        try:
            async with aclosing(following(call)) as events:
                async for event in events:
                    yield event
        finally:
            door.leave(self._settings(call.provider))


Turn = asyncio.Future[None]


class _Door:
    """The slots of one provider. Completions wait on a stack, conversations in a line."""

    def __init__(self) -> None:
        self.running = 0
        self._completions: deque[Turn] = deque()
        self._chats: deque[Turn] = deque()
        self._chat_is_next = False

    @property
    def waiting(self) -> int:
        return len(self._completions) + len(self._chats)

    async def enter(self, call: Call, limits: AdmissionSettings) -> None:
        if self.running < limits.running and not self.waiting:
            self.running += 1
            return
        line = self._completions if isinstance(call, CompletionCall) else self._chats
        if self.waiting >= limits.queued:
            self._make_room(line, call.provider, limits)
        turn: Turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in line:
                line.remove(turn)
            elif not turn.cancelled() and turn.exception() is None:  # it was this caller's turn already: pass it on
                self.leave(limits)
            raise

    def leave(self, limits: AdmissionSettings) -> None:
        self.running -= 1
        while self.waiting and self.running < limits.running:
            turn = self._next_turn()
            if not turn.done():  # a caller that was cancelled a moment ago is still in the line
                self.running += 1
                turn.set_result(None)

    def _next_turn(self) -> Turn:
        """The newest completion or the oldest conversation, in turns when both wait, so that neither starves."""
        take_chat = bool(self._chats) and (self._chat_is_next or not self._completions)
        self._chat_is_next = not take_chat
        return self._chats.popleft() if take_chat else self._completions.pop()

    def _make_room(self, line: deque[Turn], provider: str, limits: AdmissionSettings) -> None:
        """The oldest waiting completion gives way to a newer one; a conversation is never pushed out."""
        busy = OverloadedError(
            f"{provider} is busy: {self.running} calls run and {limits.queued} wait; try again in a moment",
            provider=provider,
        )
        if line is self._completions and self._completions:
            self._completions.popleft().set_exception(busy)
        else:
            raise busy
