from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from ai_lsp.transport.backend import SPARE_LIFE, GuardedBackend, RefusedAddressError
from ai_lsp.transport.endpoint import Endpoint, parse_endpoint
from tests.support.clock import FakeClock
from tests.transport.loopback import Loopback, resolve_to, until, whole


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    async with Loopback([whole({})]) as made:
        yield made


def backend_for(endpoint: Endpoint, clock: FakeClock | None = None) -> GuardedBackend:
    return GuardedBackend(endpoint, clock or FakeClock(), None, keeps_spare=True)


async def test_a_spare_connection_is_taken_by_the_next_call(server: Loopback) -> None:
    backend = backend_for(parse_endpoint(server.url))
    backend.warm()
    backend.warm()
    await until(lambda: backend._spare is not None and server.connections == 1)
    stream = await backend.connect_tcp("127.0.0.1", server.port)
    await stream.write(b"GET / HTTP/1.1\r\n\r\n")
    assert (await stream.read(100)).startswith(b"HTTP/1.1 200 OK")
    assert server.connections == 1
    await stream.aclose()
    await backend.aclose()


async def test_a_spare_connection_that_the_service_has_closed_is_not_used(server: Loopback) -> None:
    backend = backend_for(parse_endpoint(server.url))
    backend.warm()
    await until(lambda: backend._spare is not None and server.connections == 1)
    for task in server._tasks:
        task.cancel()
    await server.gone.wait()
    await until(lambda: backend._spare is None)
    stream = await backend.connect_tcp("127.0.0.1", server.port)
    await until(lambda: server.connections == 2)
    await stream.aclose()
    await backend.aclose()


async def test_a_spare_connection_that_nobody_needs_is_closed(server: Loopback) -> None:
    clock = FakeClock()
    backend = backend_for(parse_endpoint(server.url), clock)
    backend.warm()
    await until(lambda: backend._spare is not None)
    await clock.advance(SPARE_LIFE)
    await server.gone.wait()
    await backend.aclose()


async def test_closing_takes_the_spare_connection_along(server: Loopback) -> None:
    backend = backend_for(parse_endpoint(server.url))
    backend.warm()
    await until(lambda: backend._spare is not None)
    await backend.aclose()
    await server.gone.wait()


async def test_nobody_there_for_a_spare_connection_is_no_failure() -> None:
    async with Loopback() as gone:
        endpoint = parse_endpoint(gone.url)
    backend = backend_for(endpoint)
    backend.warm()
    assert backend._task is not None
    await backend._task
    await backend.aclose()


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "::ffff:169.254.169.254", "fe80::1%eth0"])
async def test_s6_a_name_that_leads_to_the_inside_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    asked = resolve_to(monkeypatch, "93.184.216.34", address)
    with pytest.raises(RefusedAddressError):
        await backend_for(parse_endpoint("https://api.example.com")).connect_tcp("api.example.com", 443)
    assert asked == ["api.example.com"]


async def test_s6_a_name_for_this_machine_that_leads_elsewhere_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolve_to(monkeypatch, "93.184.216.34")
    with pytest.raises(RefusedAddressError, match="leads to another one"):
        await backend_for(parse_endpoint("http://localhost:11434")).connect_tcp("localhost", 11434)


async def test_s6_the_address_that_was_checked_is_the_one_that_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, server: Loopback
) -> None:
    asked = resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    endpoint = parse_endpoint(f"http://ollama.localhost:{server.port}")
    stream = await backend_for(endpoint).connect_tcp("ollama.localhost", server.port)
    assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
    assert asked == ["ollama.localhost"]
    await stream.aclose()
