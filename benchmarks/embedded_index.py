"""What learning a workspace costs: CPU seconds, memory in both processes, how long the event loop is held, and suggestions in it.

The workspace is the source of Python's standard library, cut to 1, 3, 6 and 10 MB. Each size is measured in processes of
its own: memory is what they hold beyond what they hold for a workspace of one small file. Suggestions are asked for at
every third key of two hundred lines of a file of the workspace, whose text on disk is hidden as it is open.
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles

from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.providers.embedded.provider import EmbeddedProvider
from ai_lsp.providers.embedded.settings import EmbeddedSettings

SIZES = (0, 1_000_000, 3_000_000, 6_000_000, 10_000_000)
STDLIB = Path(sysconfig.get_paths()["stdlib"])
TYPED = STDLIB / "argparse.py"
LEAST_SPEED, MOST_MEMORY, MOST_HELD, P50, P95 = 1.0, 20.0, 50.0, 5.0, 20.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Megabytes of source; CPU seconds of the child; megabytes of memory; milliseconds."""

    source: float
    files: int
    cpu: float
    child_peak: float
    resident: float
    peak: float
    held: float
    p50: float = 0.0
    p95: float = 0.0
    worst: float = 0.0


def main(arguments: Sequence[str] = ()) -> int:
    if arguments:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.py").write_text("x = 1\n", "utf-8")
            print(json.dumps(asdict(asyncio.run(_measure(int(arguments[0]), Path(folder))))))
        return 0
    base, *rows = [_in_a_process(size) for size in SIZES]
    print(
        f"{'source':>8} {'files':>6} {'CPU s':>6} {'MB/s':>6} {'child peak':>11} {'resident':>9} {'peak':>7}", end=" "
    )
    print(f"{'loop held':>10} {'suggestion p50':>15} {'p95':>6} {'worst':>6}")
    print(f"{'MB':>8} {'':6} {'':6} {'':6} {'MB/MB':>11} {'MB/MB':>9} {'MB/MB':>7} {'ms':>10} {'ms CPU':>15}")
    met = True
    for row in rows:
        speed = row.source / (row.cpu - base.cpu)
        child = (row.child_peak - base.child_peak) / row.source
        resident, peak = (row.resident - base.resident) / row.source, (row.peak - base.peak) / row.source
        print(
            f"{row.source:8.1f} {row.files:6} {row.cpu:6.2f} {speed:6.2f} {child:11.1f} {resident:9.1f} {peak:7.1f}",
            end=" ",
        )
        print(f"{row.held:10.0f} {row.p50:15.1f} {row.p95:6.1f} {row.worst:6.1f}")
        met &= speed >= LEAST_SPEED and child + peak <= MOST_MEMORY and row.held <= MOST_HELD
        met &= row.p50 <= P50 and row.p95 <= P95
    print(
        f"\n{'met' if met else 'MISSED'}: at least {LEAST_SPEED:.0f} MB/s, both processes' peaks together at most",
        end=" ",
    )
    print(f"{MOST_MEMORY:.0f} MB per MB, the loop held at most {MOST_HELD:.0f} ms, p50 {P50:.0f} ms, p95 {P95:.0f} ms")
    return 0 if met else 1


def _in_a_process(size: int) -> Figures:
    command = [sys.executable, "-m", "benchmarks.embedded_index", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Figures(**json.loads(done.stdout))


async def _measure(size: int, small: Path) -> Figures:
    provider = EmbeddedProvider(EmbeddedSettings(max_bytes=max(size, 100)))
    ticking = asyncio.create_task(_longest_hold())
    provider.learn([STDLIB if size else small])
    await provider.ready(120.0)
    held = await _stopped(ticking)
    status = provider.status()
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    resident = _resident()
    seconds = await _suggestions(provider) if size else []
    cuts = quantiles(seconds, n=100) if seconds else [0.0] * 99
    return Figures(
        source=status.bytes / 1e6,
        files=status.files,
        cpu=child.ru_utime + child.ru_stime,
        child_peak=child.ru_maxrss / 1024,
        resident=resident,
        peak=peak,
        held=held * 1e3,
        p50=cuts[49] * 1e3,
        p95=cuts[94] * 1e3,
        worst=max(seconds, default=0.0) * 1e3,
    )


async def _longest_hold() -> float:
    """The longest CPU time between two turns of the event loop."""
    longest, last = 0.0, time.thread_time()
    try:
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            longest, last = max(longest, now - last), now
    except asyncio.CancelledError:
        return longest


async def _stopped(task: asyncio.Task[float]) -> float:
    task.cancel()
    return await task


async def _suggestions(provider: EmbeddedProvider) -> list[float]:
    lines = TYPED.read_text("utf-8").split("\n")
    provider.opened(_snapshot(lines))
    seconds: list[float] = []
    for row in range(300, 500):
        line = lines[row]
        for column in range(len(line) - len(line.lstrip()), len(line), 3):
            typed = _snapshot([*lines[:row], line[:column], *lines[row + 1 :]])
            context = CodeContext(typed, Position(row, column), str(TYPED))
            started = time.process_time()
            await provider.complete_code(CompletionPrompt("", "", "python"), context)
            seconds.append(time.process_time() - started)
    return seconds


def _snapshot(lines: Sequence[str]) -> DocumentSnapshot:
    return DocumentSnapshot(TYPED.as_uri(), "python", 1, (*(line + "\n" for line in lines[:-1]), lines[-1]))


def _resident() -> float:
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(pages.read_text("ascii").split()[1]) * resource.getpagesize() / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
