"""What a team has in common: answers and counters on a server of theirs, as long as the settings name one.

In: the `[cache]` settings, which may change at any time. Out: a `SharedAnswers` and `Counters` for the gateway. What must
never happen: a call waits for a server that is being left, or fails as it goes; what this person used up is forgotten
because the server is another one, or none any more.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, TypeVar

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import ConfigurationError
from ai_lsp.gateway.cache import CachedAnswer
from ai_lsp.gateway.counters import LocalCounters, SharedCounters
from ai_lsp.gateway.seal import MINIMUM, Seal
from ai_lsp.gateway.shared_cache import SharedCache
from ai_lsp.settings.schema import CacheTable
from ai_lsp.transport.shared_store import SharedStore

T = TypeVar("T")


class Team:
    """Belongs to one event loop."""

    def __init__(self, settings: CacheTable, clock: Clock) -> None:
        self._clock = clock
        self._own = LocalCounters(clock)
        self._settings = settings
        self._problem: str | None = None
        self._server = self._open(settings)
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def problems(self) -> list[str]:
        """Why there is no server although the settings name one, as sentences for the person."""
        silent = self._server.store.problem if self._server else None
        return [problem for problem in (self._problem, silent) if problem is not None]

    def obey(self, settings: CacheTable) -> None:
        """Take over new settings for the next call. Calls under way finish with the server that they began with."""
        if (settings.url, settings.key_env) == (self._settings.url, self._settings.key_env):
            return
        self._settings, left = settings, self._server
        self._server = self._open(settings)
        if left is not None:
            task = asyncio.get_running_loop().create_task(left.aclose())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def aclose(self) -> None:
        if self._server is not None:
            await self._server.aclose()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    # answers

    async def get(self, key: bytes) -> CachedAnswer | None:
        server = self._server
        return None if server is None else await server.ask(server.answers.get(key))

    def put(self, key: bytes, answer: CachedAnswer, ttl: float) -> None:
        if self._server is not None:
            self._server.answers.put(key, answer, ttl)

    # counters: what is used up here is always counted here too

    async def add(self, name: str, amount: int, seconds: int) -> int:
        here, server = self._own.add_later(name, amount, seconds), self._server
        return here if server is None else await server.ask(server.counters.add(name, amount, seconds))

    def add_later(self, name: str, amount: int, seconds: int) -> int:
        here = self._own.add_later(name, amount, seconds)
        return here if self._server is None else self._server.counters.add_later(name, amount, seconds)

    async def total(self, name: str) -> int:
        server = self._server
        return self._own.known(name) if server is None else await server.ask(server.counters.total(name))

    def seed(self, name: str, total: int) -> None:
        self._own.seed(name, total)

    def _open(self, settings: CacheTable) -> _Server | None:
        self._problem = None
        if settings.url is None:
            return None
        try:
            return _Server(SharedStore(settings.url, self._clock), Seal(_key(settings.key_env)), self._clock)
        except ConfigurationError as error:
            self._problem = f"the shared cache is not used: {error}"
            return None


class _Server:
    def __init__(self, store: SharedStore, seal: Seal, clock: Clock) -> None:
        self.store = store
        self.answers = SharedCache(store, seal)
        self.counters = SharedCounters(store, seal, clock)
        self._asked: set[asyncio.Task[Any]] = set()

    async def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """So that nobody closes the door before the answer is there."""
        task = asyncio.get_running_loop().create_task(question)
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        return await task

    async def aclose(self) -> None:
        await asyncio.gather(*self._asked, return_exceptions=True)
        await self.answers.drain()
        await self.counters.drain()
        await self.store.aclose()


def _key(variable: str) -> bytes:
    key = os.environ.get(variable, "").strip().encode()
    if len(key) < MINIMUM:
        has = f"holds only {len(key)} bytes" if key else "is not set"
        raise ConfigurationError(
            f"{variable} {has}; set it to the team's key, {MINIMUM} bytes or more (`openssl rand -hex 32` makes one)"
        )
    return key
