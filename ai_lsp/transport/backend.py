"""Makes connections: looks a name up once, checks the address behind it, and keeps one connection ready.

In: the endpoint of one client. Out: network streams for httpcore2's pool. What must never happen: a connection to an
address that was not checked, or a spare connection that outlives its client.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import httpcore2

from ai_lsp.core.clock import Clock
from ai_lsp.transport.endpoint import Endpoint, check_address

SPARE_LIFE = 20.0
"""Seconds that an unused spare connection is kept: services close connections that bring no request soon after."""

SPARE_PATIENCE = 10.0
"""Seconds for each step of opening it."""

EARLY_ADDRESS_PATIENCE = 2.0
"""Seconds for each address of a name but the last: a dead IPv6 route must not eat the whole connect timeout."""


class RefusedAddressError(httpcore2.ConnectError):
    """The name leads to an address that may not be connected to."""


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to one endpoint only. `ssl_context` is None for plain http."""

    def __init__(
        self, endpoint: Endpoint, clock: Clock, ssl_context: ssl.SSLContext | None, *, keeps_spare: bool
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._ssl_context = ssl_context
        self._keeps_spare = keeps_spare
        self._inner = httpcore2.AnyIOBackend()
        self._spare: httpcore2.AsyncNetworkStream | None = None
        self._task: asyncio.Task[None] | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        if self._spare is not None and (spare := await self._take_spare()) is not None:
            return _Ready(spare)
        return await self._connect(host, port, timeout)

    def warm(self) -> None:
        """Open a connection for the next request, unless one waits already."""
        if self._keeps_spare and self._spare is None and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._keep_spare())

    async def aclose(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self._drop_spare()

    async def _keep_spare(self) -> None:
        with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
            stream = self._spare = await self._encrypted()
            await self._watch(stream)
            await self._drop_spare()

    async def _encrypted(self) -> httpcore2.AsyncNetworkStream:
        stream = await self._connect(self._endpoint.host, self._endpoint.port, SPARE_PATIENCE)
        if self._ssl_context is None:
            return stream
        try:
            return await stream.start_tls(self._ssl_context, self._endpoint.host, SPARE_PATIENCE)
        except asyncio.CancelledError:
            await stream.aclose()
            raise

    async def _watch(self, stream: httpcore2.AsyncNetworkStream) -> None:
        """Until the service closes the connection, or nobody has needed it for too long.

        It is read all the time: after an encrypted handshake the service still sends session tickets, and only who reads
        them can tell them from its end.
        """
        reading = asyncio.ensure_future(stream.read(1))
        resting = asyncio.ensure_future(self._clock.sleep(SPARE_LIFE))
        try:
            await asyncio.wait({reading, resting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reading.cancel()
            resting.cancel()
            await asyncio.gather(reading, resting, return_exceptions=True)

    async def _take_spare(self) -> httpcore2.AsyncNetworkStream | None:
        """The spare connection, no longer watched. None where it went away at the last moment."""
        spare, self._spare = self._spare, None
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if spare is not None and spare.get_extra_info("is_readable"):
            await spare.aclose()
            return None
        return spare

    async def _drop_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            await spare.aclose()

    async def _connect(self, host: str, port: int, patience: float | None) -> httpcore2.AsyncNetworkStream:
        addresses = await self._addresses(host, port)
        for address in addresses[:-1]:
            with suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                return await self._inner.connect_tcp(address, port, timeout=EARLY_ADDRESS_PATIENCE)
        return await self._inner.connect_tcp(addresses[-1], port, timeout=patience)

    async def _addresses(self, host: str, port: int) -> list[str]:
        """What the name leads to. One refused address refuses them all: an honest name has none."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore2.ConnectError("its name cannot be found") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if reason := check_address(self._endpoint, ip_address(address.partition("%")[0])):
                raise RefusedAddressError(reason)
        return addresses


class _Ready(httpcore2.AsyncNetworkStream):
    """A connection that has been encrypted already: the pool's own call for it gets what is there."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the signature is httpcore2's
    ) -> httpcore2.AsyncNetworkStream:
        return self._stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # see start_tls
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  # see start_tls
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
