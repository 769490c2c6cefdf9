"""One conversation with an editor, from the first byte to the exit code. Starts and ends the reader and the writer.

It ends with `exit`, with the end of the input, when nobody reads the output any more, when the editor's process is
gone, or by a signal; then all open requests are answered, and the house is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from ai_lsp.core.clock import Clock
from ai_lsp.server.faults import place
from ai_lsp.server.house import House
from ai_lsp.server.methods import METHODS
from ai_lsp.server.protocol import make_protocol
from ai_lsp.server.reader import END, Incoming, Parsed, Reader, Unreadable
from ai_lsp.server.session import Session
from ai_lsp.server.stdio import Pipes
from ai_lsp.server.writer import Writer

_log = logging.getLogger(__name__)

SECONDS_TO_LET_GO = 0.3
"""For cancelled work to end, and then for the editor to take the last answers."""

_EXIT_CODES = {signal.SIGTERM: 143, signal.SIGINT: 130}


class Connection:
    """`ending` is called as soon as the end is certain, on any thread and before anything is closed."""

    def __init__(self, pipes: Pipes, open_house: Callable[[], House], clock: Clock, ending: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_log_without_content)
        self._ending = ending
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._inbox: asyncio.Queue[Incoming] = asyncio.Queue()
        self._reader = Reader(pipes.source, self._deliver)
        self._writer = Writer(pipes.target, broken=lambda: self._on_loop(self.finish, 1))
        self._protocol = protocol = make_protocol()
        protocol.speak(self._writer, clock)
        self._session = Session(
            open_house=open_house,
            voice=protocol,
            requests=protocol.requests,
            lifecycle=protocol.lifecycle,
            tasks=protocol.tasks,
            clock=clock,
            finish=self.finish,
        )
        protocol.learn(METHODS, self._session)

    async def run(self) -> int:
        """The exit code."""
        with self._signals():
            self._writer.start()
            self._reader.start()
            pump = asyncio.ensure_future(self._handle_all())
            code = await self._ended
            pump.cancel()
            self._protocol.requests.cancel_all()
            self._protocol.tasks.cancel()
            await self._protocol.requests.ended(SECONDS_TO_LET_GO)
            await self._session.close()
            await self._writer.close(SECONDS_TO_LET_GO)
            return code

    def finish(self, code: int) -> None:
        self._ending()
        if not self._ended.done():
            self._ended.set_result(code)

    async def _handle_all(self) -> None:
        """One message at a time. What a handler starts runs up to its first wait before the next message is handled:
        it sees the documents as they were when the editor asked.
        """
        try:
            while (message := await self._inbox.get()) != END:
                if isinstance(message, Parsed):
                    self._protocol.handle_message(message.value)
                elif isinstance(message, Unreadable):
                    self._protocol.handle_unreadable(message)
                self._reader.taken()
                if not self._inbox.empty():  # else waiting for the next message lets the others run
                    await asyncio.sleep(0)
                await self._writer.room()
        finally:
            self.finish(self._protocol.lifecycle.exit_code)

    def _deliver(self, message: Incoming) -> None:
        """On the reader's thread, which goes on when the loop does not: the end is near even if a handler hangs."""
        if message == END:
            self._ending()
        self._on_loop(self._inbox.put_nowait, message)

    def _on_loop(self, call: Callable[..., None], *args: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(call, *args)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """asyncio's own handlers would wait for the loop, which may be what hangs."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in _EXIT_CODES}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        self._ending()
        self._on_loop(self.finish, _EXIT_CODES[signal.Signals(number)])


def _log_without_content(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """asyncio's own report would show the exception's text and the task's arguments."""
    error = context.get("exception")
    _log.error("unexpected: %s", place(error) if isinstance(error, BaseException) else "asyncio reports a fault")
