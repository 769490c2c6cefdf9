"""A scene to draw and type, and a watcher that remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ai_lsp.cli.demo.scenes import Scene
from ai_lsp.cli.demo.score import Score
from ai_lsp.cli.demo.typist import Moment

BEFORE = ("import math", "", "def area(width, height):", "    return width * height", "")
LINES = ("def round_area(width, height):", "    return round(width * height)")
AFTER = ("", "print(area(1, 2))")


def scene(file: Path) -> Scene:
    return Scene(file, BEFORE, LINES, AFTER)


def written(folder: Path) -> Scene:
    """The scene, with the file that it is taken out of."""
    file = folder / "area.py"
    file.write_text("\n".join((*BEFORE, *LINES, *AFTER)))
    return scene(file)


@dataclass
class Memory:
    moments: list[Moment] = field(default_factory=list)

    def see(self, moment: Moment, score: Score) -> None:
        self.moments.append(moment)
