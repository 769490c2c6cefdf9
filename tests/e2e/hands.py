"""How a person types: quick within a word, with a pause for thought between words, and with an eye on the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import cycle

WITHIN_A_WORD = (0.11, 0.07, 0.13, 0.09, 0.16, 0.08, 0.12)
"""Seconds after a key, over and over: about 90 words a minute."""

BETWEEN_WORDS = 0.35
"""Long enough for Neovim to ask for a suggestion, which it does 200 ms after the last key."""


def type_text(text: str, press: Callable[[str], None], *, until: Callable[[], bool] = lambda: False) -> str:
    """Press the key of each character of `text`, stopping early once `until` holds. What was typed."""
    for typed, (character, pause) in enumerate(zip(text, cycle(WITHIN_A_WORD), strict=False)):
        if until():
            return text[:typed]
        press(character)
        time.sleep(pause if character.isalnum() else BETWEEN_WORDS)
    return text
