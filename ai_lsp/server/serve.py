"""The language server on standard input and output, until its editor ends it.

Nothing of pygls is imported before `serve` is called, and nothing heavier before `initialize` has been answered.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Callable

from ai_lsp.core.clock import SystemClock
from ai_lsp.server import lazy_types, stdio
from ai_lsp.server.house import House

SECONDS_TO_END = 1.9
"""From the moment when the end is certain until the process is gone, whatever still hangs in it."""
SECONDS_OF_A_TURN = 0.0005
"""What a thread in the background may go on computing while the event loop wants to: Python's own 5 ms add up to a wait that
is felt (`sys.setswitchinterval`).
"""


def serve(open_house: Callable[[], House]) -> int:
    """The exit code. `open_house` is called once, when the house is first needed."""
    pipes = stdio.take_over()
    sys.setswitchinterval(SECONDS_OF_A_TURN)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it would log bodies and params, which hold source text
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    lazy_types.install()
    from ai_lsp.server.connection import Connection  # noqa: PLC0415  # imports the types, which have to be lazy by now

    guard = _Guard()

    async def converse() -> int:
        guard.code = await Connection(pipes, open_house, SystemClock(), guard.begin).run()
        return guard.code

    return asyncio.run(converse())


class _Guard:
    """Ends the process by force if it does not end by itself: a thread of the house may hang in a call for ever."""

    def __init__(self) -> None:
        self.code = 1
        self._timer = threading.Timer(SECONDS_TO_END, self._end)
        self._timer.daemon = True
        self._begun = threading.Lock()

    def begin(self) -> None:
        """May be called several times, on any thread; the first one counts."""
        if self._begun.acquire(blocking=False):
            self._timer.start()

    def _end(self) -> None:
        os._exit(self.code)
