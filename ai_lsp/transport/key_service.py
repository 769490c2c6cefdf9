"""The door to Google Cloud's key service, by its REST interface (cloudkms.googleapis.com/v1).

In: data keys, and the name of a key of the service. Out: the same bytes wrapped or unwrapped. What must never happen: a
token goes to another origin; a start, or a request, waits long for a service that is down or slow.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConnectionFailedError,
    OverloadedError,
    ProtocolError,
    RateLimitedError,
    TotalTimeoutError,
)
from ai_lsp.core.secret import SecretLookup
from ai_lsp.transport.endpoint import parse_endpoint
from ai_lsp.transport.network import Network
from ai_lsp.transport.wire import Auth, ErrorReply

if TYPE_CHECKING:  # loads httpx2, which start-up does without
    from ai_lsp.transport.client import Client

ENDPOINT = "https://cloudkms.googleapis.com"
PATIENCE = 4.0
"""Seconds for one question, the token for it included."""

_NAME = "the key service"
_KEY = re.compile(r"projects/[\w.:-]+/locations/[\w-]+/keyRings/[\w-]+/cryptoKeys/[\w-]+", re.ASCII)


class GoogleKeyService:
    """Belongs to one event loop, and connects with its first question. `endpoint` is from the person's own file.

    `tokens` makes the giver of access tokens for an origin: to the client they are keys stored for it.
    """

    def __init__(
        self,
        network: Network,
        tokens: Callable[[str], SecretLookup],
        endpoint: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._network = network
        self._tokens = tokens
        self._address = endpoint or ENDPOINT
        self._patience = patience
        self._client: Client | None = None

    async def encrypt(self, key: str, plaintext: bytes, context: bytes) -> bytes:
        """`context` is authenticated with it. Raises AIError."""
        body = {"plaintext": _text(plaintext), "additionalAuthenticatedData": _text(context)}
        return _bytes(await self._ask(key, "encrypt", body), "ciphertext")

    async def decrypt(self, key: str, ciphertext: bytes, context: bytes) -> bytes:
        """Raises BadRequestError for what the key did not encrypt in this context, else AIError."""
        body = {"ciphertext": _text(ciphertext), "additionalAuthenticatedData": _text(context)}
        return _bytes(await self._ask(key, "decrypt", body), "plaintext")

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _ask(self, key: str, verb: str, body: Mapping[str, str]) -> Any:
        if not _KEY.fullmatch(key):
            raise ConfigurationError(
                f"the name of a key, {key!r:.80}, is not projects/…/locations/…/keyRings/…/cryptoKeys/…; correct"
                " `kms_key` in [vault]"
            )
        try:
            async with asyncio.timeout(self._patience):
                return await self._connected().json("POST", f"/v1/{key}:{verb}", body)
        except TimeoutError:
            raise TotalTimeoutError(
                f"{_NAME} at {self._address} did not answer within {self._patience:g} s; try again"
            ) from None

    def _connected(self) -> Client:
        if self._client is None:
            endpoint = parse_endpoint(self._address)
            tokens = self._tokens(endpoint.origin)
            self._client = self._network.client(
                endpoint, provider=_NAME, kind="kms", auth=Auth(), secrets=tokens, map_error=_error
            )
        return self._client


def _error(reply: ErrorReply) -> AIError:
    said = f"{_NAME}: {reply.message or reply.status}"
    if reply.status in (401, 403):
        return AuthenticationError(f"{said}; see who may use the key, and with which account ai-lsp runs")
    if reply.status == 404:
        return ConfigurationError(f"{said}; correct `kms_key` in [vault]")
    if reply.status == 429:
        return RateLimitedError(said, retry_after=reply.retry_after)
    if reply.status == 503:
        return OverloadedError(said, retry_after=reply.retry_after)
    if reply.status >= 500:
        return ConnectionFailedError(said)
    return BadRequestError(said)


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _bytes(answer: Any, name: str) -> bytes:
    try:
        return b64decode(answer[name], validate=True)
    except (KeyError, TypeError, ValueError):
        raise ProtocolError(f"{_NAME} answered without the {name} that was asked for; try again") from None
