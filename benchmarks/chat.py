"""What a chat costs: how late its first word is, CPU for each piece, and what others wait while an editor reads slowly.

The model is a thread of this process that sends an answer as services do, so that its first byte has a time. The baseline
for the first word and for the CPU is a bare program that reads the same answer straight from it.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks._servers import COMMAND, Talk, median

CHATS = 30
PIECES = 20_000
LONG = 10_000_000
PER_SECOND = 2_000_000
"""Bytes that a slow editor reads."""
MOST_LATE_MS = 100.0
MOST_CPU_US = 200.0

BARE = """
import http.client, json, sys, time
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for _ in range(int(sys.argv[3])):
    connection.request("POST", "/v1/chat/completions", json.dumps({"messages": [{"content": sys.argv[2]}]}))
    reply, first = connection.getresponse(), True
    while line := reply.readline():
        if line.startswith(b"data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content") and first:
            first = False
            print(time.monotonic(), flush=True)
"""


class Model:
    """Answers with as many pieces as the question says, each of as many characters: `PIECESxCHARACTERS`."""

    def __init__(self) -> None:
        self.first_bytes: list[float] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as incoming:
            while (length := _read_head(incoming.readline)) is not None:
                asked = json.loads(incoming.read(length))["messages"][-1]["content"] if length else ""
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                )
                time.sleep(0.02)  # what thinks before it speaks
                self.first_bytes.append(time.monotonic())
                for event in _events(asked):
                    connection.sendall(b"%x\r\n%b\r\n" % (len(event), event))
                connection.sendall(b"0\r\n\r\n")


def _read_head(readline: Callable[[], bytes]) -> int | None:
    """The length of the next request's body; None where there is no other."""
    length = None
    while (line := readline()) not in {b"", b"\r\n"}:
        length = length or 0
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return length


def _events(asked: str) -> Iterator[bytes]:
    pieces, _, size = asked.partition("x")
    event = _event({"content": ("word " * (int(size) // 5 + 1))[: int(size)]}) if size else b""
    together = max(1, 4000 // max(len(event), 1)) if int(pieces or 0) > 1000 else 1
    for _ in range(int(pieces or 0) // together):
        yield event * together
    yield _event({}, finish_reason="stop") + b"data: [DONE]\n\n"


def _event(delta: dict[str, str], **more: str) -> bytes:
    return b"data: %b\n\n" % json.dumps({"model": "m", "choices": [{"delta": delta, **more}]}).encode()


class Editor(Talk):
    """Our server, whose provider is the model."""

    def __init__(self, model: Model, folder: Path) -> None:
        config = folder / "config.toml"
        endpoint = f"http://127.0.0.1:{model.port}/v1"
        config.write_text(
            f'provider = "m"\n[providers.m]\nkind = "openai-compatible"\nmodel = "m"\nendpoint = "{endpoint}"\n'
        )
        state = {name: str(folder) for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        super().__init__(COMMAND, {"AI_LSP_CONFIG": str(config), **state})
        self.initialize()
        self.notify("initialized", {})
        self.chat("1x5")

    def chat(self, asked: str) -> float:
        """When its first piece came."""
        number = self.ask(asked)
        first = 0.0
        while (message := self._receive()).get("id") != number:
            if not first and message.get("method") == "$/progress":
                first = time.monotonic()
        return first

    def ask(self, asked: str) -> int:
        self._id += 1
        params = {"messages": [{"role": "user", "content": asked}], "partialResultToken": self._id}
        self._send({"jsonrpc": "2.0", "id": self._id, "method": "aiLsp/chat", "params": params})
        return self._id

    def look(self) -> int:
        self._id += 1
        self._send({"jsonrpc": "2.0", "id": self._id, "method": "aiLsp/status", "params": {}})
        return self._id

    def read(self) -> tuple[dict[str, Any], int]:
        """A message and its size."""
        message = self._receive()
        return message, len(json.dumps(message))


def first_words(model: Model, folder: Path) -> tuple[list[float], list[float]]:
    """Milliseconds from the model's first byte to the first word, in a bare program and in an editor."""
    editor = Editor(model, folder)
    model.first_bytes.clear()
    bare = subprocess.run(
        [sys.executable, "-c", BARE, str(model.port), "1x5", str(CHATS)], stdout=subprocess.PIPE, check=True
    )
    late = [(float(at) - sent) * 1000 for at, sent in zip(bare.stdout.split(), model.first_bytes, strict=True)]
    model.first_bytes.clear()
    came = [editor.chat("1x5") for _ in range(CHATS)]
    editor.kill()
    return late, [(at - sent) * 1000 for at, sent in zip(came, model.first_bytes, strict=True)]


def cpu(model: Model, folder: Path) -> tuple[float, float]:
    """Microseconds of CPU for each piece, in a bare program and in our server."""

    def bare(asked: str) -> float:
        process = subprocess.Popen([sys.executable, "-c", BARE, str(model.port), asked, "1"], stdout=subprocess.DEVNULL)
        _, process.returncode, usage = os.wait4(process.pid, 0)
        return usage.ru_utime + usage.ru_stime

    def ours(asked: str) -> float:
        editor = Editor(model, folder)
        editor.chat(asked)
        return editor.kill().cpu

    costs = []
    for measure in (bare, ours):
        nothing, everything = ([measure(asked) for _ in range(3)] for asked in ("1x5", f"{PIECES}x5"))
        costs.append((median(everything) - median(nothing)) / PIECES * 1e6)
    return costs[0], costs[1]


def waits(model: Model, folder: Path, asked: str | None) -> tuple[list[float], float]:
    """Milliseconds until a status is there, while a slow editor reads an answer, if one is asked for; and peak memory in MB."""
    editor = Editor(model, folder)
    chat = None if asked is None else editor.ask(asked)
    took: list[float] = []
    number, since = editor.look(), time.monotonic()
    while chat is not None or len(took) < CHATS:
        message, size = editor.read()
        if asked is not None:
            time.sleep(size / PER_SECOND)
        if message.get("id") == chat is not None:
            break
        if message.get("id") == number:
            took.append((time.monotonic() - since) * 1000)
            number, since = editor.look(), time.monotonic()
    return took, editor.kill().memory / 1e6


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        model, folder = Model(), Path(name)
        bare, ours = first_words(model, folder)
        print(f"{'first word, ms after it was sent':40}{'median':>10}{'worst':>10}")
        print(f"{'bare program':40}{median(bare):10.1f}{max(bare):10.1f}")
        print(f"{'in an editor':40}{median(ours):10.1f}{max(ours):10.1f}")
        costs = cpu(model, folder)
        print(
            f"\n{'CPU us for each of 20,000 pieces':40}{'bare':>10}{'ai-lsp':>10}\n{'':40}{costs[0]:10.0f}{costs[1]:10.0f}"
        )
        print(f"\n{'a status, ms (editor reads 2 MB/s)':40}{'median':>10}{'worst':>10}{'memory MB':>12}")
        for label, asked in (("no chat", None), ("behind a reply of 10 MB", f"{LONG // 500}x500")):
            took, memory = waits(model, folder, asked)
            print(f"{label:40}{median(took):10.1f}{max(took):10.1f}{memory:12.0f}")
    print(
        f"\ntargets: a first word after at most {MOST_LATE_MS:.0f} ms, at most {MOST_CPU_US:.0f} us of CPU for a piece"
    )
    return int(median(ours) > MOST_LATE_MS or costs[1] > MOST_CPU_US)


if __name__ == "__main__":
    sys.exit(main())
