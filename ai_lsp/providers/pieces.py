"""What one event of a stream holds, whatever the service calls it, and how JSON that came over the wire is read safely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from ai_lsp.core.usage import Usage

_ANY_NUMBER_OF_OURS = 10**15


@dataclass(frozen=True, slots=True)
class Piece:
    """`finish_reason` is one of stop, length, content_filter, refusal, tool_calls, or the service's own word.

    `done`: the service has nothing more to say. `refused`: `text` explains why the model declines, it is no answer.
    """

    text: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    model: str | None = None
    done: bool = False
    refused: bool = False


@dataclass(slots=True)
class Tally:
    """What the pieces of one answer add up to."""

    finish_reason: str | None = None
    usage: Usage | None = None
    model: str | None = None

    def add(self, piece: Piece) -> None:
        # a model that declines still ends its answer in the usual way
        if self.finish_reason != "refusal":
            self.finish_reason = piece.finish_reason or self.finish_reason
        self.model = piece.model or self.model
        if piece.usage is not None:
            self.usage = merged(self.usage, piece.usage)


def merged(old: Usage | None, new: Usage) -> Usage:
    """Services tell their usage in parts or cumulatively: what a later part does not tell stays as it was."""
    if old is None:
        return new
    told = {one.name: getattr(new, one.name) for one in fields(new) if getattr(new, one.name)}
    return replace(old, **told)


def at(value: Any, *path: str | int) -> Any:
    """What stands at a path in a JSON document, or None: an answer may lack anything."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def text_at(value: Any, *path: str | int) -> str:
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def number_at(value: Any, *path: str | int) -> float | None:
    """A number that can be one: neither NaN nor infinite, both of which JSON parsers let through."""
    found = at(value, *path)
    usable = isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < _ANY_NUMBER_OF_OURS
    return found if usable else None


def count_at(value: Any, *path: str | int) -> int:
    """A number of tokens, 0 where none stands there."""
    return max(int(number_at(value, *path) or 0), 0)


def size_at(value: Any, *path: str | int) -> int | None:
    """The same for limits, where 0 and nothing mean that it is not known."""
    return count_at(value, *path) or None


def items(value: Any, *path: str | int) -> list[Any]:
    found = at(value, *path)
    return found if isinstance(found, list) else []
