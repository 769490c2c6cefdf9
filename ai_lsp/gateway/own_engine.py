"""Spares our own engine what only services need.

In: a call. Out: for a provider without an origin (an engine inside this process) the answer of the short line, for any
other that of the rest of the line. What must never happen: a limit, a quota or a cache stands between the person and an
engine that costs nothing, needs no network and answers in milliseconds from what is open right now.
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
        own = self._providers.get(call.provider).origin is None
        return self._short(call) if own else following(call)
