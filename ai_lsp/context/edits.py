"""What was edited a moment ago. In: every edit. Out: the places, newest first, as lines of the documents as they are now.

Edits within eight lines of each other belong together, and so do those within a second on neighbouring lines.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ai_lsp.core.clock import Clock
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit

KEPT = 32
NEAR = 8
"""Lines."""
PAUSE = 1.0
"""Seconds after which an edit further away begins a group of its own."""
REST = 3.0
"""Seconds without a change after which somebody has stopped typing."""
_SAME_BURST = 3 * NEAR


@dataclass(slots=True)
class EditedLines:
    """Lines of a document that were changed, both included."""

    uri: str
    first: int
    last: int
    at: float


class EditLog(DocumentObserver):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._groups: deque[EditedLines] = deque(maxlen=KEPT)
        self.rests = 0
        """How often nothing was changed for a while."""

    @property
    def last_change(self) -> float:
        """On the monotonic clock; 0 where nothing was changed yet."""
        return self._groups[-1].at if self._groups else 0.0

    def recent(self) -> list[EditedLines]:
        return list(reversed(self._groups))

    def opened(self, document: DocumentSnapshot) -> None:
        """Nothing: opening is no edit."""

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        now = self._clock.monotonic()
        self.rests += now - self.last_change >= REST
        if edits is None:
            self.closed(uri)
            return
        for edit in edits:
            self._move(uri, edit)
            self._note(uri, edit.start.line, edit.new_end.line, now)

    def closed(self, uri: str) -> None:
        self._groups = deque((group for group in self._groups if group.uri != uri), maxlen=KEPT)

    def _move(self, uri: str, edit: Edit) -> None:
        delta = edit.new_end.line - edit.old_end.line
        for group in self._groups:
            if not delta or group.uri != uri or group.last < edit.start.line:
                continue
            group.last = max(group.last + delta, edit.start.line)
            if group.first > edit.start.line:
                group.first = max(group.first + delta, edit.start.line)

    def _note(self, uri: str, first: int, last: int, now: float) -> None:
        newest = self._groups[-1] if self._groups else None
        if newest is not None and newest.uri == uri:
            reach = _SAME_BURST if now - newest.at <= PAUSE else NEAR
            if first <= newest.last + reach and last >= newest.first - reach:
                newest.first, newest.last, newest.at = min(newest.first, first), max(newest.last, last), now
                return
        self._groups.append(EditedLines(uri, first, last, now))
