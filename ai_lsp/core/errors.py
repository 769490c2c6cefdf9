"""Everything that can go wrong between a request and a model, as one tree.

    AIError
    ├── BadRequestError            the request itself is wrong: never repeated
    │   ├── ContextOverflowError   the prompt is longer than the model's window
    │   └── UnsupportedError       this provider or model cannot do what was asked
    ├── ConfigurationError         a setting is missing or wrong: the person has to act
    │   └── UnknownProviderError   no provider has this name
    ├── AuthenticationError        the key is missing, wrong or not allowed
    ├── QuotaExceededError         paid-for or self-set amount is used up: waiting does not help
    ├── RateLimitedError           too many requests for now: `retry_after` says how long
    ├── OverloadedError            the service has no room, or the model is still loading
    ├── CircuitOpenError           it failed too often and is left alone: `retry_after` says how long
    ├── ConnectionFailedError      nobody answered at the address
    ├── DeadlineError              an answer did not come in time
    │   ├── FirstContentTimeoutError
    │   ├── StalledError
    │   └── TotalTimeoutError
    ├── BrokenStreamError          the answer stopped before its end: what came is kept in `partial`
    ├── ProtocolError              the answer is not what the service's interface promises
    ├── ContentRefusedError        the model or a filter declined to answer
    └── PrivacyError               what would be sent may not leave, or could not be checked: nothing was sent

Each error says four things: whether the same call may be tried again, after how many seconds, whether another
provider should be asked instead, and one sentence for the person. No error text holds a key or the person's code.
"""

from __future__ import annotations

from typing import ClassVar


class AIError(Exception):
    """Root of the tree. `str(error)` is the sentence for the person: what happened and what to do next."""

    retryable: ClassVar[bool] = False
    falls_back: ClassVar[bool] = True
    retry_after: float | None
    provider: str | None

    def __init__(self, message: str, *, provider: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.provider = provider
        self.retry_after = retry_after


class BadRequestError(AIError):
    falls_back = False


class ContextOverflowError(BadRequestError):
    """`limit` and `used` are tokens, where the service reported them."""

    falls_back = True

    def __init__(
        self, message: str, *, provider: str | None = None, limit: int | None = None, used: int | None = None
    ) -> None:
        super().__init__(message, provider=provider)
        self.limit = limit
        self.used = used


class UnsupportedError(BadRequestError):
    falls_back = True


class ConfigurationError(AIError):
    falls_back = False


class UnknownProviderError(ConfigurationError):
    pass


class AuthenticationError(AIError):
    pass


class QuotaExceededError(AIError):
    pass


class RateLimitedError(AIError):
    retryable = True


class OverloadedError(AIError):
    """`loading` tells a model that is still being loaded from a service without room: only the latter is a failure."""

    retryable = True

    def __init__(
        self, message: str, *, provider: str | None = None, retry_after: float | None = None, loading: bool = False
    ) -> None:
        super().__init__(message, provider=provider, retry_after=retry_after)
        self.loading = loading


class CircuitOpenError(AIError):
    pass


class ConnectionFailedError(AIError):
    retryable = True


class DeadlineError(AIError):
    retryable = True


class FirstContentTimeoutError(DeadlineError):
    pass


class StalledError(DeadlineError):
    pass


class TotalTimeoutError(DeadlineError):
    retryable = False


class BrokenStreamError(AIError):
    retryable = True

    def __init__(self, message: str, *, provider: str | None = None, partial: str = "") -> None:
        super().__init__(message, provider=provider)
        self.partial = partial


class ProtocolError(AIError):
    pass


class ContentRefusedError(AIError):
    falls_back = False


class PrivacyError(AIError):
    pass
