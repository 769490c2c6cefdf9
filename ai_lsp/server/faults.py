"""From exceptions to what may be told of them. An editor gets a sentence, the log gets a place; neither gets content.

The text of an unexpected exception is never repeated: it may hold source text, a path or a key.
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from cattrs import transform_error
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams

from ai_lsp.core.errors import AIError

REQUEST_FAILED = -32803
"""LSP 3.17, "RequestFailed": the request was right, but could not be done."""


def response_error(error: BaseException) -> JsonRpcException:
    if isinstance(error, JsonRpcException):
        return error
    if isinstance(error, AIError):
        return JsonRpcException(str(error), REQUEST_FAILED)
    return JsonRpcInternalError(f"internal error ({type(error).__name__}); the server's log says where")


def invalid_params(error: Exception) -> JsonRpcInvalidParams:
    """Names the fields that are missing or of a wrong type, never their values."""
    try:
        problems = transform_error(error, path="params")
    except Exception:  # noqa: BLE001  # whatever the converter raised, the answer is the same
        problems = []
    told = "; ".join(problems[:5])
    named = re.sub("_([a-z])", lambda found: found.group(1).upper(), told)  # from Python's names to the wire's
    return JsonRpcInvalidParams(named or "the params do not have the shape of this method")


def place(error: BaseException) -> str:
    """`ValueError at completion/gate.py:33 in decide`: for the log, without the error's text."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    file = Path(last.filename)
    return f"{type(error).__name__} at {file.parent.name}/{file.name}:{last.lineno} in {last.name}"
