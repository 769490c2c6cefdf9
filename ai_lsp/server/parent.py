"""Whether the editor still lives. LSP, `InitializeParams.processId`: without its parent a server should exit.

The end of standard input tells the same in most cases, but not when another child of the editor inherited the pipe.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from ai_lsp.core.clock import Clock

SECONDS_BETWEEN_LOOKS = 1.0


async def watch(process_id: int, clock: Clock, gone: Callable[[], None]) -> None:
    """Calls `gone` once, at most a second after the process has ended."""
    while is_alive(process_id):
        await clock.sleep(SECONDS_BETWEEN_LOOKS)
    gone()


if sys.platform == "win32":
    import ctypes

    _SYNCHRONIZE = 0x00100000
    _WAIT_TIMEOUT = 0x102

    def is_alive(process_id: int) -> bool:
        """`os.kill(pid, 0)` would end the process here."""
        handle = ctypes.windll.kernel32.OpenProcess(_SYNCHRONIZE, 0, process_id)
        if not handle:
            return False
        try:
            return bool(ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == _WAIT_TIMEOUT)
        finally:
            ctypes.windll.kernel32.CloseHandle(handle)

else:

    def is_alive(process_id: int) -> bool:
        try:
            os.kill(process_id, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except OSError:  # it belongs to somebody else, so it exists
            return True
        return True
