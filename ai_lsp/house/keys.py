"""What there is to see of keys: where each is looked for, whether it is there, whether its service accepts it.

In: the providers and where keys come from. Out: `KeyReport`s. What must never happen: a key in one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ai_lsp.core.errors import AIError, AuthenticationError
from ai_lsp.core.provider_report import KeyReport
from ai_lsp.credentials.environment import USUAL, EnvironmentKeys
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory

WITHIN = 3.5
"""Seconds that a service may take to say how it is."""


async def key_reports(factory: AIProviderFactory, keys: EnvironmentKeys, *, ask: bool) -> list[KeyReport]:
    """Of every provider that takes a key. One that cannot be made is left out: `ai-lsp providers` says why."""
    reports = await asyncio.gather(
        *(key_report(name, factory, keys, ask=ask) for name in factory.names), return_exceptions=True
    )
    for error in reports:
        if isinstance(error, BaseException) and not isinstance(error, AIError):
            raise error
    return [report for report in reports if isinstance(report, KeyReport)]


async def key_report(name: str, factory: AIProviderFactory, keys: EnvironmentKeys, *, ask: bool) -> KeyReport | None:
    """Of one provider; None: it takes no key. Raises AIError where there is no such provider."""
    kind, provider = factory.settings_of(name).kind, factory.get(name)
    if provider.origin is None or not takes_key(name, kind, provider.origin, keys):
        return None
    variables = keys.variables(name, kind, provider.origin)
    found = keys.found_in(name, kind, provider.origin)
    accepted, detail = await _verdict(provider) if ask and found else (None, "")
    return KeyReport(name, kind, provider.origin, variables, found, accepted, detail)


def takes_key(name: str, kind: str, origin: str, keys: EnvironmentKeys) -> bool:
    """Whether its service wants a key, or the person has named one for it."""
    return kind in USUAL or bool(keys.variables(name, kind, origin))


def missing_key(name: str, origin: str, variables: Sequence[str]) -> str:
    """What to do about a key that is not there."""
    if variables:
        return f"set {' or '.join(variables)} to use it"
    # the usual variable of a service is never sent to another address
    return f"name the variable with the key for {origin}: `api_key_env` in [providers.{name}]"


async def _verdict(provider: AIProvider) -> tuple[bool | None, str]:
    try:
        async with asyncio.timeout(WITHIN):
            models = await provider.list_models()
            # a provider without such a list has only its own check
            health = None if models else await provider.check()
    except AuthenticationError as error:
        return False, str(error)
    except AIError as error:
        return None, str(error)
    except TimeoutError:
        return None, f"{provider.origin} did not answer within {WITHIN:g} s"
    if health is None:
        return True, f"{provider.origin} lists {len(models)} model{'' if len(models) == 1 else 's'}"
    return (True if health.ok else None), health.detail
