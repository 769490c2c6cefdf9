from __future__ import annotations

import os
import queue

import pytest

from ai_lsp.server.framing import FramingError, frame
from ai_lsp.server.reader import END, MAX_WAITING, Incoming, Parsed, Reader, Unreadable, parse


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'"\xff\xfe"',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"1" * 10_000,
        b"{} {}",
        b"\x00",
    ],
)
def test_what_is_not_json_is_unreadable(body: bytes) -> None:
    assert parse(body) == Unreadable("a message was not valid JSON", parse_error=True)


def test_fact_05_nothing_inside_a_message_is_taken_for_a_message() -> None:
    inner = b'{"params": {"jsonrpc": "2.0", "method": "x", "id": 1}}'
    assert parse(inner) == Parsed({"params": {"jsonrpc": "2.0", "method": "x", "id": 1}})


def test_a_broken_frame_is_no_parse_error() -> None:
    assert parse(FramingError("why")) == Unreadable("why", parse_error=False)


def test_messages_are_delivered_in_order_and_then_the_end() -> None:
    source, target = os.pipe()
    delivered: queue.Queue[Incoming] = queue.Queue()
    reader = Reader(source, delivered.put)
    reader.start()
    os.write(target, frame(b"1") + frame(b"2"))
    os.close(target)
    assert [delivered.get(timeout=5) for _ in range(3)] == [Parsed(1), Parsed(2), END]
    os.close(source)


def test_the_reader_waits_for_a_server_that_lags_behind() -> None:
    source, target = os.pipe()
    delivered: queue.Queue[Incoming] = queue.Queue()
    reader = Reader(source, delivered.put)
    reader.start()
    os.write(target, frame(b"1") * (MAX_WAITING + 5))
    os.close(target)
    for _ in range(MAX_WAITING):
        assert delivered.get(timeout=5) == Parsed(1)
    with pytest.raises(queue.Empty):
        delivered.get(timeout=0.05)
    for _ in range(5):
        reader.taken()
        assert delivered.get(timeout=5) == Parsed(1)
    assert delivered.get(timeout=5) == END
    os.close(source)


def test_a_descriptor_that_cannot_be_read_is_an_end() -> None:
    source, target = os.pipe()
    delivered: queue.Queue[Incoming] = queue.Queue()
    Reader(target, delivered.put).start()  # the wrong end
    assert delivered.get(timeout=5) == END
    os.close(source)
    os.close(target)
