"""A real model server on this machine: llama.cpp's, with scripted weights.

In: the program, a model file and further arguments. Out: a running server, and its end whatever state it is in.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START_PATIENCE = 10.0
END_PATIENCE = 2.0
"""Seconds. A server that does not end in good order by then is killed."""


@dataclass(frozen=True, slots=True)
class Llama:
    url: str
    process: asyncio.subprocess.Process

    def send(self, sign: signal.Signals) -> None:
        os.kill(self.process.pid, sign)


@asynccontextmanager
async def running(program: Path, model: Path, *arguments: str, until: int = 200) -> AsyncIterator[Llama]:
    """A server for the length of the block, from the moment that its health is `until`: 503 while it loads."""
    port = free_port()
    command = [str(program), "--offline", "-m", str(model), "--host", "127.0.0.1", "--port", str(port)]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--alias", "scripted", "-c", "4096", "-np", "1", "-b", "512"),
        *arguments,
        stdout=quiet,
        stderr=quiet,
    )
    try:
        async with asyncio.timeout(START_PATIENCE):
            while await status(port, "/health") != until:
                assert process.returncode is None, f"{program} ended with {process.returncode}"
                await asyncio.sleep(0.005)
        yield Llama(f"http://127.0.0.1:{port}", process)
    finally:
        await end(process)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def status(port: int, path: str) -> int | None:
    """What a server on this machine answers at a path; None while nobody listens."""
    with suppress(OSError, asyncio.IncompleteReadError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        first = await reader.readline()
        writer.close()
        return int(first.split()[1]) if first else None
    return None


async def end(process: asyncio.subprocess.Process) -> None:
    """In good order if it can be, even where it was stopped."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()
