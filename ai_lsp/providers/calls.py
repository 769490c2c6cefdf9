"""Sends a provider's calls and reads what comes back.

In: how to build a request, and how to read one event. Out: the pieces of the answer. Here parameters that a model refuses
are left out, a prompt that is too long is shrunk once, and an answer counts only with the service's own end mark.
What must never happen: half an answer passes for a whole one, or what came before a failure is lost.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from ai_lsp.core.errors import AIError, BrokenStreamError, ConfigurationError, ContextOverflowError, ProtocolError
from ai_lsp.prompts.budget import shrink_ratio
from ai_lsp.providers.faults import stream_error
from ai_lsp.providers.learning import Learned, RefusedParameterError, Scope
from ai_lsp.providers.pieces import Piece
from ai_lsp.transport.client import Client
from ai_lsp.transport.decode import ServerEvent
from ai_lsp.transport.reply import Reply
from ai_lsp.transport.wire import ErrorReply

MAX_NEGOTIATIONS = 4
"""Parameters that one call may find refused, each with one more request."""


@dataclass(frozen=True, slots=True)
class WireCall:
    """A request as it goes out. `path` follows the endpoint's own, or with `from_origin` stands for itself.

    `hole`: the answer is a chat model's, with the code somewhere inside.
    """

    path: str
    body: dict[str, Any]
    model: str
    hole: bool = False
    from_origin: bool = False


Build = Callable[[float], WireCall]
"""A request that holds this part of the prompt, 1.0 being all of it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """`parameters` are the person's own, added to every body."""

    provider: str
    client: Client
    learned: Learned
    parameters: Mapping[str, Any]
    parse: Callable[[Any, str], Piece | None]
    map_error: Callable[[ErrorReply], AIError]

    def scope(self, model: str) -> Scope:
        return (self.client.endpoint.origin, model)

    async def begin(self, build: Build, answer: int) -> tuple[WireCall, Reply]:
        """Send the call that `build` makes. `answer`: tokens that the answer may take of the window."""
        call = build(1.0)
        try:
            return call, await self._open(call)
        except ContextOverflowError as error:
            call = build(shrink_ratio(error.limit, error.used, answer))
            return call, await self._open(call)

    async def pieces(self, reply: Reply) -> AsyncGenerator[Piece, None]:
        """The answer. Raises BrokenStreamError with what came where it was cut off."""
        said: list[str] = []
        ended = False
        async with aclosing(reply), aclosing(reply.events()) as events:
            try:
                async for event in events:
                    piece = self._piece(event, said)
                    if piece is None:
                        continue
                    if piece.finish_reason == "error":
                        break
                    ended = ended or piece.done or piece.finish_reason is not None
                    said.append(piece.text)
                    yield piece
                    if piece.done:
                        break
            except BrokenStreamError as error:
                if not ended:
                    error.partial = "".join(said)
                    raise
            if ended:
                reply.finished()
                return
        raise self._broken(f"{self.provider} stopped in the middle of its answer", said)

    async def _open(self, call: WireCall) -> Reply:
        if not call.model:
            raise ConfigurationError(
                f"{self.provider} has no model; set `model` in [providers.{self.provider}]", provider=self.provider
            )
        scope = self.scope(call.model)
        for left in reversed(range(MAX_NEGOTIATIONS + 1)):
            body = self.learned.apply(scope, {**call.body, **self.parameters})
            try:
                return await self.client.open("POST", call.path, body, from_origin=call.from_origin)
            except RefusedParameterError as error:
                if not self.learned.learn(scope, error.parameter, body, value_only=error.value_only) or not left:
                    raise
        raise AssertionError  # the last turn returns or raises

    def _piece(self, event: ServerEvent, said: list[str]) -> Piece | None:
        if not event.data:
            return None
        if event.data.startswith("[DONE]"):
            return Piece(done=True)
        try:
            data = json.loads(event.data)
        except (ValueError, RecursionError):
            raise ProtocolError(f"{self.provider} sent an event that is no JSON", provider=self.provider) from None
        reply = stream_error(data)
        if reply is None:
            return self.parse(data, event.event)
        error = self.map_error(reply)
        if any(said):
            raise self._broken(str(error), said) from error
        raise error

    def _broken(self, message: str, said: list[str]) -> BrokenStreamError:
        return BrokenStreamError(message, provider=self.provider, partial="".join(said))
