"""One answer on its way from a model, which outlives the requests that wait for it.

In: a call and the entry of the store that it fills. Out: the entry grows; whoever waits is woken at every change. What
must never happen: a request that is cancelled takes the answer away from the next one, or a stream runs on for nobody, or
what is on screen stays a beginning because nobody waits for the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

from ai_lsp.completion.filter import CompletionFilter
from ai_lsp.completion.reasons import ends_in_secret
from ai_lsp.completion.store import Entry
from ai_lsp.core.clock import Clock
from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import AIError, BrokenStreamError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import Finished, TextDelta, completion_of
from ai_lsp.gateway.call import CompletionCall
from ai_lsp.gateway.gateway import Gateway

ORPHANED = 2.0
"""Seconds that a stream of which nothing is on screen goes on after the last request for it has gone."""


class Flight:
    """`ended` is called once, when nothing more will come; `on_whole` where a line that was shown in part is whole, and
    where the answer is. `on_screen` says whether the person sees some of it.
    """

    def __init__(
        self,
        entry: Entry,
        cleaner: CompletionFilter,
        clock: Clock,
        ended: Callable[[Flight], None],
        context: CodeContext,
    ) -> None:
        self.context = context
        self.entry = entry
        self.error: AIError | None = None
        self.waiters = 0
        self.whole = False
        self.on_whole: Callable[[], None] = lambda: None
        self.on_screen: Callable[[], bool] = lambda: False
        self._filter = cleaner
        self._clock = clock
        self._ended = ended
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._orphaned: asyncio.Task[None] | None = None

    def start(self, gateway: Gateway, call: CompletionCall) -> None:
        """To be called once, on the event loop."""
        self.entry.growing = True
        self.entry.completion = CodeCompletion("", call.provider, call.prompt.model or "")
        self._task = asyncio.get_running_loop().create_task(self._fly(gateway, call))
        self._task.add_done_callback(self._land)
        self._look_for_orphan()

    def agrees(self, typed: str) -> bool:
        """Whether what was typed may still turn out to be this answer."""
        seen = self._filter.seen
        return seen.startswith(typed) or (self.entry.growing and typed.startswith(seen))

    @asynccontextmanager
    async def boarded(self) -> AsyncIterator[None]:
        """While a request waits for it."""
        self.waiters += 1
        self._look_for_orphan()
        try:
            yield
        finally:
            self.waiters -= 1
            self._look_for_orphan()

    async def news(self) -> None:
        """Wait until there is more of it, or the end."""
        await self._changed.wait()

    def kill(self) -> None:
        """End the call upstream now."""
        if self._task is not None:
            self._task.cancel()

    async def gone(self) -> None:
        """Wait until a killed one has let go of everything."""
        tasks = {task for task in (self._task, self._orphaned) if task is not None}
        if tasks:
            await asyncio.wait(tasks)

    async def _fly(self, gateway: Gateway, call: CompletionCall) -> None:
        finished: Finished | None = None
        pieces: list[str] = []
        try:
            async with aclosing(gateway.stream(call)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        finished = event
                        continue
                    if isinstance(event, TextDelta):
                        pieces.append(event.text)
                        self._feed(event.text)
                    if self._filter.stopped:
                        break
            if finished is None and not self._filter.stopped:
                text = f"{call.provider} stopped before the end of its answer"
                raise BrokenStreamError(text, provider=call.provider, partial="".join(pieces))
            self._filter.end(drop=finished is not None and ends_in_secret(finished.silence))
            self.whole = True
        except AIError as error:
            self.error = error
        text = "".join(pieces)
        if finished is not None:
            self.entry.completion = completion_of(text, finished)
        elif self.entry.completion is not None:
            self.entry.completion = replace(self.entry.completion, text=text)

    def _feed(self, piece: str) -> None:
        began = self._filter.shows_part
        self._filter.feed(piece)
        self._publish()
        if began and not self._filter.shows_part and not self._filter.stopped:
            self.on_whole()

    def _publish(self) -> None:
        self._take_over()
        self._wake()

    def _take_over(self) -> None:
        found = self._filter
        self.entry.text, self.entry.shown, self.entry.inside = found.text, found.shown, found.inside

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _land(self, task: asyncio.Task[None]) -> None:
        self.entry.growing = False
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.error = AIError(f"the answer could not be read: {type(fault).__name__}")
        if self._orphaned is not None:
            self._orphaned.cancel()
        if self._filter.stopped:
            self._take_over()
        self.entry.at = self._clock.monotonic()
        self._ended(self)
        if self.whole:
            self.on_whole()
        self._wake()

    def _look_for_orphan(self) -> None:
        if self._orphaned is not None:
            self._orphaned.cancel()
            self._orphaned = None
        if self.waiters == 0 and self._task is not None and not self._task.done():
            self._orphaned = asyncio.get_running_loop().create_task(self._end_orphan())

    async def _end_orphan(self) -> None:
        await self._clock.sleep(ORPHANED)
        while self.on_screen():
            await self.news()
        self.kill()


def empty_answer(completion: CodeCompletion | None) -> Silence:
    """Why nothing came, and why it had to come from there."""
    if completion is None:
        return Silence(Reason.NO_MATCH)
    cut = "what came stands there already or only repeats itself" if completion.text.strip() else ""
    silence = completion.silence or Silence(Reason.NO_MATCH, cut)
    return Silence(silence.reason, "; ".join(filter(None, (silence.detail, *completion.passed_over))))
