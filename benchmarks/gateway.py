"""The gateway without a network: what it costs per call, what it saves a service in an outage, what it holds at once.

CPU time of this process (medians of batches); the baseline of the same run is the provider asked without any stage.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from ai_lsp.core.chat import ChatMessage, ChatRequest, ChatResponseChunk
from ai_lsp.core.clock import SystemClock
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import AIError, ConnectionFailedError, UnknownProviderError
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.core.usage import Usage
from ai_lsp.gateway.breaker import BreakerSettings
from ai_lsp.gateway.call import ChatCall, CompletionCall
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.gateway.order import GatewaySettings, Parts, ProviderLimits, build_gateway
from ai_lsp.gateway.pace import RateLimitSettings
from ai_lsp.gateway.privacy import PrivacyStage
from ai_lsp.gateway.quota import QuotaSettings
from ai_lsp.gateway.retry import RetrySettings
from ai_lsp.observe.ledger import Ledger
from ai_lsp.providers.base import AICapabilities, AIProvider

FULL_LINE_TARGET, CACHE_HIT_TARGET = 0.3, 0.05
WITH_BREAKER, WITHOUT_BREAKER = 14, 340
LINES = tuple(f"value_{number} = compute({number})\n" for number in range(200))
PREFIX = "".join(LINES)
CONTEXT = CodeContext(DocumentSnapshot("file:///work/a.py", "python", 1, LINES), Position(199, 0), "/work/a.py")


class Instant(AIProvider):
    """A service that answers without taking time, or is down."""

    def __init__(self, *, down: bool = False, pause: float = 0.0, chunks: int = 0) -> None:
        self.calls = self.running = self.most_running = 0
        self._down = down
        self._pause = pause
        self._chunks = chunks

    @property
    def name(self) -> str:
        return "service"

    @property
    def origin(self) -> str | None:
        return "https://service.test"

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(supports_code_completion=True, supports_chat=True)

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        async with self._counted():
            return CodeCompletion("return 1", "service", "m1", usage=Usage(1000, 5), finish_reason="stop")

    async def stream_chat(self, request: ChatRequest) -> AsyncIterator[ChatResponseChunk]:
        async with self._counted():
            if self._down:
                raise ConnectionFailedError("nobody answers")
            for _ in range(self._chunks):
                yield ChatResponseChunk("a piece of text ")
            yield ChatResponseChunk("", "stop", Usage(1000, self._chunks))

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self.calls += 1
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self._pause:
                await asyncio.sleep(self._pause)
            yield
        finally:
            self.running -= 1


class One:
    """A source of one provider."""

    def __init__(self, provider: AIProvider) -> None:
        self._provider = provider

    def get(self, name: str) -> AIProvider:
        if name != self._provider.name:
            raise UnknownProviderError(f"unknown provider {name!r}")
        return self._provider

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[AIProvider]:
        yield self._provider


class Simulated:
    """A clock on which nobody really waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds >= 20:  # a deadline, which never passes here
            await asyncio.Event().wait()
        self.now += seconds


def completion(number: int) -> CompletionCall:
    return CompletionCall("service", CompletionPrompt(PREFIX + str(number), "", "python", "a.py"), CONTEXT)


def chat() -> ChatCall:
    return ChatCall("service", ChatRequest((ChatMessage("user", PREFIX),)))


def full(provider: AIProvider, ledger: Ledger) -> Gateway:
    """Every stage at work: quota, rate limit and ledger included."""
    limits = ProviderLimits(rate_limit=RateLimitSettings(10**9, 10**12))
    settings = GatewaySettings(
        quota=QuotaSettings(requests_per_day=10**9, money_per_month=10.0**6), providers={"service": limits}
    )
    parts = Parts(providers=One(provider), clock=SystemClock(), user="ada", listeners=[ledger.append])
    return build_gateway(lambda: settings, parts)


async def milliseconds(work: Callable[[], Awaitable[object]], batches: int = 15, size: int = 60) -> float:
    """CPU per call: the median of batches, after one to warm up."""
    taken = []
    for _ in range(batches + 1):
        began = time.process_time()
        for _ in range(size):
            await work()
        taken.append((time.process_time() - began) * 1000 / size)
    return statistics.median(taken[1:])


