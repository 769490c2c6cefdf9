"""How a completion becomes a suggestion: line endings, text that stands after the cursor already, and the range.

In: the cursor and the text of a completion. Out: the text to insert and the range that it replaces. The range lies
in the cursor's line and begins at the cursor (Language Server Protocol 3.18, InlineCompletionItem.range).
"""

from __future__ import annotations

from ai_lsp.completion.anchors import Place
from ai_lsp.core.completion import Selected
from ai_lsp.core.text import Position, Range

_CLOSERS = ")]}>\"'`;:,"


def presented(place: Place, text: str) -> tuple[str, Range] | None:
    """(text, range), or None if nothing is left to insert."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if not text or text.strip() == place.line_suffix.strip():
        return None
    replaced = _closers_given_again(text.split("\n", 1)[0], place.line_suffix)
    start = place.position
    return text, Range(start, Position(start.line, start.column + replaced))


def _closers_given_again(first_line: str, line_suffix: str) -> int:
    """How many characters after the cursor the text brings along itself.

    Editors close brackets and quotes as the person opens them: with `print(|)`, the text `x)` must replace the `)`.
    The closers after the cursor count as replaced if they all stand, in this order, at the end of the text's line.
    """
    closers = line_suffix.rstrip()
    if closers and all(c in _CLOSERS for c in closers) and first_line.endswith(closers):
        return len(closers) if _unbalanced(first_line) else 0
    return 0


def _unbalanced(text: str) -> bool:
    """Whether the text closes a bracket or quote that it did not open, or ends a statement."""
    depth = 0
    quotes = {q: text.count(q) for q in "\"'`"}
    for c in text:
        depth += c in "([{"
        depth -= c in ")]}"
        if depth < 0:
            return True
    return any(n % 2 for n in quotes.values()) or text[-1:] in ";:,"


def extends(place: Place, text: str, selected: Selected) -> bool:
    """Whether a suggestion goes on from what would stand there if the menu's selected item were taken."""
    start, cursor = selected.range.start, place.position
    if start.line != cursor.line or start.column > cursor.column:
        return False
    typed = place.line_prefix[start.column :]
    return (typed + text).startswith(selected.text)
