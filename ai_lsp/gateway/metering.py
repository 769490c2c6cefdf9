"""Writes down every call: who was asked, how it went, how long it took and what it cost.

In: a call. Out: the same events, the last one with what the call cost, and one `CallRecord` for whoever listens (the
ledger, exporters). What must never
happen: a call without a record, however it ended; a record holds a word of the person's code or of an answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from ai_lsp.core.clock import Clock
from ai_lsp.core.completion import Source
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next
from ai_lsp.gateway.charge import Accounts
from ai_lsp.observe.record import CallRecord, Outcome

log = logging.getLogger(__name__)

Listener = Callable[[CallRecord], None]


class MeteringStage:
    """`user` is the name under which calls are counted."""

    def __init__(self, clock: Clock, accounts: Accounts, user: str, listeners: Sequence[Listener]) -> None:
        self._clock = clock
        self._accounts = accounts
        self._user = user
        self._listeners = tuple(listeners)

    async def __call__(self, call: Call, following: Next) -> Events:
        watch = _Stopwatch(self._clock)
        characters = 0
        end: Finished | None = None
        try:
            async with aclosing(following(call)) as events:
                async for event in events:
                    watch.content()
                    if isinstance(event, TextDelta):
                        characters += len(event.text)
                    else:
                        usage = self._accounts.finished(call, event, characters)
                        same = usage is event.usage or not call.trace.attempts
                        end = event if same else replace(event, usage=usage)
                        self._record(call, watch, usage, end=end)
                    yield end or event
        except BaseException as error:
            if end is None:
                usage = self._accounts.broken_off(call, characters, error)
                stopped = isinstance(error, (asyncio.CancelledError, GeneratorExit))
                self._record(call, watch, usage, "cancelled" if stopped else "failed", error=_name(error))
            raise

    def _record(
        self,
        call: Call,
        watch: _Stopwatch,
        usage: Usage,
        outcome: Outcome = "done",
        *,
        end: Finished | None = None,
        error: str | None = None,
    ) -> None:
        record = CallRecord(
            at=self._clock.time(),
            user=self._user,
            provider=call.provider,
            model=end.model if end else self._accounts.model(call),
            kind="completion" if isinstance(call, CompletionCall) else "chat",
            source=end.source if end else Source.UPSTREAM,
            outcome=outcome,
            error=error,
            attempts=call.trace.attempts,
            first_ms=watch.first_ms,
            total_ms=watch.total_ms,
            usage=usage,
        )
        for listener in self._listeners:
            try:
                listener(record)
            except Exception as problem:  # noqa: BLE001  # who only watches must not stop the person at the keyboard
                log.warning("a listener of the usage records failed: %s", type(problem).__name__)


class _Stopwatch:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.monotonic()
        self.first_ms: float | None = None

    def content(self) -> None:
        if self.first_ms is None:
            self.first_ms = self.total_ms

    @property
    def total_ms(self) -> float:
        return round((self._clock.monotonic() - self._start) * 1000, 3)


def _name(error: BaseException) -> str | None:
    return type(error).__name__ if isinstance(error, Exception) else None
