"""Takes secrets out of text that leaves the process: log lines, error texts.

In: any text. Out: the same text with every known key, and everything that has the shape of one, masked. What must never
happen: that a text holds a key because nobody told this room of it.
"""

from __future__ import annotations

import re

from ai_lsp.core.secret import MASK, Secret

_SHAPES = re.compile(
    r"""
    \b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|ghu|ghs|glpat|pypi|AKIA|ASIA)[-_]?[A-Za-z0-9][A-Za-z0-9_\-]{14,}  # vendors' prefixes
  | \bgithub_pat_[A-Za-z0-9_]{20,}
  | \bAIza[A-Za-z0-9_\-]{30,}
  | \beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-.]{8,}                         # signed tokens
  | (?<=[?&])(?:key|api[_-]?key|token|access_token|secret)=[^&\s"']+     # in an address
  | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)                                      # user and password in an address
    """,
    re.VERBOSE,
)
_NAMED = re.compile(
    r"""(?ix) \b(authorization|proxy-authorization|x-api-key|api-key|x-goog-api-key|cookie|set-cookie)
        (['"]?\s*[:=]\s*['"]?) (?:bearer\s+|basic\s+)? [^\s'",;]+"""
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=\-]{8,}")


class Scrubber:
    """Knows the keys that it was told of, and the shapes of all others."""

    def __init__(self) -> None:
        self._known: list[Secret] = []

    def know(self, secret: Secret) -> None:
        """Mask this key wherever it occurs from now on."""
        if secret not in self._known:
            self._known.append(secret)

    def scrub(self, text: str) -> str:
        for secret in self._known:
            text = secret.redact(text)
        text = _NAMED.sub(rf"\1\2{MASK}", text)
        text = _BEARER.sub(rf"\1 {MASK}", text)
        return _SHAPES.sub(MASK, text)
