"""`provider = "auto"`: who answers where the person has named nobody.

In: the factory and the keys. Out: the name of a provider with a key, else of a server on this machine that has a model,
else `embedded`. Connections are opened to this machine only. Belongs before the first request, never before it: nothing is
looked for until the person asks for something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from ai_lsp.core.errors import AIError
from ai_lsp.core.secret import SecretLookup
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.factory import AIProviderFactory

HOSTED = ("mistral", "anthropic", "openai", "gemini", "grok")
"""Kinds that are tried with their usual key after the person's own sections, best at completing code first."""

LOCAL = ("ollama", "llamacpp")

LOCAL_PATIENCE = 0.5
"""Seconds for a server on this machine to list its models: one that is there answers in a few milliseconds."""


async def choose(factory: AIProviderFactory, secrets: SecretLookup) -> str:
    """The name of the provider to use. Never raises: a section that is wrong is passed over."""
    own = [name for name in factory.configured if factory.settings_of(name).kind != "embedded"]
    for name, provider in _made(factory, (*own, *HOSTED)):
        if provider.origin and await secrets.find(name, factory.settings_of(name).kind, provider.origin):
            return name
    for name, provider in _made(factory, (*own, *LOCAL)):
        if provider.capabilities.is_local and await _has_a_model(provider):
            return name
    return "embedded"


def _made(factory: AIProviderFactory, names: Iterable[str]) -> Iterable[tuple[str, AIProvider]]:
    for name in names:
        try:
            yield name, factory.get(name)
        except AIError:
            continue


async def _has_a_model(provider: AIProvider) -> bool:
    try:
        async with asyncio.timeout(LOCAL_PATIENCE):
            return bool(await provider.list_models())
    except (AIError, TimeoutError):
        return False
