"""What models refuse: learned from their answers, remembered, and not sent again.

In: a request body, and the parameter that a service named in a refusal. Out: the body without it, or with the next
value that may do. Remembered for an origin and a model as long as the process lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ai_lsp.core.errors import BadRequestError

ESSENTIAL = frozenset(
    {"model", "messages", "prompt", "suffix", "contents", "input", "input_prefix", "input_suffix", "stream"}
)
"""Without these a request asks for nothing, or for something else."""

_INSTEAD = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_SOFTER = {("reasoning_effort", "none"): "minimal", ("reasoning_effort", "minimal"): "low"}

Scope = tuple[str, str]
"""Origin and model."""


class RefusedParameterError(BadRequestError):
    """The service does not take this parameter, or not with this value. `parameter` may be a path with dots."""

    def __init__(self, message: str, parameter: str, *, provider: str | None = None) -> None:
        super().__init__(message, provider=provider)
        self.parameter = parameter


class Learned:
    """Shared by all providers of a process."""

    def __init__(self) -> None:
        self._dropped: dict[Scope, set[str]] = {}
        self._replaced: dict[Scope, dict[str, Any]] = {}

    def has_refused(self, scope: Scope, parameter: str) -> bool:
        """Whether the parameter, or its first value, was refused."""
        return parameter in self._dropped.get(scope, ()) or parameter in self._replaced.get(scope, ())

    def apply(self, scope: Scope, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as this model takes it."""
        dropped = self._dropped.get(scope, set())
        taken = dict(body)
        for name, value in self._replaced.get(scope, {}).items():
            if name in taken:
                taken[name] = value
        for name in dropped & taken.keys():
            value = taken.pop(name)
            instead = _INSTEAD.get(name)
            if instead is not None and instead not in dropped:
                taken[instead] = value
        return taken

    def learn(self, scope: Scope, parameter: str, sent: Mapping[str, Any]) -> bool:
        """Remember a refusal of what was sent. False: nothing can be left out, so asking again would not help."""
        name = _named(parameter, sent)
        if name is None:
            return False
        value = sent[name]
        softer = _SOFTER.get((name, value)) if isinstance(value, str) else None
        if softer is not None:
            self._replaced.setdefault(scope, {})[name] = softer
        else:
            self._dropped.setdefault(scope, set()).add(name)
        return True


def _named(parameter: str, sent: Mapping[str, Any]) -> str | None:
    """The top-level key of the body that a service means: `thinking.type` and `generation_config` are spelled in many ways."""
    wanted = _plain(parameter.partition(".")[0].partition("[")[0])
    for name, value in sent.items():
        if name in ESSENTIAL:
            continue
        if _plain(name) == wanted or (isinstance(value, Mapping) and any(_plain(key) == wanted for key in value)):
            return name
    return None


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
