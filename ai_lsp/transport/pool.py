"""The connections of one client: httpx2 over httpcore2's pool, with our own guarded backend below it.

HTTP/1.1 only, because there a cancelled call closes its socket and the service stops working on it; over HTTP/2 neither
library resets the stream. No redirects, no cookies, no ambient proxies, no ambient certificates.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore2
import httpx2

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import ConfigurationError
from ai_lsp.transport.backend import GuardedBackend
from ai_lsp.transport.endpoint import Endpoint

KEEPALIVE = 75.0
"""Seconds that an idle connection is kept: longer than a pause in typing, shorter than services' own limits."""

CONNECT_TIMEOUT = 10.0
WRITE_TIMEOUT = 30.0

# at DEBUG these write down the headers of every answer, and some services repeat a key there
for _name in ("httpx2", "httpcore2.connection", "httpcore2.http11", "httpcore2.proxy"):
    logging.getLogger(_name).disabled = True


class Pool(httpx2.AsyncBaseTransport):
    """Hands requests to httpcore2. Its exceptions pass unchanged: `failures.py` knows them."""

    def __init__(
        self,
        endpoint: Endpoint,
        clock: Clock,
        ssl_context: ssl.SSLContext | None,
        *,
        proxy: str | None = None,
        max_connections: int,
    ) -> None:
        # on this machine a connection is made in microseconds, and a waiting one takes a worker of a small server away
        keeps_spare = proxy is None and not endpoint.is_loopback
        self._backend = GuardedBackend(endpoint, clock, ssl_context, keeps_spare=keeps_spare)
        if proxy is None:
            self.connections: httpcore2.AsyncConnectionPool = httpcore2.AsyncConnectionPool(
                ssl_context=ssl_context,
                max_connections=max_connections,
                keepalive_expiry=KEEPALIVE,
                network_backend=self._backend,
            )
        else:
            self.connections = _through(proxy, ssl_context, max_connections)

    def warm(self) -> None:
        """A connection was given up: have another one ready before the next key is pressed."""
        self._backend.warm()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.AsyncByteStream)
        url = request.url
        answer = await self.connections.handle_async_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        await self._backend.aclose()
        await self.connections.aclose()


class _Body(httpx2.AsyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._answer.aiter_stream():
            yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


def _through(proxy: str, ssl_context: ssl.SSLContext | None, max_connections: int) -> httpcore2.AsyncHTTPProxy:
    """Connections that the proxy makes: it is the person's own, so its address is not checked."""
    try:
        way = httpx2.Proxy(proxy)
        address = httpcore2.URL(scheme=way.url.raw_scheme, host=way.url.raw_host, port=way.url.port, target=b"/")
        usable = way.url.scheme in {"http", "https"} and bool(way.url.host)
    except (ValueError, httpx2.InvalidURL):
        usable = False
    if not usable:
        # the address is not repeated: it may hold a password
        raise ConfigurationError("the proxy cannot be used: write it as http://host:port")
    return httpcore2.AsyncHTTPProxy(
        address,
        proxy_auth=way.raw_auth,
        ssl_context=ssl_context,
        max_connections=max_connections,
        keepalive_expiry=KEEPALIVE,
    )


def open_http(pool: Pool) -> httpx2.AsyncClient:
    """A client over the pool that takes nothing from its surroundings, and no cookies from services."""
    timeout = httpx2.Timeout(None, connect=CONNECT_TIMEOUT, write=WRITE_TIMEOUT)
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    return httpx2.AsyncClient(
        transport=pool, timeout=timeout, trust_env=False, follow_redirects=False, cookies=no_cookies
    )
