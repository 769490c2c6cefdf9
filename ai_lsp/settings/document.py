"""The settings as documents for editors: a JSON Schema of the user file, and the list of what editors may offer.

Both are generated from the one schema, and lie under `editors/`; a test fails when they are stale.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from ai_lsp.settings.editor import HARMLESS
from ai_lsp.settings.paths import KeyPath, camel
from ai_lsp.settings.schema import Settings

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NOT_IN_SCHEMA = ("default", "title")


def file_schema(kinds: Mapping[str, type[BaseModel] | None]) -> str:
    """The JSON Schema of the user file, for editors that complete and check TOML by one. `kinds` are the kinds of providers
    that are known, each with what can be set for it beside what every provider has.
    """
    schema = {"$schema": _DRAFT, **Settings.model_json_schema(), "title": "ai-lsp"}
    schema["description"] = "The user file of ai-lsp."
    _add_options(schema["$defs"], kinds)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def editor_settings() -> str:
    """What an editor may offer in its own settings, in the form of VS Code's `contributes.configuration.properties`.

    Every default is null, which says nothing: an editor that sends defaults must not override the user file with them.
    A provider's definition names an address, so no workspace may hold one (scope `machine`).
    """
    properties = {f"aiLsp.{_wire(path)}": _property(path) for path in sorted(HARMLESS)}
    properties["aiLsp.providers"] = {
        "type": ["object", "null"],
        "default": None,
        "scope": "machine",
        "description": "Providers by name, each with kind, endpoint and model; you are asked once for each address.",
        "additionalProperties": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("kind", "endpoint", "model")},
            "additionalProperties": False,
        },
    }
    return json.dumps(properties, indent=2, ensure_ascii=False) + "\n"


def _add_options(tables: dict[str, Any], kinds: Mapping[str, type[BaseModel] | None]) -> None:
    """A provider of a known kind has that kind's settings and no others; what a plug-in's has, only the plug-in knows."""
    options = {kind: _properties(model) for kind, model in kinds.items()}
    everywhere = [found for found in options.values() if found]
    common = {
        name: found
        for name, found in (everywhere[0].items() if everywhere else ())
        if all(other.get(name) == found for other in everywhere)
    }
    provider, change = tables["ProviderTable"], tables["ProviderChange"]
    del provider["additionalProperties"]
    provider["allOf"] = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"properties": found}}
        for kind, found in sorted(options.items())
    ]
    provider["allOf"].append(
        {
            "if": {"properties": {"kind": {"not": {"enum": sorted(kinds)}}}},
            "then": {"additionalProperties": True},
        }
    )
    provider["unevaluatedProperties"] = False
    change["properties"] |= common


def _properties(model: type[BaseModel] | None) -> dict[str, Any]:
    found = {} if model is None else model.model_json_schema()["properties"]
    return {name: {key: value for key, value in one.items() if key != "title"} for name, one in found.items()}


def _wire(path: KeyPath) -> str:
    return ".".join(map(camel, path))


def _property(path: KeyPath) -> dict[str, Any]:
    model: Any = Settings
    for part in path[:-1]:
        model = model.model_fields[part].annotation
    schema = model.model_json_schema()["properties"][path[-1]]
    kinds = [kind for kind in schema.pop("anyOf", [schema]) if kind.get("type") != "null"]
    merged = {**schema, **kinds[0]}
    found = {name: value for name, value in merged.items() if name not in _NOT_IN_SCHEMA}
    return {**found, "type": [merged["type"], "null"], "default": None, "scope": "resource"}
