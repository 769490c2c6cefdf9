"""What is known of a model before its service is asked: window, price, FIM family, whether it thinks, when it is shut down.

In: the name of a model, as a person or a service writes it. Out: a `ModelFacts`, all unknown for a model that is not
listed. The data is `facts.toml`; adding a model is adding data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ai_lsp.core.usage import Usage

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens. From a prompt of `above` tokens on, everything costs `times` as much."""

    input: float
    output: float
    cached: float | None = None
    cache_write: float | None = None
    above: int | None = None
    times: float = 1.0

    def cost(self, usage: Usage) -> float:
        """US dollars for one call. What the service itself says that it cost is `usage.cost`, not this."""
        fresh = max(usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens, 0)
        cached = self.input if self.cached is None else self.cached
        written = self.input if self.cache_write is None else self.cache_write
        dollars = fresh * self.input + usage.cached_input_tokens * cached
        dollars += usage.cache_write_tokens * written + usage.output_tokens * self.output
        times = self.times if self.above is not None and usage.input_tokens > self.above else 1.0
        return dollars * times / MILLION


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Sizes are tokens. None: not known. `fim` names a family of `prompts/fim.py`, or is `native`.

    `quirks` are short names of what only this model's provider has to know.
    """

    window: int | None = None
    output: int | None = None
    price: Price | None = None
    fim: str | None = None
    thinking: Literal["off", "always"] | None = None
    sampling: bool = True
    shutdown: date | None = None
    quirks: tuple[str, ...] = ()

    def warning(self, model: str, today: date) -> str | None:
        """One line for the person where the model is going, or gone."""
        if self.shutdown is None:
            return None
        verb = "was shut down" if self.shutdown <= today else "will be shut down"
        return f"the model {model} {verb} on {self.shutdown}; choose another one"


def facts_for(model: str) -> ModelFacts:
    """What is known of the model, under its own name or without vendor, date and size tag."""
    data = _data()
    for name in _spellings(model):
        if name in data.models:
            return data.models[name]
    name = _spellings(model)[-1]
    fim = next((fim for begin, fim in data.families if name.startswith(begin)), None)
    return replace(ModelFacts(), fim=fim)


def origin_facts(origin: str) -> Mapping[str, str]:
    """What is known of a service beside its models."""
    return _data().origins.get(origin, {})


def as_of() -> date:
    """The day the facts were looked up."""
    return _data().as_of


@dataclass(frozen=True, slots=True)
class _Data:
    as_of: date
    models: dict[str, ModelFacts]
    families: list[tuple[str, str]]
    origins: dict[str, dict[str, str]]


def _spellings(model: str) -> list[str]:
    """`vendor/Model:tag` -> as written, without vendor, without tag, and without a date at its end."""
    plain = model.rpartition("/")[2].lower()
    base = plain.partition(":")[0]
    head, _, tail = base.rpartition("-")
    undated = head if tail.isdigit() and len(tail) >= 6 else base
    return list(dict.fromkeys((model, plain, undated, base)))


@cache
def _data() -> _Data:
    raw = tomllib.loads(Path(__file__).with_name("facts.toml").read_text("utf-8"))
    return _Data(
        as_of=raw["as_of"],
        models={name: _facts(facts) for name, facts in raw["models"].items()},
        families=[(begin, family["fim"]) for family in raw["families"] for begin in family["names"]],
        origins=raw["origins"],
    )


def _facts(raw: dict[str, Any]) -> ModelFacts:
    price = raw.get("price")
    return ModelFacts(**{**raw, "price": Price(**price) if price else None, "quirks": tuple(raw.get("quirks", ()))})


_data()  # read while modules are being loaded: later, a file would be read on the event loop
