"""How many tokens a text has, as near as one can say without its tokenizer. In: texts. Out: estimates on the safe side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

BYTES_PER_TOKEN = 3.0
"""Code has 3 to 4 bytes a token in current tokenizers; fewer for dense punctuation."""

_LEAST, _MOST = 2.0, 4.5
"""Bytes a token that are believed of any tokenizer."""
_MARGIN = 0.92
_STEP = 0.125
"""Steps of the estimate: a finer one would move the start of every prompt all the time."""
_SMALLEST = 600
"""A prompt of fewer bytes says little: what services add to each weighs too much in it."""
_INERTIA = 0.8


def weight(text: str) -> int:
    """Bytes of a text as tokenizers feel them: what is not ASCII takes more tokens than its bytes say."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogatepass")) + 2 * (len(text) - len(text.encode("ascii", "ignore")))


def estimate_tokens(text: str, bytes_per_token: float = BYTES_PER_TOKEN) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return math.ceil(weight(text) / bytes_per_token)


def weight_inside(value: object) -> int:
    """The weight of all texts in a request."""
    if isinstance(value, str):
        return weight(value)
    if isinstance(value, Mapping):
        return sum(map(weight_inside, value.values()))
    return sum(map(weight_inside, value)) if isinstance(value, Sequence) else 0


class Calibration:
    """Learns from what services report how many bytes a token of a model has in a language."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}
        self._used: dict[tuple[str, str], float] = {}

    def bytes_per_token(self, model: str, language: str) -> float:
        return self._used.get((model, language), BYTES_PER_TOKEN)

    def learn(self, model: str, language: str, size: int, tokens: int) -> None:
        """A prompt of `size` (its `weight`) had so many tokens."""
        if size < _SMALLEST or tokens <= 0:
            return
        key = (model, language)
        rate = min(max(size / tokens, _LEAST), _MOST)
        seen = self._seen[key] = _INERTIA * self._seen.get(key, rate) + (1 - _INERTIA) * rate
        used = self.bytes_per_token(model, language)
        wanted = max(_LEAST, seen * _MARGIN)
        if abs(wanted - used) > _STEP:
            self._used[key] = math.floor(wanted / _STEP) * _STEP
