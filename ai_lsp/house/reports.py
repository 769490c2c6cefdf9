"""What there is to see of the providers, looked at all at once and without cost."""

from __future__ import annotations

import asyncio

from ai_lsp.core.errors import AIError
from ai_lsp.core.provider_report import ProviderReport
from ai_lsp.credentials.environment import EnvironmentKeys
from ai_lsp.providers.base import AICapabilities, AIProvider
from ai_lsp.providers.factory import AIProviderFactory

WITHIN = 5.0
"""Seconds that a service may take to say how it is."""

_ABILITIES = (
    ("chat", "supports_chat"),
    ("completion", "supports_code_completion"),
    ("fim", "supports_fim"),
    ("streaming", "supports_streaming"),
    ("embeddings", "supports_embeddings"),
)


async def reports(factory: AIProviderFactory, keys: EnvironmentKeys, active: str) -> list[ProviderReport]:
    """One for each name that settings may use, sorted by name."""
    return list(await asyncio.gather(*(report(name, factory, keys, active) for name in factory.names)))


async def report(name: str, factory: AIProviderFactory, keys: EnvironmentKeys, active: str) -> ProviderReport:
    """Of one provider. A service is asked only where its key is there, or where none is needed."""
    kind = factory.settings_of(name).kind
    try:
        provider = factory.get(name)
    except AIError as error:
        return ProviderReport(name, kind, name == active, None, None, None, (), "", ok=False, detail=str(error))
    key, usable = await _key(name, kind, provider, keys)
    ok, detail = await _health(provider) if usable else (None, f"set {keys.where(name, kind)} to use it")
    can = provider.capabilities
    return ProviderReport(
        name,
        kind,
        name == active,
        provider.origin,
        provider.model or None,
        can.context_window,
        _abilities(can),
        key,
        ok,
        detail,
    )


async def _key(name: str, kind: str, provider: AIProvider, keys: EnvironmentKeys) -> tuple[str, bool]:
    where = keys.where(name, kind)
    if provider.origin is None or not where:
        return "not needed", True
    if await keys.find(name, kind, provider.origin) is not None:
        return f"found in {where}", True
    return "missing", False


async def _health(provider: AIProvider) -> tuple[bool, str]:
    try:
        async with asyncio.timeout(WITHIN):
            health = await provider.check()
    except TimeoutError:
        return False, f"did not answer within {WITHIN:g} s"
    except AIError as error:
        return False, str(error)
    return health.ok, health.detail


def _abilities(can: AICapabilities) -> tuple[str, ...]:
    return tuple(name for name, field in _ABILITIES if getattr(can, field))
