"""What is known of one call after it has ended. Holds figures and names, never a word of code or of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage

Kind = Literal["completion", "chat"]
Outcome = Literal["done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class CallRecord:
    """`at` is the date of its end in seconds since 1970. `attempts` counts what was sent to the service: 0 for an answer
    that came from a cache. `error` is the name of an error class. Times are milliseconds; `first_ms` is until the first
    content. A `usage.cost` of None: not known.
    """

    at: float
    user: str
    provider: str
    model: str
    kind: Kind
    source: Source
    outcome: Outcome
    total_ms: float
    usage: Usage
    attempts: int = 1
    first_ms: float | None = None
    error: str | None = None
