"""From what was recorded to figures, each beside its target.

In: records of keys, requests of the model service, and what the watch of the server's event loop wrote. Out: Figures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import mean

from benchmarks.keystrokes.desk import Record
from benchmarks.keystrokes.editor import Kind
from benchmarks.keystrokes.oracle import TOKEN
from benchmarks.keystrokes.upstream import Asked, Upstream, shared_prefixes

NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and what it must be: at least or at most. None: reported only. A value that is not a number was not measured."""

    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_met(self) -> bool | None:
        if self.at_least is None and self.at_most is None:
            return None
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.at_most is not None and self.value <= self.at_most

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Watched:
    """Of the server's process: (moment, seconds late) of its event loop, (moment, bytes, tasks, open files) of its size."""

    lags: list[tuple[float, float]]
    sizes: list[tuple[float, int, int, int]]

    @staticmethod
    def read(file: Path) -> Watched:
        lags, sizes = [], []
        for line in file.read_text("utf-8").splitlines() if file.exists() else ():
            kind, at, *rest = line.split()
            if kind == "lag":
                lags.append((float(at), float(rest[0])))
            else:
                sizes.append((float(at), int(rest[0]), int(rest[1]), int(rest[2])))
        return Watched(lags, sizes)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest rank; not a number where there are no values."""
    ordered = sorted(values)
    return ordered[max(ceil(len(ordered) * share) - 1, 0)] if ordered else NOTHING


def ghost_times(record: Record) -> list[float]:
    return [key.ghost_at - key.at for key in record.keys if key.ghost_at is not None]


def waits(record: Record) -> list[float]:
    """Seconds from each key that had ghost text to that: none where the ghost text of before went on."""
    return [
        0.0 if key.ghost_at is None or key.carried else key.ghost_at - key.at for key in record.keys if key.has_ghost
    ]


def replay_figures(kind: Kind, record: Record, upstream: Upstream) -> list[Figure]:
    """What the person and the model service saw. Targets are for an upstream of 250 ms and 12 ms a token."""
    keys, asked = len(record.keys), upstream.asked
    times = [1000 * t for t in ghost_times(record)]
    per_thousand = 1000 / max(keys, 1)
    vs_code = kind.cancels
    return [
        Figure("keys", float(keys)),
        Figure("  with a ghost before the next", _percent(record, asked)[0], "%", at_least=80 if vs_code else 75),
        *_without(record),
        Figure("key to ghost, p50", percentile(times, 0.5), "ms", at_most=60 if vs_code else kind.delay * 1000 + 15),
        Figure("key to ghost, p95", percentile(times, 0.95), "ms", at_most=500 if vs_code else 650),
        Figure("upstream requests per 1,000 keys", len(asked) * per_thousand, at_most=120),
        Figure("  keys with none of their own", _percent(record, asked)[1], "%", at_least=85),
        Figure("  aborted per 1,000 keys", sum(a.aborted for a in asked) * per_thousand),
        Figure("  connections", upstream.connections),
        Figure("generated tokens per 1,000 keys", sum(a.generated for a in asked) * per_thousand),
        Figure("prompt tokens per 1,000 keys", _prompt_tokens(asked) * per_thousand, at_most=240_000),
        Figure("suggestions taken", record.taken),
        Figure("characters taken per 1,000 keys", record.taken_characters * per_thousand),
        Figure("flicker", record.flickers, at_most=0),
        Figure("stale text applied", record.stale, at_most=0),
    ]


def _without(record: Record) -> list[Figure]:
    """Why keys had none before the next one."""
    lost = [key for key in record.keys if not key.has_ghost]
    silent = sum(key.answered for key in lost)
    waiting = sum(key.asked and not key.answered for key in lost)
    share = 100 / max(len(record.keys), 1)
    return [
        Figure("  without: next key before it was asked for", (len(lost) - silent - waiting) * share, "%"),
        Figure("  without: next key before the answer", waiting * share, "%"),
        Figure("  without: answered that nothing fits", silent * share, "%"),
    ]


def after_accepting(kind: Kind, record: Record) -> list[Figure]:
    times = [1000 * time for time in record.accepts]
    name = f"{kind.name}, {len(times)} accepts, next ghost"
    return [
        Figure(f"{kind.name}, of these answered empty", record.empty_after_accept),
        Figure(f"{name}, p50", percentile(times, 0.5), "ms"),
        Figure(f"{name}, p95", percentile(times, 0.95), "ms", at_most=400),
    ]


def shared_prefix(asked: Sequence[Asked]) -> float:
    found = shared_prefixes(list(asked))
    return mean(found) if found else NOTHING


def server_figures(record: Record, watched: Watched, unanswered: int, upstream: Upstream) -> list[Figure]:
    """What the server's process shows."""
    lags = [1000 * lag for at, lag in watched.lags if record.began <= at <= record.ended]
    before = [size for size in watched.sizes if size[0] <= record.began]
    after = watched.sizes[-1:]
    tasks = float(max(after[0][2] - before[-1][2], 0)) if before and after else NOTHING
    stored = [1000 * t for t in record.stored]
    return [
        Figure("stored suggestion, p50", percentile(stored, 0.5), "ms"),
        Figure("stored suggestion, p95", percentile(stored, 0.95), "ms", at_most=3),
        Figure("event loop held, p99", percentile(lags, 0.99), "ms", at_most=20),
        Figure("event loop held, longest", max(lags, default=NOTHING), "ms"),
        Figure("  that was after", _when(record, watched), "s"),
        Figure("unanswered requests", unanswered, at_most=0),
        Figure("leaked tasks", tasks, at_most=0),
        Figure("streams that nobody ended", upstream.streaming, at_most=0),
        Figure("sockets left open (2 are kept warm)", upstream.open, at_most=2),
        *_memory(record, watched),
    ]


def _when(record: Record, watched: Watched) -> float:
    """Seconds after the first key, of the longest time that the event loop was held."""
    lags = [(lag, at) for at, lag in watched.lags if record.began <= at <= record.ended]
    return max(lags)[1] - record.began if lags else NOTHING


def _memory(record: Record, watched: Watched) -> list[Figure]:
    sizes = [size[1] / 1e6 for size in watched.sizes if record.began <= size[0] <= record.ended and size[1]]
    half = sizes[len(sizes) // 2 :]
    return [
        Figure("memory in the middle", half[0] if half else NOTHING, "MB"),
        Figure("memory at the end", half[-1] if half else NOTHING, "MB"),
    ]


def _percent(record: Record, asked: Sequence[Asked]) -> tuple[float, float]:
    """Of the keys: those with a ghost, and those after which nothing was asked for until the next one."""
    moments = [key.at for key in record.keys]
    own = {bisect_right(moments, a.at) - 1 for a in asked}
    total = max(len(moments), 1)
    with_ghost = sum(key.has_ghost for key in record.keys)
    return 100 * with_ghost / total, 100 * (1 - len(own & set(range(len(moments)))) / total)


def _prompt_tokens(asked: Sequence[Asked]) -> int:
    return sum(-(-len(a.prompt) // TOKEN) for a in asked)
