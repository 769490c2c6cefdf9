"""Scripted HTTP servers on this machine, with every byte and every moment in the test's hand.

In: an `Answer`, or a function from what was received to an `Answer`. Out: what every request held, and when its
connection was closed. Written on bare sockets, because no server framework would send what broken services send.

    async with serving(Answer(body=[b"data: 1\\n\\n", event.wait, CUT])) as server:
        ...ask server.url...
    server.received[0].headers["authorization"]
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

Wait = Callable[[], Awaitable[object]]


class Framing(Enum):
    """How a reader learns where the body ends."""

    CHUNKED = auto()
    LENGTH = auto()
    UNTIL_CLOSE = auto()


class Fault(Enum):
    """What becomes of a connection in the middle of a body."""

    CUT = auto()
    """It is closed, and the body was not at its end."""
    RESET = auto()
    """It is torn down."""
    SILENCE = auto()
    """Nothing more comes, and it stays open."""


CUT, RESET, SILENCE = Fault.CUT, Fault.RESET, Fault.SILENCE
Step = bytes | Wait | Fault


async def next_read() -> None:
    """A step between two pieces: whoever reads gets the first one alone."""
    for _ in range(3):
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Answer:
    """`before` is waited for before even the headers are sent, like a request that stands in a queue."""

    status: int = 200
    body: Iterable[Step] = ()
    type: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict)
    framing: Framing = Framing.CHUNKED
    before: Wait | None = None

    def with_body(self, body: Iterable[Step]) -> Answer:
        """The same answer with a body that is made while it is sent. It can be given once."""
        return replace(self, body=body)


@dataclass(slots=True)
class Received:
    """One request. `sent` counts the bytes of the answer's body that were handed to the connection."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    sent: int = 0
    blocked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the reader takes no more: what was sent fills every buffer on the way."""
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    closed_at: float | None = None
    """The event loop's time at which its connection was closed."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Answering = Callable[[Received], Answer]


class Server:
    """`received` has the requests in the order in which they came, `connections` counts those that were ever made."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.received: list[Received] = []
        self.arrived = asyncio.Event()
        """Set with every request that comes in."""
        self.connections = 0
        self.open: set[Connection] = set()
        self.url = ""

    @property
    def last(self) -> Received:
        return self.received[-1]


@asynccontextmanager
async def serving(answer: Answer | Answering) -> AsyncIterator[Server]:
    """A server on a free port of 127.0.0.1 for the length of the block."""
    server = Server(answer if callable(answer) else lambda received: answer)
    listener = await asyncio.get_running_loop().create_server(lambda: Connection(server), "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for connection in list(server.open):
            connection.abort()


class Connection(asyncio.Protocol):
    """One connection: requests one after another, each answered as its script says."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._asked: list[Received] = []
        self._task: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def abort(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections += 1
        self._server.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.open.discard(self)
        for received in self._asked:
            received.closed_at = self._loop.time()
            received.closed.set()
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()
        self._asked[-1].blocked.set()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._answer_next()

    def _answer_next(self) -> None:
        if self._task is None and (received := _parse(self._buffer)) is not None:
            self._asked.append(received)
            self._server.received.append(received)
            self._server.arrived.set()
            self._task = self._loop.create_task(self._answer(received, self._server.answering(received)))
            self._task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled():
            task.result()
            self._answer_next()

    async def _answer(self, received: Received, answer: Answer) -> None:
        if answer.before is not None:
            await answer.before()
        steps = list(answer.body) if answer.framing is Framing.LENGTH else answer.body
        self._transport.write(_head(answer, steps))
        for step in steps:
            if self._transport.is_closing():
                return
            if isinstance(step, Fault):
                await self._break(step)
            elif callable(step):
                await step()
            else:
                self._transport.write(_framed(step, answer.framing))
                received.sent += len(step)
                await self._writable.wait()
        if answer.framing is Framing.CHUNKED:
            self._transport.write(b"0\r\n\r\n")
        elif answer.framing is Framing.UNTIL_CLOSE:
            self._transport.close()

    async def _break(self, fault: Fault) -> None:
        if fault is Fault.CUT:
            self._transport.close()
        elif fault is Fault.RESET:
            self._transport.abort()
        await asyncio.Event().wait()  # ends when the connection does


def _parse(buffer: bytearray) -> Received | None:
    """The next whole request, taken out of the buffer."""
    head, separator, rest = bytes(buffer).partition(b"\r\n\r\n")
    if not separator:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", 0))
    if len(rest) < length:
        return None
    del buffer[: len(head) + 4 + length]
    return Received(method, target, headers, rest[:length])


def _head(answer: Answer, steps: Iterable[Step]) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} Scripted", f"content-type: {answer.type}"]
    if answer.framing is Framing.CHUNKED:
        lines.append("transfer-encoding: chunked")
    elif answer.framing is Framing.LENGTH:
        lines.append(f"content-length: {sum(len(step) for step in steps if isinstance(step, bytes))}")
    else:
        lines.append("connection: close")
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _framed(piece: bytes, framing: Framing) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece) if framing is Framing.CHUNKED and piece else piece
