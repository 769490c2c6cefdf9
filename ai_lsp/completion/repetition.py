"""Whether a model has begun to say the same thing over and over. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

TIMES = 3
LONGEST_LINE = 240
"""Characters of one line after which it is looked at for repetition inside it."""


def repeats(items: Sequence[Hashable], *, longest: int = 8) -> int:
    """How many items stand at the end that only say again what stands before them; 0: the end is no repetition.

    An end counts that consists of the same item `TIMES` times in a row, or of the same up to `longest` items twice.
    """
    for period in range(1, min(longest, len(items) // 2) + 1):
        run = _run(items, period)
        if run >= period * (2 if period > 1 else TIMES):
            return run - period
    return 0


def stutters(line: str) -> bool:
    """Whether the end of a long line only repeats itself."""
    if len(line) < LONGEST_LINE:
        return False
    end = line[-LONGEST_LINE:]
    period = len(end) - _border(end)
    return period * TIMES <= len(end)


def _run(items: Sequence[Hashable], period: int) -> int:
    """Items at the end each of which equals the one `period` before it, with the first period counted in."""
    at = len(items) - 1
    while at - period >= 0 and items[at] == items[at - period]:
        at -= 1
    return len(items) - 1 - at + period


def _border(text: str) -> int:
    """Length of the longest proper prefix that is a suffix as well (Knuth, Morris and Pratt's failure function)."""
    borders = [0] * len(text)
    length = 0
    for at in range(1, len(text)):
        while length and text[at] != text[length]:
            length = borders[length - 1]
        length += text[at] == text[length]
        borders[at] = length
    return borders[-1]
