"""Every place of the workspace's code, sorted by the tokens before it.

In: tokens of files. Out: for the tokens before a cursor, the range of all places where the longest part of them occurred
before, at every length. A place is stored as a byte offset into the code read backwards, so that comparing the tokens
before two places is comparing two slices of bytes.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ai_lsp.providers.embedded.vocabulary import BOUNDARY, Vocabulary

DEPTH = 16
"""Tokens of context by which places are sorted."""
_TOKEN = 4
_KEY = DEPTH * _TOKEN


def as_key(tokens: array[int]) -> bytes:
    """Token ids as bytes that sort like the ids."""
    ordered = array("i", tokens)
    if sys.byteorder == "little":
        ordered.byteswap()
    return ordered.tobytes()


@dataclass(slots=True)
class IndexedFile:
    """Where a file's tokens stand: from `start` up to, not including, `end`."""

    path: str
    start: int
    end: int


@dataclass(slots=True)
class WorkspaceIndex:
    """`tokens` are surfaces, one file after another, each after a boundary. `backwards` are the bare forms, last first,
    as bytes; `places` the sorted offsets into it; `counts` says how often each surface occurs.
    """

    vocabulary: Vocabulary
    tokens: array[int]
    backwards: bytes
    places: array[int]
    counts: array[int]
    files: list[IndexedFile] = field(default_factory=list)
    _hidden: dict[str, array[int]] = field(default_factory=dict)

    def ranges(self, latest_first: Sequence[int]) -> list[tuple[int, int]]:
        """For context lengths 1, 2, ... the range of `places` that have these bare tokens before them.

        Ends at the first length that occurs nowhere, and at DEPTH.
        """
        key = as_key(array("i", latest_first[:DEPTH]))
        backwards, places = self.backwards, self.places
        low, high = 0, len(places)
        found: list[tuple[int, int]] = []
        for width in range(_TOKEN, len(key) + 1, _TOKEN):
            part = key[:width]
            if high - low == 1:
                at = places[low]
                if backwards[at : at + width] != part:
                    break
            else:

                def start_of(place: int, width: int = width) -> bytes:
                    return backwards[place : place + width]

                low = bisect_left(places, part, low, high, key=start_of)
                high = bisect_right(places, part, low, high, key=start_of)
                if low >= high:
                    break
            found.append((low, high))
        return found

    def following(self, low: int, high: int, most: int) -> list[int]:
        """The tokens that follow at most `most` evenly drawn places of a range."""
        tokens, total = self.tokens, len(self.tokens)
        step = max(1, -(-(high - low) // most))
        return [tokens[total - (place >> 2)] for place in self.places[low:high:step]]

    def hide(self, path: str) -> None:
        """Let a file's places follow nothing any more: its text is newer elsewhere."""
        for file in self.files:
            if file.path == path and path not in self._hidden:
                self._hidden[path] = self.tokens[file.start : file.end]
                self.tokens[file.start : file.end] = array("i", [BOUNDARY]) * (file.end - file.start)

    def show(self, path: str) -> None:
        """Take `hide` back."""
        kept = self._hidden.pop(path, None)
        for file in self.files:
            if file.path == path and kept is not None:
                self.tokens[file.start : file.end] = kept


def sort_places(tokens: array[int], bare: array[int], words: int) -> tuple[bytes, array[int]]:
    """(code read backwards, sorted places). Sorts bucket by bucket: the keys of all places at once would need five times
    the memory of the result.
    """
    backwards = as_key(array("i", reversed(bare))) + bytes(_KEY)
    total = len(tokens)
    places = array("i")
    for bucket in _buckets(bare, words):
        offsets = [_TOKEN * (total - 1 - position) for position in bucket if position + 1 < total]
        offsets.sort(key=lambda offset: backwards[offset : offset + _KEY])
        places.extend(offsets)
    return backwards, places


def _buckets(bare: array[int], words: int) -> Iterator[array[int]]:
    """Positions by the token that stands there, tokens in ascending order: a counting sort."""
    starts = [0] * (words + 1)
    for token in bare:
        starts[token + 1] += 1
    for token in range(words):
        starts[token + 1] += starts[token]
    sorted_positions = array("i", bytes(_TOKEN * len(bare)))
    free = starts[:]
    for position, token in enumerate(bare):
        sorted_positions[free[token]] = position
        free[token] += 1
    for token in range(words):
        if starts[token] < starts[token + 1]:
            yield sorted_positions[starts[token] : starts[token + 1]]
