"""Which provider `auto` stands for: one with a key, else a local server that answers, else the embedded engine.

In: the settings and the providers. Out: a name. What must never happen: a word of code, or a key, is sent to find out;
a provider's module is loaded that is not going to be used, while the person waits for the first suggestion.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from ai_lsp.core.errors import AIError
from ai_lsp.credentials.environment import USUAL
from ai_lsp.gateway.configured import privacy_settings
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.settings.schema import Settings
from ai_lsp.transport.knock import listens

WITH_KEYS = ("mistral", "anthropic", "openai", "gemini", "grok")
"""In this order; the first has an endpoint of its own for completing code."""
LOCAL = {"ollama": "http://127.0.0.1:11434", "llamacpp": "http://127.0.0.1:8080"}
"""Where these servers listen unless told otherwise."""
WITHIN = 1.0
"""Seconds that a server on this machine may take to say how it is: the person waits for the first suggestion."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Knock = Callable[[str], Awaitable[bool]]


class Keys(Protocol):
    async def holds(self, provider: str, kind: str, origin: str) -> bool:
        """Whether there is a key. It is not taken out: nobody is asked to unlock anything."""


async def automatic(settings: Settings, factory: AIProviderFactory, keys: Keys, knock: Knock = listens) -> str:
    """The name of the provider. The person's own providers come first, in the order of the user file; one that the
    privacy settings keep everything from is passed over.
    """
    privacy = privacy_settings(settings)
    for name, table in settings.providers.items():
        if (
            table.kind != "embedded"
            and privacy.rule(name).refusal(_origin(name, factory)) is None
            and await _own_can_answer(name, factory, keys, knock)
        ):
            return name
    for kind in WITH_KEYS:
        # a key for an address that is not the kind's default, such as codestral's, needs a provider that names it
        origin = next(iter(USUAL[kind]))
        if privacy.rule(kind).refusal(origin) is None and await keys.holds(kind, kind, origin):
            return kind
    for kind, origin in LOCAL.items():
        if await knock(origin) and await _is_well(kind, factory):
            return kind
    return "embedded"


def _origin(name: str, factory: AIProviderFactory) -> str | None:
    try:
        return factory.get(name).origin
    except AIError:
        return None


async def _own_can_answer(name: str, factory: AIProviderFactory, keys: Keys, knock: Knock) -> bool:
    origin = _origin(name, factory)
    if origin is None:
        return False
    if urlsplit(origin).hostname in _LOOPBACK:
        return await knock(origin) and await _is_well(name, factory)
    return await keys.holds(name, factory.settings_of(name).kind, origin)


async def _is_well(name: str, factory: AIProviderFactory) -> bool:
    """Whether what listens there is the server that it should be, with a model. One that keeps silent is not."""
    try:
        async with asyncio.timeout(WITHIN):
            return (await factory.get(name).check()).ok
    except (AIError, TimeoutError):
        return False
