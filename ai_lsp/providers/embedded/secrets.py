"""Takes secrets out of text before anything is learned from it: what was never read can never be offered.

In: text. Out: the same lines, each secret replaced by one boundary character. What looks like a key is treated as one:
a checksum lost costs nothing. What looks like one is told by the table that masks secrets before text leaves the machine.
"""

from __future__ import annotations

import re

from ai_lsp.context.redact import looks_random
from ai_lsp.providers.embedded.vocabulary import BOUNDARY_TEXT

_RUN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
_NAMED = re.compile(
    r"""(?i)((?:passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private|auth)[_-]?key)\w*["']?\s*"""
    r"""(?::|=|:=|=>)\s*(?:str\s*=\s*)?)(["'])([^"'\n{}\s]{6,})\2"""
)


def hide_secrets(text: str) -> str:
    """The text with every secret replaced by a boundary. Line ends stay where they are."""
    return _RUN.sub(_hide_random, _NAMED.sub(_hide_named, text))


def _hide_named(match: re.Match[str]) -> str:
    name, quote, _ = match.groups()
    return f"{name}{quote}{BOUNDARY_TEXT}{quote}"


def _hide_random(match: re.Match[str]) -> str:
    return BOUNDARY_TEXT if looks_random(match.group()) else match.group()
