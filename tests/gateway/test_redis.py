"""A team's shared cache and quota on a real server, used by real processes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ai_lsp.core.clock import SystemClock
from ai_lsp.core.completion import Source
from ai_lsp.core.errors import QuotaExceededError
from ai_lsp.gateway.counters import SharedCounters
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.gateway.order import GatewaySettings, Parts, build_gateway
from ai_lsp.gateway.quota import QuotaSettings
from ai_lsp.gateway.seal import Seal
from ai_lsp.gateway.shared_cache import SharedCache
from ai_lsp.transport.shared_store import SharedStore
from tests.gateway.support_gateway import FakeProvider, completion_call, sources
from tests.gateway.support_redis import RedisServer, redis_server
from tests.support.clock import FakeClock

pytestmark = pytest.mark.real
KEY = b"the team's own key, 32 bytes lon"


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


class Member:
    """One person's process: a gateway with the team's cache and quota."""

    def __init__(
        self, url: str, quota: QuotaSettings | None = None, clock: FakeClock | SystemClock | None = None
    ) -> None:
        clock = clock or SystemClock()
        seal = Seal(KEY)
        self.store = SharedStore(url, clock, patience=10)  # a busy machine is no reason for a red test
        self.cache = SharedCache(self.store, seal)
        self.counters = SharedCounters(self.store, seal, clock)
        self.provider = FakeProvider()
        settings = GatewaySettings(quota=quota or QuotaSettings())
        parts = Parts(
            providers=sources(self.provider),
            clock=clock,
            user="ada",
            counters=self.counters,
            shared_cache=self.cache,
        )
        self.gateway: Gateway = build_gateway(lambda: settings, parts)

    async def drain(self) -> None:
        await self.cache.drain()
        await self.counters.drain()

    async def aclose(self) -> None:
        await self.drain()
        await self.store.aclose()


MEMBER = """
import asyncio, json, sys
from ai_lsp.core.errors import QuotaExceededError
from ai_lsp.gateway.quota import QuotaSettings
from tests.gateway.support_gateway import completion_call
from tests.gateway.test_redis import Member

async def main(url, prefix, calls, quota):
    member = Member(url, QuotaSettings(requests_per_day=quota))
    sources, refused = [], 0
    for number in range(calls):
        try:
            given = await member.gateway.complete(completion_call(prefix=f"{prefix}{number}"))
            sources.append(given.source)
        except QuotaExceededError:
            refused += 1
    await member.aclose()
    print(json.dumps({"upstream": member.provider.calls, "sources": sources, "refused": refused}))

url, prefix, calls, quota = sys.argv[1:]
asyncio.run(main(url, prefix, int(calls), int(quota)))
"""


def process(server: RedisServer, prefix: str, calls: int, quota: int = 10_000) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", MEMBER, server.url, prefix, str(calls), str(quota)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])


def result(running: subprocess.Popen[bytes]) -> dict[str, Any]:
    output, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    said: dict[str, Any] = json.loads(output)
    return said


def test_a_second_process_has_the_first_ones_answers_without_asking_the_service(server: RedisServer) -> None:
    first = result(process(server, "x = ", 3))
    second = result(process(server, "x = ", 3))
    assert first == {"upstream": 3, "sources": ["upstream"] * 3, "refused": 0}
    assert second == {"upstream": 0, "sources": ["cache"] * 3, "refused": 0}


def test_a_quota_of_100_holds_for_two_processes_together(server: RedisServer) -> None:
    running = [process(server, prefix, 80, quota=100) for prefix in ("a", "b")]
    said = [result(one) for one in running]
    assert sum(one["upstream"] for one in said) == 100
    assert sum(one["refused"] for one in said) == 60


async def test_s24_the_servers_operator_reads_nothing(server: RedisServer) -> None:
    member = Member(server.url, QuotaSettings(requests_per_day=5))
    await member.gateway.complete(completion_call(prefix="the_secret_function = "))
    await member.aclose()
    kept = await asyncio.to_thread(server.everything)
    assert kept.count(b"\n") >= 1
    for readable in (b"secret", b"answer 1", b"cloud", b"ada", KEY):
        assert readable not in kept.replace(b"ai-lsp:answer:", b"")


async def test_redis_killed_and_started_again_loses_no_completion(server: RedisServer) -> None:
    clock = FakeClock()
    member = Member(server.url, clock=clock)
    texts = []
    for number in range(30):
        if number == 10:
            await asyncio.to_thread(server.kill)
        if number == 20:
            await asyncio.to_thread(server.start)
            clock.move(5)  # a server that failed is left alone for so long
        given = await member.gateway.complete(completion_call(prefix=str(number)))
        texts.append(given.text)
        await member.drain()
        assert (member.store.problem is None) == (not 10 <= number < 20)
    assert texts == [f"answer {number}" for number in range(1, 31)]

    again = Member(server.url)
    assert (await again.gateway.complete(completion_call(prefix="25"))).source is Source.CACHE
    assert (await member.gateway.complete(completion_call(prefix="5"))).source is Source.CACHE
    await member.aclose()
    await again.aclose()


async def test_a_quota_is_not_forgotten_when_the_server_is(server: RedisServer) -> None:
    clock = FakeClock()
    member = Member(server.url, QuotaSettings(requests_per_day=10), clock)
    for number in range(7):
        await member.gateway.complete(completion_call(prefix=str(number)))
    await member.drain()
    await asyncio.to_thread(server.kill)
    await member.gateway.complete(completion_call(prefix="while it is gone"))
    await asyncio.to_thread(server.start)
    clock.move(5)
    await member.gateway.complete(completion_call(prefix="back again"))

    other = Member(server.url, QuotaSettings(requests_per_day=10), clock)
    await other.gateway.complete(completion_call(prefix="the tenth"))
    with pytest.raises(QuotaExceededError):
        await other.gateway.complete(completion_call(prefix="the eleventh"))
    await member.aclose()
    await other.aclose()


async def test_a_server_that_is_not_there_costs_one_short_wait_and_is_told() -> None:
    clock = FakeClock()
    member = Member("redis://user:secret@127.0.0.1:1", clock=clock)
    assert (await member.gateway.complete(completion_call())).text == "answer 1"
    assert member.store.problem == "the shared cache at 127.0.0.1:1 does not answer (ConnectionError)"
    assert (await member.gateway.complete(completion_call())).source is Source.CACHE
    await member.aclose()
