"""The suggestion that is on screen, kept while the person types along with it.

In: what was suggested last in each document. Out: its rest, as long as the text typed since agrees with it. So a
shown suggestion neither flickers nor is computed again on every key.
"""

from __future__ import annotations

from dataclasses import dataclass

from cachetools import LRUCache

from ai_lsp.core.completion import CodeCompletion, Suggestion
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import Position

DOCUMENTS = 256


@dataclass(frozen=True, slots=True)
class _Shown:
    id: str
    anchor: Position
    line_prefix: str
    line_suffix: str
    text: str
    completion: CodeCompletion


class ShownSuggestions:
    """The last suggestion of each document, at most `DOCUMENTS` of them."""

    def __init__(self) -> None:
        self._shown: LRUCache[str, _Shown] = LRUCache(maxsize=DOCUMENTS)

    def remember(self, context: CodeContext, suggestion: Suggestion) -> None:
        self._shown[context.uri] = _Shown(
            suggestion.id,
            context.position,
            context.line_prefix,
            context.line_suffix,
            suggestion.text,
            suggestion.completion,
        )

    def rest(self, context: CodeContext) -> tuple[str, str, CodeCompletion] | None:
        """(id, text, completion) of what is left to type of the last suggestion here, or None."""
        shown = self._shown.get(context.uri)
        if shown is None or context.position.line != shown.anchor.line:
            return None
        if not context.line_prefix.startswith(shown.line_prefix) or context.line_suffix != shown.line_suffix:
            return None
        typed = context.line_prefix[len(shown.line_prefix) :]
        if not shown.text.startswith(typed) or len(typed) >= len(shown.text):
            return None
        return shown.id, shown.text[len(typed) :], shown.completion

    def forget(self, uri: str) -> None:
        self._shown.pop(uri, None)
