"""The reason for an empty answer where something went wrong. In: an error of the gateway. Out: a silence. Pure."""

from __future__ import annotations

from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    CircuitOpenError,
    DeadlineError,
    QuotaExceededError,
    RateLimitedError,
)
from ai_lsp.core.reasons import Reason, Silence

_REASONS: tuple[tuple[type[AIError], Reason], ...] = (
    (DeadlineError, Reason.TIMED_OUT),
    (RateLimitedError, Reason.RATE_LIMITED),
    (QuotaExceededError, Reason.QUOTA),
    (AuthenticationError, Reason.NO_KEY),
    (CircuitOpenError, Reason.BREAKER_OPEN),
)


def silence_of(error: AIError) -> Silence:
    """The reason, with the error's own sentence for the person."""
    return Silence(next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.FAILED), str(error))
