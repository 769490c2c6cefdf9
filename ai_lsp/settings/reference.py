"""Every setting as a table in Markdown, for the README: generated from the one schema, and a test fails when stale."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ai_lsp.settings.editor import HARMLESS
from ai_lsp.settings.schema import Settings

_OF_A_PROFILE = "profiles"
"""Holds all the other tables once more."""


@dataclass(frozen=True, slots=True)
class _Row:
    path: tuple[str, ...]
    default: str
    meaning: str


def reference_table() -> str:
    """A row for each setting: its name in the user file, its default, and what it means. What an editor may send has a
    dot behind its name.
    """
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for row in _rows(Settings, ()):
        dot = " ·" if row.path in HARMLESS else ""
        lines.append(f"| `{'.'.join(row.path)}`{dot} | {row.default} | {row.meaning} |")
    return "\n".join(lines) + "\n"


def _rows(table: type[BaseModel], above: tuple[str, ...]) -> Iterator[_Row]:
    """What stands in the table itself first, as TOML wants it."""
    inner: list[tuple[type[BaseModel], tuple[str, ...]]] = []
    for name, field in table.model_fields.items():
        found = _table_of(field.annotation)
        if name == _OF_A_PROFILE:
            yield _Row((name, "NAME"), "", "Any of these, in force while `profile` names it.")
        elif found is not None:
            inner.append((found, (*above, name, *(("NAME",) if name == "providers" else ()))))
        else:
            yield _Row((*above, name), _default(field), (field.description or "").replace("|", "\\|"))
    for found, path in inner:
        yield from _rows(found, path)


def _table_of(annotation: Any) -> type[BaseModel] | None:
    """The table that a field is, or holds by name, or may be."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in (dict, Mapping):
        return _table_of(inside[1])
    if origin in (Union, types.UnionType):
        return next((found for found in map(_table_of, inside) if found is not None), None)
    return None


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    return "" if value is None else f"`{json.dumps(value)}`"
