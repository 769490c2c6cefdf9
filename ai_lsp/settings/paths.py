"""Settings as paths: `("completion", "max_tokens")`. Nested mappings in, (path, value) pairs out, and back."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from ai_lsp.settings.schema import Settings

Values = Mapping[str, Any]
KeyPath = tuple[str, ...]

DEEPEST = 8
"""Levels of nesting that are looked into. No setting lies deeper; what does is one value."""


def flat(values: Values, above: KeyPath = (), *, dotted: bool = False) -> Iterator[tuple[KeyPath, Any]]:
    """(path, value) of every leaf. With `dotted`, the key `a.b` is the path that `a` with `b` inside is."""
    for key, value in values.items():
        path = (*above, *(str(key).split(".") if dotted else [str(key)]))
        if isinstance(value, Mapping) and value and len(path) < DEEPEST:
            yield from flat(value, path, dotted=dotted)
        else:
            yield path, value


def put(values: dict[str, Any], path: KeyPath, value: object) -> None:
    for part in path[:-1]:
        below = values.get(part)
        if not isinstance(below, dict):
            below = values[part] = {}
        values = below
    values[path[-1]] = value


def drop(values: dict[str, Any], path: KeyPath) -> None:
    """Without the value, or the table, at this path. One that is not there is no error."""
    for part in path[:-1]:
        below = values.get(part)
        if not isinstance(below, dict):
            return
        values = below
    values.pop(path[-1], None)


def snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def names_at(path: Iterable[str], model: type[BaseModel] = Settings) -> list[str]:
    """The names of the settings in the table at this path; none where there is no table of ours."""
    steps = iter(path)
    for part in steps:
        field = model.model_fields.get(part)
        below = None if field is None else _table_in(field.annotation)
        if below is None:
            return []
        model, is_named = below
        if is_named and next(steps, None) is None:
            return []  # the names of providers and profiles are the person's own
    return list(model.model_fields)


def is_setting(path: KeyPath) -> bool:
    """Whether there is a setting, or a table, of this path."""
    return path[-1] in names_at(path[:-1])


def unknown(name: str, known: Iterable[str]) -> str:
    """What to tell of a name that does not exist."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"there is no such setting; did you mean {near[0]}?" if near else "there is no such setting"


def _table_in(annotation: Any) -> tuple[type[BaseModel], bool] | None:
    """The table behind an annotation, and whether the person gives it its name, as in `dict[str, ProviderTable]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    arguments = get_args(annotation)
    if isinstance(get_origin(annotation), type) and issubclass(get_origin(annotation), Mapping) and len(arguments) == 2:
        found = _table_in(arguments[1])
        return None if found is None else (found[0], True)
    found_in = (_table_in(argument) for argument in arguments)
    return next((found for found in found_in if found is not None), None)
