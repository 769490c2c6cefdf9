"""The real server's side of this is in tests/gateway/test_redis.py."""

from __future__ import annotations

import socket

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.transport import shared_store
from ai_lsp.transport.shared_store import SharedStore
from tests.support.clock import FakeClock


@pytest.mark.parametrize(
    "url",
    [
        "http://cache.test",
        "redis",
        "",
        "file:///etc/passwd",
        "memcached://x",
        "redis://",
        "redis://a:b",
        "redis://[::1",
    ],
)
def test_only_addresses_of_such_servers_are_taken(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"cache.url has to begin with redis://"):
        SharedStore(url, FakeClock())


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_store, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"install ai-lsp\[shared-cache\]"):
        SharedStore("redis://cache.test", FakeClock())


async def test_a_server_that_does_not_answer_is_asked_once_in_five_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    clock = FakeClock()
    store = SharedStore(f"redis://ada:secret@127.0.0.1:{port}", clock)
    assert await store.get("a") is None
    assert store.problem == f"the shared cache at 127.0.0.1:{port} does not answer (ConnectionError)"
    assert await store.put("a", b"1", 60) is False
    assert await store.add("a", 1, 60) is None
    assert await store.total("a") is None
    await store.aclose()


async def test_a_server_that_says_nothing_costs_a_quarter_of_a_second_once() -> None:
    clock = FakeClock()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = SharedStore(f"redis://127.0.0.1:{silent.getsockname()[1]}", clock)
        assert await store.get("a") is None
        assert store.problem is not None
        assert "TimeoutError" in store.problem
        assert await store.get("a") is None
        await store.aclose()
