"""A place that the person names on the command line, `FILE:LINE[:COLUMN]`, and the text of the file that it is in.

In: one argument. Out: a file's text and a position in it. Every way in which this can fail is one line of its own.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path

from ai_lsp.cli.failure import CommandError, UsageError
from ai_lsp.core.text import LINE_ENDINGS, Position
from ai_lsp.documents.lines import split_lines

MAX_FILE_BYTES = 32_000_000

_THREE_PARTS = re.compile(r"(.+):([0-9]{1,9}):([0-9]{1,9})", re.DOTALL)
_TWO_PARTS = re.compile(r"(.+):([0-9]{1,9})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """`line` and `column` count from 1, in characters. No column means the end of the line."""

    file: Path
    line: int
    column: int | None = None


def parse_place(argument: str) -> Place:
    """A name may hold colons itself, as on Windows: what stands at the end is read as numbers, the rest is the name.

    `a:1:2` is line 1 of `a` unless only a file `a:1` exists. Raises UsageError.
    """
    place = None
    two, three = _TWO_PARTS.fullmatch(argument), _THREE_PARTS.fullmatch(argument)
    if three and not (two and _exists(two[1]) and not _exists(three[1])):
        place = Place(Path(three[1]), int(three[2]), int(three[3]))
    elif two:
        place = Place(Path(two[1]), int(two[2]))
    if place is None:
        raise UsageError(f"{argument!r} names no line; write FILE:LINE or FILE:LINE:COLUMN, such as app.py:12")
    if place.line < 1 or place.column == 0:
        raise UsageError(f"{argument!r}: lines and columns count from 1")
    return place


def read_text(file: Path) -> str:
    """The text of a file that the person named, without a byte order mark. Raises CommandError."""
    try:
        kind = file.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise CommandError(f"{file} is a folder; name a file in it")
        if not stat.S_ISREG(kind.st_mode):
            raise CommandError(f"{file} is not an ordinary file; name a source file")
        if kind.st_size > MAX_FILE_BYTES:
            raise CommandError(f"{file} is too large ({kind.st_size / 1e6:.0f} MB); name a source file")
        content = file.read_bytes()
    except FileNotFoundError:
        raise CommandError(f"{file}: there is no such file; check the name and the folder you are in") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CommandError(f"{file} cannot be read ({reason}); check its name and permissions") from None
    return _decoded(file, content)


def position_in(text: str, place: Place) -> Position:
    """The place as a 0-based position in this text. Raises CommandError where the text has no such place."""
    lines = split_lines(text)
    if place.line > len(lines):
        raise CommandError(f"{place.file} has {_count(len(lines), 'line')}; line {place.line} does not exist")
    length = len(lines[place.line - 1].rstrip(LINE_ENDINGS))
    if place.column is None:
        return Position(place.line - 1, length)
    if place.column > length + 1:
        raise CommandError(
            f"line {place.line} of {place.file} has {_count(length, 'character')}; "
            f"column {place.column} does not exist, the last one is {length + 1}"
        )
    return Position(place.line - 1, place.column - 1)


def _decoded(file: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CommandError(f"{file} is UTF-16; save it as UTF-8")
    if b"\0" in content:
        raise CommandError(f"{file} is a binary file; name a source file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CommandError(f"{file} is not UTF-8 (in line {line}); save it as UTF-8") from None


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
