"""What a CodeContext costs: gathering after a key, and code from elsewhere, worked out anew and taken as it is.

In: made-up files of 2,000 and 10,000 lines, ten other open documents, a thousand files in the index. Out: CPU milliseconds,
medians and 95th percentiles, beside an empty document in the same run. Limits: gathering 15 ms, snippets as they are 1 ms.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable

from ai_lsp.context.edits import EditLog
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.context.index import indexed
from ai_lsp.context.related import RelatedCode
from ai_lsp.core.clock import SystemClock
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.prompts.sample import prompt_text
from ai_lsp.syntax.trees import SyntaxTrees

SIZES = (0, 2_000, 10_000)
KEYS = 60
OTHERS, INDEXED = 10, 1_000
GATHER, TAKE = 15.0, 1.0
"""Milliseconds at the 95th percentile."""


def main() -> int:
    return asyncio.run(_main())


async def _main() -> int:
    worst = [0.0, 0.0]
    print(
        f"{'lines':>8}{'change + gather':>18}{'worked out anew':>18}{'taken as it is':>18}{'prompt of 2k':>18}   (p50 / p95, ms)"
    )
    for size in SIZES:
        desk = _Desk(size)
        gathered = [_timed(desk.key) for _ in range(KEYS)]
        anew = [await desk.anew() for _ in range(8)]
        taken = [await desk.taken() for _ in range(KEYS)]
        context = await desk.gatherer.with_snippets(desk.context())
        prompts = [_timed(lambda: prompt_text(context, 2_000)) for _ in range(KEYS)]  # noqa: B023  # called at once
        print(f"{size:8,}" + "".join(f"{_figures(times):>18}" for times in (gathered, anew, taken, prompts)))
        worst = [max(worst[0], _high(gathered)), max(worst[1], _high(taken))]
    met = worst[0] <= GATHER and worst[1] <= TAKE
    print(f"\n{'met' if met else 'MISSED'}   gathering at most {GATHER} ms, snippets as they are at most {TAKE} ms")
    return int(not met)


class _Desk:
    def __init__(self, lines: int) -> None:
        clock = SystemClock()
        trees, edits = SyntaxTrees(clock), EditLog(clock)
        self.documents = Documents([trees, edits])
        self.related = RelatedCode(self.documents, edits, clock, _nothing)
        self.gatherer = ContextGatherer(self.documents, trees, clock, related=self.related)
        self.uri, self.row, self.column = "file:///w/main.py", lines // 2, 0
        draw = random.Random(1)
        self.documents.open(self.uri, "python", 1, _module(draw, lines) + "\n")
        for number in range(OTHERS):
            self.documents.open(f"file:///w/other_{number}.py", "python", 1, _module(draw, 800))
        for number in range(INDEXED):
            file = indexed(f"/w/m{number}.py", f"m{number}.py", _module(draw, 100))
            if file is not None:
                self.related.index.add(f"/w/m{number}.py", file)
        self.gatherer.gather(self.uri, Position(0, 0))

    def context(self) -> CodeContext:
        context = self.gatherer.gather(self.uri, Position(self.row, self.column))
        if not isinstance(context, CodeContext):
            raise TypeError(context)
        return context

    def key(self) -> None:
        place = Position(self.row, self.column)
        self.documents.change(self.uri, self.column + 2, [Change(Range(place, place), "x")])
        self.column += 1
        self.context()

    async def anew(self) -> float:
        context = self.context()
        self.related.forget(self.uri)
        start = time.process_time()
        await self.related.snippets(context)
        await self.related.settled()
        return (time.process_time() - start) * 1000

    async def taken(self) -> float:
        context = self.context()
        start = time.process_time()
        await self.gatherer.with_snippets(context)
        return (time.process_time() - start) * 1000


def _nothing(_path: str) -> bool:
    return False


def _module(draw: random.Random, lines: int) -> str:
    text = "from m1 import name_3\nfrom m2 import name_7\n\n\n" if lines else ""
    while text.count("\n") < lines:
        names = [f"name_{draw.randrange(900)}" for _ in range(4)]
        text += f"def {names[0]}({names[1]}, {names[2]}):\n    {names[3]} = {names[1]} + {names[2]}\n    return {names[3]}\n\n\n"
    return text


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _high(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _figures(times: list[float]) -> str:
    return f"{statistics.median(times):.2f} / {_high(times):.2f}"
