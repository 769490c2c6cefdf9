"""A model that knows what the person is about to type, and errs as models do: token by token, and goes astray then.

In: what stands before the cursor at every key, and a prompt. Out: tokens of four characters. The same seed and the same
place give the same answer, whoever asks.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = 4
"""Characters."""
TAIL = 48
MARKS = "<[\u2060"
"""What may follow the text before the cursor in a prompt: a mark of the template."""
ASTRAY = 0.4
"""Share of wrong tokens after the first wrong one."""


@dataclass(frozen=True, slots=True)
class _Place:
    tail: str
    offset: int
    on_track: bool


class Oracle:
    """`errors` is the share of tokens that are wrong while the answer is right so far."""

    def __init__(self, errors: float, seed: str) -> None:
        self._errors = errors
        self._seed = seed
        self._truth = ""
        self._places: deque[_Place] = deque(maxlen=60)
        self.lost = 0
        """Prompts in which the place of the cursor was not found."""

    def begin(self, truth: str) -> None:
        """Another text is being typed from now on."""
        self._truth = truth
        self._places.clear()

    def typed(self, before: str, offset: int, *, on_track: bool = True) -> None:
        """The document up to the cursor, and how much of the truth that is. Not `on_track`: with a slip in it."""
        self._places.append(_Place(before[-TAIL:], offset, on_track))

    def tokens(self, prompt: str, most: int) -> Iterator[str]:
        place = self._find(prompt)
        astray = not place.on_track
        for start in range(place.offset, min(len(self._truth), place.offset + most * TOKEN), TOKEN):
            token = self._truth[start : start + TOKEN]
            draw = random.Random(f"{self._seed}:{len(self._truth)}:{start}")
            if draw.random() < (ASTRAY if astray else self._errors):
                token, astray = self._wrong(token, draw), True
            yield token

    def ends(self, prompt: str, most: int) -> bool:
        """Whether the answer has no more to say after so many tokens."""
        return self._find(prompt).offset + most * TOKEN >= len(self._truth)

    def _find(self, prompt: str) -> _Place:
        for place in reversed(self._places):
            at = prompt.rfind(place.tail)
            while at >= 0:
                if prompt[at + len(place.tail) :][:1] in MARKS:
                    return place
                at = prompt.rfind(place.tail, 0, at)
        self.lost += 1
        return self._places[-1]

    def _wrong(self, token: str, draw: random.Random) -> str:
        for _ in range(20):
            start = draw.randrange(max(len(self._truth) - TOKEN, 1))
            other = self._truth[start : start + TOKEN]
            if other.strip() and "\n" not in other and other[:1] != token[:1]:
                return other
        return "None"
