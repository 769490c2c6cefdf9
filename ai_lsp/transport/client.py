"""One provider's way to its service.

In: a path and a JSON body. Out: a `Reply` whose events stream, or the JSON of a whole answer; anything that goes wrong is
an AIError, built by the provider's own `map_error` where the service answered with an error. What must never happen: a
key on the way to another origin than its own, in a URL, in an error text or in a log.

    client = network.client(endpoint, provider="work", kind="openai", auth=Auth(), map_error=map_error, secrets=secrets)
    reply = await client.open("POST", "/chat/completions", {"model": "…", "stream": True})
    async with aclosing(reply):
        async for event in reply.events():
            ...                              # event.event, event.data
            reply.finished()                 # after the service's own end mark: the connection is kept for the next call
    models = await client.json("GET", "/models")
    client.rate_limits                       # what the newest answer's headers told
    await client.aclose()
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any

import httpx2

from ai_lsp import __version__
from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError, AuthenticationError, ConfigurationError, ProtocolError
from ai_lsp.core.limits import RateLimitFacts
from ai_lsp.core.secret import Secret, SecretLookup, WrongOriginError
from ai_lsp.transport.endpoint import Endpoint
from ai_lsp.transport.failures import FAILURES, before_answer
from ai_lsp.transport.pool import Pool, open_http
from ai_lsp.transport.redact import excerpt, redact, redact_json
from ai_lsp.transport.reply import Reply
from ai_lsp.transport.waits import rate_limits, retry_after
from ai_lsp.transport.wire import Auth, ErrorMap, ErrorReply

MAX_ERROR_BODY = 65_536
DRAIN_PATIENCE = 1.0
"""Seconds that a service may take to end its body after its last event."""

_KEY_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "x-auth-token"}
)
_OWN_HEADERS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding"}
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
_KEY = re.compile(r"[\x21-\x7e]+")


class Client:
    """Made by `Network.client`. Opens nothing before its first call. Belongs to one event loop."""

    def __init__(
        self,
        endpoint: Endpoint,
        make_pool: Callable[[], Awaitable[Pool]],
        *,
        provider: str,
        kind: str,
        auth: Auth,
        headers: Mapping[str, str],
        secrets: SecretLookup,
        clock: Clock,
        map_error: ErrorMap,
    ) -> None:
        self.endpoint = endpoint
        self.rate_limits: RateLimitFacts | None = None
        self._make_pool = make_pool
        self._provider = provider
        self._kind = kind
        self._auth = auth
        self._headers = _checked(headers, provider)
        self._secrets = secrets
        self._clock = clock
        self._map_error = map_error
        self._pool: Pool | None = None
        self._http: httpx2.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._drains: set[asyncio.Task[None]] = set()

    async def open(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, from_origin: bool = False
    ) -> Reply:
        """Send a request and wait for the headers of its answer. Raises AIError for every answer that is no success.

        `path` follows that of the endpoint, or with `from_origin` stands for itself.
        """
        pool, http = await self._ready()
        attach = _Attach(await self._secret(), self.endpoint.origin, self._auth)
        request = http.build_request(
            method,
            self.endpoint.origin + ("" if from_origin else self.endpoint.path) + path,
            content=None if body is None else _encode(body),
            headers={**_HEADERS, **self._headers},
        )
        failure = None
        try:
            response = await http.send(request, stream=True, auth=attach)
        except FAILURES as error:
            failure = before_answer(error, self.endpoint.origin, self._provider)
        if failure is not None:
            # raised here and not above: the library's exception holds the request, and that holds the key
            raise failure
        self.rate_limits = rate_limits(response.headers, self._clock.time()) or self.rate_limits
        if not response.is_success:
            raise await self._refusal(response, attach.secret)
        return Reply(
            response,
            origin=self.endpoint.origin,
            provider=self._provider,
            secret=attach.secret,
            abandoned=pool.warm,
            drain=self._drain,
        )

    async def json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a request and read its whole answer."""
        async with aclosing(await self.open(method, path, body)) as reply:
            return await reply.json()

    async def aclose(self) -> None:
        for task in self._drains:
            task.cancel()
        await asyncio.gather(*self._drains, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    async def _ready(self) -> tuple[Pool, httpx2.AsyncClient]:
        async with self._opening:
            if self._pool is None or self._http is None:
                self._pool = await self._make_pool()
                self._http = open_http(self._pool)
        return self._pool, self._http

    async def _secret(self) -> Secret | None:
        origin = self.endpoint.origin
        secret = await self._secrets.find(self._provider, self._kind, origin)
        if secret is None:
            if self._auth.required:
                raise AuthenticationError(
                    f"{self._provider} has no key for {origin}; store one with `ai-lsp keys set {self._provider}`",
                    provider=self._provider,
                )
            return None
        if not self.endpoint.may_carry_key:
            raise ConfigurationError(
                f"the key of {self._provider} is not sent unencrypted to {origin}; use an https endpoint",
                provider=self._provider,
            )
        return secret

    async def _refusal(self, response: httpx2.Response, secret: Secret | None) -> AIError:
        if response.is_redirect:
            await response.aclose()
            return ProtocolError(
                f"{self._provider}: {self.endpoint.origin} points to another address; set the endpoint to the final one",
                provider=self._provider,
            )
        body, text = _parse(await _beginning(response), secret)
        now = self._clock.time()
        error = self._map_error(
            ErrorReply(
                response.status_code, body, text, retry_after(response.headers, body, now), _should_retry(response)
            )
        )
        error.provider = error.provider or self._provider
        return error

    def _drain(self, reply: Reply) -> None:
        task = asyncio.get_running_loop().create_task(_drain(reply))
        self._drains.add(task)
        task.add_done_callback(self._drains.discard)


class _Attach(httpx2.Auth):
    """Puts the key onto a request as it leaves, so that no local variable of ours ever holds it."""

    def __init__(self, secret: Secret | None, origin: str, auth: Auth) -> None:
        self.secret = secret
        self._origin = origin
        self._auth = auth

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        if self.secret is not None:
            request.headers[self._auth.header] = self._auth.prefix + _usable_key(self.secret, self._origin)
        yield request


def _usable_key(secret: Secret, origin: str) -> str:
    try:
        usable = _KEY.fullmatch(secret.reveal_for(origin)) is not None
    except WrongOriginError as error:
        raise ConfigurationError(f"{error}; store a key for {origin} with `ai-lsp keys set`") from None
    if not usable:
        raise AuthenticationError(f"the key stored for {origin} holds blanks or signs that no key has; store it again")
    return secret.reveal_for(origin)


_HEADERS = {
    "accept": "application/json, text/event-stream, application/x-ndjson",
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": f"ai-lsp/{__version__}",
}


def _encode(body: Mapping[str, Any]) -> bytes:
    # lone surrogates cannot be sent as UTF-8: as an escape they are at least JSON
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


async def _beginning(response: httpx2.Response) -> bytes:
    """The first part of an error's body, however long it is or however it breaks off."""
    pieces: list[bytes] = []
    size = 0
    with suppress(*FAILURES):
        async for chunk in response.aiter_bytes():
            pieces.append(chunk)
            size += len(chunk)
            if size >= MAX_ERROR_BODY:
                break
    await response.aclose()
    return b"".join(pieces)[:MAX_ERROR_BODY]


def _parse(body: bytes, secret: Secret | None) -> tuple[Any, str]:
    text = body.decode(errors="replace")
    try:
        return redact_json(json.loads(text), secret), ""
    except (ValueError, RecursionError):
        return None, excerpt(redact(text, secret))


def _should_retry(response: httpx2.Response) -> bool | None:
    return {"true": True, "false": False}.get(response.headers.get("x-should-retry", ""))


async def _drain(reply: Reply) -> None:
    with suppress(TimeoutError, AIError):
        async with asyncio.timeout(DRAIN_PATIENCE), aclosing(reply.chunks()) as chunks:
            async for _ in chunks:
                pass
    await reply.close_now()


def _checked(headers: Mapping[str, str], provider: str) -> dict[str, str]:
    """A person's own headers. Raises ConfigurationError for what would break the request or expose a key."""
    for name, value in headers.items():
        if name.lower() in _KEY_HEADERS:
            raise ConfigurationError(
                f"the header {name!r} of {provider} would hold a key in plain text;"
                f" store it with `ai-lsp keys set {provider}` instead",
                provider=provider,
            )
        if name.lower() in _OWN_HEADERS or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ConfigurationError(f"the header {name!r} of {provider} cannot be sent; remove it", provider=provider)
    return {name.lower(): value for name, value in headers.items()}
