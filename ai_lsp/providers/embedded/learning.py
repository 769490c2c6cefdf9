"""Reads a workspace and builds its indexes. In: a Task. Out: one index a family, and a report. The slow part of the engine:
it runs in a process of its own, or where none can be started, in small slices.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from ai_lsp.providers.embedded.build import IndexBuilder
from ai_lsp.providers.embedded.files import Workspace
from ai_lsp.providers.embedded.index import WorkspaceIndex


@dataclass(frozen=True, slots=True)
class Task:
    """What to read: absolute folders, caps in bytes and seconds, paths of files near the person's work, and patterns of
    files to leave out.
    """

    folders: tuple[str, ...]
    near: tuple[str, ...]
    max_bytes: int
    max_file_bytes: int
    seconds: float
    exclude: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """What was read. `left_out` files did not fit into the caps; `late` tells that the time ran out."""

    files: int = 0
    bytes: int = 0
    tokens: int = 0
    left_out: int = 0
    late: bool = False


def learn(task: Task, report: Report) -> Iterator[tuple[str, WorkspaceIndex] | None]:
    """Pauses with None after each file, and yields each family's index when it is built."""
    deadline = time.monotonic() + task.seconds
    workspace = Workspace(task.folders, task.max_bytes, task.max_file_bytes, task.near, task.exclude)
    files = workspace.files()
    report.left_out = workspace.left_out
    for family in sorted({file.family for file in files}):
        builder = IndexBuilder()
        for file in files:
            if file.family != family:
                continue
            if time.monotonic() > deadline:
                report.late = True
                break
            text = workspace.text(file)
            if text is not None:
                builder.add(file.path, text)
                yield None
        if builder.files:
            report.files += len(builder.files)
            report.bytes += builder.bytes
            report.tokens += len(builder.tokens)
            yield family, builder.finish()
