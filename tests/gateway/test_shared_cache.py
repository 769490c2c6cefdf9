from __future__ import annotations

import asyncio

import pytest

from ai_lsp.core.stream import Finished
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.cache import CachedAnswer
from ai_lsp.gateway.seal import Seal
from ai_lsp.gateway.shared_cache import SharedCache

ANSWER = CachedAnswer("return 1", Finished("cloud", "m1", "stop", Usage(100, 10, 40, cost=0.5), confidence=0.5))


class Store:
    """A server in a dictionary."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.slow = asyncio.Event()
        self.slow.set()

    async def get(self, name: str) -> bytes | None:
        return self.values.get(name)

    async def put(self, name: str, value: bytes, seconds: float) -> bool:
        await self.slow.wait()
        self.values[name] = value
        return True


async def test_an_answer_comes_back_whole_to_whoever_has_the_key() -> None:
    store = Store()
    cache = SharedCache(store, Seal(b"k" * 32))
    cache.put(b"key", ANSWER, 60)
    await cache.drain()
    assert await SharedCache(store, Seal(b"k" * 32)).get(b"key") == ANSWER
    assert await SharedCache(store, Seal(b"o" * 32)).get(b"key") is None
    assert await cache.get(b"other") is None


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b'{"text": "x"}', b'{"text":"x","usage":{"a":1}}'])
async def test_r11_an_entry_that_makes_no_sense_is_a_miss(content: bytes) -> None:
    store, seal = Store(), Seal(b"k" * 32)
    name = seal.name("answer", b"key")
    store.values[name] = seal.close(name, content)
    assert await SharedCache(store, seal).get(b"key") is None


async def test_r11_an_entry_that_somebody_changed_is_a_miss() -> None:
    store = Store()
    cache = SharedCache(store, Seal(b"k" * 32))
    cache.put(b"key", ANSWER, 60)
    await cache.drain()
    ((name, value),) = store.values.items()
    for broken in (value[:-1], value + b"x", b"", b"x" * 40):
        store.values[name] = broken
        assert await cache.get(b"key") is None


async def test_nobody_waits_for_a_slow_server_and_what_waits_is_bounded() -> None:
    store = Store()
    store.slow.clear()
    cache = SharedCache(store, Seal(b"k" * 32))
    for number in range(200):
        cache.put(bytes([number]), ANSWER, 60)
    store.slow.set()
    await cache.drain()
    assert len(store.values) == 64
