"""Declarations that the code around the cursor is likely to use. In: a view of the document and an index. Out: snippets.

A file that the document imports, by its name or by what it declares, is shown with its headers; so is one that declares
names that stand near the cursor, if not too many others do. In the document itself, what stands beside the cursor's block
is shown. The order depends on the texts alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ai_lsp.context.index import IndexedFile, SymbolIndex
from ai_lsp.context.outline import Symbol
from ai_lsp.context.words import names_in
from ai_lsp.core.context import Snippet, SnippetKind

MOST_FILES = 10
MOST_CHARACTERS = 1_200
"""Of one snippet."""

_MOST_DECLARING = 6
"""A name that more files declare says too little."""
_MEMBERS = 12
"""Members of a class that are shown with it, next to those whose names stand near the cursor."""
_INDENT = "  "
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class View:
    """A document seen from the cursor. `near` weighs names by how often and how close they stand; `path` is as shown."""

    key: str
    path: str
    line: int
    imports: tuple[str, ...]
    near: Counter[str]


def definitions(view: View, index: SymbolIndex) -> list[Snippet]:
    """Headers from other files, the most likely file first."""
    imported = {word for statement in view.imports for word in _WORD.findall(statement)}
    scores: defaultdict[str, float] = defaultdict(float)
    wanted: dict[str, set[str]] = {}
    for name in sorted(imported | set(view.near)):
        declaring = index.declaring(name)
        for path in declaring:
            file = index.file(path)
            if path == view.key or file is None:
                continue
            affinity = _affinity(file, imported, view.path)
            if len(declaring) > _MOST_DECLARING and affinity < 2:
                continue
            scores[path] += affinity * (view.near[name] + 2 * (name in imported)) / len(declaring)
            wanted.setdefault(path, set()).add(name)
    for stem in sorted(imported):
        for path in index.called(stem)[:_MOST_DECLARING]:
            file = index.file(path)
            if path != view.key and file is not None and file.words[-1:] == (stem,):
                scores[path] += _affinity(file, imported, view.path) * (1 + view.near[stem])
    ranked = sorted(scores, key=lambda path: (-scores[path], path))[:MOST_FILES]
    snippets = (_snippet(index.file(path), wanted.get(path, set()), view) for path in ranked)
    return [snippet for snippet in snippets if snippet is not None]


def siblings(view: View, symbols: Sequence[Symbol]) -> Snippet | None:
    """The headers of the document itself, those of the cursor's own block and those close to it first."""
    block = _block(symbols, view.line)
    own = [symbol for symbol in symbols if symbol.depth == 0 or symbol in block]
    own.sort(key=lambda symbol: (symbol not in block, -view.near[symbol.name], abs(symbol.line - view.line)))
    return _as_snippet(own, view.path, SnippetKind.OUTLINE)


def imports_of(view: View) -> Snippet | None:
    """The imports, which may be out of sight in a long file."""
    text = "\n".join(view.imports)[: 2 * MOST_CHARACTERS]
    return Snippet(view.path, text, SnippetKind.OWN, 0) if text else None


def _block(symbols: Sequence[Symbol], line: int) -> set[Symbol]:
    """What stands in the outermost declaration around a line."""
    tops = [symbol.line for symbol in symbols if symbol.depth == 0]
    first = max((top for top in tops if top <= line), default=0)
    last = min((top for top in tops if top > line), default=1 << 60)
    return {symbol for symbol in symbols if first <= symbol.line < last}


def _affinity(file: IndexedFile, imported: set[str], path: str) -> float:
    """How likely it is that a file is meant: its name stands in an import, or it is a neighbour."""
    named = sum(word in imported for word in file.words[-3:])
    neighbour = file.path.rpartition("/")[0] == path.rpartition("/")[0]
    return 1 + 2 * named + neighbour


def _snippet(file: IndexedFile | None, wanted: set[str], view: View) -> Snippet | None:
    if file is None:
        return None
    chosen: dict[Symbol, float] = {}
    owner: Symbol | None = None
    members = 0
    for symbol in file.symbols:
        if symbol.depth == 0:
            owner, members = symbol, 0
        asked = symbol.name in wanted
        beside = owner is not None and owner.name in wanted
        if asked:
            chosen[symbol] = 4 + view.near[symbol.name]
        elif view.near[symbol.name]:
            chosen[symbol] = 3
        elif beside and members < _MEMBERS and not symbol.name.startswith("__"):
            members += 1
            chosen[symbol] = 2
        elif symbol.depth == 0 and not symbol.name.startswith("_"):
            chosen[symbol] = 1
        if symbol in chosen and owner is not None and chosen[symbol] > 1:
            chosen.setdefault(owner, 2)
    ranked = sorted(chosen, key=lambda symbol: (-chosen[symbol], symbol.line))
    return _as_snippet(ranked, file.path, SnippetKind.DEFINITION)


def _as_snippet(ranked: Iterable[Symbol], path: str, kind: SnippetKind) -> Snippet | None:
    """As many headers as there is room for, in the order of the file."""
    kept: list[Symbol] = []
    size = 0
    for symbol in ranked:
        size += len(symbol.header) + len(_INDENT)
        if size > MOST_CHARACTERS:
            break
        kept.append(symbol)
    kept.sort(key=lambda symbol: (symbol.line, symbol.depth))
    if not kept:
        return None
    text = "\n".join((_INDENT if symbol.depth else "") + symbol.header for symbol in kept)
    return Snippet(path, text, kind, kept[0].line)


def near_names(lines: Sequence[str], line: int, before: int = 60, after: int = 20) -> Counter[str]:
    """Names around a line; those that stand within ten lines count double."""
    near = Counter(names_in("".join(lines[max(line - before, 0) : line + after])))
    near.update(names_in("".join(lines[max(line - 10, 0) : line + 5])))
    return near
