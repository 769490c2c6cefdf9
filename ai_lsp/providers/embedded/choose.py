"""What of all that might follow is shown: the start of a line whose probability is high enough and that saves the most.

In: ranked lines and the likeliest path. Out: a Choice, or None. A text is cut at the end of a token only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from ai_lsp.providers.embedded.lexer import piece_ends
from ai_lsp.providers.embedded.model import Logistic
from ai_lsp.providers.embedded.place import Place
from ai_lsp.providers.embedded.ranking import Ranked
from ai_lsp.providers.embedded.tokens import Path

_LINES, _STEPS, _FIRST = 4, 6, 3
_LONGEST_START = 60
_ALTERNATIVES, _LEAST = 3, 0.02
_COST_OF_WRONG = 2.0
"""Keystrokes that a wrong suggestion costs the person who reads it."""

START_FEATURES = (
    *("mass_logit", "mass", "whole_line", "path_logit", "path", "on_path", "log_size", "one_token", "tokens"),
    *("line", "starts_word", "partial", "begun", "well_begun", "typed", "likelier", "both", "whole_line_line"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Text to show and the probability that the person goes on to type exactly it; and what else it might be."""

    text: str
    probability: float
    alternatives: tuple[str, ...] = ()


def choose(starts: Sequence[Choice], threshold: float, shortest: int) -> Choice | None:
    """The start that saves the most keystrokes to be expected, among those likely and long enough."""
    fitting = [s for s in starts if s.probability >= threshold and len(s.text) >= shortest]
    best = max(fitting, key=_gain, default=None)
    return best if best is not None and _gain(best) > 0.0 else None


def alternatives(starts: Sequence[Choice], best: Choice, shortest: int) -> tuple[str, ...]:
    """What might follow instead: texts of which none begins like another, the most useful first. They need not be likely,
    as nobody sees them who has not asked for them.
    """
    found: list[str] = []
    fitting = [start for start in starts if start.probability >= _LEAST and len(start.text) >= shortest]
    for start in sorted(fitting, key=_gain, reverse=True):
        taken = (best.text, *found)
        if not any(start.text.startswith(text) or text.startswith(start.text) for text in taken):
            found.append(start.text)
    return tuple(found[:_ALTERNATIVES])


def _gain(choice: Choice) -> float:
    return choice.probability * (len(choice.text) - 1) - (1.0 - choice.probability) * _COST_OF_WRONG


def starts(model: Logistic, place: Place, ranked: Sequence[Ranked], path: Path) -> list[Choice]:
    """All starts that are worth a thought, with their probabilities."""
    return [Choice(text, model.probability(row)) for text, row in start_rows(place, ranked, path)]


def start_rows(place: Place, ranked: Sequence[Ranked], path: Path) -> list[tuple[str, tuple[float, ...]]]:
    """START_FEATURES by text."""
    top = ranked[:_LINES]
    whole = {line.text: line.probability for line in top}
    on_path = dict(path.steps)
    for text, p in path.first:
        on_path[text] = max(on_path.get(text, 0.0), p)
    rows: dict[str, tuple[float, ...]] = {}
    for source in _sources(top, path):
        for count, end in enumerate(piece_ends(source), 1):
            text = source[:end]
            if text not in rows and (end <= _LONGEST_START or end == len(source)):
                mass = sum(line.probability for line in ranked if line.text.startswith(text))
                rows[text] = _row(place, text, count, mass=mass, path=on_path.get(text, 0.0), line=whole.get(text))
    return list(rows.items())


def _sources(top: Sequence[Ranked], path: Path) -> Iterator[str]:
    for line in top:
        yield line.text
    for text, _ in (*path.steps[:_STEPS], *path.first[:_FIRST]):
        yield text


def _row(place: Place, text: str, tokens: int, *, mass: float, path: float, line: float | None) -> tuple[float, ...]:
    mass_logit, path_logit = _logit(mass), _logit(path)
    partial = len(place.partial)
    as_line = line or 0.0
    return (
        *(mass_logit, mass, line is not None, path_logit, path, path > 0, log(len(text)), tokens == 1, tokens),
        *(as_line, text[:1].isalnum(), min(partial, 6), partial > 0, partial > 2, min(len(place.typed), 20) / 10),
        *(max(mass, path), mass_logit * path_logit if path > 0 else 0.0, as_line if line is not None else 0.0),
    )


def _logit(p: float) -> float:
    p = min(max(p, 1e-3), 1 - 1e-3)
    return log(p / (1 - p))
