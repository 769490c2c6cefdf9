"""Where names are declared. In: texts of files, one by one. Out: the files that declare a name, and what each declares.

Holds headers only, never whole files, and no more than it was allowed to: the files that came first stay. Filled on one
thread; may be read from others meanwhile, since every value in it is replaced and none is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ai_lsp.context.outline import Symbol, family_of_path, outline

MAX_FILES = 5_000
MAX_CHARACTERS = 4_000_000
"""Of headers: with all that belongs to them they take about five times as much memory."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """`path` is as snippets show it. `words` are the names in that path, without the ending."""

    path: str
    words: tuple[str, ...]
    symbols: tuple[Symbol, ...]


class SymbolIndex:
    """Keys are paths on disk."""

    def __init__(self, max_files: int = MAX_FILES, max_characters: int = MAX_CHARACTERS) -> None:
        self._max_files = max_files
        self._free = max_characters
        self._files: dict[str, IndexedFile] = {}
        self._declaring: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._files)

    @property
    def full(self) -> bool:
        return len(self._files) >= self._max_files or self._free <= 0

    def add(self, path: str, file: IndexedFile) -> None:
        """Put a file in, in the place of what was known of it."""
        self.remove(path)
        if self.full or not file.symbols:
            return
        self._files[path] = file
        self._free -= _size(file)
        for name in {symbol.name for symbol in file.symbols}:
            self._declaring[name] = (*self._declaring.get(name, ()), path)
        for stem in _stems(file):
            self._stems[stem] = (*self._stems.get(stem, ()), path)

    def remove(self, path: str) -> None:
        file = self._files.pop(path, None)
        if file is None:
            return
        self._free += _size(file)
        for table, names in ((self._declaring, {symbol.name for symbol in file.symbols}), (self._stems, _stems(file))):
            for name in names:
                left = tuple(other for other in table[name] if other != path)
                if left:
                    table[name] = left
                else:
                    del table[name]

    def clear(self) -> None:
        for path in list(self._files):
            self.remove(path)

    def file(self, path: str) -> IndexedFile | None:
        return self._files.get(path)

    def declaring(self, name: str) -> tuple[str, ...]:
        """Paths of the files that declare a name."""
        return self._declaring.get(name, ())

    def called(self, stem: str) -> tuple[str, ...]:
        """Paths of the files, or of those in the folder, of this name."""
        return self._stems.get(stem, ())


def indexed(path: str, shown: str, text: str) -> IndexedFile | None:
    """What the index keeps of a file; None: its ending is of no known kind. May run in any thread."""
    family = family_of_path(path)
    if family is None:
        return None
    return IndexedFile(shown, tuple(_WORD.findall(shown.rpartition(".")[0])), outline(text.split("\n"), family))


def _stems(file: IndexedFile) -> set[str]:
    """A file's own name, and that of its folder: a package is imported by it."""
    return set(file.words[-2:])


def _size(file: IndexedFile) -> int:
    return sum(len(symbol.header) + len(symbol.name) for symbol in file.symbols) + len(file.path)
