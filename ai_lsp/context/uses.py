"""How names are used that are likely to come next. In: a document, a place in it, and the library. Out: snippets.

What stands in the last lines stands, with other names, in a few other places: of the document itself, where the prompt does
not reach, and of files like it. The names in those places are what comes next more often than any others. Each is shown as
it is used there, with what it is called on and with what, and without the rest of its line. Depends on the texts alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from ai_lsp.context.library import Library, Lines
from ai_lsp.context.words import names_in
from ai_lsp.core.context import Snippet, SnippetKind

BACK, AHEAD = 8, 3
"""Lines before and behind the cursor that say what it is about."""
PIECE, STEP = 10, 5
"""Lines of a place elsewhere, and from one to the next."""
MOST_FILES = 6
MOST_PLACES = 60
MOST_USES = 240
_SHOWN_BEFORE, _SHOWN_BEHIND = 40, 15
"""Lines around the cursor that every prompt holds."""
_USUAL_SIZE = 320
"""Characters of a piece."""
_NEAR = 200
"""Lines within which a name of the document itself counts about as much as at the cursor."""
_OF_PLACES, _OF_IMPORTS = 0.3, 1.0
_NEIGHBOUR, _IMPORTED = 1.5, 2.0
_LONGEST = 60
"""Characters of a use."""
_CHAIN = re.compile(r"(?P<chain>\w+(?:\.\w+)*)(?:\([^()]{0,40}\))?")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody types: `key` is the path on disk, `path` the shown one."""

    key: str
    path: str
    family: str
    line: int
    imports: tuple[str, ...]


@dataclass(slots=True)
class _Piece:
    score: float
    path: str
    rows: range
    lines: Lines


def uses(spot: Spot, own: Lines, library: Library) -> list[Snippet]:
    """One snippet for each file, the one with the likeliest names first; the likeliest uses stand first in each."""
    asked = _asked(spot, own)
    shown = {name for row in _rows(own, _from(spot), spot.line + _SHOWN_BEHIND) for name in own.names(row)}
    pieces = _pieces(spot, asked, library)
    weights = _weights(spot, own, pieces, shown)
    places = [*pieces, _Piece(0.0, spot.path, range(len(own)), own)]
    return _as_snippets(weights, places, shown)


def _from(spot: Spot) -> int:
    return max(spot.line - _SHOWN_BEFORE, 0)


def _rows(lines: Lines, first: int, end: int) -> range:
    return range(first, min(end, len(lines)))


def _asked(spot: Spot, own: Lines) -> dict[str, float]:
    """Names of the lines around the cursor, by how close they stand."""
    asked: dict[str, float] = {}
    for row in reversed(_rows(own, max(spot.line - BACK + 1, 0), spot.line + 1)):
        for name in own.names(row):
            asked.setdefault(name, 1 / (1 + 0.15 * (spot.line - row)))
    for row in _rows(own, spot.line + 1, spot.line + 1 + AHEAD):
        for name in own.names(row):
            asked[name] = max(asked.get(name, 0.0), 0.5)
    return asked


def _pieces(spot: Spot, asked: dict[str, float], library: Library) -> list[_Piece]:
    """The places in other files that share most with the lines around the cursor."""
    imported = set(_WORD.findall("\n".join(spot.imports)))
    files, says = library.alike(asked, spot.family, spot.key)
    folder = spot.path.rpartition("/")[0]
    ranked = []
    for file in files:
        path = library.path(file.key)
        near = _NEIGHBOUR if path.rpartition("/")[0] == folder else 1.0
        stem = path.rpartition("/")[2].partition(".")[0]
        score = file.score * near * (_IMPORTED if stem in imported else 1.0)
        ranked.append((-score, path, file, near))
    found: list[_Piece] = []
    for _, path, file, near in sorted(ranked, key=lambda each: each[:2])[:MOST_FILES]:
        lines = library.lines(file.key)
        told = {name: asked[name] * says[name] for name in file.names}
        found += (_Piece(near * score, path, rows, lines) for rows, score in _alike(told, lines))
    found.sort(key=lambda piece: (-piece.score, piece.path, piece.rows.start))
    return found[:MOST_PLACES]


def _alike(told: dict[str, float], lines: Lines) -> Iterator[tuple[range, float]]:
    """(rows, score) of the pieces that hold any of the names. The score is BM25 (Robertson and Zaragoza 2009) with k1 = 1.2 and
    b = 0.75, lengths in characters.
    """
    held: dict[int, Counter[str]] = {}
    for name in told:
        for row in lines.rows_with(name):
            last = row // STEP * STEP
            for first in range(max(last - PIECE + STEP, 0), last + 1, STEP):
                held.setdefault(first, Counter())[name] += 1
    for first, names in held.items():
        rows = _rows(lines, first, first + PIECE)
        length = 1.2 * (0.25 + 0.75 * lines.size(rows) / _USUAL_SIZE)
        yield rows, sum(told[name] * 2.2 * times / (times + length) for name, times in names.items())


def _weights(spot: Spot, own: Lines, pieces: Sequence[_Piece], shown: set[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for row in range(len(own)):
        for name in set(own.names(row)) - shown:
            weights[name] = weights.get(name, 0.0) + 1 / (1 + abs(row - spot.line) / _NEAR)
    for name, count in weights.items():
        weights[name] = log(1 + count)
    for name in set(names_in("\n".join(spot.imports))) - shown:
        weights[name] = weights.get(name, 0.0) + _OF_IMPORTS
    best = pieces[0].score if pieces else 1.0
    for piece in pieces:
        share = _OF_PLACES * (piece.score / best) ** 2
        for name in {name for row in piece.rows for name in piece.lines.names(row)} - shown:
            weights[name] = weights.get(name, 0.0) + share
    return weights


def _as_snippets(weights: dict[str, float], places: Sequence[_Piece], shown: set[str]) -> list[Snippet]:
    """Each name once, where it was found first."""
    where: dict[str, tuple[_Piece, int]] = {}
    for piece in places:
        for row in piece.rows:
            for name in piece.lines.names(row):
                where.setdefault(name, (piece, row))
    told = set(shown)
    texts: dict[str, list[str]] = {}
    for name in sorted(weights.keys() & where.keys(), key=lambda name: (-weights[name], name))[:MOST_USES]:
        if name in told:
            continue
        piece, row = where[name]
        use = _use(name, piece.lines.lines[row])
        told.update(names_in(use))
        texts.setdefault(piece.path, []).append(use)
    return [Snippet(path, "\n".join(found), SnippetKind.USES, 0) for path, found in texts.items()]


def _use(name: str, line: str) -> str:
    """A name with what it is called on and, where it is called, with what."""
    for found in _CHAIN.finditer(line):
        for word in _WORD.finditer(found["chain"]):
            if word.group() == name:
                whole = word.end() == len(found["chain"])
                return (found.group() if whole else found["chain"][: word.end()])[:_LONGEST]
    return name
