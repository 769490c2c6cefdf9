"""The `AI_LSP_*` variables that hold settings: only those that an editor may set as well, and the profile.

What is in the environment may come from a project's `.env` file, and so from a stranger.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from typing import Any

from ai_lsp.settings.editor import HARMLESS
from ai_lsp.settings.layers import Layer
from ai_lsp.settings.paths import KeyPath, put
from ai_lsp.settings.schema import Settings

VARIABLES: Mapping[str, KeyPath] = {
    "AI_LSP_MODEL": ("completion", "model"),
    "AI_LSP_PROFILE": ("profile",),
    **{"AI_LSP_" + "_".join(path).upper(): path for path in sorted(HARMLESS)},
}


def environment_layer(environment: Mapping[str, str] = os.environ) -> Layer:
    """Never raises: a value of a wrong type is told like that of any other layer."""
    values: dict[str, Any] = {}
    for variable, path in VARIABLES.items():
        if environment.get(variable):
            put(values, path, _typed(path, environment[variable]))
    return Layer("environment", values)


def _typed(path: KeyPath, text: str) -> Any:
    """A setting that is text stays text; any other is written as in TOML: `32`, `true`, `["markdown"]`."""
    annotation: Any = Settings
    for part in path:
        annotation = annotation.model_fields[part].annotation
    if annotation in (str, str | None):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
