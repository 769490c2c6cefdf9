"""Which messages may be joined while they wait for an editor that reads slowly. Pure; content is never lost.

Pieces of a streamed answer become one longer piece. Of states (how far, how healthy) only the newest is of interest.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

Message = dict[str, Any]

_NEWEST_ONLY = frozenset({"aiLsp/status"})


def join_key(message: Message) -> Hashable | None:
    """Messages with equal keys may be joined; None: this one goes out as it is."""
    method = message.get("method")
    if method in _NEWEST_ONLY:
        return (method,)
    if method != "$/progress":
        return None
    params = message["params"]
    value = params["value"]
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind == "report" or (kind == "delta" and value.keys() == {"kind", "content"}):
        return (method, params["token"], kind)
    return None


def join(messages: Sequence[Message]) -> Message:
    """One message for several with the same key, in the order in which they were sent."""
    newest = messages[-1]
    value = newest["params"].get("value")
    if len(messages) == 1 or not isinstance(value, dict) or value.get("kind") != "delta":
        return newest
    content = "".join(message["params"]["value"]["content"] for message in messages)
    return {**newest, "params": {**newest["params"], "value": {**value, "content": content}}}
