"""What it costs to make a prompt fit to leave: secrets masked, hidden characters shown; new, and key by key."""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from ai_lsp.context.privacy import Outgoing
from ai_lsp.context.redact import masked_line
from ai_lsp.core.clock import SystemClock
from ai_lsp.house.exclusion import Exclusion

_ADVERSE = {
    "one line of 100 kB, letters": "tokensecretpassword" * 5263,
    "one line of 100 kB, quotes": "password='" * 10_000,
    "one line of 100 kB, addresses": "://a:b" * 16_666,
    "one line of 100 kB, base64": "aB3/" * 25_000,
}


def _cpu(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds of CPU time."""
    times = []
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        began = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - began) / 1e6)
    gc.enable()
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.95)]


def _typing(text: str) -> Callable[[], object]:
    outgoing, middle = Outgoing(), len(text) // 2
    prefix, suffix = text[:middle], text[middle:]
    outgoing.halves(prefix, suffix)
    keys = iter(range(10**9))
    return lambda: outgoing.halves(f"{prefix}x{next(keys)}", suffix)


def _excluded(ask: Callable[[], Coroutine[Any, Any, object]]) -> float:
    """Microseconds that asking whether a document is excluded takes once it is known, by the wall clock."""

    async def many() -> float:
        await ask()
        began = time.perf_counter_ns()
        for _ in range(10_000):
            await ask()
        return (time.perf_counter_ns() - began) / 10_000 / 1000

    return asyncio.run(many())


def main() -> int:
    text = Path(argparse.__file__).read_text("utf-8")
    small, large = text[:10_000], (text * 12)[:1_000_000]
    rows = [
        ("10 kB, never seen", _cpu(lambda: Outgoing().halves(small[:7500], small[7500:]), 200)),
        ("10 kB, one more key", _cpu(_typing(small), 500)),
        ("1 MB, never seen", _cpu(lambda: Outgoing().text(large), 3)),
        ("1 MB, one more key", _cpu(_typing(large), 20)),
        *((name, _cpu(lambda line=line: masked_line(line), 3)) for name, line in _ADVERSE.items()),  # type: ignore[misc]  # bound early
    ]
    print(f"{'':34}{'median':>10}{'p95':>10}   ms of CPU time")
    for name, (median, p95) in rows:
        print(f"{name:34}{median:10.3f}{p95:10.3f}")
    exclusion = Exclusion(list, SystemClock())
    print(f"\nexcluded or not, once known: {_excluded(lambda: exclusion.reason('untitled:1')):.2f} us (wall clock)")
    return 0
