"""What editing documents and gathering context cost, in CPU time: medians, and the worst where a person would feel it.

The baseline is the text document of the framework that the server is built on, given the same changes in the same run.
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lsprotocol import types
from pygls.workspace import PositionCodec, TextDocument

from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.clock import SystemClock
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import Position, Range
from ai_lsp.documents.store import Change, Documents
from ai_lsp.syntax.trees import SyntaxTrees

URI = "file:///bench/file"
TYPED = "found = sorted(self.fields.items(), key=lambda each: [each.name"

PYTHON = '''
    def method_{n}(self, name: str, values: list[int] | None = None) -> dict[str, int]:
        """Return what was counted under a name."""
        total = sum(values or []) + len(name)
        result = {{"name": total, "other": self.limit[{n}]}}
        for key, value in result.items():
            if value > {n} and key.startswith("o"):
                self.log.info("found %s: %d", key, value)
        return result

'''
TYPESCRIPT = """
  public async method{n}(name: string, values?: number[]): Promise<Map<string, number>> {{
    // counts what was found under a name
    const total = (values ?? []).reduce((sum, value) => sum + value, name.length);
    const result = new Map<string, number>([["name", total], ["other", this.limit[{n}]]]);
    for (const [key, value] of result.entries()) {{
      if (value > {n}) {{ this.log.info(`found ${{key}}: ${{value}}`); }}
    }}
    return result;
  }}

"""
SOURCES = {
    "python": ("import os\nfrom collections import Counter\n\n", "\nclass Store{n}(Base):\n", PYTHON, "\n"),
    "typescript": ('import { Base } from "./base";\n', "\nexport class Store{n} extends Base {{\n", TYPESCRIPT, "}\n"),
}
NEWLINE = "\n"
METHODS = 50
"""In a class."""


def source(language: str, lines: int) -> str:
    imports, header, method, tail = SOURCES[language]
    count = lines // (method.count("\n") * METHODS + 3)
    methods = "".join(method.format(n=n) for n in range(METHODS))
    return imports + "".join(header.format(n=n) + methods + tail for n in range(count))


def milliseconds(work: Callable[[], object]) -> float:
    begin = time.process_time_ns()
    work()
    return (time.process_time_ns() - begin) / 1e6


def row(name: str, ours: Iterable[float], theirs: Iterable[float] = ()) -> None:
    ours, theirs = list(ours), list(theirs)
    baseline = f"{statistics.median(theirs):10.3f}" if theirs else " " * 10
    print(f"{name:58}{statistics.median(ours):10.3f}{max(ours):10.3f}{baseline}")


def baseline_change(line: int, column: int, text: str) -> types.TextDocumentContentChangePartial:
    place = types.Position(line=line, character=column)
    return types.TextDocumentContentChangePartial(range=types.Range(start=place, end=place), text=text)


def change(line: int, column: int, text: str) -> Change:
    return Change(Range(Position(line, column), Position(line, column)), text)


def places(lines: int, count: int) -> Iterator[tuple[int, int]]:
    draw = random.Random(7)
    return ((draw.randrange(lines), draw.randrange(4)) for _ in range(count))


def editing(lines: int, repeats: int) -> None:
    text = source("python", lines)
    documents = Documents()
    documents.open(URI, "python", 0, text)
    theirs = TextDocument(URI, text, 0, "python", position_codec=PositionCodec())
    ours_times, snapshot_times, their_times = [], [], []
    for version, (line, column) in enumerate(places(text.count(NEWLINE), repeats), 1):
        changes, other = [change(line, column, "x")], baseline_change(line, column, "x")
        ours_times.append(milliseconds(partial(documents.change, URI, version, changes)))
        snapshot_times.append(milliseconds(partial(documents.snapshot, URI)))
        their_times.append(milliseconds(partial(theirs.apply_change, other)))
    row(f"one character anywhere, {lines:,} lines", ours_times, their_times)
    row("  the snapshot after it", snapshot_times)
    row("  the same as whole text", [milliseconds(partial(resend, documents, n)) for n in range(min(repeats, 20))])
    assert theirs.source.count(NEWLINE) == text.count(NEWLINE)


def resend(documents: Documents, number: int) -> None:
    """What an editor does that knows no ranges."""
    document = documents.snapshot(URI)
    assert document is not None
    middle = len(document.text) // 2
    documents.change(URI, 10_000 + number, [Change(None, document.text[:middle] + "x" + document.text[middle:])])


def many_edits(lines: int, count: int) -> None:
    text = source("python", lines)
    ours_times, their_times = [], []
    for _ in range(5):
        documents = Documents()
        documents.open(URI, "python", 0, text)
        theirs = TextDocument(URI, text, 0, "python", position_codec=PositionCodec())
        changes = [change(line, column, "x") for line, column in places(text.count(NEWLINE), count)]
        others = [baseline_change(line, column, "x") for line, column in places(text.count(NEWLINE), count)]
        ours_times.append(milliseconds(partial(documents.change, URI, 1, changes)))
        their_times.append(milliseconds(partial(apply_all, theirs, others)))
    row(f"{count} edits in one change, {lines:,} lines", ours_times, their_times)


def apply_all(document: TextDocument, changes: list[types.TextDocumentContentChangePartial]) -> None:
    for each in changes:
        document.apply_change(each)


class Typist:
    """A document with its gatherer, and a cursor on a new line in the middle of a method."""

    def __init__(self, language: str, lines: int) -> None:
        clock = SystemClock()
        trees = SyntaxTrees(clock)
        self.documents = Documents([trees])
        self.gatherer = ContextGatherer(self.documents, trees, clock)
        self.documents.open(URI, language, 0, source(language, lines))
        asyncio.run(self.gatherer.warm(URI, Position(0, 0)))
        document = self.documents.get(URI)
        assert document is not None
        self.line = next(n for n in range(lines // 2, lines) if " total = " in document.lines[n])
        self.column = document.lines[self.line].index(document.line(self.line).lstrip())
        self.documents.change(URI, 1, [change(self.line, 0, " " * self.column + "\n")])
        self.version = 1

    def type(self, character: str) -> None:
        self.version += 1
        self.documents.change(URI, self.version, [change(self.line, self.column, character)])
        self.column += 1
        context = self.gatherer.gather(URI, Position(self.line, self.column))
        assert isinstance(context, CodeContext)
        assert [scope.kind for scope in context.scopes] == ["class", "method"]


def gathering(language: str, lines: int) -> None:
    typist = Typist(language, lines)
    row(
        f"key, reparse and context, {lines:,} lines of {language}",
        [milliseconds(partial(typist.type, c)) for c in TYPED],
    )


def opening(language: str, lines: int) -> None:
    """All of the first parse, which is done in slices."""
    clock = SystemClock()
    trees = SyntaxTrees(clock)
    documents = Documents([trees])
    gatherer = ContextGatherer(documents, trees, clock)
    documents.open(URI, language, 0, source(language, lines))
    row(
        f"first parse in slices, {lines:,} lines of {language}",
        [milliseconds(lambda: asyncio.run(gatherer.warm(URI, Position(0, 0))))],
    )


def main() -> int:
    print(f"{'milliseconds of CPU':58}{'median':>10}{'worst':>10}{'pygls':>10}")
    gc.freeze()
    editing(5_000, 300)
    many_edits(5_000, 100)
    editing(60_000, 40)
    for lines in (5_000, 10_000):
        for language in SOURCES:
            opening(language, lines)
            gathering(language, lines)
    gathering("python", 60_000)
    return 0
