"""Ghost text while people type: the real server between an editor and a slow model, in real time, beside a naive one.

A person types pieces of real files of well-known packages, which are fetched from their registries when this runs and are
missing in the workspace. Two kinds of editor ask the server over its standard input and output; a model service on this
machine knows what comes next, errs in so many per cent of its tokens, and takes 250 ms to its first token and 12 ms for
each of four characters. The naive one waits 150 ms, sends a request for each question and drops it at the next key.

Usage: `python -m benchmarks.keystroke_replay [--minutes 3] [--errors 0.15] [--seed 1] [--keys 6000]
[--plot FILE] [--table FILE]`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path

from benchmarks.embedded_replay import PROJECTS
from benchmarks.keystrokes import probes
from benchmarks.keystrokes.askers import Asker, NaiveAsker, ServerAsker
from benchmarks.keystrokes.desk import Desk, Record
from benchmarks.keystrokes.editor import NEOVIM, VS_CODE, Kind
from benchmarks.keystrokes.figures import (
    Figure,
    Watched,
    after_accepting,
    percentile,
    replay_figures,
    server_figures,
    shared_prefix,
    waits,
)
from benchmarks.keystrokes.oracle import Oracle
from benchmarks.keystrokes.person import EAGER, TAKES, Person
from benchmarks.keystrokes.picture import plot
from benchmarks.keystrokes.server import Server
from benchmarks.keystrokes.texts import Text, unpack
from benchmarks.keystrokes.upstream import Pace, Upstream

NAMES = ("scrapy", "rich", "trpc", "caddy")
TEXTS_A_PROJECT = 12
SETTLING = 4.0
"""Seconds for the server to read the workspace, and at the end for its streams to end."""
DOCUMENTS = 100
FLAT = 5.0
"""Per cent that memory may grow."""
SURE = 1 / 3
"""Factor of the errors where much is taken."""
OTHER_SHAPES = {"chat": 0.9, "codestral": 0.9}
"""Shapes of prompts beside the main one, and how much of a prompt must be that of the one before."""


@dataclass(frozen=True, slots=True)
class Options:
    seconds: float
    errors: float
    seed: int
    keys: int
    plot: Path
    table: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    kind: Kind
    record: Record
    upstream: Upstream
    figures: list[Figure]


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(prog="keystroke_replay")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--errors", type=float, default=0.15, help="share of the model's tokens that are wrong")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keys", type=int, default=6000, help="typed without waiting, for the memory; 20000 are an hour"
    )
    parser.add_argument("--plot", type=Path, default=Path(tempfile.gettempdir()) / "keystroke_replay.png")
    parser.add_argument("--table", type=Path, help="a file that gets the table as well")
    given = parser.parse_args(arguments)
    options = Options(given.minutes * 60, given.errors, given.seed, given.keys, given.plot, given.table)
    with tempfile.TemporaryDirectory(prefix="ai-lsp-replay-") as folder:
        return asyncio.run(_main(options, Path(folder)))


async def _main(options: Options, folder: Path) -> int:
    workspace = folder / "workspace"
    projects = [project for project in PROJECTS if project.name in NAMES]
    texts, missing = unpack(projects, workspace, TEXTS_A_PROJECT, options.seed)
    for what in missing:
        print(f"SKIPPED: {what}")
    if not texts:
        print("NOT JUDGED: no package could be fetched")
        return 1
    replay = _Replay(options, folder, workspace, texts)
    ours = await asyncio.gather(*(replay.ours(kind, "qwen", options.seconds) for kind in (VS_CODE, NEOVIM)))
    naive, shapes, eager = await asyncio.gather(
        asyncio.gather(*(replay.naive(kind, options.seconds) for kind in (VS_CODE, NEOVIM))),
        asyncio.gather(*(replay.ours(VS_CODE, shape, options.seconds / 2) for shape in OTHER_SHAPES)),
        asyncio.gather(*(replay.ours(kind, "qwen", options.seconds, EAGER, SURE) for kind in (VS_CODE, NEOVIM))),
    )
    rest = [
        *(figure for outcome in eager for figure in after_accepting(outcome.kind, outcome.record)),
        Figure("shared with the prompt before, prefix first", shared_prefix(ours[0].upstream.asked), at_least=0.8),
        *(
            Figure(f"shared with the prompt before, {shape}", shared_prefix(outcome.upstream.asked), at_least=least)
            for (shape, least), outcome in zip(OTHER_SHAPES.items(), shapes, strict=True)
        ),
        *await _probes(folder, workspace, texts, options.keys),
    ]
    table = _table(options, ours, naive, rest)
    print(table)
    if options.table is not None:
        options.table.write_text(table + "\n", "utf-8")
    options.plot.write_bytes(_plot([*ours, *naive]))
    print(f"\ndistribution: {options.plot}")
    figures = [figure for outcome in ours for figure in outcome.figures] + rest
    return int(any(figure.is_met is False for figure in figures))


class _Replay:
    def __init__(self, options: Options, folder: Path, workspace: Path, texts: list[Text]) -> None:
        self._options, self._folder, self._workspace, self._texts = options, folder, workspace, texts

    async def ours(self, kind: Kind, shape: str, seconds: float, takes: float = TAKES, errors: float = 1.0) -> Outcome:
        """`errors` is a factor of those that were asked for."""
        upstream = self._upstream(errors)
        await upstream.start()
        folder = self._folder / f"{kind.name}-{shape}-{takes}".replace(" ", "-")
        server = await Server.start(folder, self._workspace, kind, upstream.address, shape)
        await asyncio.sleep(SETTLING)
        desk = self._desk(kind, ServerAsker(server, kind), upstream, takes)
        server.refreshed = desk.ask_again
        record = await desk.work(self._texts, seconds)
        await asyncio.sleep(SETTLING)
        unanswered = server.unanswered
        held = server_figures(record, Watched.read(server.watch), unanswered, upstream)
        await server.stop()
        await upstream.stop()
        return Outcome(kind, record, upstream, replay_figures(kind, record, upstream) + held)

    async def naive(self, kind: Kind, seconds: float) -> Outcome:
        upstream = self._upstream()
        record = await self._desk(kind, NaiveAsker(upstream, kind), upstream).work(self._texts, seconds)
        return Outcome(kind, record, upstream, replay_figures(kind, record, upstream))

    def _upstream(self, errors: float = 1.0) -> Upstream:
        return Upstream(Oracle(self._options.errors * errors, str(self._options.seed)), Pace())

    def _desk(self, kind: Kind, asker: Asker, upstream: Upstream, takes: float = TAKES) -> Desk:
        return Desk(kind, asker, upstream, Person(f"{kind.name}:{self._options.seed}", takes))


async def _probes(folder: Path, workspace: Path, texts: list[Text], keys: int) -> list[Figure]:
    python = next(text for text in texts if text.language == "python")
    source = python.before + python.typed + python.after
    found = []
    for lines, most in ((2_000, 10), (10_000, 15), (60_000, 10)):
        seconds, cpu = await probes.dispatch(folder / f"lines-{lines}", VS_CODE, source, lines)
        name = f"{lines:,} lines: change, request, dispatch"
        found.append(Figure(f"{name}, mean CPU", 1000 * cpu, "ms"))
        found.append(Figure(f"{name}, p50", 1000 * percentile(seconds, 0.5), "ms"))
        found.append(Figure(f"{name}, p95", 1000 * percentile(seconds, 0.95), "ms", at_most=most))
    files = _some_files(workspace)
    size = await probes.open_documents(folder / "documents", VS_CODE, workspace, files)
    found.append(Figure(f"{len(files)} open documents", size / 1e6, "MB", at_most=120))
    sizes, took = await probes.memory(folder / "memory", VS_CODE, workspace, texts, keys)
    grown = 100 * (sizes[-1] / sizes[len(sizes) // 3] - 1)
    found.append(Figure(f"{keys:,} keys without waiting, took", took, "s"))
    found.append(Figure("  memory at the end", sizes[-1] / 1e6, "MB"))
    return [*found, Figure("  memory grown since a third of them", grown, "%", at_most=FLAT)]


def _some_files(workspace: Path) -> list[Path]:
    return sorted(path for path in workspace.rglob("*") if path.suffix in {".py", ".ts"})[:DOCUMENTS]


def _table(options: Options, ours: Sequence[Outcome], naive: Sequence[Outcome], rest: Sequence[Figure]) -> str:
    head = (
        f"{options.seconds / 60:g} minutes for each editor, {options.errors:.0%} of tokens wrong, seed {options.seed}"
    )
    load = f"load of the machine {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    lines = [f"{head} {load}", "", f"{'':44}" + "".join(f"{o.kind.name:>34}{'naive':>10}" for o in ours)]
    for row, figure in enumerate(ours[0].figures):
        cells = []
        for outcome, other in zip(ours, naive, strict=True):
            beside = _value(other.figures[row]) if row < len(other.figures) else ""
            cells.append(f"{_cell(outcome.figures[row]):>34}{beside:>10}")
        lines.append(f"{figure.name:44}{''.join(cells)}")
    lines += ["", *(f"{figure.name:44}{_cell(figure):>34}" for figure in rest)]
    return "\n".join(lines)


def _cell(figure: Figure) -> str:
    verdict = {None: "", True: "met", False: "MISSED"}[figure.is_met]
    return f"{_value(figure)} {figure.unit:3}{figure.target:>12} {verdict:6}"


def _value(figure: Figure) -> str:
    if isnan(figure.value):
        return "-"
    return f"{figure.value:,.0f}" if figure.value >= 1000 or float(figure.value).is_integer() else f"{figure.value:.2f}"


def _plot(outcomes: Sequence[Outcome]) -> bytes:
    names = [f"{o.kind.name}{' naive' if n > 1 else ''}" for n, o in enumerate(outcomes)]
    series = {}
    for name, outcome in zip(names, outcomes, strict=True):
        series[name] = ([1000 * time for time in waits(outcome.record)], len(outcome.record.keys))
    return plot(series)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
