"""Which snippets go into a prompt. In: snippets, the most helpful first, and a number of tokens. Out: those there is room
for, in an order that depends on nothing but where they come from, so that a prompt begins the same as the one before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ai_lsp.core.context import Snippet, SnippetKind
from ai_lsp.prompts.tokens import BYTES_PER_TOKEN, estimate_tokens

_FRAME = 8
"""Tokens around a snippet beside its path."""
_LEAST = 48
"""Tokens: a smaller part of a snippet is not worth its frame."""


def choose(
    snippets: Iterable[Snippet], tokens: int, seen: str, bytes_per_token: float = BYTES_PER_TOKEN
) -> tuple[Snippet, ...]:
    """`seen`: what the prompt shows of the document itself; a snippet from there says only what it does not show."""
    chosen: list[Snippet] = []
    for snippet in snippets:
        new = _unseen(snippet, seen)
        if new is None:
            continue
        cost = snippet_tokens(new, bytes_per_token)
        if cost > tokens:
            new = _beginning(new, tokens, bytes_per_token)
            if new is None:
                continue
            cost = snippet_tokens(new, bytes_per_token)
        chosen.append(new)
        tokens -= cost
    return tuple(sorted(chosen, key=lambda each: (each.path, each.first_line, each.kind, each.text)))


def snippet_tokens(snippet: Snippet, bytes_per_token: float = BYTES_PER_TOKEN) -> int:
    """What a snippet takes, with its path and what is written around it."""
    return estimate_tokens(snippet.text, bytes_per_token) + estimate_tokens(snippet.path, bytes_per_token) + _FRAME


def _unseen(snippet: Snippet, seen: str) -> Snippet | None:
    lines = snippet.text.split("\n")
    if snippet.kind is SnippetKind.OUTLINE:
        text = "\n".join(line for line in lines if _beginning_of_header(line) not in seen)
        return replace(snippet, text=text) if text else None
    if snippet.kind is SnippetKind.OWN:
        shown = sum(line in seen for line in lines)
        return snippet if 2 * shown < len(lines) else None
    return snippet


def _beginning_of_header(line: str) -> str:
    name, bracket, _ = line.strip().partition("(")
    return name + bracket


def _beginning(snippet: Snippet, tokens: int, bytes_per_token: float) -> Snippet | None:
    """So many of its first lines as there is room for."""
    room = tokens - snippet_tokens(replace(snippet, text=""), bytes_per_token)
    if room < _LEAST:
        return None
    kept: list[str] = []
    for line in snippet.text.split("\n"):
        room -= estimate_tokens(line + "\n", bytes_per_token)
        if room < 0:
            break
        kept.append(line)
    return replace(snippet, text="\n".join(kept)) if kept else None
