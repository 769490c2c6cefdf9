"""A model service on this machine: streams what the oracle says at a model's pace, and counts what it is asked for.

In: requests in OpenAI's shape, for a raw prompt or a conversation. Out: server-sent events, the first token after a quarter
of a second, then one every twelve milliseconds. A reader that goes away ends its stream, as it does at real services.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from benchmarks.keystrokes.oracle import TOKEN, Oracle

OPENING, CLOSING = "<COMPLETION>", "</COMPLETION>"
SUFFIX_MARKS = ("<|fim_suffix|>",)
_STEP = 0.01
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\n%b\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: until the first token, and between two."""

    first: float = 0.25
    each: float = 0.012


@dataclass(slots=True)
class Asked:
    """One request. `stable` is the part of the prompt that a service can find in its cache while a person types on."""

    at: float
    task: int
    prompt: str
    stable: str
    generated: int = 0
    aborted: bool = False


@dataclass(slots=True)
class Upstream:
    oracle: Oracle
    pace: Pace
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    streaming: int = 0
    task: int = 0
    """Number of the text that is being typed: prompts are compared within one."""
    _server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def stream(self, prompt: str, stable: str, most: int) -> AsyncIterator[str]:
        """Tokens at the model's pace. Ended early by its reader, it counts as aborted."""
        asked = Asked(time.monotonic(), self.task, prompt, stable)
        self.asked.append(asked)
        self.streaming += 1
        asked.aborted = True
        try:
            due = asked.at + self.pace.first
            for token in self.oracle.tokens(prompt, most):
                while (wait := due - time.monotonic()) > 0:
                    await asyncio.sleep(min(wait, _STEP))
                    yield ""
                asked.generated += 1
                due += self.pace.each
                yield token
            asked.aborted = False
        finally:
            self.streaming -= 1

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
                body = await reader.readexactly(length)
                if not head.startswith("post"):
                    _whole(writer, {"object": "list", "data": [{"id": "bench", "object": "model"}]})
                elif not await self._answer(json.loads(body), reader, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, body: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the reader stayed to the end."""
        is_chat = "messages" in body
        prompt, stable = _chat(body) if is_chat else _raw(body)
        most = int(body.get("max_tokens") or body.get("max_completion_tokens") or 256)
        writer.write(_HEAD % (b"text/event-stream", b"transfer-encoding: chunked"))
        if is_chat:
            _event(writer, {"choices": [{"delta": {"content": OPENING}}]})
        generated = 0
        stream = self.stream(prompt, stable, most)
        async for token in stream:
            if reader.at_eof() or writer.is_closing():
                await stream.aclose()  # type: ignore[attr-defined]  # an async generator, though typed as an iterator
                return False
            if token:
                generated += 1
                delta = {"delta": {"content": token}} if is_chat else {"text": token}
                _event(writer, {"choices": [delta]})
        if is_chat:
            _event(writer, {"choices": [{"delta": {"content": CLOSING}}]})
        usage = {"prompt_tokens": -(-len(prompt) // TOKEN), "completion_tokens": generated}
        reason = "stop" if self.oracle.ends(prompt, most) else "length"
        last: Any = {"finish_reason": reason, **({"delta": {}} if is_chat else {"text": ""})}
        _event(writer, {"choices": [last], "usage": usage})
        _chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def shared_prefixes(asked: list[Asked]) -> list[float]:
    """For consecutive prompts about one text, the share of the later one that the earlier one begins with."""
    return [
        _common(earlier.stable, later.stable) / max(len(later.stable), 1)
        for earlier, later in pairwise(asked)
        if earlier.task == later.task
    ]


def _common(one: str, other: str) -> int:
    """How many characters at the start are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _raw(body: Any) -> tuple[str, str]:
    prompt = str(body["prompt"])
    if body.get("suffix"):
        return f"{prompt}<suffix>{body['suffix']}", prompt
    stable = next((prompt.partition(mark)[0] for mark in SUFFIX_MARKS if mark in prompt), prompt)
    return prompt, stable


def _chat(body: Any) -> tuple[str, str]:
    text = "\n".join(f"{message['role']}: {message['content']}" for message in body["messages"])
    return text, text


def _event(writer: asyncio.StreamWriter, data: Any) -> None:
    _chunk(writer, b"data: %b\n\n" % json.dumps(data).encode())


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%b\r\n" % (len(data), data))


def _whole(writer: asyncio.StreamWriter, data: Any) -> None:
    body = json.dumps(data).encode()
    writer.write(_HEAD % (b"application/json", b"content-length: %d" % len(body)) + body)
