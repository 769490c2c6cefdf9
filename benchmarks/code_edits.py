"""What it costs to offer commands on code, and to make edits of a model's answer.

CPU time, medians. The baseline is the standard library's comparison of the same lines.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from ai_lsp.chat.diff import replacements, unified
from ai_lsp.chat.edits import new_text
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.clock import SystemClock
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.documents.lines import split_lines
from ai_lsp.documents.store import Documents
from ai_lsp.syntax.trees import SyntaxTrees

ROUNDS = 15
URI = "file:///work/argparse.py"
MOST_MS = {40: 3.0, 400: 20.0, 2000: 150.0}
"""What an answer about so many lines may take: it is read on the event loop, once a command."""


def _cpu(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(times)


def _offering(text: str) -> float:
    """What is around a cursor deep in the file, as it is looked up for each request for code actions."""
    clock = SystemClock()
    trees = SyntaxTrees(clock)
    documents = Documents([trees])
    documents.open(URI, "python", 1, text)
    gatherer = ContextGatherer(documents, trees, clock)
    gatherer.gather(URI, Position(0, 0))
    return _cpu(lambda: [gatherer.gather(URI, Position(1200, column)) for column in (0, 20)])


def _reading(lines: tuple[str, ...], count: int) -> tuple[float, float]:
    document = DocumentSnapshot(URI, "python", 1, lines)
    where = Range(Position(100, 0), Position(99 + count, len(document.line(99 + count))))
    old = "".join(lines[100 : 100 + count]).rstrip("\n")
    new = "\n".join(line + "  # seen" if number % 9 == 0 else line for number, line in enumerate(old.split("\n")))
    answer = f"Here it is:\n\n```python\n{new}\n```\n"

    def edits() -> None:
        text = new_text(answer, "stop", old, lines)
        assert text == new
        assert replacements(document, where, text)
        unified(document, where, text, "argparse.py")

    before, after = old.split("\n"), new.split("\n")
    return _cpu(edits), _cpu(lambda: SequenceMatcher(None, before, after, autojunk=False).get_opcodes())


def main() -> int:
    text = Path(argparse.__file__).read_text("utf-8")
    lines = tuple(split_lines(text))
    print(f"offering commands on code: {_offering(text):.2f} ms\n")
    print(f"{'lines selected':>16}{'edits, ms':>12}{'difflib, ms':>14}")
    failed = 0
    for count, most in MOST_MS.items():
        took, plain = _reading(lines, count)
        print(f"{count:16}{took:12.2f}{plain:14.2f}{'' if took <= most else f'   above {most}'}")
        failed |= took > most
    return int(failed)
