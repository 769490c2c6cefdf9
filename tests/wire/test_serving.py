"""The scripted servers send what they are told to, and nothing else. Read with bare sockets."""

from __future__ import annotations

import asyncio

import pytest

from tests.wire.serving import CUT, SILENCE, Answer, Framing, Server, next_read, serving

REQUEST = b"POST /v1/chat?x=1 HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer k\r\nContent-Length: 2\r\n\r\n{}"


async def ask(server: Server, request: bytes = REQUEST) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
    writer.write(request)
    return reader, writer


async def test_a_request_is_kept_as_it_came() -> None:
    async with serving(Answer(framing=Framing.UNTIL_CLOSE)) as server:
        reader, writer = await ask(server)
        await reader.read()
        writer.close()
    received = server.last
    assert (received.method, received.target, received.path, received.json) == ("POST", "/v1/chat?x=1", "/v1/chat", {})
    assert received.headers["authorization"] == "Bearer k"


async def test_pieces_arrive_one_by_one() -> None:
    async with serving(Answer(body=[b"a", next_read, b"b"], headers={"x-one": "1"})) as server:
        reader, writer = await ask(server)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"200 Scripted" in head
        assert b"x-one: 1" in head
        assert await reader.readuntil(b"0\r\n\r\n") == b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"
        writer.close()


async def test_a_step_may_wait_for_the_test() -> None:
    go_on = asyncio.Event()
    async with serving(Answer(body=[b"first", go_on.wait, b"second"], framing=Framing.UNTIL_CLOSE)) as server:
        reader, writer = await ask(server)
        await reader.readuntil(b"first")
        assert server.last.sent == len(b"first")
        go_on.set()
        assert await reader.read() == b"second"
        writer.close()


async def test_a_body_can_be_cut_short() -> None:
    async with serving(Answer(body=[b"123", CUT, b"never"], framing=Framing.LENGTH)) as server:
        reader, writer = await ask(server)
        assert b"content-length: 8" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.read() == b"123"
        writer.close()


@pytest.mark.parametrize("framing", Framing)
async def test_the_moment_of_closing_is_kept(framing: Framing) -> None:
    async with serving(Answer(body=[b"x", SILENCE], framing=framing)) as server:
        reader, writer = await ask(server)
        await reader.readuntil(b"x")
        assert not server.last.closed.is_set()
        before = asyncio.get_running_loop().time()
        writer.close()
        await server.last.closed.wait()
        assert server.last.closed_at is not None
        assert before <= server.last.closed_at <= before + 0.25
    assert not server.open


async def test_one_connection_serves_many_requests() -> None:
    answers = iter([Answer(status=503, framing=Framing.LENGTH), Answer(body=[b"ok"], framing=Framing.LENGTH)])
    async with serving(lambda received: next(answers)) as server:
        reader, writer = await ask(server, REQUEST + REQUEST)
        assert b"503" in await reader.readuntil(b"\r\n\r\n")
        assert b"200" in await reader.readuntil(b"ok")
        writer.close()
    assert server.connections == 1
    assert len(server.received) == 2
