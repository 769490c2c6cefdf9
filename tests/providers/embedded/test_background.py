"""The workspace is read by a process of its own, which ends with whoever started it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from ai_lsp.providers.embedded import background
from ai_lsp.providers.embedded.background import BuildError, learn_in_background
from ai_lsp.providers.embedded.index import WorkspaceIndex
from ai_lsp.providers.embedded.learning import Report, Task
from tests.providers.embedded.conftest import Write


def task(*folders: Path, max_bytes: int = 10_000_000) -> Task:
    return Task(tuple(map(str, folders)), (), max_bytes, 400_000, 10.0)


async def learned(of: Task) -> tuple[dict[str, WorkspaceIndex], Report]:
    indexes: dict[str, WorkspaceIndex] = {}
    report = Report()
    async for item in learn_in_background(of):
        if isinstance(item, Report):
            report = item
        else:
            indexes[item[0]] = item[1]
    return indexes, report


async def test_each_family_of_languages_gets_an_index(tmp_path: Path, write: Write) -> None:
    write("a.py", "alpha = beta\n")
    write("b.ts", "const alpha = 1;\n")
    write("c.js", "const beta = 1;\n")
    indexes, report = await learned(task(tmp_path))
    assert sorted(indexes) == ["javascript", "python"]
    assert [Path(file.path).name for file in indexes["javascript"].files] == ["b.ts", "c.js"]
    assert report.files == 3


async def test_without_a_process_the_same_comes_in_slices(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.py", "alpha = beta\n" * 20)
    indexes, report = await learned(task(tmp_path))

    async def refused(of: Task) -> None:
        raise PermissionError("no processes here")

    monkeypatch.setattr(background, "_start", refused)
    in_slices, same_report = await learned(task(tmp_path))
    assert in_slices["python"].tokens == indexes["python"].tokens
    assert in_slices["python"].places == indexes["python"].places
    assert same_report == report


async def test_a_process_that_fails_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_MODULE", "ai_lsp.there_is_no_such_module")
    with pytest.raises(BuildError, match="reading the workspace failed"):
        await learned(task(tmp_path))


async def test_what_does_not_fit_is_counted(tmp_path: Path, write: Write) -> None:
    write("a.py", "x = 1\n")
    write("b.py", "y = 1\n")
    _, report = await learned(task(tmp_path, max_bytes=8))
    assert (report.files, report.left_out) == (1, 1)


def test_the_process_ends_when_nobody_holds_its_input_any_more(tmp_path: Path) -> None:
    """It reads for ever here: only the end of standard input can end it."""
    slow = "from ai_lsp.providers.embedded import child, learning; import time\n"
    slow += "child.learn = lambda *_: iter(lambda: time.sleep(0.01), 1)\nchild.main()\n"
    command = [sys.executable, "-P", "-c", slow]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(task(tmp_path))).encode() + b"\n")
        process.stdin.flush()
        process.stdin.close()
        assert process.wait(10) == 1


def test_the_process_ends_in_order_when_its_work_is_done(tmp_path: Path, write: Write) -> None:
    write("a.py", "x = 1\n")
    command = [sys.executable, "-P", "-m", "ai_lsp.providers.embedded.child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(json.dumps(asdict(task(tmp_path))).encode() + b"\n")
        process.stdin.flush()
        process.stdout.read()
        assert process.wait(10) == 0
        assert process.stderr.read() == b""


async def test_a_build_that_is_cancelled_leaves_no_process(tmp_path: Path, write: Write) -> None:
    write("a.py", "x = 1\n")
    started: asyncio.Queue[asyncio.subprocess.Process] = asyncio.Queue()
    start = background._start

    async def noted(of: Task) -> asyncio.subprocess.Process:
        process = await start(of)
        started.put_nowait(process)
        return process

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(background, "_start", noted)
        running = asyncio.create_task(learned(task(tmp_path)))
        process = await started.get()
        running.cancel()
        await asyncio.wait([running])
        assert process.returncode is not None
