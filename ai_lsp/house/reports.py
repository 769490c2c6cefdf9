"""What there is to see of the providers, looked at all at once and without cost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ai_lsp.core.check import Check
from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import ProviderReport
from ai_lsp.credentials.chain import KeyChain
from ai_lsp.gateway.breaker import CircuitReport, CircuitState
from ai_lsp.house.keys import WITHIN, look, missing_key, takes_key
from ai_lsp.providers.base import AICapabilities, AIProvider, Health
from ai_lsp.providers.factory import AIProviderFactory

_ABILITIES = (
    ("chat", "supports_chat"),
    ("completion", "supports_code_completion"),
    ("fim", "supports_fim"),
    ("streaming", "supports_streaming"),
    ("embeddings", "supports_embeddings"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen among the providers. `used` maps what they are used for to their names."""

    configured: frozenset[str]
    used: Mapping[str, str]

    def of(self, name: str) -> tuple[str, ...]:
        return tuple(purpose for purpose, chosen in self.used.items() if chosen == name)


async def reports(
    names: Iterable[str],
    factory: AIProviderFactory,
    keys: KeyChain,
    choice: Choice,
    circuits: Sequence[CircuitReport] = (),
) -> list[ProviderReport]:
    """One for each of these names."""
    return list(await asyncio.gather(*(report(name, factory, keys, choice, circuits) for name in names)))


async def report(
    name: str,
    factory: AIProviderFactory,
    keys: KeyChain,
    choice: Choice,
    circuits: Sequence[CircuitReport] = (),
) -> ProviderReport:
    """Of one provider. A service is asked only where its key is there, or where none is needed."""
    used_for = choice.of(name)
    blank = ProviderReport(
        name,
        kind="unknown",
        active="completion" in used_for,
        origin=None,
        model=None,
        context_window=None,
        abilities=(),
        key="unknown",
        ok=False,
        detail="",
        configured=name in choice.configured,
        used_for=used_for,
    )
    try:
        kind = factory.settings_of(name).kind
        blank = replace(blank, kind=kind)
        provider = factory.get(name)
    except AIError as error:
        return replace(blank, detail=str(error))
    key, missing = await key_state(name, kind, provider.origin, keys)
    health = await _health(provider) if missing is None else None
    can = provider.capabilities
    circuit = circuit_of(circuits, name, provider.origin)
    return replace(
        blank,
        origin=provider.origin,
        model=provider.model or None,
        context_window=can.context_window,
        abilities=_abilities(can),
        key=key,
        ok=health.ok if health else None,
        detail=health.detail if health else missing or "",
        circuit=str(circuit.state) if circuit else None,
    )


async def key_state(name: str, kind: str, origin: str | None, keys: KeyChain) -> tuple[str, str | None]:
    """Where its key is, in words, and what to do where it is missing."""
    if origin is None:
        return "not needed", None
    found, problem = await look(name, kind, origin, keys)
    if found is not None:
        return f"found in {found.place}", None
    if not problem and not takes_key(name, kind, origin, keys):
        return "not needed", None
    return "missing", problem or missing_key(name, origin, keys.variables(name, kind, origin))


def as_check(report: ProviderReport) -> Check:
    """For `ai-lsp doctor`. A provider that nothing is asked of right now is no failure, whatever it says."""
    name = f"provider {report.name}"
    if report.key == "missing":
        return Check(name, False if report.used_for else None, "its key is missing", report.detail)
    return Check(name, report.ok if report.used_for else report.ok or None, report.detail)


def circuit_of(circuits: Sequence[CircuitReport], name: str, origin: str | None) -> CircuitReport | None:
    """That of the service where the provider is now: it may have been elsewhere before."""
    return next((circuit for circuit in circuits if (circuit.provider, circuit.origin) == (name, origin)), None)


def health_of(found: CircuitReport) -> Health:
    """How a provider is by what its last calls showed."""
    name = found.provider
    if found.state is CircuitState.OPEN:
        return Health(ok=False, detail=f"{name} failed too often and is left alone for {found.retry_in:.0f} s more")
    if found.state is CircuitState.HALF_OPEN:
        return Health(ok=False, detail=f"{name} failed too often; the next call shows whether it is back")
    failures = f", {found.failures} of its last calls failed" if found.failures else ""
    return Health(ok=True, detail=f"{name} answers calls{failures}")


async def _health(provider: AIProvider) -> Health:
    try:
        async with asyncio.timeout(WITHIN):
            return await provider.check()
    except TimeoutError:
        return Health(ok=False, detail=f"{provider.origin} did not answer within {WITHIN:g} s")
    except AIError as error:
        return Health(ok=False, detail=str(error))
    except Exception as error:  # noqa: BLE001  # other people's providers may fail in any way
        return Health(ok=False, detail=f"its check failed ({type(error).__name__}); tell who wrote {provider.name}")


def _abilities(can: AICapabilities) -> tuple[str, ...]:
    return tuple(name for name, field in _ABILITIES if getattr(can, field))
