"""An answer that has begun: its events as they come.

In: a response whose headers have arrived. Out: `ServerEvent`s, read no faster than they are asked for. What must never
happen: an answer without end fills the memory, a connection is lost because a stream was left before its last byte, or a
key that the service repeats gets any further.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import httpx2

from ai_lsp.core.errors import ProtocolError
from ai_lsp.core.secret import Secret
from ai_lsp.transport.decode import Decoder, NDJSONDecoder, ServerEvent, SSEDecoder, WholeBody
from ai_lsp.transport.failures import FAILURES, within_answer

MAX_BODY = 16_000_000
"""Bytes, counted after decompression."""

SLICE = 32_768
"""Bytes that are decoded in one go: a piece that was decompressed can be large, and others have their turn in between."""


class Reply:
    """Close it (`contextlib.aclosing`): leaving early ends the call upstream."""

    def __init__(
        self,
        response: httpx2.Response,
        *,
        origin: str,
        provider: str,
        secret: Secret | None,
        abandoned: Callable[[], None],
        drain: Callable[[Reply], None],
    ) -> None:
        self._response = response
        self._chunks: AsyncIterator[bytes] = response.aiter_bytes()
        self._origin = origin
        self._provider = provider
        self._secret = secret
        self._abandoned = abandoned
        self._drain = drain
        self._size = 0
        self._ended = False
        self._draining = False

    @property
    def media_type(self) -> str:
        return str(self._response.headers.get("content-type", "")).partition(";")[0].strip().lower()

    async def events(self) -> AsyncGenerator[ServerEvent, None]:
        """Raises BrokenStreamError when the connection breaks, ProtocolError for lines or bodies past all measure."""
        decoder = self._decoder()
        async with aclosing(self.chunks()) as chunks:
            async for chunk in chunks:
                for event in decoder.feed(chunk):
                    yield self._masked(event)
        for event in decoder.end():
            yield self._masked(event)

    async def json(self) -> Any:
        """The whole body as JSON. Raises ProtocolError where it is none."""
        body = b"".join([chunk async for chunk in self.chunks()])
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise ProtocolError(
                f"{self._provider}: {self._origin} answered with something else than JSON; check the endpoint",
                provider=self._provider,
            ) from None

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Pieces of the body, decompressed."""
        failure = None
        try:
            async for chunk in self._chunks:
                self._size += len(chunk)
                if self._size > MAX_BODY:
                    break
                for start in range(0, len(chunk), SLICE):
                    yield chunk[start : start + SLICE]
                    if len(chunk) > SLICE:
                        await asyncio.sleep(0)
            else:
                self._ended = True
        except FAILURES as error:
            failure = within_answer(error, self._origin, self._provider)
        if failure is not None:
            raise failure
        if self._size > MAX_BODY:
            raise ProtocolError(
                f"{self._provider}: the answer is longer than {MAX_BODY} bytes", provider=self._provider
            )

    def finished(self) -> None:
        """The answer is complete, though its last bytes may still be on their way: read them aside, for the connection."""
        if not self._ended and not self._draining:
            self._draining = True
            self._drain(self)

    async def aclose(self) -> None:
        if self._draining:
            return
        await self.close_now()

    async def close_now(self) -> None:
        if not self._ended:
            self._abandoned()
        await self._response.aclose()

    def _masked(self, event: ServerEvent) -> ServerEvent:
        """Errors in the middle of a stream may repeat the key too."""
        if self._secret is None or (data := self._secret.redact(event.data)) == event.data:
            return event
        return ServerEvent(data, event.event)

    def _decoder(self) -> Decoder:
        kind = self.media_type
        if kind == "text/html":
            raise ProtocolError(
                f"{self._provider}: {self._origin} answered with a web page; check the endpoint",
                provider=self._provider,
            )
        if kind in {"application/x-ndjson", "application/jsonlines"}:
            return NDJSONDecoder()
        return WholeBody() if kind == "application/json" else SSEDecoder()
