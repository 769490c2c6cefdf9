"""The whole line over real sockets: what a service is asked, how often, and when its connection is closed."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest

from ai_lsp.core.clock import SystemClock
from ai_lsp.core.errors import BadRequestError, BrokenStreamError, OverloadedError, RateLimitedError
from ai_lsp.core.stream import TextDelta
from ai_lsp.gateway.call import Deadlines
from ai_lsp.gateway.fallback import FallbackSettings
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.gateway.order import GatewaySettings, Parts, ProviderLimits, build_gateway
from ai_lsp.gateway.retry import RetrySettings
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.services import ProviderSettings, Services
from ai_lsp.transport.network import Network
from tests.gateway.support_gateway import chat_call, collect, completion_call, text_of
from tests.transport.loopback import Answer, Asked, Loopback, chunk, head, sse, streamed, whole

QUICK = ProviderLimits(retry=RetrySettings(base=0.001))
SOON = 0.25


def piece(text: str, finish: str | None = None) -> dict[str, object]:
    return {"model": "m1", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


HELLO = sse(piece("hello "), piece("there", "stop"))


@asynccontextmanager
async def line_to(**services: str) -> AsyncIterator[Gateway]:
    """A gateway whose providers of these names are at these addresses; the later ones are asked after the earlier."""
    clock = SystemClock()
    configured = {
        name: ProviderSettings(name, "openai-compatible", "m1", f"{url}/v1") for name, url in services.items()
    }
    factory = AIProviderFactory(configured, services=Services(clock, network=Network(clock)))
    settings = GatewaySettings(
        fallback=FallbackSettings(tuple(services), last_for_completions=None),
        providers=dict.fromkeys(services, QUICK),
        others=QUICK,
    )
    try:
        yield build_gateway(lambda: settings, Parts(providers=factory, clock=clock))
    finally:
        await factory.aclose()


@pytest.mark.parametrize("status", ["408 Request Timeout", "429 Too Many Requests", "500 Oops", "503 Busy", "529 Over"])
async def test_r5_what_may_pass_is_asked_again(status: str) -> None:
    no = whole({"error": {"message": "not now"}}, status)
    async with Loopback([no, no, HELLO]) as service, line_to(work=service.url) as gateway:
        assert await text_of(gateway.stream(chat_call("work"))) == "hello there"
    assert len(service.asked) == 3


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found"])
async def test_r5_what_will_not_pass_is_asked_once(status: str) -> None:
    async with Loopback([whole({"error": {"message": "no"}}, status)]) as service, line_to(work=service.url) as gateway:
        with pytest.raises(Exception, match=r"\w"):
            await collect(gateway.stream(chat_call("work")))
        (report,) = gateway.circuits()
    assert (len(service.asked), report.failures) == (1, 0)


async def test_r5_a_stream_cut_after_its_first_piece_is_kept_and_not_repeated() -> None:
    half = streamed(b'data: {"choices":[{"delta":{"content":"half"}}]}\n\n', cut=True)
    async with Loopback([half, HELLO]) as service, line_to(work=service.url) as gateway:
        events = gateway.stream(chat_call("work"))
        assert await anext(events) == TextDelta("half")
        with pytest.raises(BrokenStreamError):
            await anext(events)
    assert len(service.asked) == 1


@pytest.mark.parametrize("told", ["0.05", formatdate(0, usegmt=True), "-3", "junk", "NaN"])
async def test_r7_retry_after_in_every_spelling(told: str) -> None:
    no = whole({"error": {"message": "not now"}}, "429 Too Many Requests", retry_after=told)
    async with Loopback([no, HELLO]) as service, line_to(work=service.url) as gateway:
        began = time.monotonic()
        assert await text_of(gateway.stream(chat_call("work"))) == "hello there"
        assert time.monotonic() - began < 2
    assert len(service.asked) == 2


async def test_r7_a_completion_is_not_asked_again_but_answered_by_the_next() -> None:
    no = whole({"error": {"message": "not now"}}, "429 Too Many Requests", retry_after="30")
    said = whole({"model": "m1", "choices": [{"message": {"content": "42"}, "finish_reason": "stop"}]})
    async with (
        Loopback([no]) as first,
        Loopback([said]) as second,
        line_to(work=first.url, home=second.url) as gateway,
    ):
        began = time.monotonic()
        given = await gateway.complete(completion_call("work", "answer = "))
        again = await gateway.complete(completion_call("work", "other = "))
        assert time.monotonic() - began < 2
    assert (given.provider, again.provider) == ("home", "home")
    assert len(first.asked) == 1  # it asked not to be asked for 30 s


async def test_r10_what_the_headers_say_of_the_limits_is_kept() -> None:
    last = whole(
        {"model": "m1", "choices": [{"message": {"content": "42"}, "finish_reason": "stop"}]},
        x_ratelimit_limit_requests="60",
        x_ratelimit_remaining_requests="0",
        x_ratelimit_reset_requests="12s",
    )
    async with Loopback([last]) as service, line_to(work=service.url) as gateway:
        await gateway.complete(completion_call("work", "answer = "))
        asked = len(service.asked)
        with pytest.raises(RateLimitedError, match=r"the next call fits in 1[12] s"):
            await gateway.complete(completion_call("work", "other = "))
    assert len(service.asked) == asked


async def test_r14_with_the_port_closed_the_next_provider_answers_within_100_ms() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    async with Loopback([HELLO]) as service, line_to(work=f"http://127.0.0.1:{port}", home=service.url) as gateway:
        await text_of(gateway.stream(chat_call("home")))  # the first call of a process imports and builds what it needs
        began = time.monotonic()
        assert await text_of(gateway.stream(chat_call("home", "warm"))) == "hello there"
        direct = time.monotonic() - began
        for _ in range(5):  # until the circuit is open, retries included
            await text_of(gateway.stream(chat_call("work")))
        began = time.monotonic()
        events = await collect(gateway.stream(chat_call("work")))
        assert time.monotonic() - began - direct < 0.1
    assert getattr(events[-1], "provider", None) == "home"


async def test_r2_the_connection_is_closed_soon_after_the_reader_left() -> None:
    async def endless(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head())
        while True:
            out.write(chunk(b'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'))
            await out.drain()
            await asyncio.sleep(0.001)

    async with Loopback([endless]) as service, line_to(work=service.url) as gateway:
        events = gateway.stream(chat_call("work"))
        await anext(events)
        began = time.monotonic()
        await events.aclose()
        await asyncio.wait_for(service.gone.wait(), SOON)
        assert time.monotonic() - began < SOON
        (report,) = gateway.circuits()
    assert (report.failures, gateway.load("work")) == (0, (0, 0))


def flood(written: list[int]) -> Answer:
    """Sends without end; `written` is the number of bytes that the connection took so far."""

    async def answer(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head())
        event = chunk(b'data: {"choices":[{"delta":{"content":"' + b"x" * 4000 + b'"}}]}\n\n')
        while True:
            out.write(event)
            await out.drain()
            written[0] += len(event)

    return answer


async def test_r12_a_reader_who_does_not_read_makes_the_service_wait() -> None:
    written = [0]
    async with Loopback([flood(written)]) as service, line_to(work=service.url) as gateway:
        events = gateway.stream(chat_call("work"))
        await anext(events)
        before = -1
        while before != written[0]:  # until the buffers of both sides are full
            before = written[0]
            await asyncio.sleep(0.1)
        assert written[0] < 16 * 2**20
        await events.aclose()


async def test_r4_comments_do_not_keep_a_silent_service_alive() -> None:
    async def ping(asked: Asked, out: asyncio.StreamWriter) -> None:
        out.write(head())
        while True:
            out.write(chunk(b": still here\n\n"))
            await out.drain()
            await asyncio.sleep(0.01)

    async with Loopback([ping]) as service, line_to(work=service.url) as gateway:
        began = time.monotonic()
        with pytest.raises(Exception, match=r"sent nothing within 0\.2 s|did not finish"):
            await collect(gateway.stream(chat_call("work", deadlines=Deadlines(0.2, 0.2, 0.5))))
        assert time.monotonic() - began < 2
        await asyncio.wait_for(service.gone.wait(), SOON)


async def test_an_overloaded_service_is_named_in_the_error() -> None:
    no = whole({"error": {"message": "no room"}}, "503 Service Unavailable")
    async with Loopback([no]) as service, line_to(work=service.url) as gateway:
        with pytest.raises(OverloadedError) as caught:
            await collect(gateway.stream(chat_call("work")))
    assert caught.value.provider == "work"
    assert not isinstance(caught.value, BadRequestError)
