"""Answers that break, stall, drip, lie about themselves or never come: each ends in an error of the right kind, in time."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from ai_lsp.core.errors import (
    AIError,
    BrokenStreamError,
    FirstContentTimeoutError,
    ProtocolError,
    StalledError,
    TotalTimeoutError,
)
from ai_lsp.core.stream import TextDelta
from ai_lsp.gateway.call import Call, ChatCall, CompletionCall
from ai_lsp.gateway.deadlines import DeadlineStage
from ai_lsp.gateway.gateway import Gateway
from tests.support.clock import FakeClock
from tests.wire.dialect import (
    CHAT,
    CONTEXT,
    PROMPT,
    Dialect,
    Exchange,
    asked,
    factory_for,
    failure,
    provider_for,
    service,
)
from tests.wire.serving import CUT, RESET, SILENCE, Answer, Fault, Framing, Received, Server, Step, next_read

pytestmark = pytest.mark.usefixtures("every_log")

SOON = 0.25
"""Seconds of real time."""


class Reader:
    """Somebody who reads an answer through the gateway, with its deadlines."""

    def __init__(self, gateway: Gateway, call: Call) -> None:
        self.text = ""
        self.came = asyncio.Event()
        self.task = asyncio.create_task(self._read(gateway, call))

    async def _read(self, gateway: Gateway, call: Call) -> None:
        async with aclosing(gateway.stream(call)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    self.text += event.text
                    self.came.set()

    async def error(self) -> AIError:
        return await failure(self.task)


Reading = Callable[[Call], Reader]


@asynccontextmanager
async def reading(dialect: Dialect, answer: Answer, clock: FakeClock) -> AsyncIterator[tuple[Server, Reading]]:
    """A service that gives this answer, and a function that makes readers of it."""
    async with service(dialect, answer) as server, factory_for(dialect, server.url, clock) as factory:
        gateway = Gateway([DeadlineStage(clock)], factory)
        yield server, lambda call: Reader(gateway, call)


CALLS: list[Call] = [ChatCall("mine", CHAT), CompletionCall("mine", PROMPT, CONTEXT)]


@pytest.fixture(params=CALLS, ids=["chat", "code"])
def call(request: pytest.FixtureRequest) -> Call:
    made: Call = request.param
    return made


def stream(dialect: Dialect, *body: Step, **more: Any) -> Answer:
    return Answer(body=body, type=dialect.chat.recorded.stream_type, **more)


def without_end(exchange: Exchange, mark: bytes) -> bytes:
    """The recorded stream up to the event that says how it ended."""
    whole = exchange.recorded.stream
    end = whole.find(mark)
    return whole[: whole.rfind(b"\n", 0, end if end > 0 else whole.rfind(b"\n", 0, -2)) + 1]


# streams that break


@pytest.mark.parametrize(
    ("ending", "framing"),
    [
        ([CUT], Framing.CHUNKED),
        ([RESET], Framing.CHUNKED),
        ([], Framing.CHUNKED),
        ([], Framing.UNTIL_CLOSE),
        ([RESET], Framing.UNTIL_CLOSE),
    ],
    ids=["cut", "reset", "ended", "closed", "reset without length"],
)
async def test_an_answer_without_its_end_is_no_answer(dialect: Dialect, ending: list[Fault], framing: Framing) -> None:
    body = without_end(dialect.chat, dialect.end_mark)
    async with reading(dialect, stream(dialect, body, next_read, *ending, framing=framing), FakeClock()) as (_, read):
        reader = read(CALLS[0])
        error = await reader.error()
    assert isinstance(error, BrokenStreamError)
    assert reader.text == dialect.chat.recorded.told.text
    assert error.partial == reader.text


async def test_completed_code_without_its_end_is_no_completion(dialect: Dialect) -> None:
    body = [dialect.delta if dialect.code == dialect.chat else without_end(dialect.code, b'"finish_reason":"stop"')]
    async with reading(dialect, stream(dialect, *body, next_read, CUT), FakeClock()) as (_, read):
        assert isinstance(await read(CALLS[1]).error(), BrokenStreamError)


async def test_an_error_in_the_middle_keeps_what_came_before(dialect: Dialect) -> None:
    for broken in dialect.broken:
        body = stream(dialect, dialect.delta, next_read, dialect.delta, next_read, broken)
        async with reading(dialect, body, FakeClock()) as (_, read):
            reader = read(CALLS[0])
            error = await reader.error()
        assert isinstance(error, BrokenStreamError)
        assert (reader.text, error.partial) == ("xx", "xx")
        assert str(error).startswith("mine: ")


async def test_an_error_before_any_content_is_that_error(dialect: Dialect, call: Call) -> None:
    for broken in dialect.broken:
        async with reading(dialect, stream(dialect, broken), FakeClock()) as (_, read):
            error = await read(call).error()
        assert not isinstance(error, BrokenStreamError)
        assert error.retryable


async def test_the_error_is_found_however_the_bytes_are_cut(dialect: Dialect) -> None:
    for broken in dialect.broken:
        pieces = [step for byte in dialect.delta + broken for step in (bytes([byte]), next_read)]
        async with reading(dialect, stream(dialect, *pieces), FakeClock()) as (_, read):
            error = await read(CALLS[0]).error()
        assert isinstance(error, BrokenStreamError)
        assert error.partial == "x"


async def test_an_empty_answer_is_no_error_and_says_why(dialect: Dialect) -> None:
    for quiet in dialect.silences:
        answer = stream(dialect, quiet.stream)
        async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
            chat = await provider.chat(CHAT)
            assert (chat.content, chat.finish_reason) == ("", quiet.finish_reason), quiet.name
            code = await provider.complete_code(PROMPT, CONTEXT)
            assert (code.text, code.finish_reason) == ("", quiet.finish_reason), quiet.name
            assert code.silence is not None
            assert str(code.silence)


@pytest.mark.parametrize("junk", [b"data: {oops}\n\n", b'data: "text"\n\n', b"data: 7\n\n", b"data: [1]\n\n"])
async def test_events_without_sense_hang_nothing(dialect: Dialect, junk: bytes) -> None:
    lines = junk if dialect.chat.recorded.stream_type == "text/event-stream" else junk[6:-1]
    async with reading(dialect, stream(dialect, dialect.delta, lines), FakeClock()) as (_, read):
        assert isinstance(await read(CALLS[0]).error(), ProtocolError | BrokenStreamError)


@pytest.mark.parametrize("number", ["1e999", "-1", "NaN", '"12"', "null", "true", "[]", "1.5", "9" * 400])
async def test_numbers_without_sense_do_no_harm(dialect: Dialect, number: str) -> None:
    told = dialect.chat.recorded
    for count in (told.usage.output_tokens, told.usage.input_tokens):
        body = told.stream.replace(b":%d" % count, b":" + number.encode())
        async with reading(dialect, stream(dialect, body), FakeClock()) as (_, read):
            reader = read(CALLS[0])
            await reader.task
        assert reader.text == told.told.text


# answers that do not come


async def test_silence_is_ended_after_thirty_seconds(dialect: Dialect, call: Call) -> None:
    clock = FakeClock()
    async with reading(dialect, stream(dialect, SILENCE), clock) as (server, read):
        reader = read(call)
        await assert_ends_at(30.0, FirstContentTimeoutError, reader, await asked(server, dialect), clock)


async def test_a_request_in_a_queue_is_ended_after_thirty_seconds(dialect: Dialect, call: Call) -> None:
    clock, never = FakeClock(), asyncio.Event()
    async with reading(dialect, stream(dialect, before=never.wait), clock) as (server, read):
        reader = read(call)
        await assert_ends_at(30.0, FirstContentTimeoutError, reader, await asked(server, dialect), clock)


async def test_signs_of_life_are_no_content(dialect: Dialect, call: Call) -> None:
    clock = FakeClock()

    def pings() -> Iterator[Step]:
        while True:
            yield b'event: ping\ndata: {"type":"ping"}\n\n' if dialect.kind == "anthropic" else b"\n"
            yield b": ping\n\n" if dialect.chat.recorded.stream_type == "text/event-stream" else b"\n"
            yield lambda: clock.sleep(1)

    answer = Answer(body=pings(), type=dialect.chat.recorded.stream_type)
    async with reading(dialect, answer, clock) as (server, read):
        reader = read(call)
        await assert_ends_at(30.0, FirstContentTimeoutError, reader, await asked(server, dialect), clock)


async def assert_ends_at(
    seconds: float, error: type[AIError], reader: Reader, question: Received, clock: FakeClock
) -> None:
    await let_pass(clock, seconds - 0.1)
    assert not reader.task.done()
    await clock.advance(0.1)
    assert reader.task.done()
    assert type(await reader.error()) is error
    await asyncio.wait_for(question.closed.wait(), SOON)


async def let_pass(clock: FakeClock, seconds: float) -> None:
    """Second by second, with time for bytes to arrive."""
    while seconds > 0:
        await clock.advance(min(seconds, 1.0))
        await next_read()
        seconds -= 1


async def test_a_stall_is_ended_after_twenty_seconds_and_what_came_is_kept(dialect: Dialect) -> None:
    clock = FakeClock()
    async with reading(dialect, stream(dialect, dialect.delta, SILENCE), clock) as (server, read):
        reader = read(CALLS[0])
        await reader.came.wait()
        await assert_ends_at(20.0, StalledError, reader, server.last, clock)
        assert reader.text == "x"


async def test_a_drip_is_ended_after_three_hundred_seconds(dialect: Dialect) -> None:
    clock = FakeClock()

    def drip() -> Iterator[Step]:
        while True:
            yield dialect.delta
            yield lambda: clock.sleep(5)

    async with reading(dialect, stream(dialect).with_body(drip()), clock) as (server, read):
        reader = read(CALLS[0])
        await reader.came.wait()
        await assert_ends_at(300.0, TotalTimeoutError, reader, server.last, clock)
        assert reader.text.count("x") >= 50


# answers past all measure


@asynccontextmanager
async def flat_memory(limit: int) -> AsyncIterator[None]:
    """Whatever happens inside, no more than `limit` bytes are held at any moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


