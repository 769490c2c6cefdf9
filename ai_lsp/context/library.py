"""The texts of the workspace, packed, and which names each holds. In: files, one by one. Out: the files that share most names
with a place, and their lines.

Holds texts at a fourth of their size and no more than it was allowed to: the files that came first stay. Filled on one
thread; may be read from others meanwhile, since its values are replaced and never changed.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log

from ai_lsp.context.words import names_in

MAX_BYTES = 16_000_000
"""Of packed texts and names."""
_MOST_OPENED = 12
"""Files whose lines are kept unpacked, as long as they are looked at."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A file: its path as it is shown, its kind of language, its text, and the marks of its names in ascending order."""

    path: str
    family: str
    text: bytes
    marks: array[int]

    @property
    def size(self) -> int:
        return len(self.text) + len(self.marks) * self.marks.itemsize


@dataclass(frozen=True, slots=True)
class Alike:
    """A file on disk: how much it shares with a place, and the names that it shares."""

    score: float
    key: str
    names: tuple[str, ...]


class Lines:
    """A text line by line. Which names a line holds is found out when somebody asks, if `like`, a text of much the same lines,
    does not know it.
    """

    __slots__ = ("_names", "_starts", "_text", "lines")

    def __init__(self, lines: Sequence[str], like: Lines | None = None) -> None:
        self.lines = tuple(line.rstrip("\r\n") for line in lines)
        self._text = "\n".join(self.lines)
        self._starts = list(accumulate((len(line) + 1 for line in self.lines), initial=0))
        known = {} if like is None else dict(zip(like.lines, like._names, strict=True))  # noqa: SLF001  # of its own class
        self._names: list[tuple[str, ...] | None] = [known.get(line) for line in self.lines]

    def __len__(self) -> int:
        return len(self.lines)

    def names(self, row: int) -> tuple[str, ...]:
        found = self._names[row]
        if found is None:
            found = self._names[row] = tuple(names_in(self.lines[row]))
        return found

    def rows_with(self, name: str) -> Iterator[int]:
        """The rows in which these characters stand, once for each time."""
        at = self._text.find(name)
        while at >= 0:
            yield bisect_right(self._starts, at) - 1
            at = self._text.find(name, at + len(name))

    def size(self, rows: range) -> int:
        """In characters."""
        return self._starts[rows.stop] - self._starts[rows.start]


def packed(path: str, family: str, text: str) -> Packed:
    """May run in any thread."""
    marks = sorted({_mark(name) for name in names_in(text)})
    return Packed(path, family, zlib.compress(text.encode("utf-8", "surrogatepass"), 1), array("I", marks))


class Library:
    """Keys are paths on disk."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._free = max_bytes
        self._files: dict[str, Packed] = {}
        self._opened: OrderedDict[bytes, Lines] = OrderedDict()
        self._read: Lines | None = None

    def __len__(self) -> int:
        return len(self._files)

    def add(self, key: str, file: Packed) -> None:
        """Put a file in, in the place of what was known of it."""
        self.remove(key)
        if file.size <= self._free:
            self._files[key] = file
            self._free -= file.size

    def remove(self, key: str) -> None:
        file = self._files.pop(key, None)
        if file is not None:
            self._free += file.size

    def clear(self) -> None:
        for key in list(self._files):
            self.remove(key)

    def alike(self, names: Mapping[str, float], family: str, but: str) -> tuple[list[Alike], dict[str, float]]:
        """(the files that hold any of the names, how much each name says). A name says the less the more files hold it."""
        marks = [(name, _mark(name)) for name in names]
        files = [(key, file) for key, file in list(self._files.items()) if file.family == family and key != but]
        held = [(key, tuple(name for name, mark in marks if _holds(file.marks, mark))) for key, file in files]
        times = Counter(name for _, found in held for name in found)
        says = {name: log(1 + (len(files) - times[name] + 0.5) / (times[name] + 0.5)) for name in names}
        return [
            Alike(sum(names[name] * says[name] for name in found), key, found) for key, found in held if found
        ], says

    def path(self, key: str) -> str:
        """As it is shown."""
        file = self._files.get(key)
        return file.path if file is not None else ""

    def read(self, lines: Sequence[str]) -> Lines:
        """A document that is not in the library. Fast where it is much the same as the one of the last time."""
        self._read = Lines(lines, self._read)
        return self._read

    def lines(self, key: str) -> Lines:
        """Of a file; none of one that has just gone."""
        file = self._files.get(key)
        if file is None:
            return Lines(())
        found = self._opened.pop(file.text, None)
        if found is None:
            found = Lines(zlib.decompress(file.text).decode("utf-8", "surrogatepass").split("\n"))
        self._opened[file.text] = found
        while len(self._opened) > _MOST_OPENED:
            self._opened.popitem(last=False)
        return found


def _mark(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


def _holds(marks: array[int], mark: int) -> bool:
    at = bisect_left(marks, mark)
    return at < len(marks) and marks[at] == mark
