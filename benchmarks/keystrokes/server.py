"""The real server as a process, and the least of an editor's connection to it: messages out, answers to whoever waits.

In: a folder to work in, the address of a model service and the shape of its prompts. Out: answers with the moment at which
they came. Nothing of the person's own configuration, keys or counters is touched.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks._servers import CHECKOUT
from benchmarks.keystrokes.editor import Kind

Json = dict[str, Any]
OnAnswer = Callable[[Json, float], None]
BUDGET = 2000
"""Tokens of a prompt."""


@dataclass(slots=True)
class Server:
    process: asyncio.subprocess.Process
    folder: Path
    sent: int = 0
    answered: int = 0
    refreshed: Callable[[], None] | None = None
    """Called when the server says that something better is there."""
    _waiting: dict[int, OnAnswer] = field(default_factory=dict)
    _reading: asyncio.Task[None] | None = None

    @property
    def watch(self) -> Path:
        return self.folder / "watch"

    @property
    def unanswered(self) -> int:
        return len(self._waiting)

    @classmethod
    async def start(
        cls, folder: Path, workspace: Path | None, kind: Kind, address: str, shape: str, *, budget: int = BUDGET
    ) -> Server:
        """`shape` is the provider's option `fim`, `budget` the most tokens of a prompt."""
        config = _write_config(folder, address, shape, budget)
        homes = dict.fromkeys(("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(folder))
        environment = {**os.environ, **homes, "AI_LSP_BENCH_WATCH": str(folder / "watch")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = (sys.executable, "-m", "benchmarks.keystrokes.watched", "serve", "--config", str(config))
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=CHECKOUT,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 24,
        )
        server = cls(process, folder)
        server._reading = asyncio.create_task(server._read())
        await server._initialize(kind, workspace)
        return server

    def notify(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Any, on_answer: OnAnswer) -> int:
        self.sent += 1
        self._waiting[self.sent] = on_answer
        self._send({"jsonrpc": "2.0", "id": self.sent, "method": method, "params": params})
        return self.sent

    def cancel(self, request: int) -> None:
        if request in self._waiting:
            self.notify("$/cancelRequest", {"id": request})

    async def call(self, method: str, params: Any = None) -> tuple[Json, float]:
        answer: asyncio.Future[tuple[Json, float]] = asyncio.get_running_loop().create_future()
        self.request(method, params, lambda message, at: answer.set_result((message, at)))
        return await asyncio.wait_for(answer, 30)

    def open(self, uri: str, language: str, text: str) -> None:
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    async def stop(self) -> None:
        await self.call("shutdown")
        self.notify("exit", None)
        await asyncio.wait_for(self.process.wait(), 10)
        assert self._reading is not None
        await self._reading

    async def _initialize(self, kind: Kind, workspace: Path | None) -> None:
        root = workspace.as_uri() if workspace else None
        folders = [{"uri": root, "name": "workspace"}] if root else None
        capabilities = {
            "general": {"positionEncodings": [kind.encoding]},
            "textDocument": {"inlineCompletion": {}},
            "experimental": {"aiLsp": {"refresh": True}},
        }
        params = {"processId": os.getpid(), "clientInfo": {"name": kind.client, "version": "1"}, "rootUri": root}
        await self.call("initialize", {**params, "workspaceFolders": folders, "capabilities": capabilities})
        self.notify("initialized", {})

    def _send(self, message: Json) -> None:
        assert self.process.stdin is not None
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while head := await _head(self.process.stdout):
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            message = json.loads(await self.process.stdout.readexactly(length))
            self._take(message, time.monotonic())

    def _take(self, message: Json, at: float) -> None:
        if "method" not in message:
            self.answered += 1
            self._waiting.pop(message["id"])(message, at)
        elif "id" in message:
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})
        if message.get("method") == "aiLsp/refresh" and self.refreshed is not None:
            self.refreshed()


def _write_config(folder: Path, address: str, shape: str, budget: int) -> Path:
    folder.mkdir(parents=True)
    config = folder / "config.toml"
    config.write_text(_CONFIG.format(address=address, shape=shape, budget=budget), "utf-8")
    return config


async def _head(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


_CONFIG = """\
provider = "bench"

[providers.bench]
kind = "openai-compatible"
endpoint = "{address}"
model = "bench"
fim = "{shape}"
max_prompt_tokens = {budget}
"""
