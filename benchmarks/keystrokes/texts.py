"""What is typed: pieces of real files, and a workspace in which just these pieces are missing.

In: releases of well-known packages, fetched from their registries. Out: a folder with their files, and Texts. The same
packages always give the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.embedded.releases import Project, UnavailableError, fetch

LINES = 40
FEWEST, MOST = 150, 1500
LONGEST_LINE = 120
_SKIPPED = {"tests", "test", "dist", "vendor", "_vendor", "node_modules", "testdata", "docs"}


@dataclass(frozen=True, slots=True)
class Text:
    """`typed` belongs between `before` and `after`, and is not in the file."""

    file: Path
    language: str
    before: str
    typed: str
    after: str


def unpack(
    projects: Sequence[Project], workspace: Path, a_project: int, seed: int, *, lines: int = LINES
) -> tuple[list[Text], list[str]]:
    """The texts, those of the projects in turn, and what could not be fetched."""
    found: list[list[Text]] = []
    missing: list[str] = []
    for project in projects:
        try:
            root = fetch(project)[1]
        except UnavailableError as error:
            missing.append(str(error))
            continue
        found.append(list(_of_project(project, root, workspace / project.name, a_project, seed, lines=lines)))
    longest = max(map(len, found), default=0)
    return [texts[number] for number in range(longest) for texts in found if number < len(texts)], missing


def _of_project(project: Project, root: Path, folder: Path, most: int, seed: int, *, lines: int) -> Iterator[Text]:
    draw = random.Random(f"{project.name}:{seed}")
    files = sorted(
        path
        for path in root.rglob("*")
        if path.suffix in project.suffixes and path.is_file() and not _SKIPPED & set(path.relative_to(root).parts)
    )
    fit = [path for path in files if _is_fit(path)]
    chosen = set(draw.sample(fit, min(most, len(fit))))
    for path in files:
        copy = folder / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        source = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        if path in chosen:
            before, typed, after = _cut(source, draw, lines)
            source = before + after
            yield Text(copy, project.language, before, typed, after)
        copy.write_text(source, "utf-8", newline="")


def _is_fit(path: Path) -> bool:
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    return FEWEST <= len(lines) <= MOST and max(map(len, lines)) <= LONGEST_LINE


def _cut(source: str, draw: random.Random, length: int) -> tuple[str, str, str]:
    """Some lines from the middle, of which the first is not blank; the cursor's line, now empty, stays."""
    lines = source.split("\n")
    start = draw.randrange(len(lines) // 4, max(len(lines) - length - 20, len(lines) // 4 + 1))
    while not lines[start].strip():
        start += 1
    piece = lines[start : start + length]
    indent = piece[0][: len(piece[0]) - len(piece[0].lstrip())]
    before = "\n".join(lines[:start]) + "\n" + indent
    typed = "\n".join(line.rstrip() for line in piece)[len(indent) :]
    return before, typed, "\n" + "\n".join(lines[start + length :])
