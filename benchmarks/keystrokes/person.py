"""A person's hands: how long until the next key, when a key goes wrong, and when ghost text is looked at and taken.

In: a seed. Out: seconds and decisions, the same ones for the same seed. The rhythm is log-normal with a median of 155 ms
between keys, with pauses for thought at ends of lines and behind words.
"""

from __future__ import annotations

import random
from math import log

MEDIAN_GAP, SPREAD = 0.155, 0.42
SHORTEST, LONGEST = 0.04, 6.0
LINE_PAUSE, LINE_PAUSES = 0.7, 0.35
WORD_PAUSE, WORD_PAUSES = 0.45, 0.05
READING = 0.7
"""Seconds, median, that a person reads what was just taken."""
TYPOS = 0.015
NOTICED = 0.3
"""Seconds for which ghost text has to stand before it can have been read."""
TAKES = 0.08
"""Share of the keys before which a person who reads right ghost text takes it: about a fifth of all characters then."""
EAGER = 0.5
"""The same of a person who takes nearly everything: to have enough to measure of what comes afterwards."""
SHORTEST_TAKEN = 4


class Person:
    """`takes` is the share of the keys before which right ghost text is taken."""

    def __init__(self, seed: str, takes: float = TAKES) -> None:
        self._draw = random.Random(seed)
        self._takes = takes

    def gap(self, typed: str, *, line_ended: bool) -> float:
        """Seconds until the next key, when `typed` was the last one."""
        gap = self._around(MEDIAN_GAP, SPREAD)
        if line_ended and self._draw.random() < LINE_PAUSES:
            gap += self._around(LINE_PAUSE, 0.6)
        elif typed in " (.,:" and self._draw.random() < WORD_PAUSES:
            gap += self._around(WORD_PAUSE, 0.6)
        return min(max(gap, SHORTEST), LONGEST)

    def reading(self) -> float:
        return min(self._around(READING, 0.4), LONGEST)

    def mistypes(self, key: str) -> str | None:
        """The wrong key, if this one goes wrong."""
        if not key.isalpha() or self._draw.random() >= TYPOS:
            return None
        return self._draw.choice([letter for letter in "etaoinshr" if letter != key])

    def takes(self, shown_for: float, text: str) -> bool:
        """Whether the person takes right ghost text now."""
        return self._draw.random() < self._takes and shown_for >= NOTICED and len(text) >= SHORTEST_TAKEN

    def _around(self, median: float, spread: float) -> float:
        return self._draw.lognormvariate(log(median), spread)
