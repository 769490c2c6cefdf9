"""From the layers to one `Settings`: defaults < user file < profile < environment < editor < command line.

In: what each layer says, as nested mappings. Out: the settings, the layer of every value, and every problem at once with
its layer and path. What is wrong is left out, never half understood: the values of the layers below stay in force.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from ai_lsp.settings.paths import KeyPath, Values, drop, flat, names_at, put, unknown
from ai_lsp.settings.schema import Settings

_MOST_PROBLEMS = 20
"""Of one layer. A hostile one may have any number."""
_SHOWN = 120
"""Characters of a path that are shown."""

_CHOICES: Mapping[KeyPath, tuple[KeyPath, ...]] = {
    ("provider",): (("completion", "provider"), ("completion", "model"), ("chat", "provider"), ("chat", "model")),
    ("completion", "provider"): (("completion", "model"),),
    ("chat", "provider"): (("chat", "model"),),
}
"""A layer that chooses a provider means it for everything below, and not together with another provider's model."""


_WANTED: Mapping[str, str] = {
    "bool_type": "has to be true or false",
    "int_type": "has to be a whole number",
    "float_type": "has to be a number",
    "string_type": 'has to be text, in quotes: "…"',
    "list_type": 'has to be a list: ["…", "…"]',
    "dict_type": "has to be a table",
    "model_type": "has to be a table",
}
"""Kinds of faults, by the names that pydantic has for them, and what they are told as."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value: where it was said, its dotted path, and what to do."""

    layer: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.layer}: {self.path}: {self.message}" if self.path else f"{self.layer}: {self.message}"


@dataclass(frozen=True, slots=True)
class Layer:
    """The values of one layer. `name` is what the person knows it by; `model` is the table that it is checked against."""

    name: str
    values: Values
    model: type[BaseModel] = Settings


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings, which layer each value that was said comes from, and what was left out."""

    settings: Settings
    sources: Mapping[KeyPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def merged(layers: Sequence[Layer]) -> InForce:
    """All layers in one, later ones winning value by value."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    sources: dict[KeyPath, str] = {}
    for layer in layers:
        found = problems_of(layer)
        problems += [problem for _, problem in found][:_MOST_PROBLEMS]
        # a provider is right as a whole or not there: without its endpoint it would be another one
        wrong = [path[:2] if path[0] == "providers" else path for path, _ in found]
        right = {
            path: value
            for path, value in flat(layer.values)
            if not any(path[: len(w)] == w or w[: len(path)] == path for w in wrong)
        }
        for choice, others in _CHOICES.items():
            if choice in right:
                _forget(values, sources, others)
        for path, value in right.items():
            _forget(values, sources, [path])
            put(values, path, value)
            sources[path] = layer.name
    return _complete(values, sources, problems)


def problems_of(layer: Layer) -> list[tuple[KeyPath, Problem]]:
    """Everything that is wrong in a layer by itself. What is missing may stand in a layer below."""
    try:
        layer.model.model_validate(layer.values)
    except ValidationError as error:
        found = [_problem(layer, e["loc"], e["type"], e["msg"]) for e in error.errors() if e["type"] != "missing"]
        return list(dict(found).items())
    return []


def unknown_providers(layer: Layer, known: Collection[str]) -> list[tuple[KeyPath, Problem]]:
    """Providers that a layer chooses and that do not exist."""
    found = []
    for path, value in flat(layer.values):
        if path and path[-1] == "provider" and isinstance(value, str) and value not in known:
            text = unknown(value, known).replace("such setting", f"provider {shown(value)!r}")
            found.append((path, Problem(layer.name, ".".join(path), text)))
    return found


def shown(text: str) -> str:
    """A name that anybody may have chosen, as it can be shown."""
    return "".join(c if c.isprintable() else "?" for c in text)[:_SHOWN]


def _complete(values: dict[str, Any], sources: dict[KeyPath, str], problems: list[Problem]) -> InForce:
    try:
        return InForce(Settings.model_validate(values), sources, problems)
    except ValidationError as error:
        missing = [tuple(map(str, e["loc"])) for e in error.errors()]
    for path in missing:
        layer = next((name for said, name in sources.items() if said[: len(path) - 1] == path[:-1]), "settings")
        problems.append(Problem(layer, ".".join(path), "is missing"))
        _forget(values, sources, [path[:-1]])
    return InForce(Settings.model_validate(values), sources, problems)


def _forget(values: dict[str, Any], sources: dict[KeyPath, str], paths: Sequence[KeyPath]) -> None:
    for path in paths:
        drop(values, path)
        for said in [said for said in sources if said[: len(path)] == path or path[: len(said)] == said]:
            del sources[said]


def _problem(layer: Layer, loc: tuple[int | str, ...], kind: str, message: str) -> tuple[KeyPath, Problem]:
    names = [str(part) for part in loc]
    if kind == "extra_forbidden":
        message = unknown(names[-1], names_at(names[:-1], layer.model))
    message = _WANTED.get(kind, message[:1].lower() + message[1:])
    return tuple(names), Problem(layer.name, shown(".".join(names)), message)
