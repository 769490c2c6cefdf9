"""What `ai-lsp complete` takes from a cold start with 1 MB of workspace, beside a bare Python and `ai-lsp --version`.

The workspace is as much of Python's own library, the place a line in the middle of one of its files. Seconds of wall
clock, as a person waits for them, and of CPU; medians and the worst. Compiled bytecode is in place, as installed.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

RUNS = 7
WORKSPACE_BYTES = 1_000_000
LIMIT = 2.0
"""Seconds within which text or a reason must be there."""


def make_workspace(root: Path) -> Path:
    """A folder of its own with library files up to the wanted size; returns the file to complete in."""
    library = Path(sysconfig.get_path("stdlib"))
    size = 0
    for source in sorted(library.glob("*.py")):
        if size + source.stat().st_size <= WORKSPACE_BYTES:
            size += source.stat().st_size
            shutil.copy(source, root)
    (root / "pyproject.toml").touch()
    return root / "argparse.py"


def measure(command: Sequence[str]) -> tuple[list[float], list[float], str]:
    """Seconds on the wall and of CPU for each run, and what the last one said."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["AI_LSP_CONFIG"] = os.devnull
    walls, cpus, said = [], [], ""
    for run in range(RUNS + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if run:  # the first one compiles
            walls.append(wall)
            cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        said = (done.stdout or done.stderr).strip()
    return walls, cpus, said


def main() -> int:
    slowest = 0.0
    print(f"{'':32}{'wall, median':>13}{'worst':>9}{'CPU, median':>13}   says")
    with tempfile.TemporaryDirectory() as folder:
        file = make_workspace(Path(folder))
        ai_lsp = [sys.executable, "-m", "ai_lsp"]
        rows = [
            ("bare Python", [sys.executable, "-c", "pass"]),
            ("ai-lsp --version", [*ai_lsp, "--version"]),
            *((f"ai-lsp complete, line {n}", [*ai_lsp, "complete", f"{file}:{n}"]) for n in (500, 1000, 1500)),
        ]
        for name, command in rows:
            walls, cpus, said = measure(command)
            slowest = max(slowest, statistics.median(walls))
            figures = f"{statistics.median(walls):11.3f} s{max(walls):7.3f} s{statistics.median(cpus):11.3f} s"
            print(f"{name:32}{figures}   {said[:60]}")
    print(f"\nlimit for the medians: {LIMIT} s; {'met' if slowest <= LIMIT else 'NOT met'}")
    return int(slowest > LIMIT)
