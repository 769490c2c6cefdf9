"""What goes into `Client` and comes out of it. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ai_lsp.core.errors import AIError


@dataclass(frozen=True, slots=True)
class Auth:
    """The header that carries the key, and what stands before the key in it. `required`: without a key nothing is sent."""

    header: str = "authorization"
    prefix: str = "Bearer "
    required: bool = True


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """An answer that is no success, with every key masked.

    `body` is its JSON, or None where it is none; `text` is a readable excerpt of anything else. `retry_after` is in
    seconds. `should_retry` is what the service says of it in a header of its own, where it does.
    """

    status: int
    body: Any
    text: str
    retry_after: float | None = None
    should_retry: bool | None = None

    @property
    def error(self) -> dict[str, Any]:
        """The object that describes the error in most services' JSON, wherever they put it. Empty: there is none."""
        body = self.body[0] if isinstance(self.body, list) and self.body else self.body
        if not isinstance(body, dict):
            return {}
        inner = body.get("error")
        return inner if isinstance(inner, dict) else body

    @property
    def message(self) -> str:
        """One line of what the service says is wrong, at most 300 characters."""
        error = self.error
        told = error.get("message") or error.get("error") or error.get("detail") or self.text
        return " ".join(_plain(told).split())[:300]


ErrorMap = Callable[[ErrorReply], AIError]


def _plain(told: Any) -> str:
    """Text from a message, or from a list of validation errors: never the input that these repeat."""
    if isinstance(told, str):
        return told
    if isinstance(told, list):
        return "; ".join(_plain(part) for part in told)
    if isinstance(told, dict):
        loc = told.get("loc")
        place = ".".join(map(str, loc)) if isinstance(loc, list) else ""
        return ": ".join(filter(None, (place, _plain(told.get("msg") or told.get("message") or ""))))
    return ""
