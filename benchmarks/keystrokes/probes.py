"""Single questions to the server: how fast it passes a request on in long files, and how large it becomes.

In: a folder to work in and files of a workspace. Out: seconds, bytes. Each probe has a server process of its own and a
model service that answers at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from benchmarks.keystrokes.askers import INLINE, ServerAsker
from benchmarks.keystrokes.editor import Buffer, Kind
from benchmarks.keystrokes.oracle import Oracle
from benchmarks.keystrokes.server import Server
from benchmarks.keystrokes.texts import Text
from benchmarks.keystrokes.upstream import Pace, Upstream
from benchmarks.keystrokes.watched import busy, resident

AT_ONCE = Pace(0.0, 0.0)
WARM_UP, TIMES = 5, 60
BETWEEN = 0.12
SHAPE = "qwen"
_DRY = "zz = compute(total, rate)\n"


@dataclass(slots=True)
class Probe:
    """A server with one document, typed at from outside."""

    server: Server
    upstream: Upstream
    kind: Kind
    uri: str
    buffer: Buffer

    async def type_and_ask(self, text: str) -> float:
        """Seconds from a change and the request behind it to the model service being asked, or to the answer."""
        change = self.buffer.edit(self.kind, text)
        self.upstream.oracle.typed(self.buffer.before, 0)
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        asked_before = len(self.upstream.asked)
        began = time.monotonic()
        version = {"uri": self.uri, "version": self.buffer.version}
        self.server.notify("textDocument/didChange", {"textDocument": version, "contentChanges": [change]})
        params = {"textDocument": {"uri": self.uri}, "position": self.buffer.position(self.kind)}
        automatic = {"context": {"triggerKind": 2}}
        self.server.request(INLINE, {**params, **automatic}, lambda _, at: answered.set_result(at))
        moments = [await answered, *(asked.at for asked in self.upstream.asked[asked_before:])]
        return min(moments) - began


async def dispatch(folder: Path, kind: Kind, source: str, lines: int) -> tuple[list[float], float]:
    """Seconds from a key in the middle of a file of so many lines to the request at the model service, and CPU seconds of
    the server for each.
    """
    upstream = Upstream(Oracle(1.0, "dispatch"), AT_ONCE)
    await upstream.start()
    server = await Server.start(folder, None, kind, upstream.address, SHAPE)
    repeated = (source.split("\n") * (lines // source.count("\n") + 1))[:lines]
    middle = lines // 2
    while repeated[middle].startswith((" ", "\t")) or not repeated[middle]:
        middle += 1
    buffer = Buffer("\n".join(repeated[:middle]) + "\n", "\n" + "\n".join(repeated[middle:]))
    upstream.oracle.begin(_DRY)
    uri = (folder / "long.py").as_uri()
    server.open(uri, "python", buffer.before + buffer.after)
    await asyncio.sleep(1.5)
    probe = Probe(server, upstream, kind, uri, buffer)
    seconds = []
    before = busy(server.process.pid)
    for number in range(WARM_UP + TIMES):
        seconds.append(await probe.type_and_ask(f"\nname_{number} = val"))
        await asyncio.sleep(BETWEEN)
    cpu = busy(server.process.pid) - before
    await server.stop()
    await upstream.stop()
    return seconds[WARM_UP:], cpu / len(seconds)


async def memory(
    folder: Path, kind: Kind, workspace: Path, texts: Sequence[Text], keys: int
) -> tuple[list[int], float]:
    """Bytes of a server after each tenth of so many keys, typed as fast as it answers, and the seconds that it took.

    A person takes an hour for 20,000 keys. Every third key is followed by a request.
    """
    upstream = Upstream(Oracle(0.15, "memory"), AT_ONCE)
    await upstream.start()
    server = await Server.start(folder, workspace, kind, upstream.address, SHAPE)
    asker = ServerAsker(server, kind)
    await asyncio.sleep(5)
    began = time.monotonic()
    sizes: list[int] = []
    pressed = 0
    for text in cycle(texts):
        buffer = Buffer(text.before, text.after)
        upstream.oracle.begin(text.typed)
        upstream.oracle.typed(buffer.before, 0)
        asker.open(text, buffer)
        for offset, char in enumerate(text.typed):
            asker.change([buffer.edit(kind, char)], buffer.version)
            upstream.oracle.typed(buffer.before, offset + 1)
            pressed += 1
            if pressed % 3 == 0:
                params = {"textDocument": {"uri": asker.uri}, "position": buffer.position(kind)}
                await server.call(INLINE, {**params, "context": {"triggerKind": 2}})
            if pressed % (keys // 10) == 0:
                sizes.append(resident(server.process.pid))
        asker.close()
        if pressed >= keys:
            break
    took = time.monotonic() - began
    await server.stop()
    await upstream.stop()
    return sizes, took


async def open_documents(folder: Path, kind: Kind, workspace: Path, files: Sequence[Path]) -> int:
    """Bytes of a server that has learned a workspace and has these files open, after a request in each."""
    upstream = Upstream(Oracle(0.1, "documents"), AT_ONCE)
    await upstream.start()
    server = await Server.start(folder, workspace, kind, upstream.address, SHAPE)
    upstream.oracle.begin(_DRY)
    for file in files:
        text = file.read_text("utf-8")
        server.open(file.as_uri(), "python" if file.suffix == ".py" else "typescript", text)
        upstream.oracle.typed("", 0)
        position = {"line": text.count("\n") // 2, "character": 0}
        params = {"textDocument": {"uri": file.as_uri()}, "position": position, "context": {"triggerKind": 2}}
        await server.call(INLINE, params)
    await asyncio.sleep(5)
    size = resident(server.process.pid)
    await server.stop()
    await upstream.stop()
    return size
