"""The fitted figures of the engine: a few hundred weights, and no text of anybody. In: model.json. Out: an EngineModel.

They are fitted by `python -m benchmarks.embedded.train` on the changes that releases of five open projects made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import Any

EscapeTable = tuple[tuple[tuple[tuple[float, ...], ...], ...], ...]
"""By expert, length of the context, number of places (both in classes), number of different tokens that followed."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A probability from features, by logistic regression."""

    bias: float
    weights: tuple[float, ...]

    def probability(self, row: Sequence[float]) -> float:
        score = self.bias
        for weight, value in zip(self.weights, row, strict=True):
            score += weight * value
        return 1.0 / (1.0 + exp(-score)) if score > -700.0 else 0.0


@dataclass(frozen=True, slots=True)
class EngineModel:
    """`escape` and `escape_word` blend levels, the latter where a word is begun already; `token` ranks next tokens,
    `line` whole lines, `start` starts of lines.
    """

    escape: EscapeTable
    escape_word: EscapeTable
    token: Logistic | None
    line: Logistic
    start: Logistic


@cache
def load_model() -> EngineModel:
    """The figures that ship with the package."""
    return model_from_json(json.loads(Path(__file__).with_name("model.json").read_text("utf-8")))


def model_from_json(data: dict[str, Any]) -> EngineModel:
    """Raises KeyError or TypeError for anything but what `train` writes."""
    return EngineModel(
        _table(data["escape"]),
        _table(data["escape_word"]),
        _logistic(data["token"]) if data["token"] else None,
        _logistic(data["line"]),
        _logistic(data["start"]),
    )


def _logistic(data: dict[str, Any]) -> Logistic:
    return Logistic(float(data["bias"]), tuple(float(weight) for weight in data["weights"].values()))


def _table(data: Any) -> EscapeTable:
    return tuple(
        tuple(tuple(tuple(map(float, by_variety)) for by_variety in by_support) for by_support in expert)
        for expert in data
    )
