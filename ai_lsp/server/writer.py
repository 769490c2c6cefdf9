"""The writer and its thread. In: messages, from the event loop. Out: framed bytes on a file descriptor.

What is small goes out at once where the pipe has room for it; all else is the thread's, which may wait for the editor.
`send` never blocks and never loses an answer. What waits is counted in bytes: producers of much text ask for `room`
before they go on, and the server takes no new message while there is none.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import threading
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from ai_lsp.server.coalesce import Message, join, join_key
from ai_lsp.server.framing import frame

MAX_WAITING = 8 * 1024 * 1024
"""Bytes that wait for the editor before producers have to wait."""


_to_json = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def encode(message: Message) -> bytes:
    """Raises ValueError or TypeError for what JSON cannot hold."""
    return _to_json(message).encode("ascii")


@dataclass(slots=True)
class _Waiting:
    """`data` is framed; a joinable message has parts instead, until its turn comes."""

    size: int
    data: bytes = b""
    key: Hashable | None = None
    parts: list[Message] = field(default_factory=list)


class Writer:
    """`broken` is called once, on the writer's thread, when nobody reads any more."""

    def __init__(self, target: int, broken: Callable[[], None]) -> None:
        self._target = target
        self._broken = broken
        self._loop = asyncio.get_running_loop()
        self._waiters: list[tuple[int, asyncio.Future[None]]] = []
        self._ended = asyncio.Event()
        self._changed = threading.Condition()
        self._queue: deque[_Waiting] = deque()
        self._joinable: dict[Hashable, _Waiting] = {}
        self._size = 0
        self._closing = False
        self._writing = False
        self._ready = _readiness(target)
        self._thread = threading.Thread(target=self._run, name="ai-lsp writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, message: Message) -> None:
        """Raises ValueError or TypeError for a message that is not JSON; then nothing of it is sent."""
        body = encode(message)
        key = join_key(message)
        with self._changed:
            if self._closing:
                return
            if key is None:
                rest = self._write_at_once(frame(body))
                if not rest:
                    return
                self._size += len(rest)
                self._queue.append(_Waiting(len(rest), rest))
            else:
                self._size += len(body)
                self._send_joinable(key, message, len(body))
            self._changed.notify()

    def _write_at_once(self, data: bytes) -> bytes:
        """What is left to write: nothing, where it was little and nobody had to wait (see `select.PIPE_BUF`)."""
        if self._ready is None or self._queue or self._writing or len(data) > select.PIPE_BUF or not self._ready():
            return data
        try:
            return data[os.write(self._target, data) :]
        except OSError:  # the editor is gone: the thread finds out, and says so
            return data

    def _send_joinable(self, key: Hashable, message: Message, size: int) -> None:
        waiting = self._joinable.get(key)
        if waiting is None:
            waiting = self._joinable[key] = _Waiting(0, key=key)
            self._queue.append(waiting)
        waiting.parts.append(message)
        waiting.size += size

    async def room(self, most: int | None = None) -> None:
        """Returns at once unless more than `most` bytes wait already; then, when half of that is left. None: `MAX_WAITING`."""
        most = MAX_WAITING if most is None else most
        if self._size <= most:  # nearly always, and the lock may be in the other thread's hands
            return
        with self._changed:
            if self._size <= most:
                return
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._waiters.append((most // 2, waiter))
        await waiter

    async def close(self, seconds: float) -> bool:
        """Write what waits, then end. False: the editor did not take it all in this time."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _run(self) -> None:
        self._write_all()
        self._on_loop(self._ended.set)

    def _write_all(self) -> None:
        try:
            while (waiting := self._next()) is not None:
                self._write(waiting.data or frame(encode(join(waiting.parts))))
                self._written(waiting.size)
        except OSError:  # the editor is gone
            with self._changed:
                self._closing = True
                self._queue.clear()
            self._broken()

    def _next(self) -> _Waiting | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            if not self._queue:
                return None
            waiting = self._queue.popleft()
            self._writing = True
            if waiting.key is not None:
                del self._joinable[waiting.key]
            return waiting

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._target, view) :]

    def _written(self, size: int) -> None:
        with self._changed:
            self._size -= size
            self._writing = False
            if not self._waiters or not any(self._size <= enough for enough, _ in self._waiters):
                return
        self._on_loop(self._wake)

    def _wake(self) -> None:
        with self._changed:
            ready = [waiter for enough, waiter in self._waiters if self._size <= enough]
            self._waiters = [(enough, waiter) for enough, waiter in self._waiters if waiter not in ready]
        for waiter in ready:
            if not waiter.done():
                waiter.set_result(None)

    def _on_loop(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(call)


def _readiness(target: int) -> Callable[[], object] | None:
    """Asks whether a little can be written without waiting; None where the system cannot tell."""
    if not hasattr(select, "poll"):
        return None
    poll = select.poll()
    poll.register(target, select.POLLOUT)
    return lambda: [events for _, events in poll.poll(0) if events == select.POLLOUT]
