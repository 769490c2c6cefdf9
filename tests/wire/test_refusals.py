"""What a service says is wrong reaches the person as one clear line, whoever says it and however it is spelled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from email.utils import formatdate

import pytest

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    ContextOverflowError,
    OverloadedError,
    ProtocolError,
    RateLimitedError,
)
from ai_lsp.core.secret import Secret
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from tests.support.clock import MIDDAY
from tests.wire.dialect import CHAT, CONTEXT, KEY, PROMPT, Dialect, Refusal, failure, provider_for, service
from tests.wire.serving import CUT, Answer, Framing, Received, Server, serving

pytestmark = pytest.mark.usefixtures("every_log")


def questions(server: Server, dialect: Dialect) -> list[Received]:
    return [received for received in server.received if dialect.exchange(received) is not None]


def assert_readable(error: AIError) -> None:
    said = str(error)
    assert said.startswith("mine")
    assert "\n" not in said
    assert "<" not in said.replace("<secret>", "")
    assert "**" not in said
    assert len(said) <= 450
    assert error.provider == "mine"


async def test_a_refused_chat_tells_why(dialect: Dialect, refusal: Refusal) -> None:
    async with service(dialect, refusal.answer) as server, provider_for(dialect, server.url) as provider:
        error = await failure(provider.chat(CHAT))
        assert isinstance(error, refusal.error), repr(error)
        assert {name: getattr(error, name) for name in refusal.facts} == refusal.facts
        assert_readable(error)
        # a prompt that is too long is tried once more, shorter; nothing else is
        assert len(questions(server, dialect)) == 1 + isinstance(error, ContextOverflowError)


async def test_a_refused_completion_tells_why(dialect: Dialect, refusal: Refusal) -> None:
    async with service(dialect, refusal.answer) as server, provider_for(dialect, server.url) as provider:
        error = await failure(provider.complete_code(PROMPT, CONTEXT))
    assert isinstance(error, refusal.error), repr(error)
    assert_readable(error)


def in_half_a_minute() -> str:
    return formatdate(MIDDAY + 30, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"Retry-After": in_half_a_minute()}, 30.0),
        ({"retry-after": formatdate(MIDDAY - 30, usegmt=True)}, 0.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
    ids=str,
)
@pytest.mark.parametrize("status", [429, 503])
async def test_the_time_to_wait_is_read_however_it_is_spelled(
    dialect: Dialect, status: int, headers: Mapping[str, str], seconds: float | None
) -> None:
    body = b'{"error":{"message":"slow down"}}'
    answer = Answer(status, [body], "application/json", headers=headers, framing=Framing.LENGTH)
    async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
        error = await failure(provider.chat(CHAT))
    assert isinstance(error, RateLimitedError if status == 429 else OverloadedError)
    assert error.retry_after == seconds


async def test_limits_are_read_from_the_headers_of_an_answer(dialect: Dialect) -> None:
    spoken = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "6m0s",
        "x-ratelimit-limit-tokens": "150000",
        "x-ratelimit-remaining-tokens": "149984",
    }
    answer = Answer(429, [b"{}"], "application/json", headers=spoken, framing=Framing.LENGTH)
    async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
        await failure(provider.chat(CHAT))
        limits = provider.rate_limits
    assert limits is not None
    assert (limits.requests.limit, limits.requests.remaining, limits.requests.reset) == (60, 59, 360.0)
    assert (limits.tokens.limit, limits.tokens.remaining) == (150_000, 149_984)


PAGE = b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title><script>var a = 1;</script></head>\n<body></body></html>"


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 529])
async def test_a_web_page_instead_of_an_error_is_a_passing_failure(dialect: Dialect, status: int) -> None:
    answer = Answer(status, [PAGE], "text/html", framing=Framing.LENGTH)
    async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
        error = await failure(provider.chat(CHAT))
    assert isinstance(error, OverloadedError), repr(error)
    assert "502 Bad Gateway" in str(error)
    assert "var a" not in str(error)
    assert_readable(error)


SENSELESS = [b"", b"[]", b"null", b'"text"', b"{", b'{"error":[1]}', b'{"error":{"message":7}}', b"\xff\xfe"]


@pytest.mark.parametrize("status", [400, 401, 404, 418, 429, 500])
async def test_an_error_without_sense_is_still_an_error(dialect: Dialect, status: int) -> None:
    bodies = iter(SENSELESS)

    def answer(received: Received) -> Answer:
        return Answer(status, [next(bodies)], "application/json", framing=Framing.LENGTH)

    async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
        for _ in SENSELESS:
            error = await failure(provider.chat(CHAT))
            assert error.retryable == (status in {429, 500})
            assert_readable(error)


async def test_a_body_that_a_proxy_finds_too_large_is_a_prompt_that_is_too_long(dialect: Dialect) -> None:
    answer = Answer(413, [PAGE], "text/html", framing=Framing.LENGTH)
    async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
        assert isinstance(await failure(provider.chat(CHAT)), ContextOverflowError)


def flood() -> Iterator[bytes]:
    for _ in range(1600):
        yield b"x" * 65_536


async def test_an_error_without_end_is_not_read_to_its_end(dialect: Dialect) -> None:
    answer = Answer(500, flood(), "text/plain")
    async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
        error = await failure(provider.chat(CHAT))
        await server.last.closed.wait()
        assert server.last.sent < 20_000_000
    assert_readable(error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_service_that_points_elsewhere_is_not_followed(dialect: Dialect, status: int) -> None:
    async with serving(Answer()) as elsewhere:
        answer = Answer(status, headers={"location": f"{elsewhere.url}/v1"}, framing=Framing.LENGTH)
        async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
            error = await failure(provider.chat(CHAT))
        assert elsewhere.connections == 0
    assert isinstance(error, ProtocolError)
    assert "endpoint" in str(error)


async def test_a_prompt_that_is_too_long_is_shortened_to_what_the_service_takes(dialect: Dialect) -> None:
    refusal = next(one for one in dialect.refusals if one.error is ContextOverflowError)
    long = ChatRequest((ChatMessage("user", "Explain.\n" + "value = compute(value)\n" * 2000),))
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        healthy = dialect.answering()

        def small(received: Received) -> Answer:
            return refusal.answer if len(questions(server, dialect)) == 1 else healthy(received)

        server.answering = dialect.answering(small)
        assert (await provider.chat(long)).content == dialect.chat.recorded.told.text
        first, second = questions(server, dialect)
    assert len(second.body) < len(first.body)
    assert b"Explain." in second.body


async def test_nobody_at_the_address_is_told_at_once(dialect: Dialect) -> None:
    async with provider_for(dialect, "http://127.0.0.1:9") as provider:
        for call in (provider.chat(CHAT), provider.complete_code(PROMPT, CONTEXT)):
            error = await failure(call)
            assert isinstance(error, ConnectionFailedError)
            assert "http://127.0.0.1:9" in str(error)
            assert_readable(error)


async def test_a_connection_closed_without_an_answer_may_be_tried_again(dialect: Dialect) -> None:
    async with serving(Answer()) as server, provider_for(dialect, server.url) as provider:

        def hang_up(received: Received) -> Answer:
            async def close() -> None:
                for connection in list(server.open):
                    connection.abort()
                await asyncio.Event().wait()

            return Answer(before=close)

        server.answering = dialect.answering(hang_up)
        error = await failure(provider.chat(CHAT))
    assert isinstance(error, ConnectionFailedError)
    assert error.retryable


async def test_a_service_that_needs_a_key_is_not_asked_without_one(dialect: Dialect) -> None:
    async with serving(dialect.answering()) as server:
        settings = ProviderSettings("mine", dialect.kind, dialect.model, server.url + dialect.base, {}, dialect.options)
        factory = AIProviderFactory({"mine": settings}, active="mine", services=Services())
        if dialect.needs_key:
            error = await failure(factory.get().chat(CHAT))
            assert isinstance(error, AuthenticationError)
            assert "ai-lsp keys set mine" in str(error)
            assert server.connections == 0
        else:
            assert (await factory.get().chat(CHAT)).content == dialect.chat.recorded.told.text
            assert dialect.header not in server.last.headers
        await factory.aclose()


class StrayKey:
    """A lookup that answers with the key of somebody else."""

    async def find(self, provider: str, kind: str, origin: str) -> Secret:
        return Secret(KEY, "https://somebody-else.example")


async def test_a_key_is_not_sent_to_another_origin_than_its_own(dialect: Dialect) -> None:
    async with serving(dialect.answering()) as server:
        settings = ProviderSettings("mine", dialect.kind, dialect.model, server.url + dialect.base)
        factory = AIProviderFactory({"mine": settings}, active="mine", services=Services(secrets=StrayKey()))
        assert isinstance(await failure(factory.get().chat(CHAT)), ConfigurationError)
        await factory.aclose()
    assert not server.received


async def test_a_remote_service_is_not_spoken_to_unencrypted(dialect: Dialect) -> None:
    factory = AIProviderFactory({"mine": ProviderSettings("mine", dialect.kind, dialect.model, "http://example.com")})
    with pytest.raises(ConfigurationError, match="https"):
        factory.get("mine")


async def test_an_unknown_setting_is_told_by_name(dialect: Dialect) -> None:
    settings = ProviderSettings("mine", dialect.kind, dialect.model, options={"temprature": 1})
    with pytest.raises(ConfigurationError, match=r"\[providers.mine\].*temprature.*temperature"):
        AIProviderFactory({"mine": settings}).get("mine")


async def test_a_truncated_error_is_still_an_error(dialect: Dialect) -> None:
    answer = Answer(500, [b'{"error":{"mess', CUT], "application/json")
    async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
        assert isinstance(await failure(provider.chat(CHAT)), OverloadedError)
