"""Response times with and without the cache, for every kind of provider: first answer, later ones, the same once more.

Each kind speaks with a server on this machine that answers at once, as the service was recorded: "asked" is therefore
what a call costs on our side alone, and a real service's own time comes on top of it. Wall-clock medians.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from ai_lsp.core.clock import SystemClock
from ai_lsp.core.completion import Source
from ai_lsp.gateway.call import CompletionCall
from ai_lsp.gateway.gateway import Gateway
from ai_lsp.gateway.order import GatewaySettings, Parts, build_gateway
from tests.wire.dialect import CONTEXT, PROMPT, Dialect, factory_for, service

ROUNDS = 40
FASTER = 5
"""Times: what an answer from the cache has to be faster than one over loopback."""


def dialects() -> list[Dialect]:
    folder = Path(__file__).parents[1] / "tests" / "wire" / "dialects"
    return [import_module(f"tests.wire.dialects.{file.stem}").DIALECT for file in sorted(folder.glob("*.py"))]


async def milliseconds(gateway: Gateway, number: int, source: Source) -> float:
    call = CompletionCall("mine", replace(PROMPT, prefix=f"{PROMPT.prefix}{number}"), CONTEXT)
    began = time.perf_counter()
    given = await gateway.complete(call)
    took = (time.perf_counter() - began) * 1000
    assert given.source is source, f"the answer came from {given.source}"
    return took


async def measured(dialect: Dialect) -> tuple[float, float, float]:
    """(first answer, later answers, the same answers again), in milliseconds."""
    clock = SystemClock()
    async with service(dialect) as server, factory_for(dialect, server.url, clock) as factory:
        gateway = build_gateway(GatewaySettings, Parts(providers=factory, clock=clock))
        first = await milliseconds(gateway, 0, Source.UPSTREAM)
        asked = [await milliseconds(gateway, number, Source.UPSTREAM) for number in range(1, ROUNDS)]
        again = [await milliseconds(gateway, number, Source.CACHE) for number in range(1, ROUNDS)]
    return first, statistics.median(asked), statistics.median(again)


def main() -> int:
    print(f"{'kind':<20} {'first':>9} {'asked':>9} {'cached':>9}   (ms)")
    slow = False
    for dialect in dialects():
        first, asked, cached = asyncio.run(measured(dialect))
        slow |= cached * FASTER > asked
        print(f"{dialect.kind:<20} {first:>9.2f} {asked:>9.3f} {cached:>9.3f}   {asked / cached:.0f} times faster")
    return int(slow)


if __name__ == "__main__":
    raise SystemExit(main())
