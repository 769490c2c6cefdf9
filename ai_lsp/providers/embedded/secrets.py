"""Takes secrets out of text before anything is learned from it: what was never read can never be offered.

In: text. Out: the same lines, each secret replaced by one boundary character. What looks like a key is treated as one:
a checksum lost costs nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from math import log2

from ai_lsp.providers.embedded.vocabulary import BOUNDARY_TEXT

_RUN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
_HEX = re.compile(r"[0-9a-fA-F]{24,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ISSUED = re.compile(
    r"(?:AKIA|ASIA)[0-9A-Z]{16}|(?:gh[pousr]_|github_pat_|glpat-|sk-|sk_live_|rk_live_|xox[abprs]-|pypi-|npm_|AIza|xai-)[\w-]{12,}"
)
_NAMED = re.compile(
    r"""(?i)((?:passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private|auth)[_-]?key)\w*["']?\s*"""
    r"""(?::|=|:=|=>)\s*(?:str\s*=\s*)?)(["'])([^"'\n{}\s]{6,})\2"""
)
_RANDOM_BITS = 3.6
"""Bits per character, counted within the run itself, from which a run of mixed characters is no name."""


def hide_secrets(text: str) -> str:
    """The text with every secret replaced by a boundary. Line ends stay where they are."""
    return _RUN.sub(_hide_random, _NAMED.sub(_hide_named, text))


def _hide_named(match: re.Match[str]) -> str:
    name, quote, _ = match.groups()
    return f"{name}{quote}{BOUNDARY_TEXT}{quote}"


def _hide_random(match: re.Match[str]) -> str:
    return BOUNDARY_TEXT if looks_random(match.group()) else match.group()


def looks_random(run: str) -> bool:
    """Whether a run of 16 or more letters, digits and `+/_=-` is a key, a token or a checksum rather than a name."""
    if _ISSUED.search(run) or _HEX.search(run):
        return True
    if run.isalpha() and (run.islower() or run.isupper()):
        return False
    digits = sum(character.isdigit() for character in run)
    has_cases = run.lower() != run and run.upper() != run
    if not has_cases or (digits < 2 and "/" not in run and "+" not in run):
        return False
    return _bits(run) >= _RANDOM_BITS and _changes(run) >= len(run) / 4


def _bits(run: str) -> float:
    size = len(run)
    return -sum(n / size * log2(n / size) for n in Counter(run).values())


def _changes(run: str) -> int:
    """How often the kind of character changes: names change it seldom, random text all the time."""
    kinds = ["0" if c.isdigit() else "a" if c.islower() else "A" if c.isupper() else "-" for c in run]
    return sum(a != b for a, b in pairwise(kinds))
