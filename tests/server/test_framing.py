from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lsp.server.framing import MAX_BODY, MAX_HEADER, FrameDecoder, FramingError, frame


def decode(*pieces: bytes) -> list[bytes | FramingError]:
    decoder = FrameDecoder()
    return [found for piece in pieces for found in decoder.feed(piece)]


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: 2\r\n\r\n",
        b"content-length: 2\r\n\r\n",
        b"CONTENT-LENGTH:2\r\n\r\n",
        b"Content-Length :  2 \r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n",
        b"Content-Length: 2\n\n",
        b"something that a shell printed\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_fact_21_headers_are_read_in_every_spelling(header: bytes) -> None:
    assert decode(header + b"{}" + frame(b"[]")) == [b"{}", b"[]"]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30), max_size=5), st.integers(1, 9))
def test_pieces_of_any_size_give_the_same_messages(bodies: list[bytes], size: int) -> None:
    stream = b"".join(map(frame, bodies))
    assert decode(*(stream[start : start + size] for start in range(0, len(stream), size))) == bodies


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=8))
def test_no_bytes_make_it_raise(pieces: list[bytes]) -> None:
    decode(*pieces)


def test_a_gigantic_length_is_reported_and_nothing_of_it_is_kept() -> None:
    decoder = FrameDecoder()
    (error,) = decoder.feed(b"Content-Length: 10000000000\r\n\r\n")
    assert error == FramingError(f"a message of 10000000000 bytes was skipped; at most {MAX_BODY} are read")
    for _ in range(100):
        assert list(decoder.feed(b"x" * 100_000)) == []
    assert len(decoder._buffer) <= MAX_HEADER


def test_after_a_gigantic_length_the_next_message_is_read() -> None:
    stream = b"Content-Length: 9999999999\r\n\r\n" + b'{"text":"' + b"x" * 50_000 + b'"}' + frame(b"{}")
    error, found = decode(stream)
    assert isinstance(error, FramingError)
    assert found == b"{}"


def test_after_a_length_that_is_too_short_the_next_message_is_read() -> None:
    assert decode(b'Content-Length: 3\r\n\r\n{"a":1}', frame(b"{}"))[-1] == b"{}"


def test_a_header_without_a_length_is_reported_once() -> None:
    found = decode(b"Content-Length: -5\r\n\r\nnonsense\r\n\r\nmore\r\n\r\n", frame(b"{}"))
    assert found == [FramingError("a header without Content-Length was skipped"), b"{}"]


def test_a_length_of_thousands_of_digits_is_only_a_bad_header() -> None:
    assert isinstance(decode(b"Content-Length: " + b"9" * 7000 + b"\r\n\r\n")[0], FramingError)
