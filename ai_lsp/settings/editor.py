"""What an editor sends: section `aiLsp`, in camelCase, nested, dotted or mixed. It may come from a hostile workspace.

In: any JSON object. Out: the harmless values, the providers that it would like to define, and a problem for all the rest.
What must never happen: an address, key, header, proxy, certificate, command or path in the layer that comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ai_lsp.settings.layers import Layer, Problem, shown
from ai_lsp.settings.paths import KeyPath, Values, flat, is_setting, names_at, put, snake, unknown

NAME = "editor"

HARMLESS = frozenset({
    ("provider",),
    ("completion", "enabled"),
    ("completion", "provider"),
    ("completion", "model"),
    ("completion", "max_tokens"),
    ("completion", "temperature"),
    ("completion", "multiline"),
    ("completion", "min_confidence"),
    ("completion", "min_characters"),
    ("completion", "embedded_first"),
    ("completion", "disabled_languages"),
    ("chat", "provider"),
    ("chat", "model"),
    ("chat", "max_tokens"),
    ("chat", "temperature"),
})  # fmt: skip
"""What takes effect as it is. A new setting is not harmless until somebody has said so here."""

_ITS_OWN = frozenset({"client", "server", "trace"})
"""Tables that an editor keeps for itself in the same section: how it starts us, what it traces. None of our business."""

_OF_PROVIDER = frozenset({"kind", "model", "endpoint"})
"""What it may say of a provider of its own, whose origin the person has allowed."""

_MOST_VALUES = 1000


@dataclass(frozen=True, slots=True)
class EditorSays:
    """`providers` are wishes: each is used only where the person trusts its origin."""

    layer: Layer = field(default_factory=lambda: Layer(NAME, {}))
    providers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_editor(sent: Values) -> EditorSays:
    """Never raises."""
    values: dict[str, Any] = {}
    providers: dict[str, dict[str, str]] = {}
    problems: dict[str, Problem] = {}
    for number, (raw, value) in enumerate(flat(sent, dotted=True)):
        if number == _MOST_VALUES:
            problems[""] = Problem(NAME, "", f"sent more than {_MOST_VALUES} settings; the rest is not looked at")
            break
        path = _path(raw)
        if path[0] in _ITS_OWN or value is None or (isinstance(value, Mapping) and not value):
            continue  # editors send null, or an empty table, for what the person has not set
        if path in HARMLESS:
            put(values, path, value)
        elif _is_wish(path) and isinstance(value, str):
            providers.setdefault(path[1], {})[path[2]] = value
        else:
            problems[".".join(raw)] = Problem(NAME, shown(".".join(raw)), _refusal(path))
    return EditorSays(Layer(NAME, values), providers, list(problems.values()))


def _path(raw: KeyPath) -> KeyPath:
    path = tuple(map(snake, raw))
    return (path[0], raw[1], *path[2:]) if len(path) > 2 and path[0] == "providers" else path


def _is_wish(path: KeyPath) -> bool:
    return len(path) == 3 and path[0] == "providers" and path[2] in _OF_PROVIDER


def _refusal(path: KeyPath) -> str:
    if path[0] == "providers" or is_setting(path):
        return "may only be set in the user file"
    return unknown(path[-1], names_at(path[:-1]))
