"""A server on this machine that answers each request with the bytes a test scripts, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import pytest


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what a socket brings about."""
    while not condition():  # noqa: ASYNC110  # sockets set no event of ours
        await asyncio.sleep(0)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to these addresses. The names that were looked up are noted."""
    asked: list[str] = []

    async def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    return asked


def whole(body: object, status: str = "200 OK", media: str = "application/json", **headers: str) -> Answer:
    """An answer with its length."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())

    async def answer(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(f"HTTP/1.1 {status}\r\ncontent-type: {media}\r\n{more}content-length: {len(data)}\r\n\r\n".encode())
        out.write(data)
        await out.drain()

    return answer


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def head(media: str = "text/event-stream") -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-type: {media}\r\ntransfer-encoding: chunked\r\n\r\n".encode()


def streamed(*pieces: bytes, media: str = "text/event-stream", cut: bool = False) -> Answer:
    """An answer in chunks. `cut`: the connection is closed where the last chunk should say that all is told."""

    async def answer(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head(media))
        for piece in pieces:
            out.write(chunk(piece))
            await out.drain()
        if cut:
            out.close()
        else:
            out.write(b"0\r\n\r\n")

    return answer


def sse(*events: object, event: str = "", done: str = "[DONE]") -> Answer:
    """JSON documents as server-sent events, with the usual end mark where `done` is not empty."""
    name = f"event: {event}\n" if event else ""
    pieces = [f"{name}data: {json.dumps(one)}\n\n".encode() for one in events]
    return streamed(*pieces, *([f"data: {done}\n\n".encode()] if done else []))


@dataclass
class Loopback:
    """Answers in the order given; the last answer is repeated. `gone` is set when a client closes a connection."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    open: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[Any]] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while not writer.is_closing():
                    await self._one(reader, writer)
        finally:
            self.open -= 1
            self.gone.set()
            writer.close()
            self._tasks.discard(task)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ")
        self.asked.append(Asked(method, path, headers, body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        answering = asyncio.ensure_future(answer(self.asked[-1], writer))
        leaving = asyncio.ensure_future(reader.read(1))
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if leaving.done():
            answering.cancel()
            raise ConnectionResetError
        leaving.cancel()
        with suppress(asyncio.CancelledError):
            await leaving
        await answering