async def overhead(folder: Path) -> list[tuple[str, float, float | None]]:
    ledger = Ledger(folder)
    bare, line = Gateway([], One(Instant())), full(Instant(), ledger)
    numbers = count()
    base = await milliseconds(lambda: bare.complete(completion(next(numbers))))
    stages = [stage for stage in full(Instant(), ledger).stages if not isinstance(stage, PrivacyStage)]
    unguarded = Gateway(stages, One(Instant()))
    plain = await milliseconds(lambda: unguarded.complete(completion(next(numbers))))
    missed = await milliseconds(lambda: line.complete(completion(next(numbers))))
    hit = await milliseconds(lambda: line.complete(completion(0)))

    async def drain(gateway: Gateway) -> None:
        async for _ in gateway.stream(chat()):
            pass

    chat_base = await milliseconds(lambda: drain(bare))
    chat_line = await milliseconds(lambda: drain(line))
    long_base, long_line = Gateway([], One(Instant(chunks=1000))), full(Instant(chunks=1000), ledger)
    piece_base = await milliseconds(lambda: drain(long_base), 5, 5)
    piece_line = await milliseconds(lambda: drain(long_line), 5, 5)
    ledger.close()
    return [
        ("completion, provider asked without stages", base, None),
        ("completion, full line adds", missed - base, FULL_LINE_TARGET),
        ("completion, of that privacy (200 lines)", missed - plain, None),
        ("completion, cache hit in all", hit, CACHE_HIT_TARGET),
        ("chat, full line adds", chat_line - chat_base, FULL_LINE_TARGET),
        ("each streamed piece, full line adds", (piece_line - piece_base) / 1000, None),
    ]


async def outage(attempts: int, budget: float, failures: int) -> int:
    """Upstream calls in 300 s at one conversation per second, with the service down."""
    provider, clock = Instant(down=True), Simulated()
    retry = RetrySettings(attempts=attempts, budget=budget, burst=10 if budget < 1 else 10**6)
    settings = GatewaySettings(
        breaker=BreakerSettings(failures=failures), providers={"service": ProviderLimits(retry=retry)}
    )
    gateway = build_gateway(lambda: settings, Parts(providers=One(provider), clock=clock))
    for second in range(300):
        clock.now = max(clock.now, float(second))
        try:
            async for _ in gateway.stream(chat()):
                pass
        except AIError:
            continue
    return provider.calls


async def crowd() -> tuple[int, int, float]:
    """200 conversations at once: (answered, most at once upstream, milliseconds until the slowest refusal)."""
    provider = Instant(chunks=5, pause=0.005)
    gateway = build_gateway(GatewaySettings, Parts(providers=One(provider), clock=SystemClock()))

    async def timed() -> float | None:
        began = time.perf_counter()
        try:
            async for _ in gateway.stream(chat()):
                pass
        except AIError:
            return time.perf_counter() - began
        return None

    results = await asyncio.gather(*(timed() for _ in range(200)))
    refused = [seconds for seconds in results if seconds is not None]
    return 200 - len(refused), provider.most_running, max(refused) * 1000


async def memory() -> tuple[int, int]:
    """Bytes that 20 and that 2000 different completions at once leave behind, after the same for warming up."""
    gateway = build_gateway(GatewaySettings, Parts(providers=One(Instant(pause=0.001)), clock=SystemClock()))
    numbers = count()

    async def left_by(callers: int) -> int:
        await asyncio.gather(
            *(gateway.complete(completion(next(numbers))) for _ in range(callers)), return_exceptions=True
        )
        await asyncio.sleep(0.05)  # the loop lets go of the last callbacks
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    before = await left_by(2000)
    few = await left_by(20) - before
    many = await left_by(2000) - before - few
    tracemalloc.stop()
    return few, many


def main() -> int:
    with TemporaryDirectory() as folder:
        rows = asyncio.run(overhead(Path(folder)))
    print("CPU per call without a network")
    for what, took, target in rows:
        goal = "" if target is None else f"   target {target:g}  {'ok' if took <= target else 'MISSED'}"
        print(f"  {what:<44} {took:8.4f} ms{goal}")
    print("upstream calls in an outage of 300 s at 1 per second, 3 attempts each")
    naive = asyncio.run(outage(3, 1e6, 10**6))
    budget = asyncio.run(outage(3, 0.1, 10**6))
    breaker = asyncio.run(outage(3, 0.1, 5))
    print(f"  no budget, no breaker {naive:>6}")
    print(f"  budget of 10 %        {budget:>6}   target {WITHOUT_BREAKER}")
    print(f"  budget and breaker    {breaker:>6}   target {WITH_BREAKER}")
    answered, at_once, slowest = asyncio.run(crowd())
    few, many = asyncio.run(memory())
    print("200 conversations at once")
    print(f"  answered {answered}, refused {200 - answered}, the slowest refusal after {slowest:.2f} ms   target 10")
    print(f"  most at once upstream {at_once}   target 4")
    print(f"memory that stays behind 20 completions at once {few / 1024:.0f} KiB, behind 2000 {many / 1024:.0f} KiB")
    met = all(target is None or took <= target for _, took, target in rows)
    return 0 if met and budget <= WITHOUT_BREAKER and breaker <= WITH_BREAKER and at_once <= 4 and slowest <= 10 else 1


if __name__ == "__main__":
    raise SystemExit(main())
