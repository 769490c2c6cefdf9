"""`aiLsp/keys`: a key that the editor keeps in a secret store of its own.

In: `{provider, key, origin?}`; `origin` is the address that an earlier answer named for this key, so that a key which
the editor keeps can never be led to another one by a provider of the same name. `key` null takes it back. Out:
`{stored, origin, hiddenBy?}`; `hiddenBy` is the environment variable that comes before the editor's key. What must never
happen: a key, or a field that may hold one by mistake, in a log line or an answer.
"""

from __future__ import annotations

from typing import Any, Final

from pygls.exceptions import JsonRpcInvalidParams

from ai_lsp.server.features import status
from ai_lsp.server.session import Session

_SHAPE: Final = "params are {provider: name, key: text or null, origin?: text or null}"


async def keys(session: Session, params: Any) -> dict[str, Any]:
    provider, key, kept_for = _read(params)
    change = await session.house.hand_over_key(provider, key, kept_for)
    status.tell(session)
    hidden = {} if change.hidden_by is None else {"hiddenBy": change.hidden_by}
    return {"stored": key is not None, "origin": change.origin or None, **hidden}


def _read(params: Any) -> tuple[str, str | None, str | None]:
    if not isinstance(params, dict) or "key" not in params:
        raise JsonRpcInvalidParams(_SHAPE)
    provider, key, origin = params.get("provider"), params["key"], params.get("origin")
    if not isinstance(provider, str) or not isinstance(key, str | None) or not isinstance(origin, str | None):
        raise JsonRpcInvalidParams(_SHAPE)
    return provider, key, origin
