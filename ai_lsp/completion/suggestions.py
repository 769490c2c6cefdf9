"""The suggestion that is on screen, kept while the person types along with it, and those that were sent away.

In: what was suggested last in each document. Out: its rest, as long as the text typed since agrees with it. So a
shown suggestion neither flickers nor is computed again on every key, and one that was rejected stays away.
"""

from __future__ import annotations

from dataclasses import dataclass

from cachetools import LRUCache

from ai_lsp.core.completion import CodeCompletion, Suggestion
from ai_lsp.core.context import CodeContext
from ai_lsp.core.text import Position

DOCUMENTS = 256
REJECTED = 64


@dataclass(frozen=True, slots=True)
class _Shown:
    id: str
    anchor: Position
    line_prefix: str
    line_suffix: str
    text: str
    completion: CodeCompletion


class ShownSuggestions:
    """The last suggestion of each of at most `DOCUMENTS` documents, and the last `REJECTED` that were sent away."""

    def __init__(self) -> None:
        self._shown: LRUCache[str, _Shown] = LRUCache(maxsize=DOCUMENTS)
        self._rejected: LRUCache[tuple[str, str], bool] = LRUCache(maxsize=REJECTED)

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

    def accept(self, suggestion_id: str) -> None:
        """Its text is in the document now."""
        for uri, shown in self._with_id(suggestion_id):
            del self._shown[uri]
            self._rejected.pop((uri, shown.line_prefix + shown.text), None)

    def reject(self, suggestion_id: str) -> None:
        """It is not shown again where it would make the same line."""
        for uri, shown in self._with_id(suggestion_id):
            del self._shown[uri]
            self._rejected[uri, shown.line_prefix + shown.text] = True

    def was_rejected(self, context: CodeContext, text: str) -> bool:
        """Whether the person has sent away a suggestion that makes the same line of this document."""
        return (context.uri, context.line_prefix + text) in self._rejected

    def _with_id(self, suggestion_id: str) -> list[tuple[str, _Shown]]:
        return [(uri, shown) for uri, shown in self._shown.items() if shown.id == suggestion_id]
