"""Code that looks like the code at the cursor. In: documents as they are. Out: the windows of lines that share most names.

A window's names are worked out once for each version of a document; comparing takes microseconds a window.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from ai_lsp.context.words import names_in
from ai_lsp.core.context import Snippet, SnippetKind
from ai_lsp.core.text import DocumentSnapshot

WINDOW = 50
STEP = 25
MOST_WINDOWS = 80
"""Of one document: its first 2,000 lines."""
MOST_DOCUMENTS = 20
SHOWN = 30
"""Lines of a window that are shown."""
LEAST = 0.12
"""Of all names that two windows hold, the part that both must hold."""
_OWN_DISTANCE = 60
"""Lines around the cursor that the prompt holds anyway."""

Window = tuple[int, frozenset[str]]


class SimilarCode:
    """Keeps the windows of the documents that were looked at last."""

    def __init__(self) -> None:
        self._windows: OrderedDict[str, tuple[int, list[Window]]] = OrderedDict()

    def find(
        self, here: DocumentSnapshot, line: int, shown_path: str, others: Iterable[tuple[str, DocumentSnapshot]]
    ) -> list[Snippet]:
        """The best window of each document, the most similar first. `others` come with the paths to show."""
        wanted = _names(here.lines, max(line - WINDOW, 0), line + STEP // 2)
        found: list[tuple[float, Snippet]] = []
        for path, document in others:
            found += _best(wanted, self._of(document), document, path, SnippetKind.SIMILAR)
        far = [window for window in self._of(here) if abs(window[0] + WINDOW // 2 - line) > _OWN_DISTANCE]
        found += _best(wanted, far, here, shown_path, SnippetKind.OWN)
        found.sort(key=lambda each: (-each[0], each[1].path, each[1].first_line))
        return [snippet for _, snippet in found]

    def forget(self, uri: str) -> None:
        self._windows.pop(uri, None)

    def _of(self, document: DocumentSnapshot) -> list[Window]:
        version, windows = self._windows.get(document.uri, (None, []))
        if version != document.version:
            starts = range(0, min(len(document.lines), MOST_WINDOWS * STEP), STEP)
            windows = [(first, _names(document.lines, first, first + WINDOW)) for first in starts]
            self._windows[document.uri] = (document.version, windows)
            while len(self._windows) > MOST_DOCUMENTS:
                self._windows.popitem(last=False)
        return windows


def _best(
    wanted: frozenset[str], windows: Sequence[Window], document: DocumentSnapshot, path: str, kind: SnippetKind
) -> list[tuple[float, Snippet]]:
    scored = [(len(wanted & names) / max(len(wanted | names), 1), -first) for first, names in windows]
    score, first = max(scored, default=(0.0, 0))
    if score < LEAST:
        return []
    start = _densest(wanted, document.lines, -first)
    text = "".join(document.lines[start : start + SHOWN]).replace("\r\n", "\n").strip("\n")
    return [(score, Snippet(path, text, kind, start))] if text.strip() else []


def _densest(wanted: frozenset[str], lines: Sequence[str], first: int) -> int:
    """Where in a window the lines start that hold most of the names."""
    starts = range(first, max(min(first + WINDOW, len(lines)) - SHOWN, first) + 1, 5)
    return max(starts, key=lambda start: (len(wanted & _names(lines, start, start + SHOWN)), -start))


def _names(lines: Sequence[str], first: int, last: int) -> frozenset[str]:
    return frozenset(names_in("".join(lines[first:last])))
