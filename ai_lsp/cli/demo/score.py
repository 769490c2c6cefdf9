"""What came of it. In: each key and each answer. Out: the figures of the table at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Score:
    """`shown` counts different suggestions: one that stays on screen while the person types along counts once.

    Times are seconds. `keys` is what was pressed, Tab included; `characters` is what it takes without suggestions,
    where a new line with its indentation is one key, as in any editor.
    """

    start: float = 0.0
    reading: float = 0.0
    shown: int = 0
    right: int = 0
    keys: int = 0
    characters: int = 0
    latencies: list[float] = field(default_factory=list)

    @property
    def saved(self) -> float:
        """The share of keys that were not needed."""
        return 1 - self.keys / self.characters if self.characters else 0.0

    def rows(self) -> list[tuple[str, str, str]]:
        """(what, figure, remark)"""
        right = f"{self.right / self.shown:.0%}" if self.shown else "-"
        return [
            ("suggestions shown", str(self.shown), "different ones"),
            ("of them wholly right", str(self.right), right),
            ("keystrokes saved", f"{self.saved:.0%}", f"{self.keys} pressed instead of {self.characters}"),
            ("time to an answer, median", _milliseconds(quantile(self.latencies, 0.5)), "as the editor sees it"),
            ("time to an answer, 95 of 100", _milliseconds(quantile(self.latencies, 0.95)), ""),
            ("start of the server", _milliseconds(self.start), "from nothing to its first answer"),
            ("reading the workspace", _milliseconds(self.reading), ""),
        ]


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all values does not exceed; 0 if there are none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"  # below, tenths can be seen
