"""What single messages cost the running server, in CPU time of its whole process.

A conversation with many of the messages is compared with the same one without them. The baseline is a plain server of
the library that ours is built on. The file has 5,000 lines; each change types one character.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from benchmarks._servers import OURS, PLAIN, Cost, Talk, interleaved, median

RUNS = 5
MESSAGES = 2000
LINES = 5000
URI = "file:///bench/file.py"
MOST_MS = 0.2


def noop(talk: Talk, _: int) -> None:
    talk.call("aiLsp/status", {})


def change(talk: Talk, number: int) -> None:
    place = {"line": LINES // 2, "character": number % 40}
    content = [{"range": {"start": place, "end": place}, "text": "x"}]
    document = {"uri": URI, "version": number + 2}
    talk.notify("textDocument/didChange", {"textDocument": document, "contentChanges": content})
    noop(talk, number)


def inline(talk: Talk, number: int) -> None:
    place = {"line": LINES // 2, "character": number % 40}
    params = {"textDocument": {"uri": URI}, "position": place, "context": {"triggerKind": 2}}
    talk.call("textDocument/inlineCompletion", params)


def conversation(command: list[str], act: Callable[[Talk, int], None], times: int) -> Cost:
    talk = Talk(command)
    talk.initialize()
    talk.notify("initialized", {})
    text = "    total = sum(values or []) + len(name)  # what was found, and where it stood before\n" * LINES
    document = {"uri": URI, "languageId": "python", "version": 1, "text": text}
    talk.notify("textDocument/didOpen", {"textDocument": document})
    inline(talk, 0)
    noop(talk, 0)
    for number in range(times):
        act(talk, number)
    return talk.kill()


def each(command: list[str]) -> tuple[float, float, float]:
    """CPU milliseconds of a request without work, a change of one character, and an inline completion without work."""
    acts = [partial(conversation, command, noop, 0)]
    acts += [partial(conversation, command, act, MESSAGES) for act in (noop, change, inline)]
    nothing, *full = ([cost.cpu for cost in costs] for costs in interleaved(RUNS, *acts))
    noop_ms, both_ms, inline_ms = ((median(costs) - median(nothing)) / MESSAGES * 1000 for costs in full)
    return noop_ms, both_ms - noop_ms, inline_ms


def main() -> int:
    print(f"{'CPU ms per message':22}{'no-op request':>15}{'didChange':>12}{'inlineCompletion':>18}")
    results = {name: each(command) for name, command in (("ai-lsp", OURS), ("plain pygls server", PLAIN))}
    for name, (noop_ms, change_ms, inline_ms) in results.items():
        print(f"{name:22}{noop_ms:15.3f}{change_ms:12.3f}{inline_ms:18.3f}")
    print(f"\ntarget: at most {MOST_MS} ms for a no-op request and for a change of one character")
    return int(max(results["ai-lsp"][:2]) > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
