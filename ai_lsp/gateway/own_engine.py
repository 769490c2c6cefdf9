"""Spares our own engine what only services need.

In: a call. Out: for an engine inside this process (it is local, and has no origin) the answer of the short line, for any
other provider that of the rest of the line. What must never happen: a limit, a quota or a cache stands between the person
and an engine that costs nothing, needs no network and answers in milliseconds from what is open right now; a provider that
only does not tell where it sends things passes by the guard of what may leave.
"""

from __future__ import annotations

from ai_lsp.gateway.call import Call, Events, Next
from ai_lsp.gateway.provider import ProviderSource


class OwnEngineStage:
    """`short` leads to the providers with nothing but deadlines on the way."""

    def __init__(self, providers: ProviderSource, short: Next) -> None:
        self._providers = providers
        self._short = short

    def __call__(self, call: Call, following: Next) -> Events:
        provider = self._providers.get(call.provider)
        own = provider.origin is None and provider.capabilities.is_local
        return self._short(call) if own else following(call)
