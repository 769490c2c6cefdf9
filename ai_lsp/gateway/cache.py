"""Keeps answers, so that the same question costs nothing the second time.

In: a call. Out: for a completion (and for a conversation at temperature 0, or where the person wants it) the kept answer,
if there is one, marked as coming from the cache; else the answer of the rest of the line, which is kept once it is whole.
What must never happen: a part of an answer is kept, an answer to another question comes back, memory grows without bound.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from cachetools import TLRUCache

from ai_lsp.core.clock import Clock
from ai_lsp.core.completion import Source
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next
from ai_lsp.gateway.charge import NOTHING
from ai_lsp.gateway.key import CallKey
from ai_lsp.gateway.provider import ProviderSource

_OVERHEAD = 600
"""Bytes that an entry takes beside its text: objects, key, place in the order (measured with tracemalloc)."""


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """Bytes are UTF-8 with the bookkeeping; times are seconds. `empty_ttl` is for answers without text."""

    enabled: bool = True
    max_bytes: int = 16 * 1024 * 1024
    max_entries: int = 4096
    max_entry_bytes: int = 256 * 1024
    ttl: float = 3600.0
    empty_ttl: float = 30.0
    chats: bool = False


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A whole answer. `finished` is the original one, with what it cost; `again` is that of an answer that costs nothing."""

    text: str
    finished: Finished
    again: Finished = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "again", replace(self.finished, source=Source.CACHE, usage=NOTHING))


@dataclass(frozen=True, slots=True)
class CacheStatistics:
    hits: int
    shared_hits: int
    misses: int
    entries: int
    bytes: int


class SharedAnswers(Protocol):
    """Answers that several machines have in common. Never raises, never takes long: what fails is a miss."""

    async def get(self, key: bytes) -> CachedAnswer | None: ...

    def put(self, key: bytes, answer: CachedAnswer, ttl: float) -> None: ...


class AIResponseCache:
    """Answers in memory: the least recently used leaves first. Belongs to one event loop."""

    def __init__(self, clock: Clock, settings: CacheSettings | None = None) -> None:
        self._clock = clock
        self.settings = settings or CacheSettings()
        self._answers = self._empty()
        self._hits = self._shared_hits = self._misses = 0

    def obey(self, settings: CacheSettings) -> None:
        """Take over other sizes and times. What was kept under the old ones is forgotten."""
        if settings != self.settings:
            self.settings = settings
            self._answers = self._empty()

    def get(self, key: bytes) -> CachedAnswer | None:
        answer = self._answers.get(key)
        if answer is None:
            self._misses += 1
        else:
            self._hits += 1
        return answer

    def put(self, key: bytes, answer: CachedAnswer) -> None:
        """Keep an answer, unless it is larger than one entry may be."""
        if _size(answer) > min(self.settings.max_entry_bytes, self.settings.max_bytes):
            return
        while len(self._answers) >= self.settings.max_entries:
            self._answers.popitem()
        self._answers[key] = answer

    def ttl(self, answer: CachedAnswer) -> float:
        return self.settings.ttl if answer.text else self.settings.empty_ttl

    def found_elsewhere(self) -> None:
        """The last miss was no miss after all: the shared cache had the answer."""
        self._misses -= 1
        self._shared_hits += 1

    def clear(self) -> None:
        self._answers.clear()

    def statistics(self) -> CacheStatistics:
        self._answers.expire()
        return CacheStatistics(
            self._hits, self._shared_hits, self._misses, len(self._answers), int(self._answers.currsize)
        )

    def _empty(self) -> TLRUCache[bytes, CachedAnswer]:
        return TLRUCache(self.settings.max_bytes, self._expiry, self._clock.monotonic, _size)

    def _expiry(self, key: bytes, answer: CachedAnswer, now: float) -> float:
        return now + self.ttl(answer)


class CacheStage:
    def __init__(self, providers: ProviderSource, cache: AIResponseCache, shared: SharedAnswers | None = None) -> None:
        self._key = CallKey(providers)
        self._cache = cache
        self._shared = shared

    def __call__(self, call: Call, following: Next) -> Events:
        return self._through(call, following) if self._keeps(call) else following(call)

    async def _through(self, call: Call, following: Next) -> Events:
        key = self._key(call)
        answer = self._cache.get(key) or await self._elsewhere(key)
        if answer is not None:
            if answer.text:
                yield TextDelta(answer.text)
            yield answer.again
            return
        kept = _Keeping(self._cache.settings.max_entry_bytes)
        async with aclosing(following(call)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    kept.add(event.text)
                elif kept.whole and event.source is Source.UPSTREAM:
                    self._keep(key, CachedAnswer(kept.text, event))
                yield event

    async def _elsewhere(self, key: bytes) -> CachedAnswer | None:
        answer = await self._shared.get(key) if self._shared is not None else None
        if answer is not None:
            self._cache.found_elsewhere()
            self._cache.put(key, answer)
        return answer

    def _keep(self, key: bytes, answer: CachedAnswer) -> None:
        self._cache.put(key, answer)
        if self._shared is not None:
            self._shared.put(key, answer, self._cache.ttl(answer))

    def _keeps(self, call: Call) -> bool:
        settings = self._cache.settings
        wanted = isinstance(call, CompletionCall) or settings.chats or call.request.temperature == 0
        return settings.enabled and wanted


class _Keeping:
    """The text so far, dropped as soon as it is too long to be kept."""

    def __init__(self, limit: int) -> None:
        self.whole = True
        self._left = limit
        self._pieces: list[str] = []

    def add(self, text: str) -> None:
        self._left -= len(text)
        self.whole = self._left >= 0
        if self.whole:
            self._pieces.append(text)
        else:
            self._pieces.clear()

    @property
    def text(self) -> str:
        return "".join(self._pieces)


def _size(answer: CachedAnswer) -> int:
    return len(answer.text.encode(errors="surrogatepass")) + _OVERHEAD
