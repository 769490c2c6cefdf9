from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from ai_lsp.server import writer as writer_module
from ai_lsp.server.framing import FrameDecoder
from ai_lsp.server.writer import Writer


class Pipe:
    def __init__(self) -> None:
        self.source, self.target = os.pipe()

    def read(self) -> list[dict[str, Any]]:
        """All messages until the other end is closed."""
        decoder, found = FrameDecoder(), []
        while data := os.read(self.source, 1 << 16):
            found += [json.loads(body) for body in decoder.feed(data) if isinstance(body, bytes)]
        return found


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    os.close(pipe.source)


def delta(content: str) -> dict[str, Any]:
    return {"method": "$/progress", "params": {"token": "t", "value": {"kind": "delta", "content": content}}}


async def start(pipe: Pipe) -> tuple[Writer, asyncio.Event]:
    loop, broken = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        loop.call_soon_threadsafe(broken.set)

    writer = Writer(pipe.target, tell)
    writer.start()
    return writer, broken


async def finish(pipe: Pipe, writer: Writer) -> list[dict[str, Any]]:
    """What the editor has read when everything has been written."""
    reading = asyncio.create_task(asyncio.to_thread(pipe.read))
    assert await writer.close(5)
    os.close(pipe.target)
    return await reading


async def test_what_is_small_goes_out_at_once_while_there_is_room_and_never_waits(pipe: Pipe) -> None:
    writer = Writer(pipe.target, lambda: None)
    writer.send({"id": 1})
    assert os.read(pipe.source, 1000) == b'Content-Length: 8\r\n\r\n{"id":1}'
    for number in range(200):  # more than a pipe holds, and nobody reads
        writer.send({"id": number, "text": "x" * 1000})
    writer.start()
    assert [message["id"] for message in await finish(pipe, writer)] == list(range(200))


async def test_messages_go_out_in_order(pipe: Pipe) -> None:
    writer, _ = await start(pipe)
    sent = [{"id": number, "text": "ä😀\ud800"} for number in range(100)]
    for message in sent:
        writer.send(message)
    assert await finish(pipe, writer) == sent


async def test_fact_11_an_editor_that_does_not_read_keeps_nobody_waiting(pipe: Pipe) -> None:
    writer, _ = await start(pipe)
    text = "".join(f"{number} " for number in range(200_000))
    for start_of_piece in range(0, len(text), 100):  # far more than a pipe holds; nobody reads yet
        writer.send(delta(text[start_of_piece : start_of_piece + 100]))
    writer.send({"id": 1, "result": None})
    assert len(writer._queue) <= 2
    *pieces, answer = await finish(pipe, writer)
    assert "".join(piece["params"]["value"]["content"] for piece in pieces) == text
    assert answer == {"id": 1, "result": None}


async def test_there_is_room_again_when_half_of_what_waited_is_read(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MAX_WAITING", 300_000)
    writer, _ = await start(pipe)
    await writer.room()
    for number in range(8):
        writer.send({"id": number, "result": "x" * 100_000})
    waiting = asyncio.create_task(writer.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    read = await finish(pipe, writer)
    await waiting
    assert [message["id"] for message in read] == list(range(8))


async def test_who_wants_less_to_wait_waits_longer(pipe: Pipe) -> None:
    writer, _ = await start(pipe)
    for number in range(4):
        writer.send({"id": number, "result": "x" * 100_000})
    for most in (500_000, 1_000_000, None):
        await writer.room(most)
    patient = asyncio.create_task(writer.room(200_000))
    given_up = asyncio.create_task(writer.room(1000))
    await asyncio.sleep(0)
    given_up.cancel()
    assert not patient.done()
    assert len(await finish(pipe, writer)) == 4
    await patient


async def test_an_editor_that_is_gone_is_noticed(pipe: Pipe) -> None:
    writer, broken = await start(pipe)
    os.close(pipe.source)
    writer.send({"id": 1})
    await broken.wait()
    writer.send({"id": 2})
    assert await writer.close(1)
    os.close(pipe.target)
    pipe.source = os.open(os.devnull, os.O_RDONLY)


async def test_what_is_not_json_is_refused_and_the_rest_goes_out(pipe: Pipe) -> None:
    writer, _ = await start(pipe)
    with pytest.raises(TypeError):
        writer.send({"result": object()})
    with pytest.raises(ValueError, match="JSON"):
        writer.send({"result": float("nan")})
    writer.send({"result": 1})
    assert await finish(pipe, writer) == [{"result": 1}]


async def test_closing_does_not_wait_for_ever(pipe: Pipe) -> None:
    writer, _ = await start(pipe)
    writer.send({"result": "x" * 1_000_000})
    assert not await writer.close(0.01)
    reading = asyncio.create_task(asyncio.to_thread(pipe.read))
    assert await writer.close(5)
    os.close(pipe.target)
    await reading
