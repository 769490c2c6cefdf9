from __future__ import annotations

import asyncio
import gzip
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    BadRequestError,
    BrokenStreamError,
    ConfigurationError,
    ConnectionFailedError,
    ProtocolError,
)
from ai_lsp.core.limits import LimitFacts, RateLimitFacts
from ai_lsp.core.secret import Secret
from ai_lsp.transport.client import Client
from ai_lsp.transport.decode import ServerEvent
from ai_lsp.transport.endpoint import parse_endpoint
from ai_lsp.transport.network import Network
from ai_lsp.transport.wire import Auth, ErrorReply
from tests.transport.loopback import Answer, Asked, Loopback, chunk, head, sse, streamed, whole

KEY = "sk-canary-0123456789"


class Keys:
    """A lookup with one key for one origin, found whatever is asked for."""

    def __init__(self, key: str, origin: str) -> None:
        self.secret = Secret(key, origin)

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return self.secret


def mapped(reply: ErrorReply) -> AIError:
    return BadRequestError(f"{reply.status}: {reply.message}", retry_after=reply.retry_after)


def client_for(url: str, keys: Keys | None = None, auth: Auth | None = None, **more: Any) -> Client:
    endpoint = parse_endpoint(url, allow_http=True)
    keys = keys or Keys(KEY, endpoint.origin)
    auth = auth or Auth()
    return Network().client(endpoint, provider="work", kind="openai", auth=auth, secrets=keys, map_error=mapped, **more)


@asynccontextmanager
async def served(*answers: Answer) -> AsyncIterator[tuple[Loopback, Client]]:
    async with Loopback(list(answers)) as server:
        client = client_for(server.url)
        try:
            yield server, client
        finally:
            await client.aclose()


async def events(client: Client, path: str = "/chat") -> list[ServerEvent]:
    async with aclosing(await client.open("POST", path, {"stream": True})) as reply:
        return [event async for event in reply.events()]


async def failure(client: Client) -> AIError:
    with pytest.raises(AIError) as caught:
        await events(client)
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert KEY not in shown
    return caught.value


async def test_a_stream_of_events() -> None:
    async with served(sse({"a": 1}, {"b": "\u2028"})) as (server, client):
        assert [event.data for event in await events(client)] == ['{"a": 1}', '{"b": "\\u2028"}', "[DONE]"]
    [asked] = server.asked
    assert (asked.method, asked.path, asked.json) == ("POST", "/chat", {"stream": True})
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["user-agent"].startswith("ai-lsp/")


async def test_lines_of_json() -> None:
    answer = streamed(b'{"a":1}\n{"b"', b":2}\n", media="application/x-ndjson")
    async with served(answer) as (_, client):
        assert [event.data for event in await events(client)] == ['{"a":1}', '{"b":2}']


async def test_a_service_that_does_not_stream_gives_one_event() -> None:
    async with served(whole({"choices": []})) as (_, client):
        assert [event.data for event in await events(client)] == ['{"choices": []}']


async def test_finished_answers_share_a_connection() -> None:
    async with served(sse({"a": 1})) as (server, client):
        for _ in range(3):
            async with aclosing(await client.open("POST", "/chat", {})) as reply:
                async for event in reply.events():
                    if event.data == "[DONE]":
                        break
                reply.finished()
            while client._drains:
                await asyncio.gather(*client._drains)
        assert server.connections == 1


async def test_leaving_a_stream_early_closes_its_socket() -> None:
    async def endless(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head())
        while True:
            out.write(chunk(b"data: x\n\n"))
            await out.drain()
            await asyncio.sleep(0)

    async with served(endless) as (server, client):
        async with aclosing(await client.open("POST", "/chat", {})) as reply:
            async for _ in reply.events():
                break
        await server.gone.wait()
        assert server.open == 0


async def test_cancelling_while_waiting_for_the_first_byte_closes_the_socket() -> None:
    arrived = asyncio.Event()

    async def silent(asked: Asked, out: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async with served(silent) as (server, client):
        task = asyncio.create_task(events(client))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.gone.wait()


async def test_a_slow_reader_slows_the_service_down() -> None:
    sent: list[int] = []

    async def eager(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head())
        piece = chunk(b"data: " + b"x" * 10_000 + b"\n\n")
        while True:
            out.write(piece)
            await out.drain()
            sent.append(len(piece))

    async with served(eager) as (_, client), aclosing(await client.open("POST", "/chat", {})) as reply:
        stream = reply.events()
        await anext(stream)
        for _ in range(20_000):
            await asyncio.sleep(0)
        # what lies between the two ends is what the operating system buffers on both sides, not our memory
        assert sum(sent) < 8_000_000
        await stream.aclose()


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (whole({"error": {"message": "no"}}, "400 Bad Request"), BadRequestError, "400: no"),
        (whole("<html><title>Oops</title><p>Bad gateway", "502 Bad Gateway", "text/html"), BadRequestError, "502: Oops Bad gateway"),
        (whole("", "500 Oops", "text/plain"), BadRequestError, "500: "),
        (whole("", "302 Found", location="https://evil.example/"), ProtocolError, "points to another address"),
        (whole("", "307 Temporary", location="/elsewhere"), ProtocolError, "points to another address"),
        (whole("<html>", media="text/html"), ProtocolError, "answered with a web page"),
        (streamed(b"data: x\n\n", cut=True), BrokenStreamError, "broke the connection"),
        (streamed(b"data: " + b"x" * 1_100_000), ProtocolError, "longer than 1000000 bytes"),
        (streamed(*([b"data: " + b"x" * 60_000 + b"\n\n"] * 300)), ProtocolError, "longer than 16000000 bytes"),
        (whole(b"not gzip", media="text/event-stream", content_encoding="gzip"), ProtocolError, "decompressed"),
        (
            whole(gzip.compress((b"data: " + b"x" * 1000 + b"\n\n") * 20_000), media="text/event-stream", content_encoding="gzip"),
            ProtocolError,
            "longer than 16000000 bytes",
        ),
    ],
)  # fmt: skip
async def test_answers_that_are_no_good(answer: Answer, error: type[AIError], says: str) -> None:
    async with served(answer) as (server, client):
        caught = await failure(client)
        assert type(caught) is error
        assert says in str(caught)
        assert len(server.asked) == 1


