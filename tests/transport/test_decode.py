from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.core.errors import ProtocolError
from ai_lsp.transport.decode import Decoder, LineSplitter, NDJSONDecoder, ServerEvent, SSEDecoder, WholeBody

STREAM = (
    "\ufeff: a comment\n"
    'data: {"text": "line\u2028separator, next\u0085line, tab\x0b and \U0001f389"}\n\n'
    "event: ping\ndata\n\n"
    "event: message\r\ndata:one\r\ndata: two\r\n\r\n"
    "id: 7\rretry: 10\rdatabase: no field of ours\rdata: [1]\r\r"
    ": keep-alive\n\n\n"
    "data:  two blanks\n\n"
    "event: without data\n\n"
    "data: [DONE]"
).encode()

EVENTS = [
    ServerEvent('{"text": "line\u2028separator, next\u0085line, tab\x0b and \U0001f389"}'),
    ServerEvent("", "ping"),
    ServerEvent("one\ntwo", "message"),
    ServerEvent("[1]"),
    ServerEvent(" two blanks"),
    ServerEvent("[DONE]"),
]


def decode(decoder: Decoder, *pieces: bytes) -> list[ServerEvent]:
    return [event for piece in pieces for event in decoder.feed(piece)] + decoder.end()


def test_a_stream_in_one_piece() -> None:
    assert decode(SSEDecoder(), STREAM) == EVENTS


def test_a_stream_cut_at_every_byte() -> None:
    for cut in range(len(STREAM) + 1):
        assert decode(SSEDecoder(), STREAM[:cut], STREAM[cut:]) == EVENTS


def test_a_stream_byte_by_byte() -> None:
    assert decode(SSEDecoder(), *(bytes([byte]) for byte in STREAM)) == EVENTS


@given(st.lists(st.binary(max_size=40)))
def test_any_bytes_give_the_same_events_however_they_are_cut(pieces: list[bytes]) -> None:
    together = b"".join(pieces)
    for kind in (SSEDecoder, NDJSONDecoder):
        assert decode(kind(), *pieces) == decode(kind(), together)


def test_bytes_that_are_no_utf8_become_replacement_characters() -> None:
    assert decode(SSEDecoder(), b"data: \xff\xfe ok\n\n") == [ServerEvent("\ufffd\ufffd ok")]


def test_a_json_document_without_a_field_name_is_an_event() -> None:
    error = json.dumps({"error": {"code": 503, "message": "a { in a text"}}, indent=2).encode()
    events = decode(SSEDecoder(), b"data: 1\n\n" + error + b"\ndata: 2\n\n")
    assert [json.loads(event.data) for event in events] == [1, json.loads(error), 2]


def test_lines_that_belong_to_no_event_do_not_pile_up() -> None:
    with pytest.raises(ProtocolError, match="belong to no event"):
        SSEDecoder().feed(b"[\n" + b"1,\n" * 20_000)


@pytest.mark.parametrize("kind", [SSEDecoder, NDJSONDecoder])
def test_a_line_without_end_is_refused_before_it_fills_the_memory(kind: type[SSEDecoder | NDJSONDecoder]) -> None:
    decoder = kind(1000)
    decoder.feed(b"data: " + b"x" * 900)
    with pytest.raises(ProtocolError, match="longer than 1000 bytes"):
        decoder.feed(b"x" * 200)


def test_an_event_of_endlessly_many_lines_is_refused() -> None:
    with pytest.raises(ProtocolError, match="an event of the answer is longer"):
        SSEDecoder(1000).feed(b"data: x\n" * 1000)


def test_many_short_lines_in_one_large_piece_are_fine() -> None:
    assert len(SSEDecoder(100).feed(b"data: x\n\n" * 1000)) == 1000


def test_a_long_answer_in_small_pieces_is_put_together_in_linear_time() -> None:
    splitter = LineSplitter()
    for _ in range(900_000):
        splitter.feed(b"x")
    assert len(splitter.end()[0]) == 900_000


def test_ndjson_drops_empty_lines() -> None:
    assert decode(NDJSONDecoder(), b'{"a":1}\r\n\r\n {"b":"\xe2\x80\xa8"}') == [
        ServerEvent('{"a":1}'),
        ServerEvent(' {"b":"\u2028"}'),
    ]


def test_a_whole_body_is_one_event() -> None:
    assert decode(WholeBody(), b'{"a":', b"1}") == [ServerEvent('{"a":1}')]
