"""Recorded answers say the same to us as to the vendors' own clients, however their bytes are cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.gateway.call import Call, ChatCall, CompletionCall
from ai_lsp.gateway.gateway import Gateway
from tests.wire.dialect import CHAT, CONTEXT, PROMPT, Dialect, Exchange, factory_for, replay, service
from tests.wire.serving import Answer, Framing, Step, next_read, serving

STRIDE = 97
"""Bytes between two cuts of one reading. So many readings cut a stream at every byte of it."""

VENDORS = {"openai", "anthropic", "google", "mistralai", "ollama"}
"""Packages that raise errors of their own."""

CALLS: dict[str, Call] = {
    "chat": ChatCall("mine", CHAT),
    "code": CompletionCall("mine", PROMPT, CONTEXT),
}


@pytest.fixture(params=CALLS)
def asking(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def exchange_of(dialect: Dialect, asking: str) -> Exchange:
    return dialect.chat if asking == "chat" else dialect.code


async def read(gateway: Gateway, asking: str) -> tuple[str, Finished]:
    events: list[StreamEvent] = [event async for event in gateway.stream(CALLS[asking])]
    end = events[-1]
    assert isinstance(end, Finished)
    return "".join(event.text for event in events if isinstance(event, TextDelta)), end


def assert_told(answer: tuple[str, Finished], exchange: Exchange) -> None:
    text, end = answer
    told = exchange.recorded.told
    assert (text, end.model, end.finish_reason) == (told.text, told.model, exchange.finish_reason)
    assert end.usage == exchange.recorded.usage
    assert (end.usage.input_tokens, end.usage.output_tokens) == (told.input_tokens, told.output_tokens)


async def test_the_vendors_own_client_reads_the_same(dialect: Dialect, asking: str) -> None:
    exchange = exchange_of(dialect, asking)
    if exchange.judge is not None:
        async with serving(replay(exchange.recorded, streamed=True)) as server:
            assert await exchange.judge.streamed(server.url) == exchange.recorded.told
    async with service(dialect) as server, factory_for(dialect, server.url) as factory:
        assert_told(await read(Gateway([], factory), asking), exchange)


async def test_an_answer_in_one_piece_is_read_too(dialect: Dialect, asking: str) -> None:
    """Some services do not stream although they are asked to."""
    exchange = exchange_of(dialect, asking)
    whole = replay(exchange.recorded, streamed=False)
    if exchange.judge is not None:
        async with serving(whole) as server:
            assert await exchange.judge.whole(server.url) == exchange.recorded.told
    async with service(dialect, whole) as server, factory_for(dialect, server.url) as factory:
        assert_told(await read(Gateway([], factory), asking), exchange)


async def test_an_error_in_the_middle_is_one_for_the_vendors_own_client_too(dialect: Dialect) -> None:
    judge, recorded = dialect.chat.judge, dialect.chat.recorded
    assert judge is not None
    whole = recorded.stream
    begun = whole[: whole.rfind(b"\n", 0, whole.find(dialect.end_mark)) + 1]
    for broken in dialect.broken:
        async with serving(Answer(body=[begun, next_read, broken], type=recorded.stream_type)) as server:
            outcome = await asyncio.gather(judge.streamed(server.url), return_exceptions=True)
        assert type(outcome[0]).__module__.partition(".")[0] in VENDORS, outcome[0]


def cut(data: bytes, first: int) -> Iterator[Step]:
    """The bytes in pieces: the first has `first` bytes, each of the others STRIDE."""
    for start in range(first - STRIDE, len(data), STRIDE):
        if piece := data[max(start, 0) : start + STRIDE]:
            yield piece
            yield next_read


async def test_a_cut_at_any_byte_changes_nothing(dialect: Dialect, asking: str) -> None:
    exchange = exchange_of(dialect, asking)
    firsts = iter(range(1, STRIDE + 1))

    def answer(received: object) -> Answer:
        return Answer(body=cut(exchange.recorded.stream, next(firsts)), type=exchange.recorded.stream_type)

    async with service(dialect, answer) as server, factory_for(dialect, server.url) as factory:
        gateway = Gateway([], factory)
        for _ in range(STRIDE):
            assert_told(await read(gateway, asking), exchange)


def as_recorded(data: bytes) -> bytes:
    return data


def with_carriage_returns(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def with_raw_separators(data: bytes) -> bytes:
    """U+2028 is no line ending here, though many readers take it for one."""
    return data.replace(b"\\u2028", "\u2028".encode())


def with_a_mark_in_front(data: bytes) -> bytes:
    """Server-sent events may begin with a byte order mark; nobody puts one before JSON."""
    return data if data.startswith(b"{") else b"\xef\xbb\xbf" + data


def with_escapes(data: bytes) -> bytes:
    """Everything that is not ASCII as an escape, an emoji as two."""
    return "".join(char if char.isascii() else _escaped(char) for char in data.decode()).encode()


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def with_empty_lines(data: bytes) -> bytes:
    return data.replace(b"\n\n", b"\n\n\n\n") if b"\n\n" in data else data.replace(b"\n", b"\n\n")


def with_the_other_ending(data: bytes) -> bytes:
    """Some services end with a mark of their own and some do not; gateways add or drop it."""
    mark = b"data: [DONE]\n\n"
    if data.startswith(b"{"):
        return data
    return data.replace(mark, b"") if mark in data else data + mark


def test_the_recordings_hold_what_is_hard_to_read(dialect: Dialect) -> None:
    both = dialect.chat.recorded.stream + dialect.code.recorded.stream
    assert b"\\u2028" in both or dialect.kind == "llamacpp"
    assert "🎉".encode() in both


@pytest.mark.parametrize(
    "change",
    [
        as_recorded,
        with_carriage_returns,
        with_raw_separators,
        with_a_mark_in_front,
        with_escapes,
        with_empty_lines,
        with_the_other_ending,
    ],
)
async def test_every_byte_on_its_own_changes_nothing(
    dialect: Dialect, asking: str, change: Callable[[bytes], bytes]
) -> None:
    exchange = exchange_of(dialect, asking)
    data = change(exchange.recorded.stream)
    pieces = [step for place in range(len(data)) for step in (data[place : place + 1], next_read)]
    answer = Answer(body=pieces, type=exchange.recorded.stream_type, framing=Framing.UNTIL_CLOSE)
    async with service(dialect, answer) as server, factory_for(dialect, server.url) as factory:
        assert_told(await read(Gateway([], factory), asking), exchange)


async def test_the_media_type_may_be_missing_or_general(dialect: Dialect, asking: str) -> None:
    exchange = exchange_of(dialect, asking)
    if exchange.recorded.stream_type != "text/event-stream":
        return
    for media_type in ("", "text/plain", "text/event-stream; charset=utf-8", "application/octet-stream"):
        answer = Answer(body=[exchange.recorded.stream], type=media_type)
        async with service(dialect, answer) as server, factory_for(dialect, server.url) as factory:
            assert_told(await read(Gateway([], factory), asking), exchange)
