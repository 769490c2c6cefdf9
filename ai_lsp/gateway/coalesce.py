"""Lets equal completions that are under way at the same time share one call upstream.

In: a call. Out: for a completion, the answer of the one shared call, piece by piece; a conversation passes as it is.
What must never happen: one reader that goes away takes the answer from the others, or the call goes on upstream when
the last reader has gone; one call is billed to two readers.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

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

    async def _join(self, call: CompletionCall, following: Next) -> Events:
        key = self._key(call)
        shared = self._shared.get(key)
        if shared is None:
            shared = self._shared[key] = _Shared(call, following)
            shared.task.add_done_callback(lambda _: self._forget(key, shared))
        shared.readers += 1
        at = 0
        try:
            while await shared.has(at):
                event = shared.events[at]
                at += 1
                yield event if not isinstance(event, Finished) or shared.bill(call) else _free(event)
        finally:
            shared.readers -= 1
            if shared.readers == 0 and not shared.task.done():
                self._forget(key, shared)  # whoever asks now needs a new call: this one is being ended
                shared.task.cancel()
            if shared.task.done() or shared.readers == 0:
                shared.bill(call)

    def _forget(self, key: bytes, shared: _Shared) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]


class _Shared:
    """One call upstream and how many read it. All of it is kept for readers that come later: an answer is bounded by the
    completion's own token limit.
    """

    def __init__(self, call: CompletionCall, following: Next) -> None:
        self.readers = 0
        self._trace = Trace()
        self._billed = False
        self.events: list[StreamEvent] = []
        self._more = asyncio.Event()
        self.task = asyncio.create_task(self._collect(_with(call, self._trace), following))
        self.task.add_done_callback(lambda _: self._wake())

    async def has(self, number: int) -> bool:
        """Wait for the event of this number; False: the last one was before. Raises the error, if there was one."""
        while number >= len(self.events):
            if self.task.done():
                self.task.result()
                return False
            await self._more.wait()
        return True

    def bill(self, call: Call) -> bool:
        """Put what was spent on this reader's account, unless another reader has it already."""
        if self._billed:
            return False
        self._billed = True
        call.trace.attempts = self._trace.attempts
        return True

    async def _collect(self, call: Call, following: Next) -> None:
        async with aclosing(following(call)) as events:
            async for event in events:
                self.events.append(event)
                self._wake()

    def _wake(self) -> None:
        self._more.set()
        self._more = asyncio.Event()


def _with(call: CompletionCall, trace: Trace) -> CompletionCall:
    return CompletionCall(call.provider, call.prompt, call.context, call.deadlines, trace)


def _free(event: Finished) -> Finished:
    """The answer of somebody else's call: it cost this reader nothing."""
    return replace(event, source=Source.CACHE, usage=NOTHING)