def line_of_fifty_megabytes() -> Iterator[Step]:
    piece = b"x" * 65_536
    yield b'data: {"text":"'
    for _ in range(800):
        yield piece


async def test_a_line_of_fifty_megabytes_is_not_swallowed(dialect: Dialect) -> None:
    async with reading(dialect, stream(dialect).with_body(line_of_fifty_megabytes()), FakeClock()) as (server, read):
        async with flat_memory(24_000_000):
            assert isinstance(await read(CALLS[0]).error(), ProtocolError)
        question = await asked(server, dialect)
        await asyncio.wait_for(question.closed.wait(), SOON)
        assert question.sent < 20_000_000


async def test_an_answer_of_many_megabytes_ends(dialect: Dialect) -> None:
    big = dialect.delta.replace(b'"x"', b'"' + b"x" * 500_000 + b'"')
    async with reading(dialect, stream(dialect).with_body(iter([big] * 100)), FakeClock()) as (server, read):
        assert isinstance(await read(CALLS[0]).error(), ProtocolError)
        assert (await asked(server, dialect)).sent < 40_000_000


BOMB = gzip.compress(bytes(100_000_000), compresslevel=9)


async def test_a_bomb_does_not_go_off(dialect: Dialect) -> None:
    answer = Answer(body=[BOMB], type=dialect.chat.recorded.stream_type, headers={"content-encoding": "gzip"})
    async with reading(dialect, answer, FakeClock()) as (_, read), flat_memory(24_000_000):
        assert isinstance(await read(CALLS[0]).error(), ProtocolError)


