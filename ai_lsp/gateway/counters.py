"""Counts what was used up: in this process, or together with others.

In: amounts by name. Out: totals. What must never happen: a server that is gone lets a used-up amount be used again.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from ai_lsp.core.clock import Clock
from ai_lsp.gateway.seal import Seal


class Counters(Protocol):
    """Totals by name. A counter is forgotten so many seconds after its first use."""

    async def add(self, name: str, amount: int, seconds: int) -> int:
        """Add, and tell the new total, in one step that nobody comes between."""

    def add_later(self, name: str, amount: int, seconds: int) -> int:
        """Add without waiting, and tell the total as far as it is known here."""

    async def total(self, name: str) -> int: ...

    def seed(self, name: str, total: int) -> None:
        """What was used up so far by this person on this machine, as the ledger says."""


class LocalCounters:
    """Totals of this process and of the ones before it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._totals: dict[str, tuple[int, float]] = {}

    async def add(self, name: str, amount: int, seconds: int) -> int:
        return self.add_later(name, amount, seconds)

    def add_later(self, name: str, amount: int, seconds: int) -> int:
        now = self._clock.monotonic()
        total, ends = self._totals.get(name, (0, now + seconds))
        self._totals[name] = (total + amount, ends)
        self._totals = {key: value for key, value in self._totals.items() if value[1] > now}
        return total + amount

    async def total(self, name: str) -> int:
        return self.known(name)

    def known(self, name: str) -> int:
        return self._totals.get(name, (0, 0.0))[0]

    def seed(self, name: str, total: int) -> None:
        self.raise_to(name, total, 32 * 86_400)

    def raise_to(self, name: str, total: int, seconds: int) -> None:
        """Somebody else knows of more than we do."""
        if total > self.known(name):
            self.add_later(name, total - self.known(name), seconds)


class CounterStore(Protocol):
    """What is needed of `transport.shared_store.SharedStore`."""

    async def add(self, name: str, amount: int, seconds: int) -> int | None: ...

    async def total(self, name: str) -> int | None: ...


class SharedCounters:
    """Totals that several machines have in common. While the server is gone, each goes on from what it last knew."""

    def __init__(self, store: CounterStore, seal: Seal, clock: Clock) -> None:
        self._store = store
        self._seal = seal
        self._local = LocalCounters(clock)
        self._adding: set[asyncio.Task[int | None]] = set()

    async def add(self, name: str, amount: int, seconds: int) -> int:
        here = self._local.add_later(name, amount, seconds)
        everywhere = await self._store.add(self._sealed(name), amount, seconds)
        if everywhere is None:
            return here
        if everywhere < here:  # the server has forgotten, or was gone while we went on: tell it what we know
            caught_up = await self._store.add(self._sealed(name), here - everywhere, seconds)
            return max(here, caught_up or 0)
        self._local.raise_to(name, everywhere, seconds)
        return everywhere

    def add_later(self, name: str, amount: int, seconds: int) -> int:
        task = asyncio.ensure_future(self._store.add(self._sealed(name), amount, seconds))
        self._adding.add(task)
        task.add_done_callback(self._adding.discard)
        return self._local.add_later(name, amount, seconds)

    async def total(self, name: str) -> int:
        return max(await self._store.total(self._sealed(name)) or 0, self._local.known(name))

    def seed(self, name: str, total: int) -> None:
        """Nothing: the server knows, and another machine's share would be counted twice."""

    async def drain(self) -> None:
        """Wait until everything that was added has reached the server, or is lost."""
        while self._adding:
            await asyncio.gather(*self._adding, return_exceptions=True)

    def _sealed(self, name: str) -> str:
        return self._seal.name("quota", name.encode())
