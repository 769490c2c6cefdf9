"""What a service says of its own rate limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """One limited amount. `limit` is per minute; `reset` is in seconds from the answer that said it. None: not said."""

    limit: int | None = None
    remaining: int | None = None
    reset: float | None = None


@dataclass(frozen=True, slots=True)
class RateLimitFacts:
    """The limits that one answer's headers told: of requests, and of tokens."""

    requests: LimitFacts = LimitFacts()
    tokens: LimitFacts = LimitFacts()
