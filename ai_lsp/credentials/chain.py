"""Where every key of the house comes from: environment, editor, OS keyring, vault, in this order.

What the person has set for this very process comes first, then what their editor holds: both are there without a wait,
while a keyring may be locked and ask for a password. A variable comes before the editor, as it is what a person reaches
for who wants another key just once.

In: a provider and the origin that it speaks to. Out: a `Secret` for that origin, or None. What must never happen: a key
is found for an origin that it was not stored for; requests wait one after another for a store that does not answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError
from ai_lsp.core.secret import Secret
from ai_lsp.credentials.editor import IN_EDITOR, EditorKeys
from ai_lsp.credentials.environment import EnvironmentKeys
from ai_lsp.credentials.stored import StoredKeys

KEPT = 300.0
"""Seconds that a key from a store is kept in memory. A change of the stores ends that at once."""
REST = 10.0
"""Seconds that a store which failed is not asked again for the same key."""

_Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a key comes from: the name of a variable, or of a store. `since` is a UTC date, where the store knows it."""

    place: str
    since: str | None = None


@dataclass(slots=True)
class _Known:
    """What a store said. Either may be None; with both None, it has no such key."""

    until: float
    stamp: object
    secret: Secret | None = None
    error: AIError | None = None


@dataclass(slots=True)
class _Asked:
    known: _Known | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class KeyChain:
    """A `SecretLookup`. Belongs to one event loop. `find` raises AIError where a key is stored but cannot be had."""

    def __init__(
        self, environment: EnvironmentKeys, stored: StoredKeys, clock: Clock, editor: EditorKeys | None = None
    ) -> None:
        self.environment = environment
        self.editor = editor or EditorKeys()
        self.stored = stored
        self._clock = clock
        self._asked: dict[_Place, _Asked] = {}

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        for at_hand in (self.environment, self.editor):
            if (secret := await at_hand.find(provider, kind, origin)) is not None:
                return secret
        return await self._stored(provider, origin)

    async def where(self, provider: str, kind: str, origin: str) -> Found | None:
        """Where the key comes from, without taking it out. Raises AIError where a store cannot be looked into."""
        variable = self.environment.found_in(provider, kind, origin)
        if variable is not None:
            return Found(variable)
        if self.editor.holds(provider, origin):
            return Found(IN_EDITOR)
        stored = await self.stored.where(provider, origin)
        return None if stored is None else Found(stored.place, stored.stored)

    async def holds(self, provider: str, kind: str, origin: str) -> bool:
        """Whether there is a key, as far as can be seen without taking it out. Never raises."""
        try:
            return await self.where(provider, kind, origin) is not None
        except AIError:
            return False

    def variables(self, provider: str, kind: str, origin: str) -> tuple[str, ...]:
        """The variables that this key is looked for in before the stores are."""
        return self.environment.variables(provider, kind, origin)

    async def _stored(self, provider: str, origin: str) -> Secret | None:
        asked = self._asked.setdefault((provider, origin), _Asked())
        async with asked.turn:
            stamp = await self.stored.stamp()
            known = asked.known
            if known is None or known.stamp != stamp or self._clock.monotonic() >= known.until:
                known = asked.known = await self._look(provider, origin, stamp)
        if known.error is not None:
            raise known.error.with_traceback(None)
        return known.secret

    async def _look(self, provider: str, origin: str, stamp: object) -> _Known:
        try:
            key = await self.stored.find(provider, origin)
        except AIError as error:
            return _Known(self._clock.monotonic() + REST, stamp, error=error)
        return _Known(self._clock.monotonic() + KEPT, stamp, Secret(key, origin) if key else None)