async def test_how_long_to_wait_comes_with_the_error() -> None:
    async with served(whole({}, "429 Too Many", retry_after="7")) as (_, client):
        assert (await failure(client)).retry_after == 7.0


async def test_limits_are_remembered_from_the_newest_answer_that_told_them() -> None:
    answers = whole({}, x_ratelimit_limit_requests="60", x_ratelimit_remaining_requests="59"), whole({})
    async with served(*answers) as (_, client):
        for _ in answers:
            await client.json("GET", "/models")
        assert client.rate_limits == RateLimitFacts(requests=LimitFacts(60, 59))


async def test_nobody_there() -> None:
    async with Loopback() as server:
        url = server.url
    caught = await failure(client_for(url))
    assert type(caught) is ConnectionFailedError
    assert f"nobody answers at {url}" in str(caught)


async def test_an_answer_that_is_no_json() -> None:
    async with served(whole("oops")) as (_, client):
        with pytest.raises(ProtocolError, match="something else than JSON"):
            await client.json("GET", "/models")


async def test_text_that_utf8_cannot_hold_is_sent_as_escapes() -> None:
    async with served(whole({})) as (server, client):
        await client.json("POST", "/chat", {"a": "\ud800é"})
        assert server.asked[0].json == {"a": "\ud800é"}


# keys


@pytest.mark.parametrize("origin", ["https://api.example.com", "http://127.0.0.1:1", "http://localhost"])
async def test_a_key_for_another_origin_is_not_sent(origin: str) -> None:
    async with Loopback([whole({})]) as server:
        caught = await failure(client_for(server.url, Keys(KEY, origin)))
        assert type(caught) is ConfigurationError
        assert f"this key is stored for {origin}" in str(caught)
        assert server.asked == []


async def test_a_key_is_not_sent_unencrypted_to_another_machine() -> None:
    caught = await failure(client_for("http://192.168.1.5:11434"))
    assert type(caught) is ConfigurationError
    assert "is not sent unencrypted" in str(caught)


async def test_without_a_key_nothing_is_sent() -> None:
    class Nothing(Keys):
        async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
            return None

    async with Loopback([whole({})]) as server:
        caught = await failure(client_for(server.url, Nothing("", "")))
        assert type(caught) is AuthenticationError
        assert "ai-lsp keys set work" in str(caught)
        assert server.asked == []
        client = client_for(server.url, Nothing("", ""), Auth(required=False))
        await client.json("GET", "/")
        await client.aclose()
        assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("key", [f"{KEY}\r\nx-evil: 1", f"{KEY} ", "", f"{KEY}é"])
async def test_a_key_that_would_break_the_request_is_refused(key: str) -> None:
    async with Loopback([whole({})]) as server:
        caught = await failure(client_for(server.url, Keys(key, server.url)))
        assert type(caught) is AuthenticationError
        assert server.asked == []


@pytest.mark.parametrize("name", ["Authorization", "x-api-key", "Cookie", "x-goog-api-key"])
def test_keys_are_not_written_into_headers(name: str) -> None:
    with pytest.raises(ConfigurationError, match="ai-lsp keys set work"):
        client_for("https://api.example.com", headers={name: KEY})


@pytest.mark.parametrize("header", [("host", "evil.example"), ("x y", "1"), ("x", "1\r\ny: 2")])
def test_headers_that_would_break_the_request_are_refused(header: tuple[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="cannot be sent"):
        client_for("https://api.example.com", headers=dict([header]))


@pytest.mark.parametrize(
    "answer",
    [
        whole({"error": {"message": f"Incorrect API key {KEY} provided"}}, "401 Unauthorized", x_echo=KEY),
        whole({"error": "Incorrect API key provided: sk***89"}, "400 Bad Request"),
        whole(f"<p>key {KEY} refused", "403 Forbidden", "text/html"),
        streamed(b"data: x\n\n", cut=True),
        whole("", "302 Found", location=f"https://evil.example/?key={KEY}"),
    ],
)
async def test_no_key_in_errors_and_logs(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with served(answer) as (_, client):
        caught = await failure(client)
    assert KEY not in str(caught)
    assert "sk***" not in str(caught)
    assert KEY not in caplog.text


async def test_nothing_is_taken_from_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1")
    async with served(whole({"ok": True})) as (_, client):
        assert await client.json("GET", "/models") == {"ok": True}
