from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lsp.gateway.seal import Seal

KEY = b"k" * 32


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_is_opened_under_its_own_name_only(content: bytes, name: str) -> None:
    seal = Seal(KEY)
    sealed = seal.close(name, content)
    assert seal.open(name, sealed) == content
    assert seal.open(name + "x", sealed) is None
    assert Seal(b"other key of team").open(name, sealed) is None


def test_every_flipped_bit_and_every_cut_is_found() -> None:
    seal = Seal(KEY)
    sealed = seal.close("name", b"a short answer")
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        assert seal.open("name", bytes(changed)) is None
    for length in range(len(sealed)):
        assert seal.open("name", sealed[:length]) is None


def test_equal_contents_look_different_and_equal_keys_have_equal_names() -> None:
    seal = Seal(KEY)
    assert seal.close("name", b"x") != seal.close("name", b"x")
    assert seal.name("answer", b"1") == Seal(KEY).name("answer", b"1")
    assert len({seal.name("answer", b"1"), seal.name("quota", b"1"), Seal(b"o" * 32).name("answer", b"1")}) == 3


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes"):
        Seal(b"too short")
