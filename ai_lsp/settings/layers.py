"""From the layers to one `Settings`: defaults < user file < environment < editor < command line.

In: what each layer says, as nested mappings. Out: the settings and every problem at once, each with the layer and the
path of the value. A layer with a problem is left out whole where it is wrong, never half understood: the values of
the layers below it stay in force.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ai_lsp.settings.schema import Settings

Values = Mapping[str, Any]
KeyPath = tuple[str, ...]

_ENVIRONMENT = {
    "AI_LSP_PROVIDER": ("provider",),
    "AI_LSP_MODEL": ("completion", "model"),
}

# What an editor may say of itself. All else that arrives over the protocol could come from a hostile workspace.
_EDITOR_MAY_SET = frozenset({
    ("provider",),
    ("completion", "enabled"),
    ("completion", "provider"),
    ("completion", "model"),
    ("completion", "max_tokens"),
    ("completion", "min_confidence"),
    ("completion", "min_characters"),
    ("completion", "disabled_languages"),
    ("chat", "provider"),
    ("chat", "model"),
})  # fmt: skip


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
    """The values of one layer. `name` is what the person knows it by."""

    name: str
    values: Values


def file_layer(path: Path) -> tuple[Layer, list[Problem]]:
    """The user file. A file that does not exist is an empty layer; a broken one is an empty layer and a problem."""
    name = str(path)
    try:
        return Layer(name, tomllib.loads(path.read_text("utf-8"))), []
    except FileNotFoundError:
        return Layer(name, {}), []
    except (OSError, UnicodeDecodeError) as error:
        return Layer(name, {}), [Problem(name, "", f"cannot be read ({error}); its settings are not in force")]
    except tomllib.TOMLDecodeError as error:
        return Layer(name, {}), [Problem(name, "", f"is not TOML ({error}); its settings are not in force")]


def environment_layer(environment: Mapping[str, str] = os.environ) -> Layer:
    """The `AI_LSP_*` variables that hold settings."""
    values: dict[str, Any] = {}
    for variable, path in _ENVIRONMENT.items():
        if environment.get(variable):
            _put(values, path, environment[variable])
    return Layer("environment", values)


def editor_layer(sent: Values) -> tuple[Layer, list[Problem]]:
    """What the editor sends in section `aiLsp`: camelCase, nested or dotted. Only harmless values pass."""
    values: dict[str, Any] = {}
    problems = []
    for raw, value in _flat(sent, dotted=True):
        path = tuple(_snake(part) for part in raw)
        if path in _EDITOR_MAY_SET:
            if value is not None:
                _put(values, path, value)
        else:
            message = "may only be set in the user file" if _known(path) else _unknown(path[-1], _EDITOR_NAMES)
            problems.append(Problem("editor", ".".join(raw), message))
    return Layer("editor", values), problems


def merged(layers: list[Layer]) -> tuple[Settings, list[Problem]]:
    """One `Settings` of all layers, later ones winning."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for layer in layers:
        found = _problems(layer)
        problems += found
        wrong = {tuple(problem.path.split(".")) for problem in found}
        for path, value in _flat(layer.values):
            if not any(path[: len(w)] == w or w[: len(path)] == path for w in wrong):
                _put(values, path, value)
    return Settings.model_validate(values), problems


def _problems(layer: Layer) -> list[Problem]:
    try:
        Settings.model_validate(layer.values)
    except ValidationError as error:
        return [_problem(layer.name, e["loc"], e["type"], e["msg"]) for e in error.errors()]
    return []


def _problem(layer: str, loc: tuple[int | str, ...], kind: str, message: str) -> Problem:
    names = [str(part) for part in loc]
    if kind == "extra_forbidden":
        return Problem(layer, ".".join(names), _unknown(names[-1], _names_at(names[:-1])))
    if kind == "missing":
        return Problem(layer, ".".join(names), "is missing")
    return Problem(layer, ".".join(names), message[:1].lower() + message[1:])


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"there is no such setting; did you mean {near[0]}?" if near else "there is no such setting"


def _names_at(path: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in path:
        field = model.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return []
        model = field.annotation
    return list(model.model_fields)


def _known(path: tuple[str, ...]) -> bool:
    return path[0] in Settings.model_fields


def _flat(values: Values, above: tuple[str, ...] = (), *, dotted: bool = False) -> Iterator[tuple[KeyPath, Any]]:
    """(path, value) of every leaf. With `dotted`, the key `a.b` is the path that `a` with `b` inside is."""
    for key, value in values.items():
        path = (*above, *(key.split(".") if dotted else [key]))
        if isinstance(value, Mapping) and value:
            yield from _flat(value, path, dotted=dotted)
        else:
            yield path, value


def _put(values: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for part in path[:-1]:
        below = values.get(part)
        if not isinstance(below, dict):
            below = values[part] = {}
        values = below
    values[path[-1]] = value


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


_EDITOR_NAMES = sorted({path[-1] for path in _EDITOR_MAY_SET})
