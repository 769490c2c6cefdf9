"""The door to a Redis or Valkey server that a team shares.

In: names and bytes that mean nothing to the server's operator (the rooms above seal them). Out: the same bytes, and
counters. What must never happen: a server that is slow or gone delays or fails a call: every answer may be None.
Nothing connects before the first question.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import ConfigurationError

if TYPE_CHECKING:
    from limits.aio.storage import RedisStorage
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 0.25
"""Seconds: the person waits for an answer that the team's server may or may not have."""
REST = 5.0
"""Seconds that a server which failed is not asked again."""
_SCHEMES = ("redis", "rediss", "unix")


class SharedStore:
    """`url` is redis://, rediss:// (TLS) or unix://, from the person's own file. `patience` is in seconds: what one
    question may take, connecting included. Belongs to one event loop.
    """

    def __init__(self, url: str, clock: Clock, patience: float = PATIENCE) -> None:
        if not _is_usable(url):
            raise ConfigurationError("cache.url has to begin with redis://, rediss:// or unix://, and to name a server")
        if find_spec("redis") is None or find_spec("limits") is None:
            raise ConfigurationError("a shared cache needs two more packages: install ai-lsp[shared-cache]")
        self._url = url
        self._clock = clock
        self._patience = patience
        self._asleep_until = 0.0
        self._clients: tuple[Redis, RedisStorage] | None = None
        self._opening = asyncio.Lock()
        self.problem: str | None = None
        """Why the server cannot be used right now, as a sentence for the person; None: it can, as far as is known."""

    async def get(self, name: str) -> bytes | None:
        return await self._ask(lambda redis, _: _bytes(redis, name))

    async def put(self, name: str, value: bytes, seconds: float) -> bool:
        """Whether the value was taken."""
        return bool(await self._ask(lambda redis, _: redis.set(name, value, px=max(1, int(seconds * 1000)))))

    async def add(self, name: str, amount: int, seconds: int) -> int | None:
        """Add to a counter, which lives for so many seconds from its first use, and tell its new total."""
        return await self._ask(lambda _, limits: limits.incr(name, seconds, amount))

    async def total(self, name: str) -> int | None:
        return await self._ask(lambda _, limits: limits.get(name))

    async def aclose(self) -> None:
        if self._clients is not None:
            redis, _ = self._clients
            self._clients = None
            await redis.aclose(close_connection_pool=True)

    async def _ask(self, question: Callable[[Redis, RedisStorage], Awaitable[T]]) -> T | None:
        if self._clock.monotonic() < self._asleep_until:
            return None
        redis, limits = await self._connected()
        from redis.exceptions import RedisError  # noqa: PLC0415  # an extra, imported by now

        try:
            answer = await question(redis, limits)
        except (RedisError, OSError) as error:
            self._asleep_until = self._clock.monotonic() + REST
            if self.problem is None:
                log.warning("the shared cache does not answer, the local one goes on: %s", type(error).__name__)
            self.problem = f"the shared cache at {_shown(self._url)} does not answer ({type(error).__name__})"
            return None
        self.problem = None
        return answer

    async def _connected(self) -> tuple[Redis, RedisStorage]:
        async with self._opening:
            if self._clients is None:
                # 100 ms of imports that only a team with a shared cache pays
                self._clients = await asyncio.to_thread(_clients, self._url, self._patience)
        return self._clients


def _clients(url: str, patience: float) -> tuple[Redis, RedisStorage]:
    from limits.aio.storage import RedisStorage  # noqa: PLC0415  # an extra
    from redis.asyncio import ConnectionPool, Redis  # noqa: PLC0415  # an extra
    from redis.asyncio.retry import Retry  # noqa: PLC0415  # an extra
    from redis.backoff import NoBackoff  # noqa: PLC0415  # an extra
    from redis.exceptions import ConnectionError as ConnectionFailed  # noqa: PLC0415  # an extra

    pool = ConnectionPool.from_url(
        url,
        max_connections=64,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        # our library's version is no business of the server's, and would be read from the disk for each connection
        driver_info=None,
        # once more at once: a server that was restarted has closed the connection that lay ready
        retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionFailed,)),
    )
    limits = RedisStorage("async+redis://", implementation="redispy", connection_pool=pool)  # type: ignore[arg-type]  # its option types leave out the pool that its own text names
    return Redis(connection_pool=pool), limits


async def _bytes(redis: Redis, name: str) -> bytes | None:
    value = await redis.get(name)
    return value if isinstance(value, bytes) else None


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = parts.path if parts.scheme == "unix" else parts.hostname
        return parts.scheme in _SCHEMES and bool(named) and parts.port != 0
    except ValueError:  # a port that is no number, an address without its bracket
        return False


def _shown(url: str) -> str:
    """The address without the password."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else f"{parts.hostname}:{parts.port or 6379}"
