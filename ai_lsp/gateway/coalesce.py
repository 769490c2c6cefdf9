"""Lets equal completions that are under way at the same time share one call upstream.

In: a call. Out: for a completion, the answer of the one shared call; a conversation passes as it is, piece by piece.
What must never happen: one reader that goes away takes the answer from the others, or the call goes on upstream when
the last reader has gone; one call is billed to two readers.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace

from ai_lsp.core.completion import Source
from ai_lsp.core.stream import Finished, StreamEvent
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next, Trace
from ai_lsp.gateway.charge import NOTHING
from ai_lsp.gateway.key import CallKey
from ai_lsp.gateway.provider import ProviderSource


class CoalesceStage:
    def __init__(self, providers: ProviderSource) -> None:
        self._key = CallKey(providers)
        self._shared: dict[bytes, _Shared] = {}

    @property
    def under_way(self) -> int:
        """How many different completions are being waited for."""
        return len(self._shared)

    def __call__(self, call: Call, following: Next) -> Events:
        return self._join(call, following) if isinstance(call, CompletionCall) else following(call)

    async def _join(self, call: Call, following: Next) -> Events:
        key = self._key(call)
        shared = self._shared.get(key)
        if shared is None:
            trace = Trace()
            task = asyncio.create_task(_collect(replace(call, trace=trace), following))
            shared = self._shared[key] = _Shared(task, trace)
            task.add_done_callback(lambda _: self._forget(key, shared))
        shared.readers += 1
        try:
            events = await asyncio.shield(shared.task)
        finally:
            shared.readers -= 1
            if shared.readers == 0 and not shared.task.done():
                self._forget(key, shared)  # whoever asks now needs a new call: this one is being ended
                shared.task.cancel()
            if shared.task.done() or shared.readers == 0:
                billed = shared.bill(call)
        for event in events:
            yield event if billed or not isinstance(event, Finished) else _free(event)

    def _forget(self, key: bytes, shared: _Shared) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]


@dataclass(slots=True, eq=False)
class _Shared:
    """One call upstream and how many wait for it. The whole answer is bounded by the completion's own token limit."""

    task: asyncio.Task[list[StreamEvent]]
    trace: Trace
    readers: int = 0
    billed: bool = False

    def bill(self, call: Call) -> bool:
        """Put what was spent on this reader's account, unless another reader has it already."""
        if self.billed:
            return False
        self.billed = True
        call.trace.attempts = self.trace.attempts
        return True


async def _collect(call: Call, following: Next) -> list[StreamEvent]:
    async with aclosing(following(call)) as events:
        return [event async for event in events]


def _free(event: Finished) -> Finished:
    """The answer of somebody else's call: it cost this reader nothing."""
    return replace(event, source=Source.CACHE, usage=NOTHING)
