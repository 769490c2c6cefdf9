"""Takes keys out of texts that a service sends back: some repeat the key that they refuse, whole or in part."""

from __future__ import annotations

import re
from typing import Any

from ai_lsp.core.secret import MASK, Secret

# both take time that grows with the text only: a service chooses it, and the event loop waits
_WORD = re.compile(r"[^\s\"'`]+")
_TAGS = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)


def redact(text: str, secret: Secret | None) -> str:
    """`text` without the key, and without words that a service has starred out only in the middle."""
    return _WORD.sub(_starred_out, secret.redact(text) if secret else text)


def redact_json(value: Any, secret: Secret | None) -> Any:
    """The same for every text inside a JSON document."""
    if isinstance(value, str):
        return redact(value, secret)
    if isinstance(value, list):
        return [redact_json(item, secret) for item in value]
    if isinstance(value, dict):
        return {redact(key, secret): redact_json(item, secret) for key, item in value.items()}
    return value


def excerpt(body: str) -> str:
    """The readable part of a page that is no JSON, such as a proxy's error page: at most 200 characters."""
    return " ".join(_TAGS.sub(" ", body[:20_000]).split())[:200]


def _starred_out(word: re.Match[str]) -> str:
    return MASK if "**" in word[0] else word[0]
