"""What there is to see of keys: where each is looked for, whether it is there, whether its service accepts it.

In: the providers and where keys come from. Out: `KeyReport`s. What must never happen: a key in one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ai_lsp.core.errors import AIError, AuthenticationError
from ai_lsp.core.provider_report import KeyReport
from ai_lsp.credentials.chain import Found, KeyChain
from ai_lsp.credentials.environment import USUAL
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory

WITHIN = 3.5
"""Seconds that a service may take to say how it is."""


async def key_reports(factory: AIProviderFactory, keys: KeyChain, *, ask: bool) -> list[KeyReport]:
    """Of every provider that takes a key. One that cannot be made is left out: `ai-lsp providers` says why.

    Unless services are asked, what is stored for no provider follows.
    """
    reports = await asyncio.gather(
        *(key_report(name, factory, keys, ask=ask) for name in factory.names), return_exceptions=True
    )
    for error in reports:
        if isinstance(error, BaseException) and not isinstance(error, AIError):
            raise error
    known = [report for report in reports if isinstance(report, KeyReport)]
    return known if ask else [*known, *await _unused(known, keys)]


async def key_report(name: str, factory: AIProviderFactory, keys: KeyChain, *, ask: bool) -> KeyReport | None:
    """Of one provider; None: it takes no key. Raises AIError where there is no such provider."""
    kind, provider = factory.settings_of(name).kind, factory.get(name)
    if provider.origin is None:
        return None
    found, problem = await look(name, kind, provider.origin, keys)
    if found is None and not problem and not takes_key(name, kind, provider.origin, keys):
        return None
    variables = keys.variables(name, kind, provider.origin)
    if ask and found is not None:
        accepted, detail = await _asked(name, kind, provider, keys)
    else:
        accepted, detail = None, problem
    place, since = (found.place, found.since) if found else (None, None)
    return KeyReport(name, kind, provider.origin, variables, place, accepted, detail, since)


async def _asked(name: str, kind: str, provider: AIProvider, keys: KeyChain) -> tuple[bool | None, str]:
    """The verdict on a key that is there. One that cannot be taken out has not been refused."""
    assert provider.origin is not None
    try:
        await keys.find(name, kind, provider.origin)
    except AIError as error:
        return None, str(error)
    return await verdict(provider)


async def look(name: str, kind: str, origin: str, keys: KeyChain) -> tuple[Found | None, str]:
    """Where its key is, and why a store cannot be looked into."""
    try:
        return await keys.where(name, kind, origin), ""
    except AIError as error:
        return None, str(error)


async def _unused(known: Sequence[KeyReport], keys: KeyChain) -> list[KeyReport]:
    used = {(report.provider, report.origin) for report in known}
    try:
        stored = await keys.stored.all()
    except AIError:  # it stands in the reports already
        return []
    detail = "no provider of this name speaks to this address"
    return [
        KeyReport(one.provider, "", one.origin, (), one.place, None, detail, one.stored)
        for one in stored
        if (one.provider, one.origin) not in used
    ]


def takes_key(name: str, kind: str, origin: str, keys: KeyChain) -> bool:
    """Whether its service wants a key, or the person has named one for it."""
    return kind in USUAL or bool(keys.variables(name, kind, origin))


def missing_key(name: str, origin: str, variables: Sequence[str]) -> str:
    """What to do about a key that is not there."""
    if variables:
        return f"set {' or '.join(variables)}, or store a key with `ai-lsp keys set {name}`"
    # the usual variable of a service is never sent to another address
    return f"store the key for {origin} with `ai-lsp keys set {name}`"


async def verdict(provider: AIProvider) -> tuple[bool | None, str]:
    """Whether its service accepts its key, and what it said. None: it did not say."""
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
