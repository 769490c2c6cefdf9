"""What a prompt holds of what comes next: the identifiers of the next three lines, at 1,000, 2,000 and 4,000 tokens.

In: places in real packages, fetched when this runs and with a dozen lines missing at each. A person presses Enter there,
their editor asks 50 ms later, and the real server asks a model service on this machine, which keeps the prompt. Out: the
share of the identifiers that stand in the prompt, beside that of a prompt of the same size that holds only what is before
and after the cursor.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tree_sitter_go
import tree_sitter_python
import tree_sitter_typescript
from tree_sitter import Language, Parser

from benchmarks.embedded_replay import PROJECTS
from benchmarks.keystrokes.askers import INLINE
from benchmarks.keystrokes.editor import VS_CODE, Buffer
from benchmarks.keystrokes.oracle import TOKEN, Oracle
from benchmarks.keystrokes.server import Server
from benchmarks.keystrokes.texts import Text, unpack
from benchmarks.keystrokes.upstream import Pace, Upstream

SIZES = (1000, 2000, 4000)
JUDGED = 2000
GAIN = 1 / 3
"""Of what prefix and suffix alone miss, the part that must be found."""
NAMES = ("scrapy", "poetry", "rich", "trpc", "caddy")
PLACES, MISSING_LINES, NEXT_LINES = 40, 12, 3
SEED = 7
LEARNING = 20.0
"""Seconds for the server to read the workspace."""
LOOKING = 0.6
"""Seconds between opening a file and the first key."""
_WORD = re.compile(r"[^\W\d]\w*")
GRAMMARS = {
    "python": Language(tree_sitter_python.language()),
    "typescript": Language(tree_sitter_typescript.language_typescript()),
    "go": Language(tree_sitter_go.language()),
}


@dataclass(slots=True)
class Tally:
    """Identifiers of next lines: all, in our prompt, in the plain prompt of the same size. Tokens of our prompts."""

    wanted: int = 0
    ours: int = 0
    plain: int = 0
    tokens: int = 0
    prompts: int = 0

    @property
    def gain(self) -> float:
        return (self.ours - self.plain) / max(self.wanted - self.plain, 1)

    def add(self, other: Tally) -> None:
        self.wanted += other.wanted
        self.ours += other.ours
        self.plain += other.plain
        self.tokens += other.tokens
        self.prompts += other.prompts


def main(arguments: Sequence[str] = ()) -> int:
    places = int(arguments[0]) if arguments else PLACES
    with tempfile.TemporaryDirectory(prefix="ai-lsp-context-") as folder:
        return asyncio.run(_main(Path(folder), places))


async def _main(folder: Path, places: int) -> int:
    workspace = folder / "workspace"
    projects = [project for project in PROJECTS if project.name in NAMES]
    texts, missing = unpack(projects, workspace, places, SEED, lines=MISSING_LINES)
    for what in missing:
        print(f"SKIPPED: {what}")
    if not texts:
        print("NOT JUDGED: no package could be fetched")
        return 1
    tallies = await asyncio.gather(
        *(
            _measure(folder / str(size), workspace, texts, size, turn * LOOKING / len(SIZES))
            for turn, size in enumerate(SIZES)
        )
    )
    print(f"{'':24}" + "".join(f"{f'{size:,} tokens':>38}" for size in SIZES))
    print(f"{'identifiers at places':24}" + f"{'plain':>10}{'ours':>8}{'of missed':>11}{'tokens':>9}" * len(SIZES))
    totals = [Tally() for _ in SIZES]
    for project in sorted({_project(text, workspace) for text in texts}):
        found = [by_project[project] for by_project in tallies]
        print(_head(project, found[0]) + "".join(map(_row, found)))
        for total, tally in zip(totals, found, strict=True):
            total.add(tally)
    print(_head("all", totals[0]) + "".join(map(_row, totals)))
    gain = totals[SIZES.index(JUDGED)].gain
    print(
        f"\n{'met' if gain >= GAIN else 'MISSED':8} {gain:.0%} of what is missed at {JUDGED:,} tokens, at least {GAIN:.0%}"
    )
    return int(gain < GAIN)


def _head(name: str, tally: Tally) -> str:
    return f"{name:8}{tally.wanted:5} at {tally.prompts:3}    "


def _row(tally: Tally) -> str:
    plain, ours = tally.plain / max(tally.wanted, 1), tally.ours / max(tally.wanted, 1)
    return f"{plain:10.1%}{ours:8.1%}{tally.gain:11.1%}{tally.tokens / max(tally.prompts, 1):9.0f}"


def _project(text: Text, workspace: Path) -> str:
    return text.file.relative_to(workspace).parts[0]


async def _measure(folder: Path, workspace: Path, texts: Sequence[Text], size: int, later: float) -> dict[str, Tally]:
    """`later`: seconds by which this one begins after the others, so that they do not all want the processor at once."""
    upstream = Upstream(Oracle(0.0, "context"), Pace(0.0, 0.0))
    await upstream.start()
    server = await Server.start(folder, workspace, VS_CODE, upstream.address, "qwen", budget=size)
    await asyncio.sleep(LEARNING + later)
    tallies = {_project(text, workspace): Tally() for text in texts}
    for text in texts:
        wanted = next_identifiers(text)
        prompt = await _prompt(server, upstream, text) if wanted else None
        if prompt is None:
            continue
        found = Tally(
            len(wanted),
            len(wanted & _words(prompt)),
            len(wanted & _words(_plain(text, len(prompt)))),
            len(prompt) // TOKEN,
            1,
        )
        tallies[_project(text, workspace)].add(found)
    await server.stop()
    await upstream.stop()
    return tallies


async def _prompt(server: Server, upstream: Upstream, text: Text) -> str | None:
    """What the model service is asked when Enter has been pressed at the place; None if it is not asked."""
    line_end = text.before.rfind("\n")
    buffer = Buffer(text.before[:line_end], text.after)
    uri = text.file.as_uri()
    server.open(uri, text.language, buffer.before + buffer.after)
    await asyncio.sleep(LOOKING)
    change = buffer.edit(VS_CODE, text.before[line_end:])
    versioned = {"uri": uri, "version": buffer.version}
    server.notify("textDocument/didChange", {"textDocument": versioned, "contentChanges": [change]})
    await asyncio.sleep(VS_CODE.delay)
    upstream.oracle.begin(text.typed)
    upstream.oracle.typed(buffer.before, 0)
    before = len(upstream.asked)
    params = {"textDocument": {"uri": uri}, "position": buffer.position(VS_CODE), "context": {"triggerKind": 1}}
    await server.call(INLINE, params)
    server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return upstream.asked[before].prompt if len(upstream.asked) > before else None


def _plain(text: Text, size: int) -> str:
    """So many characters from around the cursor: three quarters from before it, and what one side does not need."""
    behind = max(size // 4, size - len(text.before))
    after = text.after[:behind]
    return text.before[-max(size - len(after), 1) :] + after


def next_identifiers(text: Text) -> set[str]:
    """Those of the next lines, without what stands in comments and strings there."""
    tree = Parser(GRAMMARS[text.language]).parse((text.before + text.typed + text.after).encode())
    first = text.before.count("\n")
    found: set[str] = set()
    nodes = [tree.root_node]
    while nodes:
        node = nodes.pop()
        if node.end_point.row < first or node.start_point.row >= first + NEXT_LINES:
            continue
        nodes += node.children
        if node.type.endswith("identifier") and not node.children and node.text and node.start_point.row >= first:
            found.add(node.text.decode())
    return found


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
