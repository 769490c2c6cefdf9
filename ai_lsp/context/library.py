"""The texts of the workspace, packed, and which names each holds. In: files, one by one. Out: the files that share most names
with a place, and their lines.

Holds texts at a fourth of their size and no more than it was allowed to: the files that came first stay. Filled on one
thread; may be read from others meanwhile, since its values are replaced and never changed.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from sys import intern

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
class Lines:
    """A text line by line, and the names in each."""

    lines: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]


def packed(path: str, family: str, text: str) -> Packed:
    """May run in any thread."""
    marks = sorted({_mark(name) for name in names_in(text)})
    return Packed(path, family, zlib.compress(text.encode("utf-8", "surrogatepass"), 1), array("I", marks))


def lines_of(lines: Sequence[str]) -> Lines:
    return Lines(tuple(lines), tuple(tuple(map(intern, names_in(line))) for line in lines))


class Library:
    """Keys are paths on disk."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._free = max_bytes
        self._files: dict[str, Packed] = {}
        self._opened: OrderedDict[bytes, Lines] = OrderedDict()

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

    def alike(
        self, names: Mapping[str, float], family: str, but: str
    ) -> tuple[list[tuple[float, str]], dict[str, float]]:
        """((score, path on disk) of the files that hold the names, how much each name says). A name says the less the more
        files hold it.
        """
        marks = [(name, _mark(name)) for name in names]
        files = [(key, file) for key, file in list(self._files.items()) if file.family == family and key != but]
        holding = {name: [key for key, file in files if _holds(file.marks, mark)] for name, mark in marks}
        says = {name: log(1 + (len(files) - len(keys) + 0.5) / (len(keys) + 0.5)) for name, keys in holding.items()}
        scores: dict[str, float] = {}
        for name, keys in holding.items():
            for key in keys:
                scores[key] = scores.get(key, 0.0) + names[name] * says[name]
        return [(score, key) for key, score in scores.items()], says

    def path(self, key: str) -> str:
        """As it is shown."""
        file = self._files.get(key)
        return file.path if file is not None else ""

    def lines(self, key: str) -> Lines:
        """Of a file; none of one that has just gone."""
        file = self._files.get(key)
        if file is None:
            return Lines((), ())
        found = self._opened.pop(file.text, None)
        if found is None:
            found = lines_of(zlib.decompress(file.text).decode("utf-8", "surrogatepass").split("\n"))
        self._opened[file.text] = found
        while len(self._opened) > _MOST_OPENED:
            self._opened.popitem(last=False)
        return found


def _mark(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


def _holds(marks: array[int], mark: int) -> bool:
    at = bisect_left(marks, mark)
    return at < len(marks) and marks[at] == mark
