"""How names are used that are likely to come next. In: a document, a place in it, and the library. Out: snippets.

What stands in the last lines stands, with other names, in a few other places: of the document itself, where the prompt does
not reach, and of files like it. The names in those places are what comes next more often than any others. Each is shown as
it is used there, with what it is called on and with what, and without the rest of its line. Depends on the texts alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from ai_lsp.context.library import Library, Lines
from ai_lsp.context.words import names_in
from ai_lsp.core.context import Snippet, SnippetKind

BACK, AHEAD = 8, 3
"""Lines before and behind the cursor that say what it is about."""
PIECE, STEP = 10, 5
"""Lines of a place elsewhere, and from one to the next."""
MOST_FILES = 8
MOST_PLACES = 60
MOST_USES = 240
_SHOWN_BEFORE, _SHOWN_BEHIND = 40, 15
"""Lines around the cursor that every prompt holds."""
_USUAL_LENGTH = 25
"""Names of a piece."""
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
    shown = {name for names in own.names[_from(spot) : spot.line + _SHOWN_BEHIND] for name in names}
    pieces = _pieces(spot, asked, library)
    weights = _weights(spot, own, pieces, shown)
    places = [*pieces, _Piece(0.0, spot.path, range(len(own.lines)), own)]
    return _as_snippets(weights, places, shown)


def _from(spot: Spot) -> int:
    return max(spot.line - _SHOWN_BEFORE, 0)


def _asked(spot: Spot, own: Lines) -> dict[str, float]:
    """Names of the lines around the cursor, by how close they stand."""
    asked: dict[str, float] = {}
    for back in range(min(BACK, spot.line + 1)):
        for name in own.names[spot.line - back] if spot.line - back < len(own.names) else ():
            asked.setdefault(name, 1 / (1 + 0.15 * back))
    for names in own.names[spot.line + 1 : spot.line + 1 + AHEAD]:
        for name in names:
            asked[name] = max(asked.get(name, 0.0), 0.5)
    return asked


def _pieces(spot: Spot, asked: dict[str, float], library: Library) -> list[_Piece]:
    """The places in other files that share most with the lines around the cursor."""
    imported = set(_WORD.findall("\n".join(spot.imports)))
    scored, says = library.alike(asked, spot.family, spot.key)
    folder = spot.path.rpartition("/")[0]
    files = []
    for score, key in scored:
        path = library.path(key)
        near = _NEIGHBOUR if path.rpartition("/")[0] == folder else 1.0
        stem = path.rpartition("/")[2].partition(".")[0]
        files.append((-score * near * (_IMPORTED if stem in imported else 1.0), path, key, near))
    found: list[_Piece] = []
    for _, path, key, near in sorted(files)[:MOST_FILES]:
        lines = library.lines(key)
        for first in range(0, len(lines.lines), STEP):
            score = near * _likeness(
                asked, says, Counter(n for names in lines.names[first : first + PIECE] for n in names)
            )
            if score:
                found.append(_Piece(score, path, range(first, min(first + PIECE, len(lines.lines))), lines))
    found.sort(key=lambda piece: (-piece.score, piece.path, piece.rows.start))
    return found[:MOST_PLACES]


def _likeness(asked: dict[str, float], says: dict[str, float], names: Counter[str]) -> float:
    """BM25 (Robertson and Zaragoza 2009) with k1 = 1.2 and b = 0.75."""
    length = 0.25 + 0.75 * names.total() / _USUAL_LENGTH
    return sum(
        weight * says[name] * 2.2 * names[name] / (names[name] + 1.2 * length)
        for name, weight in asked.items()
        if name in names
    )


def _weights(spot: Spot, own: Lines, pieces: Sequence[_Piece], shown: set[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for row, names in enumerate(own.names):
        for name in set(names) - shown:
            weights[name] = weights.get(name, 0.0) + 1 / (1 + abs(row - spot.line) / _NEAR)
    for name, count in weights.items():
        weights[name] = log(1 + count)
    for name in set(names_in("\n".join(spot.imports))) - shown:
        weights[name] = weights.get(name, 0.0) + _OF_IMPORTS
    best = pieces[0].score if pieces else 1.0
    for piece in pieces:
        share = _OF_PLACES * (piece.score / best) ** 2
        for name in {name for row in piece.rows for name in piece.lines.names[row]} - shown:
            weights[name] = weights.get(name, 0.0) + share
    return weights


def _as_snippets(weights: dict[str, float], places: Sequence[_Piece], shown: set[str]) -> list[Snippet]:
    """Each name once, where it was found first."""
    where: dict[str, tuple[_Piece, int]] = {}
    for piece in places:
        for row in piece.rows:
            for name in piece.lines.names[row]:
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
