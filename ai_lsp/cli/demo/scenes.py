"""Which real lines are typed back. In: a folder. Out: scenes, the same ones each time for the same files.

A scene is a paragraph of code somewhere in a file, taken out of it. The choice is drawn by lot with a fixed seed and
knows nothing of what can be completed.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ai_lsp.cli.files import language_of

SEED = 20
LINES = range(3, 7)
"""How many lines a paragraph has."""

LONGEST_LINE = 88
FILE_BYTES = range(1_000, 100_000)
MOST_FILES = 3_000

_PROSE = frozenset({"plaintext", "markdown", "json", "yaml", "toml", "xml", "html", "css", "scss", "latex"})
_SKIPPED = frozenset(
    {"node_modules", "__pycache__", "build", "dist", "target", "vendor", "site-packages", "third_party"}
)
_CODE = re.compile(r"[=(){}\[\];]|:$|^\s*(?:return|else|pass|end|break|continue|yield|raise|fi|done)\b")
_COMMENT = re.compile(r'\s*(?:#|//|/\*|\*|--|"""|\'\'\'|<!)')


@dataclass(frozen=True, slots=True)
class Scene:
    """`lines` are to be typed; `before` and `after` stand around them. All without line endings."""

    file: Path
    before: tuple[str, ...]
    lines: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def first_line(self) -> int:
        """Counting from 0."""
        return len(self.before)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def choose(folder: Path) -> Iterator[Scene]:
    """Scenes of this folder, one for each file that has one."""
    lot = random.Random(SEED)  # noqa: S311  # a choice that can be repeated, nothing secret
    files = _source_files(folder)
    lot.shuffle(files)
    for file in files:
        lines = _lines_of(file)
        paragraphs = [part for part in _paragraphs(lines) if _is_typed_code(lines[part.start : part.stop])]
        if paragraphs:
            part = lot.choice(paragraphs)
            yield Scene(file, lines[: part.start], lines[part.start : part.stop], lines[part.stop :])


def _source_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        found += (Path(here, name) for name in sorted(names) if language_of(Path(name)) not in _PROSE)
        if len(found) > MOST_FILES:
            break
    return found[:MOST_FILES]


def _lines_of(file: Path) -> tuple[str, ...]:
    """Nothing for what is no ordinary source file."""
    try:
        if file.is_symlink() or file.stat().st_size not in FILE_BYTES:
            return ()
        return tuple(file.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return ()


def _paragraphs(lines: Sequence[str]) -> Iterator[range]:
    """Runs of lines without an empty one between them."""
    start = 0
    for at, line in enumerate([*lines, ""]):
        if not line.strip():
            if at - start in LINES:
                yield range(start, at)
            start = at + 1


def _is_typed_code(lines: Sequence[str]) -> bool:
    """Whether a person would type these lines one after another: mostly code, and inside of something."""
    code = sum(bool(_CODE.search(line)) and not _COMMENT.match(line) for line in lines)
    indented = sum(line[0].isspace() for line in lines)
    return code >= 0.8 * len(lines) and indented >= 0.5 * len(lines) and max(map(len, lines)) <= LONGEST_LINE
