"""The embedded engine typed against real changes: keystrokes saved and suggestions right, beside two trivial engines.

The changes are lines that one release of a project added to the release before, both fetched from its registry when this
runs. None of these projects had a part in fitting the engine's weights. A person types each line key by key with the rest
of the file in place and takes a suggestion when it is right, at the cost of one key: so `saved` is what a person who
never overlooks anything would save. Usage: embedded_replay [THRESHOLD [SHORTEST]] as `python -m benchmarks.embedded_replay`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from statistics import mean, quantiles

from ai_lsp.providers.embedded.settings import EmbeddedSettings
from benchmarks.embedded.releases import Project, UnavailableError
from benchmarks.embedded.replay import Result, replay
from benchmarks.embedded.typist import Tally

PROJECTS = (
    Project("scrapy", "pypi", "scrapy", "2.11.2", "2.12.0", (".py",), "python"),
    Project("poetry", "pypi", "poetry", "1.8.5", "2.0.0", (".py",), "python"),
    Project("rich", "pypi", "rich", "13.5.3", "14.0.0", (".py",), "python"),
    Project("trpc", "npm", "@trpc/server", "10.40.0", "10.45.2", (".ts",), "typescript"),
    Project("caddy", "go", "github.com/caddyserver/caddy/v2", "v2.8.4", "v2.9.1", (".go",), "go"),
)
MOST_CHANGES, MOST_LINES = 60, 12
SAVED, RIGHT, P50, P95 = 0.28, 0.68, 0.005, 0.020
LEAST_PROJECTS = 3


def main(arguments: Sequence[str] = ()) -> int:
    default = EmbeddedSettings()
    threshold = float(arguments[0]) if arguments else default.threshold
    shortest = int(arguments[1]) if len(arguments) > 1 else default.shortest
    return asyncio.run(_main(EmbeddedSettings(threshold=threshold, shortest=shortest)))


async def _main(settings: EmbeddedSettings) -> int:
    print(f"shown from a probability of {settings.threshold:.2f} and {settings.shortest} characters\n")
    print(f"{'':24} {'saved':>7} {'right':>7} {'wrong on screen':>16} {'CPU ms p50':>11} {'p95':>6} {'max':>6}")
    results: list[Result] = []
    for project in PROJECTS:
        try:
            results.append(await replay(project, settings, MOST_CHANGES, MOST_LINES))
        except UnavailableError as error:
            print(f"SKIPPED {project.name}: {error}")
            continue
        _print(results[-1])
    if len(results) < LEAST_PROJECTS or len({result.project.language for result in results}) < 2:
        print(f"\nNOT JUDGED: at least {LEAST_PROJECTS} projects of two languages are needed")
        return 1
    return _judge(results)


def _print(result: Result) -> None:
    p50, p95, worst = _times(result.seconds)
    project, status = result.project, result.status
    size = f"{status.files} files, {status.bytes / 1e6:.1f} MB"
    print(f"{project.name} {project.old} -> {project.new} ({size}): {result.changes} changes, {result.lines} lines")
    print(_row("  embedded", result.engine) + f" {p50 * 1e3:11.1f} {p95 * 1e3:6.1f} {worst * 1e3:6.1f}")
    print(_row("  last line with prefix", result.line_copy))
    print(_row("  word from the buffer", result.word_completion), flush=True)


def _row(name: str, tally: Tally) -> str:
    return f"{name:24} {tally.saved:7.1%} {tally.right:7.1%} {tally.wrong_on_screen:16.1%}"


def _times(seconds: Sequence[float]) -> tuple[float, float, float]:
    cuts = quantiles(seconds, n=100)
    return cuts[49], cuts[94], max(seconds)


def _judge(results: Sequence[Result]) -> int:
    print("mean of the projects")
    engines = [result.engine for result in results]
    copies = [result.line_copy for result in results]
    words = [result.word_completion for result in results]
    for name, tallies in (
        ("  embedded", engines),
        ("  last line with prefix", copies),
        ("  word from the buffer", words),
    ):
        saved, right = mean(t.saved for t in tallies), mean(t.right for t in tallies)
        print(f"{name:24} {saved:7.1%} {right:7.1%} {mean(t.wrong_on_screen for t in tallies):16.1%}")
    p50, p95, worst = _times([second for result in results for second in result.seconds])
    print(f"CPU of a suggestion: p50 {p50 * 1e3:.1f} ms, p95 {p95 * 1e3:.1f} ms, worst {worst * 1e3:.1f} ms")
    met = {
        f"at least {SAVED:.0%} of keystrokes saved": mean(t.saved for t in engines) >= SAVED,
        f"at least {RIGHT:.0%} of distinct suggestions right": mean(t.right for t in engines) >= RIGHT,
        "more saved and more often right than either trivial engine": _beats(engines, copies)
        and _beats(engines, words),
        f"p50 at most {P50 * 1e3:.0f} ms": p50 <= P50,
        f"p95 at most {P95 * 1e3:.0f} ms": p95 <= P95,
    }
    for what, is_met in met.items():
        print(f"{'met' if is_met else 'MISSED':8} {what}")
    return 0 if all(met.values()) else 1


def _beats(ours: Sequence[Tally], theirs: Sequence[Tally]) -> bool:
    return mean(t.saved for t in ours) > mean(t.saved for t in theirs) and (
        mean(t.right for t in ours) > mean(t.right for t in theirs)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
