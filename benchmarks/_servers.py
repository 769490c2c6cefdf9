"""Server processes to measure: ours with a house that does nothing, and a plain one of the library it is built on."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[1]

STOCK = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer("stock", "1")
@server.feature("aiLsp/status")
def status(params):
    return None
@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def complete(params):
    return None
server.start_io()
"""

OURS = [sys.executable, "-m", "tests.server.fake_house"]
PLAIN = [sys.executable, "-c", STOCK]
COMMAND = [sys.executable, "-m", "ai_lsp", "serve"]


def has_command() -> bool:
    """Whether the checkout has the whole product, and not only its server."""
    return find_spec("ai_lsp.__main__") is not None


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process from its start: CPU seconds of all its threads, wall seconds, peak memory in bytes."""

    cpu: float
    wall: float
    memory: int


class Talk:
    """The least that speaks to a server: one message out, one answer in."""

    def __init__(self, command: Sequence[str], env: dict[str, str] | None = None) -> None:
        environment = {**os.environ, **(env or {})}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without compiled modules a start takes twice as long
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._id = 0

    def notify(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def call(self, method: str, params: Any) -> Any:
        self._id += 1
        self._send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        while (message := self._receive()).get("id") != self._id:
            pass
        return message

    def initialize(self) -> None:
        general = {"positionEncodings": ["utf-16"]}
        capabilities = {"general": general, "textDocument": {"inlineCompletion": {}}}
        self.call("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities})

    def kill(self) -> Cost:
        wall = time.perf_counter() - self.began
        self.process.kill()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = status
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        unit = 1 if sys.platform == "darwin" else 1024
        return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit)

    def _send(self, message: Any) -> None:
        assert self.process.stdin is not None
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline()) != b"\r\n":
            if not line:
                raise EOFError("the server has ended")
            if line.lower().startswith(b"content-length"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def interleaved(runs: int, *measures: Callable[[], Cost]) -> list[list[Cost]]:
    """Each in turn, so that what else the machine does falls on all alike. The first round only warms up."""
    rounds = [[measure() for measure in measures] for _ in range(runs + 1)]
    return [list(costs) for costs in zip(*rounds[1:], strict=True)]
