from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

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
from ai_lsp.core.secret import Secret
from ai_lsp.transport.key_service import GoogleKeyService
from ai_lsp.transport.network import Network
from tests.transport.loopback import Answer, Asked, Loopback, whole
from tests.transport.support_key_service import KEY, KeyServer


class Tokens:
    def __init__(self, origin: str) -> None:
        self.origin = origin

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return Secret("ya29.canary", origin) if origin == self.origin else None


@asynccontextmanager
async def service(answer: Answer, patience: float = 5.0) -> AsyncIterator[tuple[GoogleKeyService, Loopback]]:
    async with Loopback([answer]) as loopback:
        opened = GoogleKeyService(Network(), Tokens, loopback.url, patience)
        yield opened, loopback
        await opened.aclose()


async def test_what_it_wrapped_it_unwraps_in_the_same_context_only() -> None:
    server = KeyServer()
    async with service(server.answer) as (keys, _):
        wrapped = await keys.encrypt(KEY, b"k" * 32, b"context")
        assert await keys.decrypt(KEY, wrapped, b"context") == b"k" * 32
        with pytest.raises(BadRequestError):
            await keys.decrypt(KEY, wrapped, b"another context")
    assert server.plaintexts == [b"k" * 32]
    assert server.tokens == {"Bearer ya29.canary"}


async def test_requests_are_those_of_the_services_reference() -> None:
    async with service(KeyServer().answer) as (keys, loopback):
        await keys.encrypt(KEY, b"k" * 32, b"context")
    [asked] = loopback.asked
    assert (asked.method, asked.path) == ("POST", f"/v1/{KEY}:encrypt")
    assert asked.json == {
        "plaintext": b64encode(b"k" * 32).decode(),
        "additionalAuthenticatedData": b64encode(b"context").decode(),
    }


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("401 Unauthorized", AuthenticationError),
        ("403 Forbidden", AuthenticationError),
        ("404 Not Found", ConfigurationError),
        ("429 Too Many Requests", RateLimitedError),
        ("400 Bad Request", BadRequestError),
        ("500 Internal Server Error", ConnectionFailedError),
        ("503 Service Unavailable", OverloadedError),
    ],
)
async def test_every_refusal_has_its_type_and_one_line(status: str, error: type[AIError]) -> None:
    server = KeyServer(refuses=(status, "no,\nnot with ya29.canary"))
    async with service(server.answer) as (keys, _):
        with pytest.raises(error, match="the key service: no, not with") as raised:
            await keys.encrypt(KEY, b"k" * 32, b"")
    assert "canary" not in str(raised.value)
    assert "\n" not in str(raised.value)


async def test_one_that_does_not_answer_is_given_up() -> None:
    async def silent(asked: Asked, out: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with service(silent, patience=0.1) as (keys, _):
        with pytest.raises(TotalTimeoutError, match=r"the key service at http://127.* did not answer within 0.1 s"):
            await keys.encrypt(KEY, b"k" * 32, b"")


async def test_one_that_is_down_is_a_typed_error() -> None:
    async with Loopback([whole({})]) as gone:
        address = gone.url
    keys = GoogleKeyService(Network(), Tokens, address)
    with pytest.raises(ConnectionFailedError, match="nobody answers"):
        await keys.encrypt(KEY, b"k" * 32, b"")
    await keys.aclose()


@pytest.mark.parametrize("body", [{}, {"ciphertext": 3}, {"ciphertext": "no base64!"}, [], "text"])
async def test_an_answer_without_what_was_asked_for_is_refused(body: object) -> None:
    async with service(whole(body)) as (keys, _):
        with pytest.raises(ProtocolError):
            await keys.encrypt(KEY, b"k" * 32, b"")


async def test_no_redirect_takes_the_token_elsewhere() -> None:
    async with Loopback([whole({})]) as elsewhere:
        async with service(whole({}, "307 Temporary Redirect", location=f"{elsewhere.url}/v1")) as (keys, _):
            with pytest.raises(ProtocolError, match="points to another address"):
                await keys.encrypt(KEY, b"k" * 32, b"")
        assert elsewhere.connections == 0


@pytest.mark.parametrize("name", ["", "vault", f"{KEY}/cryptoKeyVersions/1", f"{KEY}:decrypt?x=", f"../{KEY}", "é"])
async def test_a_name_that_is_no_keys_name_is_not_sent(name: str) -> None:
    async with service(KeyServer().answer) as (keys, loopback):
        with pytest.raises(ConfigurationError, match="correct `kms_key` in"):
            await keys.encrypt(name, b"k" * 32, b"")
        assert loopback.connections == 0


async def test_plain_http_is_for_this_machine_only() -> None:
    keys = GoogleKeyService(Network(), Tokens, "http://kms.example")
    with pytest.raises(ConfigurationError, match="http is for this machine only"):
        await keys.encrypt(KEY, b"k" * 32, b"")
