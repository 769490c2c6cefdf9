"""Two engines that need no engine: copying the latest line that begins so, and completing the word from the buffer.

In: the lines of a file around the cursor, and the typed part of the line. Out: text to insert, or nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\w+")
_TYPED_WORD = re.compile(r"\w+\Z")


class LineCopy:
    """The nearest line above with the same start, else the most frequent one of the workspace."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts = Counter(line.strip() for text in texts for line in text.split("\n"))
        self._sorted = sorted(self._counts)

    def suggest(self, above: Sequence[str], typed: str) -> str:
        if not typed:
            return ""
        for line in reversed(above):
            code = line.strip()
            if code.startswith(typed) and len(code) > len(typed):
                return code[len(typed) :]
        start = bisect_left(self._sorted, typed)
        end = bisect_left(self._sorted, typed + "\U0010ffff")
        longer = [line for line in self._sorted[start:end] if len(line) > len(typed)]
        return max(longer, key=lambda line: self._counts[line], default=typed)[len(typed) :]


class WordCompletion:
    """The nearest word with the same start: above the cursor, else below."""

    def suggest(self, above: Sequence[str], typed: str, below: Sequence[str]) -> str:
        match = _TYPED_WORD.search(typed)
        if match is None:
            return ""
        start: str = match.group()
        for line in (typed[: match.start()], *reversed(above)):
            word = _first_longer(reversed(_WORD.findall(line)), start) if start in line else ""
            if word:
                return word[len(start) :]
        for line in below:
            word = _first_longer(_WORD.findall(line), start) if start in line else ""
            if word:
                return word[len(start) :]
        return ""


def _first_longer(words: Iterable[str], start: str) -> str:
    return next((word for word in words if word.startswith(start) and word != start), "")
