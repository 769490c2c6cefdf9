from __future__ import annotations

from dataclasses import replace

import pytest

from ai_lsp.credentials.envelope import Box, BrokenBoxError, lock, rewrap, unlock
from ai_lsp.credentials.kek.local import LocalKey, new_key

CONTEXT = b"openai at https://api.openai.com"


def kek() -> LocalKey:
    return LocalKey(new_key(), {"kind": "file"})


async def test_what_was_locked_opens_with_the_same_key_in_the_same_context() -> None:
    key = kek()
    assert await unlock(key, await lock(key, b"sk-canary", CONTEXT), CONTEXT) == b"sk-canary"


async def test_it_opens_neither_with_another_key_nor_in_another_context() -> None:
    key = kek()
    box = await lock(key, b"sk-canary", CONTEXT)
    with pytest.raises(BrokenBoxError):
        await unlock(kek(), box, CONTEXT)
    with pytest.raises(BrokenBoxError):
        await unlock(key, box, b"openai at https://evil.example")


async def test_s13_every_single_changed_bit_is_noticed() -> None:
    key = kek()
    box = await lock(key, b"sk-canary", CONTEXT)
    flipped = 0
    for name in ("wrapped", "nonce", "content"):
        whole = getattr(box, name)
        for bit in range(len(whole) * 8):
            changed = bytearray(whole)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BrokenBoxError):
                await unlock(key, replace(box, **{name: bytes(changed)}), CONTEXT)
            flipped += 1
    assert flipped == (60 + 12 + 25) * 8


@pytest.mark.parametrize("name", ["wrapped", "nonce", "content"])
async def test_s13_what_is_cut_is_noticed(name: str) -> None:
    key = kek()
    box = await lock(key, b"sk-canary", CONTEXT)
    for length in range(len(getattr(box, name))):
        with pytest.raises(BrokenBoxError):
            await unlock(key, replace(box, **{name: getattr(box, name)[:length]}), CONTEXT)


async def test_parts_of_two_boxes_do_not_make_a_third() -> None:
    key = kek()
    first, second = await lock(key, b"sk-first", CONTEXT), await lock(key, b"sk-second", CONTEXT)
    with pytest.raises(BrokenBoxError):
        await unlock(key, Box(first.wrapped, second.nonce, second.content), CONTEXT)


async def test_every_box_has_a_data_key_and_a_nonce_of_its_own() -> None:
    key = kek()
    boxes = [await lock(key, b"sk-canary", CONTEXT) for _ in range(1000)]
    assert len({await key.unwrap(box.wrapped, CONTEXT) for box in boxes}) == 1000
    assert len({box.nonce for box in boxes} | {box.wrapped[:12] for box in boxes}) == 2000


async def test_wrapping_again_leaves_the_content_and_shuts_the_old_key_out() -> None:
    old, new = kek(), kek()
    box = await lock(old, b"sk-canary", CONTEXT)
    moved = await rewrap(old, new, box, CONTEXT)
    assert (moved.nonce, moved.content) == (box.nonce, box.content)
    assert await unlock(new, moved, CONTEXT) == b"sk-canary"
    with pytest.raises(BrokenBoxError):
        await unlock(old, moved, CONTEXT)
