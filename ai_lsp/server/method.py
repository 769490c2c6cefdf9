"""One line of the table of methods."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from ai_lsp.server.client import Client
from ai_lsp.server.session import Session

Handler = Callable[[Session, Any], Any]


def to_everybody(_: Client) -> bool:
    return True


def to_nobody(_: Client) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the protocol, and what handles it.

    `handler` returns the result or an awaitable of it. Until it awaits something for the first time, no other message
    is handled: it sees the documents as they were when the editor asked. `params` is the type that it wants them in;
    None: the JSON as it came, no key changed. `options` is what the capabilities say of the method. Of requests with
    equal `newest_per`, only the newest is worked on; the others are answered `null`. A method that is not `advertised`
    to an editor is handled all the same when it comes.
    """

    name: str
    handler: Handler
    params: type | None = None
    options: object = None
    newest_per: Callable[[Any], Hashable] | None = None
    advertised: Callable[[Client], bool] = to_everybody
