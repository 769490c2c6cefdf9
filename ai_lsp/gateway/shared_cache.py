"""Answers that a team has in common, on a server that reads none of them.

In: keys and answers. Out: the answers that somebody of the team already paid for. What must never happen: a caller waits
for an answer to be stored; a broken or foreign entry is taken for an answer.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Protocol

from ai_lsp.core.stream import Finished
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.cache import CachedAnswer
from ai_lsp.gateway.seal import Seal

_PENDING = 64
"""Answers that may wait to be stored; more than that, and the server is too slow to be worth it."""


class Store(Protocol):
    """What is needed of `transport.shared_store.SharedStore`."""

    async def get(self, name: str) -> bytes | None: ...

    async def put(self, name: str, value: bytes, seconds: float) -> bool: ...


class SharedCache:
    """A `SharedAnswers`. Belongs to one event loop."""

    def __init__(self, store: Store, seal: Seal) -> None:
        self._store = store
        self._seal = seal
        self._storing: set[asyncio.Task[bool]] = set()

    async def get(self, key: bytes) -> CachedAnswer | None:
        name = self._seal.name("answer", key)
        sealed = await self._store.get(name)
        content = self._seal.open(name, sealed) if sealed is not None else None
        return _read(content) if content is not None else None

    def put(self, key: bytes, answer: CachedAnswer, ttl: float) -> None:
        if len(self._storing) >= _PENDING:
            return
        name = self._seal.name("answer", key)
        task = asyncio.ensure_future(self._store.put(name, self._seal.close(name, _written(answer)), ttl))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def drain(self) -> None:
        """Wait until everything that was put is stored, or lost."""
        while self._storing:
            await asyncio.gather(*self._storing, return_exceptions=True)


def _written(answer: CachedAnswer) -> bytes:
    end = answer.finished
    fields = {
        "text": answer.text,
        "provider": end.provider,
        "model": end.model,
        "finish_reason": end.finish_reason,
        "confidence": end.confidence,
        "usage": asdict(end.usage) if end.usage else None,
    }
    return json.dumps(fields).encode()


def _read(content: bytes) -> CachedAnswer | None:
    """None for what another version wrote in another shape."""
    try:
        fields = json.loads(content)
        usage = fields["usage"] and Usage(**fields["usage"])
        end = Finished(
            str(fields["provider"]),
            str(fields["model"]),
            finish_reason=fields["finish_reason"],
            usage=usage,
            confidence=fields["confidence"],
        )
        return CachedAnswer(str(fields["text"]), end)
    except (ValueError, TypeError, KeyError):
        return None
