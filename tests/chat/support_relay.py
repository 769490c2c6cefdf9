"""A relay between our server and a model server, which knows to the millisecond when the first word of an answer passed."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_FIRST_WORD = re.compile(rb'"content":"[^"]')


@dataclass(slots=True)
class Relay:
    """`first_words` are the moments, on the monotonic clock, one for each answer that had a word."""

    url: str = ""
    first_words: list[float] = field(default_factory=list)


@asynccontextmanager
async def relaying(url: str) -> AsyncIterator[Relay]:
    """A relay on a free port for the length of the block."""
    relay, target = Relay(), urlsplit(url)
    running: set[asyncio.Task[None]] = set()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        model_reader, model_writer = await asyncio.open_connection(target.hostname, target.port)
        await asyncio.gather(_pass_on(reader, model_writer), _pass_on(model_reader, writer, relay))

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(connect(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    relay.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), 5)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, relay: Relay | None = None) -> None:
    """One direction, to its end; the other side is told of it."""
    begun = False
    with suppress(OSError):
        while data := await reader.read(65536):
            if relay is not None:
                begun = begun and b"HTTP/1.1" not in data
                if not begun and _FIRST_WORD.search(data):
                    begun = True
                    relay.first_words.append(time.monotonic())
            writer.write(data)
            await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
