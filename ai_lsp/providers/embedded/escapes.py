"""Blends levels into one distribution. In: levels, and how often such levels were right. Out: probabilities of tokens.

Each level keeps the share of probability that its class deserves and leaves the rest to less trusted ones: what
prediction by partial matching calls an escape, learned instead of assumed.
"""

from __future__ import annotations

from collections.abc import Sequence

from ai_lsp.providers.embedded.evidence import Level
from ai_lsp.providers.embedded.model import EscapeTable

LENGTH_CLASSES = (0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 8, 8, 8, 9, 9, 9, 9)


_NEGLIGIBLE = 1e-3


def support_class(places: int) -> int:
    return 0 if places == 1 else 1 if places == 2 else 2 if places <= 4 else 3 if places <= 8 else 4


def variety_class(different: int) -> int:
    return 0 if different == 1 else 1 if different == 2 else 2 if different <= 4 else 3


def trust(table: EscapeTable, level: Level) -> float:
    """How often the likeliest token of such a level was right."""
    length = LENGTH_CLASSES[min(level.length, 16)]
    return table[level.expert][length][support_class(level.support)][variety_class(len(level.counts))]


def blend(table: EscapeTable, levels: Sequence[Level]) -> dict[int, float]:
    """Probability by token; what is missing to 1 is left to tokens that nobody has seen here."""
    ranked = sorted(((trust(table, level), level.counts) for level in levels), key=lambda pair: -pair[0])
    mixed: dict[int, float] = {}
    left = 1.0
    for share, counts in ranked:
        scale = left * share / sum(counts.values())
        for token, count in counts.items():
            mixed[token] = mixed.get(token, 0.0) + count * scale
        left *= 1.0 - share
        if left < _NEGLIGIBLE:
            break
    return mixed
