"""What it costs from the start of the server's process until `initialize` is answered.

CPU time of the whole process and its peak memory, medians. The baselines are a plain server of the library that ours is
built on, and the bare interpreter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from benchmarks._servers import COMMAND, OURS, PLAIN, Cost, Talk, has_command, interleaved, median

RUNS = 15
MOST_CPU_MS = 200.0
MOST_MEMORY_MB = 35.0


def start(command: list[str], env: dict[str, str] | None = None) -> Cost:
    talk = Talk(command, env)
    talk.initialize()
    return talk.kill()


def interpreter() -> Cost:
    talk = Talk([sys.executable, "-c", "print(end='x', flush=True); input()"])
    assert talk.process.stdout is not None
    talk.process.stdout.read(1)
    return talk.kill()


def main() -> int:
    ours = ("ai-lsp serve", partial(start, COMMAND)) if has_command() else ("ai-lsp, server only", partial(start, OURS))
    measures: dict[str, Callable[[], Cost]] = {
        ours[0]: ours[1],
        "the same, types built at import": partial(start, ours[1].args[0], {"AI_LSP_EAGER_TYPES": "1"}),
        "plain pygls server": partial(start, PLAIN),
        "bare interpreter": interpreter,
    }
    costs = dict(zip(measures, interleaved(RUNS, *measures.values()), strict=True))
    print(f"{'':34}{'CPU ms':>8}{'wall ms':>9}{'peak MB':>9}")
    for name, runs in costs.items():
        cpu, wall = (median([getattr(cost, field) for cost in runs]) * 1000 for field in ("cpu", "wall"))
        print(f"{name:34}{cpu:8.0f}{wall:9.0f}{median([cost.memory for cost in runs]) / 1e6:9.1f}")
    mine = costs[ours[0]]
    cpu_ms, memory_mb = median([c.cpu for c in mine]) * 1000, median([c.memory for c in mine]) / 1e6
    print(f"\ntarget: at most {MOST_CPU_MS:.0f} ms CPU and {MOST_MEMORY_MB:.0f} MB")
    return int(cpu_ms > MOST_CPU_MS or memory_mb > MOST_MEMORY_MB)


if __name__ == "__main__":
    sys.exit(main())
