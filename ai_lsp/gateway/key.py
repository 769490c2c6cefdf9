"""Says when two calls are the same.

In: a call. Out: 32 bytes that are equal only for calls of the same provider, service, model, parameters and prompt.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from ai_lsp.gateway.call import Call, CompletionCall
from ai_lsp.gateway.provider import ProviderSource

_PIECE = 2047
"""Bytes. With more at once `hashlib` lets go of the interpreter, and every other thread has its turn before us."""


class CallKey:
    """Every part goes in with its length, so that no two different calls read as the same row of characters."""

    def __init__(self, providers: ProviderSource) -> None:
        self._providers = providers

    def __call__(self, call: Call) -> bytes:
        if call.trace.key is None:
            call.trace.key = self._digest(call)
        return call.trace.key

    def _digest(self, call: Call) -> bytes:
        row = bytearray()
        for part in self._parts(call):
            data = part.encode(errors="surrogatepass") if isinstance(part, str) else repr(part).encode()
            row += b"%d:%d:" % (isinstance(part, str), len(data))
            row += data
        digest = sha256()
        for start in range(0, len(row), _PIECE):
            digest.update(row[start : start + _PIECE])
        return digest.digest()

    def _parts(self, call: Call) -> Iterator[object]:
        provider = self._providers.get(call.provider)
        yield from (type(call).__name__, call.provider, provider.origin, provider.model)
        if isinstance(call, CompletionCall):
            prompt = call.prompt
            yield from (prompt.prefix, prompt.suffix, prompt.language, prompt.path, prompt.max_tokens, prompt.model)
            yield prompt.temperature
            yield from prompt.stop
            return
        request = call.request
        yield from (request.model, request.max_tokens, request.temperature, len(request.messages))
        for message in request.messages:
            yield from (message.role, message.content)
        yield from request.stop
