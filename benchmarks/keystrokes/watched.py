"""`ai-lsp serve` as it is, with a watch on its event loop: `python -m benchmarks.keystrokes.watched serve ...`.

Into the file named by `AI_LSP_BENCH_WATCH` go a line `lag MOMENT SECONDS` for every 10 ms, of how late the event loop came
round to it, and a line `size MOMENT BYTES TASKS FILES` for every second: memory, tasks and open files and sockets.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from ai_lsp.app import main

TICK, SECOND = 0.01, 1.0


class _Watch:
    def __init__(self, loop: asyncio.BaseEventLoop, file: Path) -> None:
        self._loop, self._file = loop, file
        self._lines: list[str] = []
        self._due = loop.time()
        self._written = loop.time()

    def tick(self) -> None:
        now = self._loop.time()
        self._lines.append(f"lag {time.monotonic():.4f} {now - self._due:.5f}")
        if now - self._written >= SECOND:
            self._write(now)
        self._due = self._loop.time() + TICK
        self._loop.call_at(self._due, self.tick)

    def _write(self, now: float) -> None:
        tasks = len(asyncio.all_tasks(self._loop))
        size = f"size {time.monotonic():.4f} {resident(os.getpid())} {tasks} {_open_files()}"
        with self._file.open("a") as file:
            file.write("\n".join([*self._lines, size, ""]))
        self._lines.clear()
        self._written = now


def resident(process: int) -> int:
    """Bytes of memory that a process has; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except OSError:
        return 0
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def busy(process: int) -> float:
    """CPU seconds of a process, to a hundredth; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _open_files() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # a count, not paths
    except OSError:
        return 0


def _watch() -> None:
    run = asyncio.BaseEventLoop.run_forever
    file = Path(os.environ["AI_LSP_BENCH_WATCH"])

    def run_watched(self: Any) -> None:
        self.call_soon(_Watch(self, file).tick)
        run(self)

    asyncio.BaseEventLoop.run_forever = run_watched  # type: ignore[method-assign]  # the server must not know


if __name__ == "__main__":
    _watch()
    main()
