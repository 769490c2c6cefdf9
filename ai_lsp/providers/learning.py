"""What models refuse: learned from their answers, remembered, and not sent again.

In: a request body, and the parameter that a service named in a refusal. Out: the body without it, or with the next
value that may do. Remembered for an origin and a model as long as the process lives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ai_lsp.core.errors import BadRequestError

ESSENTIAL = frozenset(
    {"model", "messages", "prompt", "suffix", "contents", "input", "input_prefix", "input_suffix", "stream"}
)
"""Without these a request asks for nothing, or for something else."""

_INSTEAD = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_SOFTER = {("reasoning_effort", "none"): "minimal", ("reasoning_effort", "minimal"): "low"}

_CONTAINERS = frozenset({"generationConfig", "options"})
"""Only hold parameters together; elsewhere an object is one parameter, and goes as a whole."""

_STEPS = re.compile(r"[.\[\]]+")

Scope = tuple[str, str]
"""Origin and model."""

Path = tuple[str, ...]


class RefusedParameterError(BadRequestError):
    """The service does not take this parameter, or, with `value_only`, not with this value.

    `parameter` may be a path with dots.
    """

    def __init__(self, message: str, parameter: str, *, value_only: bool = False, provider: str | None = None) -> None:
        super().__init__(message, provider=provider)
        self.parameter = parameter
        self.value_only = value_only


class Learned:
    """Shared by all providers of a process."""

    def __init__(self) -> None:
        self._dropped: dict[Scope, set[Path]] = {}
        self._replaced: dict[Scope, dict[str, Any]] = {}

    def has_refused(self, scope: Scope, parameter: str) -> bool:
        """Whether the parameter, or its first value, was refused."""
        dropped = any(path[-1] == parameter for path in self._dropped.get(scope, ()))
        return dropped or parameter in self._replaced.get(scope, ())

    def apply(self, scope: Scope, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as this model takes it."""
        taken = dict(body)
        for name, value in self._replaced.get(scope, {}).items():
            if name in taken:
                taken[name] = value
        dropped = self._dropped.get(scope, set())
        for path in sorted(dropped):
            _drop(taken, path, dropped)
        return taken

    def has_softened(self, scope: Scope, parameter: str) -> bool:
        """Whether another value had to be sent: the model knows the parameter, and cannot do what was asked."""
        return parameter in self._replaced.get(scope, ())

    def learn(self, scope: Scope, parameter: str, sent: Mapping[str, Any], *, value_only: bool = False) -> bool:
        """Remember a refusal of what was sent. False: nothing can be left out, so asking again would not help."""
        path = _path(parameter, sent)
        if path is None:
            return False
        value = sent[path[0]]
        softer = _SOFTER.get((path[0], value)) if value_only and isinstance(value, str) else None
        if softer is not None:
            self._replaced.setdefault(scope, {})[path[0]] = softer
        else:
            self._dropped.setdefault(scope, set()).add(path)
        return True


def _drop(taken: dict[str, Any], path: Path, dropped: set[Path]) -> None:
    name, *inside = path
    if name not in taken:
        return
    if inside:
        taken[name] = {key: value for key, value in taken[name].items() if key != inside[0]}
        return
    value, instead = taken.pop(name), _INSTEAD.get(name)
    if instead is not None and (instead,) not in dropped:
        taken[instead] = value


def _path(parameter: str, sent: Mapping[str, Any]) -> Path | None:
    """Where in the body the parameter stands that a service means: the same one is spelled in many ways."""
    wanted = [_plain(step) for step in _STEPS.split(parameter)]
    for name, value in sent.items():
        if name in ESSENTIAL:
            continue
        if isinstance(value, Mapping) and name in _CONTAINERS:
            if inside := next((key for key in value if _plain(key) in wanted), None):
                return (name, inside)
        elif _plain(name) == wanted[0] or (
            isinstance(value, Mapping) and any(_plain(key) == wanted[0] for key in value)
        ):
            return (name,)
    return None


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
