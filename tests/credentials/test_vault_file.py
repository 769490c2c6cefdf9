from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.credentials.envelope import Box
from ai_lsp.credentials.vault_file import DamagedError, Head, Record, VaultText, context_of, parse

NONCE = bytes(12)
boxes = st.builds(Box, st.binary(), st.binary(min_size=12, max_size=12), st.binary())
records = st.builds(Record, st.text(), st.text(), st.text(), boxes)
heads = st.builds(Head, st.text(), st.dictionaries(st.text(), st.text() | st.integers()))
texts = st.builds(VaultText, heads, st.lists(records, max_size=3).map(tuple), boxes)
WHOLE = VaultText(
    Head("ada", {"kind": "file"}),
    (Record("openai", "https://x", "2026", Box(b"w", NONCE, b"c")),),
    Box(b"", NONCE, b"t"),
)


@given(texts)
def test_what_is_written_is_read(text: VaultText) -> None:
    assert parse(text.sealed) == text


@given(st.binary())
def test_any_bytes_are_a_vault_or_damaged(data: bytes) -> None:
    with suppress(DamagedError):
        assert parse(data).sealed == data


@given(st.integers(0, len(WHOLE.sealed) - 1), st.integers(0, 255))
def test_there_is_one_way_to_write_a_vault_down(at: int, byte: int) -> None:
    """What can be read at all is exactly what was read, so the seal covers every byte."""
    changed = bytearray(WHOLE.sealed)
    changed[at] = byte
    with suppress(DamagedError):
        assert parse(bytes(changed)).sealed == bytes(changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"user":"ada"', b'"user":7'),
        (b'"kek":{"kind":"file"}', b'"kek":"file"'),
        (b'"provider":"openai"', b'"provider":null'),
        (b'"format":"ai-lsp vault"', b'"format":"another"'),
        (b'"version":2', b'"version":"2"'),
        (b'"wrapped":"dw=="', b'"wrapped":"dx=="'),
        (b'"wrapped":"dw=="', b'"wrapped":"d w="'),
        (b'"nonce":"AAAAAAAAAAAAAAAA"', b'"nonce":"AAAA"'),
        (b'"stored":"2026"', b'"stored":"2026","stored":"2026"'),
        (b'"origin"', b'"Origin"'),
        (b"{", b"{ "),
        (b"}\n", b"}\r\n"),
        (b"}\n", b"}\n\n"),
        (b'"ada"', b"[" * 100_000),
    ],
)
def test_what_is_not_as_we_write_it_is_damaged(old: bytes, new: bytes) -> None:
    assert old in WHOLE.sealed
    with pytest.raises(DamagedError):
        parse(WHOLE.sealed.replace(old, new, 1))


def test_the_context_of_a_key_tells_every_place_apart() -> None:
    [record] = WHOLE.records
    others = [
        Record("openai2", record.origin, record.stored, record.box),
        Record(record.provider, "https://y", record.stored, record.box),
        Record(record.provider, record.origin, "2027", record.box),
        Record("open", "aihttps://x", record.stored, record.box),
    ]
    contexts = {context_of("ada", one) for one in [record, *others]} | {context_of("eve", record)}
    assert len(contexts) == 6
