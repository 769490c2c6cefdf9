"""The settings as lines that may be shown, logged and written down.

In: the settings in force. Out: path, value and layer of each. What must never happen: a value that could be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ai_lsp.settings.layers import InForce
from ai_lsp.settings.paths import KeyPath, flat, is_setting

HIDDEN = "<not shown>"
DEFAULTS = "default"

_SECRET = frozenset({"key", "token", "secret", "password", "passphrase", "authorization", "credential", "credentials"})
_SECRET_TABLES = frozenset({"headers", "parameters"})
_USER_INFO = re.compile(r"(?<=//)[^/\s@]*@")


@dataclass(frozen=True, slots=True)
class Value:
    """A setting. `value` is JSON, or `HIDDEN`; `layer` says who set it."""

    path: str
    value: Any
    layer: str


def values_of(found: InForce, *, everything: bool = False) -> list[Value]:
    """What was said by some layer, or with `everything` also the defaults of what was not."""
    said = dict(flat(found.settings.model_dump(mode="json", exclude={"profiles"})))
    tables = {path[:2] for path in found.sources if path[0] == "providers"}
    return [
        Value(".".join(path), _shown(path, value), _layer(path, found))
        for path, value in sorted(_whole(said))
        if path in found.sources or (everything and (path[:2] in tables or path[0] != "providers"))
    ]


def _whole(said: dict[KeyPath, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Without tables that are empty by default: they say nothing."""
    return ((path, value) for path, value in said.items() if value != {})


def _layer(path: KeyPath, found: InForce) -> str:
    return found.sources.get(path, DEFAULTS)


def _shown(path: KeyPath, value: Any) -> Any:
    words = set(re.split(r"[_-]", path[-1].lower()))
    # no setting of ours holds a secret; what a third party's provider has among its options may
    if set(path) & _SECRET_TABLES or (words & _SECRET and not is_setting(path)):
        return HIDDEN
    return _USER_INFO.sub("…@", value) if isinstance(value, str) else value