@pytest.mark.parametrize("status", [200, 429, 500])
async def test_a_bomb_in_place_of_an_error_does_not_go_off(dialect: Dialect, status: int) -> None:
    answer = Answer(status, [BOMB], "application/json", headers={"content-encoding": "gzip"})
    async with reading(dialect, answer, FakeClock()) as (_, read), flat_memory(40_000_000):
        assert isinstance(await read(CALLS[0]).error(), AIError)


async def test_what_is_compressed_is_read(dialect: Dialect) -> None:
    packed = gzip.compress(dialect.chat.recorded.stream)
    answer = stream(dialect, packed[:100], next_read, packed[100:], headers={"content-encoding": "gzip"})
    async with reading(dialect, answer, FakeClock()) as (_, read):
        reader = read(CALLS[0])
        await reader.task
    assert reader.text == dialect.chat.recorded.told.text


async def test_a_web_page_in_place_of_an_answer_is_told(dialect: Dialect, call: Call) -> None:
    page = Answer(body=[b"<html><body>Please log in to the network</body></html>"], type="text/html; charset=utf-8")
    async with reading(dialect, page, FakeClock()) as (_, read):
        error = await read(call).error()
    assert isinstance(error, ProtocolError)
    assert "endpoint" in str(error)


async def test_nothing_at_all_is_no_answer(dialect: Dialect, call: Call) -> None:
    async with reading(dialect, stream(dialect, framing=Framing.LENGTH), FakeClock()) as (_, read):
        assert isinstance(await read(call).error(), BrokenStreamError)


async def test_a_stream_is_read_no_faster_than_it_is_wanted(dialect: Dialect) -> None:
    def endless() -> Iterator[Step]:
        while True:
            yield dialect.delta * 500

    async with (
        service(dialect, stream(dialect).with_body(endless())) as server,
        provider_for(dialect, server.url) as provider,
    ):
        async with aclosing(provider.stream_chat(CHAT)) as chunks:  # type: ignore[type-var]  # all of ours can be closed
            assert (await anext(chunks)).content == "x"
            question = await asked(server, dialect)
            await question.blocked.wait()
            sent = question.sent
            await next_read()
            assert question.sent == sent
            assert sent < 16_000_000
        await asyncio.wait_for(question.closed.wait(), SOON)
