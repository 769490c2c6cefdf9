"""Has the workspace read without holding the event loop: in a process of its own, or in slices where none can be started.

In: a Task. Out: one index a family, as they come, then a Report. Raises BuildError if the process ends without a report.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import asdict

from ai_lsp.providers.embedded.index import WorkspaceIndex
from ai_lsp.providers.embedded.learning import Report, Task, learn
from ai_lsp.providers.embedded.wire import Header, index_from

_MODULE = "ai_lsp.providers.embedded.child"
_PIPE_BYTES = 1 << 20
_GRACE = 30.0
"""Seconds beyond the task's own for sorting what was read; then the process is ended."""


class BuildError(Exception):
    """The workspace could not be read; the text says what happened."""


async def learn_in_background(task: Task) -> AsyncGenerator[tuple[str, WorkspaceIndex] | Report, None]:
    starting = asyncio.ensure_future(_start(task))
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # a program that is just being started would be left behind
        with suppress(OSError, ValueError, NotImplementedError):
            await _end(await starting)
        raise
    except (OSError, ValueError, NotImplementedError):
        async for learned in _in_slices(task):
            yield learned
        return
    try:
        async with asyncio.timeout(task.seconds + _GRACE):
            async for learned in _received(process):
                yield learned
    except (TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        raise BuildError(f"reading the workspace failed: {type(error).__name__}: {error}") from error
    finally:
        await _end(process)


async def _start(task: Task) -> Process:
    if not sys.executable:
        raise OSError("the interpreter is not known")
    # -P keeps the current folder, which is somebody's project, from being imported from
    command = (sys.executable, "-P", "-m", _MODULE)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_PIPE_BYTES)
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(task)).encode() + b"\n")
    return process


async def _received(process: Process) -> AsyncIterator[tuple[str, WorkspaceIndex] | Report]:
    assert process.stdout is not None
    while True:
        header = Header.decoded(await process.stdout.readuntil(b"\n"))
        if header.family is None:
            yield Report(**header.report)
            return
        sections = [await process.stdout.readexactly(size) for size in header.sizes]
        for index in index_from(sections):
            if index is not None:
                yield header.family, index
            await asyncio.sleep(0)


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):  # it may end by itself meanwhile
            process.kill()
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


async def _in_slices(task: Task) -> AsyncIterator[tuple[str, WorkspaceIndex] | Report]:
    """In a thread, a file at a time: sorting bucket by bucket lets the interpreter change threads often enough."""
    report = Report()
    steps = iter(learn(task, report))
    while (learned := await asyncio.to_thread(next, steps, report)) is not report:
        if isinstance(learned, tuple):
            yield learned
    yield report
