"""What one release added to the one before: whole lines put into files that were there already.

In: two folders. Out: Changes, drawn with a fixed seed, so that the same releases always give the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

_SKIPPED = {"dist", "vendor", "_vendor", "node_modules", "testdata"}
_MOST_BYTES = 300_000
_LONGEST_CHANGE = 40
_LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Change:
    """`lines` were put into the file between `before` and `after`: the new text above, the old text below."""

    path: Path
    old: tuple[str, ...]
    before: tuple[str, ...]
    lines: tuple[str, ...]
    after: tuple[str, ...]


def changes(old: Path, new: Path, suffixes: tuple[str, ...], most: int, seed: int) -> list[Change]:
    """At most `most` changes; paths are those in the old folder. The same lines put into several files count once."""
    found = [
        change
        for path in sorted(old.rglob("*"))
        if path.suffix in suffixes and not _SKIPPED & set(path.relative_to(old).parts)
        for change in _changes_of(path, new / path.relative_to(old))
    ]
    random.Random(seed).shuffle(found)
    distinct = {tuple(line.strip() for line in change.lines): change for change in reversed(found)}
    return list(distinct.values())[:most]


def _changes_of(path: Path, newer: Path) -> Iterator[Change]:
    if not newer.is_file() or path.is_symlink() or path.stat().st_size > _MOST_BYTES:
        return
    old, new = _lines(path), _lines(newer)
    if old == new:
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, i1, _, j1, j2 in matcher.get_opcodes():
        lines = new[j1:j2]
        if kind != "insert" or len(lines) > _LONGEST_CHANGE or max(map(len, lines)) > _LONGEST_LINE:
            continue
        if any(line.strip() for line in lines):
            yield Change(path, old, new[:j1], lines, old[i1:])


def _lines(path: Path) -> tuple[str, ...]:
    text = path.read_bytes().decode("utf-8", "replace")
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ").split("\n"))
