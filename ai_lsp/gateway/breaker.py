"""Leaves a service alone that keeps failing.

In: a call. Out: the same call while the service works, a `CircuitOpenError` at once while it does not, and one single
probe after a while. What must never happen: a wrong key, a wrong request or a person who cancels counts as a failure of
the service; two probes at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import (
    AIError,
    BrokenStreamError,
    CircuitOpenError,
    ConnectionFailedError,
    DeadlineError,
    OverloadedError,
    ProtocolError,
)
from ai_lsp.gateway.call import Call, Events, Next
from ai_lsp.gateway.provider import ProviderSource

_FAILURES = (ConnectionFailedError, OverloadedError, DeadlineError, BrokenStreamError, ProtocolError)
_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """Opens for `open_for` seconds when `failures` calls of the last `window` seconds failed and they are at least the
    share `rate` of all.
    """

    failures: int = 5
    rate: float = 0.5
    window: float = 60.0
    open_for: float = 30.0


class CircuitState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class CircuitReport:
    """One service as the breaker sees it. `retry_in` is in seconds, 0 where calls pass."""

    provider: str
    origin: str | None
    state: CircuitState
    failures: int
    retry_in: float


class BreakerStage:
    """Has one circuit for each provider and origin: a new endpoint starts without a past."""

    def __init__(
        self, providers: ProviderSource, clock: Clock, settings: Callable[[], BreakerSettings] = BreakerSettings
    ) -> None:
        self._providers = providers
        self._clock = clock
        self._settings = settings
        self._circuits: dict[tuple[str, str | None], _Circuit] = {}
        self._under_way: dict[int, _Circuit] = {}

    async def __call__(self, call: Call, following: Next) -> Events:
        circuit = self._circuit(call)
        probe = circuit.admit(call.provider)
        self._under_way[id(call.trace)] = circuit
        answered = False
        try:
            async with aclosing(following(call)) as events:
                async for event in events:
                    if not answered:
                        answered = True
                        circuit.succeeded()
                    yield event
        except AIError as error:
            if is_failure(error):
                circuit.failed()
            raise
        finally:
            self._under_way.pop(id(call.trace), None)
            if probe:
                circuit.release_probe()

    def allows_retry(self, call: Call, error: AIError) -> bool:
        """Counts a failed attempt of a call under way that somebody wants to repeat, and says whether the circuit is
        still closed. What was taken out of the settings meanwhile is not asked again.
        """
        circuit = self._under_way[id(call.trace)]
        if circuit.state is not CircuitState.CLOSED:
            return False
        if is_failure(error):
            circuit.failed()
        return self._is_there(call.provider) and circuit.state is CircuitState.CLOSED

    def reports(self) -> list[CircuitReport]:
        """Every service that was called so far."""
        return [circuit.report(*key) for key, circuit in self._circuits.items()]

    def _is_there(self, provider: str) -> bool:
        try:
            self._providers.get(provider)
        except AIError:
            return False
        return True

    def _circuit(self, call: Call) -> _Circuit:
        key = (call.provider, self._providers.get(call.provider).origin)
        if key not in self._circuits:
            self._circuits[key] = _Circuit(self._clock, self._settings)
        return self._circuits[key]


def is_failure(error: AIError) -> bool:
    """Whether the error says that the service does not work. A model that is being loaded will."""
    return isinstance(error, _FAILURES) and not (isinstance(error, OverloadedError) and error.loading)


class _Circuit:
    def __init__(self, clock: Clock, settings: Callable[[], BreakerSettings]) -> None:
        self._clock = clock
        self._settings = settings
        self._outcomes: deque[tuple[float, bool]] = deque(maxlen=_REMEMBERED)
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> CircuitState:
        if self._opened_at is None:
            return CircuitState.CLOSED
        return CircuitState.HALF_OPEN if self._wait() <= 0 else CircuitState.OPEN

    def admit(self, provider: str) -> bool:
        """Let a call pass, and say whether it is the probe. Raises CircuitOpenError."""
        state = self.state
        if state is CircuitState.CLOSED:
            return False
        if state is CircuitState.HALF_OPEN and not self._probing:
            self._probing = True
            return True
        wait = max(self._wait(), 1.0)
        raise CircuitOpenError(
            f"{provider} failed too often and is left alone for {wait:.0f} s more", provider=provider, retry_after=wait
        )

    def succeeded(self) -> None:
        if self._opened_at is not None:
            self._opened_at = None
            self._outcomes.clear()
        self._remember(failed=False)

    def failed(self) -> None:
        if self._opened_at is not None:
            if self.state is CircuitState.HALF_OPEN:
                self._opened_at = self._clock.monotonic()
            return
        self._remember(failed=True)
        failures, settings = self._failures(), self._settings()
        if failures >= settings.failures and failures >= settings.rate * len(self._outcomes):
            self._opened_at = self._clock.monotonic()

    def release_probe(self) -> None:
        """A probe that ended without a verdict (cancelled, wrong key) leaves its place to the next one."""
        self._probing = False

    def report(self, provider: str, origin: str | None) -> CircuitReport:
        return CircuitReport(provider, origin, self.state, self._failures(), max(self._wait(), 0.0))

    def _remember(self, *, failed: bool) -> None:
        now = self._clock.monotonic()
        self._outcomes.append((now, failed))
        while self._outcomes[0][0] <= now - self._settings().window:
            self._outcomes.popleft()

    def _failures(self) -> int:
        return sum(failed for _, failed in self._outcomes)

    def _wait(self) -> float:
        if self._opened_at is None:
            return 0.0
        return self._opened_at + self._settings().open_for - self._clock.monotonic()
