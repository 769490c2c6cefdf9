"""The language server on standard input and output, until its editor ends it.

Nothing of pygls is imported before `serve` is called, and nothing heavier before `initialize` has been answered.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable

from ai_lsp.core.clock import SystemClock
from ai_lsp.server import lazy_types, stdio
from ai_lsp.server.house import House

SECONDS_TO_END = 1.9
"""From the moment when the end is certain until the process is gone, whatever still hangs in it."""


def serve(open_house: Callable[[], House]) -> int:
    """The exit code. `open_house` is called once, when the house is first needed."""
    pipes = stdio.take_over()
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it would log bodies and params, which hold source text
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    lazy_types.install()
    from ai_lsp.server.connection import Connection  # noqa: PLC0415  # imports the types, which have to be lazy by now

    async def converse() -> int:
        return await Connection(pipes, open_house, SystemClock(), _end_soon).run()

    return asyncio.run(converse())


def _end_soon() -> None:
    """Ends the process by force if it does not end by itself: a thread of the house may hang in a call for ever."""
    guard = threading.Timer(SECONDS_TO_END, os._exit, args=(1,))
    guard.daemon = True
    guard.start()
