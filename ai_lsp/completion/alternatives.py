"""What else might follow, for a person who cycles through it. In: a suggestion. Out: the same with its alternatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ai_lsp.completion.anchors import Place
from ai_lsp.completion.present import presented
from ai_lsp.core.completion import CodeCompletion, Suggestion
from ai_lsp.core.text import Range


def of_the_same(place: Place, found: Suggestion, typed: str) -> Suggestion:
    """What its provider thought of beside it, as far as it goes on from what was `typed` since."""
    others = (text.removeprefix(typed) for text in found.completion.alternatives if text.startswith(typed))
    return _with(place, found, others)


def of_another(place: Place, found: Suggestion, completion: CodeCompletion | None) -> Suggestion:
    """What another engine says of the same place."""
    return found if completion is None else _with(place, found, (completion.text, *completion.alternatives))


def _with(place: Place, found: Suggestion, texts: Iterable[str]) -> Suggestion:
    more = tuple(_presentable(place, found, texts))
    return replace(found, alternatives=(*found.alternatives, *more)) if more else found


def _presentable(place: Place, found: Suggestion, texts: Iterable[str]) -> Iterator[tuple[str, Range]]:
    """Those that show something that the suggestion does not."""
    for text in texts:
        shown = presented(place, text)
        if shown is not None and not found.text.startswith(shown[0]):
            yield shown
