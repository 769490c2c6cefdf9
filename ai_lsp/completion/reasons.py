"""The reason for an empty answer where something went wrong. In: an error of the gateway. Out: a silence. Pure."""

from __future__ import annotations

from dataclasses import replace

from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    CircuitOpenError,
    DeadlineError,
    PrivacyError,
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
    (PrivacyError, Reason.PRIVATE),
)


def silence_of(error: AIError) -> Silence:
    """The reason, with the error's own sentence for the person."""
    return Silence(next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.FAILED), str(error))


def without_secret(completion: CodeCompletion) -> CodeCompletion:
    """The line that was to hold a secret makes no sense without it."""
    if not ends_in_secret(completion.silence):
        return completion
    return replace(completion, text=completion.text[: completion.text.rfind("\n") + 1].rstrip())


def ends_in_secret(silence: Silence | None) -> bool:
    """Whether an answer stops where a secret would have come."""
    return silence is not None and silence.reason is Reason.MASKED
