"""What becomes of suggestions: taken, taken in part, sent away, and whether what was taken stays.

In: which suggestion was answered where, and the requests after it. Out: counts, and what was sent away by typing on.
An editor tells nobody what it shows: what was answered and not replaced for a while is taken to have been seen. All
of it stays in memory.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from difflib import SequenceMatcher

from ai_lsp.completion.anchors import Place, moved, typed_since
from ai_lsp.completion.store import Entry
from ai_lsp.core.clock import Clock
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit, Position

SEEN = 0.75
"""Seconds after which a suggestion counts as seen."""
TYPED_AWAY = 3
"""Characters that differ before it counts as sent away: fewer may be a slip that is corrected at once."""
FOLLOWED = 4
"""Characters of a suggestion that were typed as it said: it was of use, whatever comes after them."""
KEPT_AFTER = (30.0, 120.0)
"""Seconds after which it is looked whether a taken suggestion still stands in the text."""
_ALIKE = 0.5
_MOST = 256


@dataclass(frozen=True, slots=True)
class Counts:
    """Since the start. `kept` holds (seconds, looked at, still there) for each time of `KEPT_AFTER`."""

    shown: int
    accepted: int
    partly: int
    rejected: int
    kept: tuple[tuple[float, int, int], ...]


@dataclass(slots=True)
class _Shown:
    entry: Entry
    text: str
    since: float
    first: int
    answered: int
    typed: int
    followed: bool = False


@dataclass(slots=True)
class _Taken:
    uri: str
    anchor: Position | None
    text: str
    at: float
    looks: int = 0


class Outcomes(DocumentObserver):
    """Must be an observer of the documents."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._live: dict[str, _Shown] = {}
        self._taken: deque[_Taken] = deque(maxlen=_MOST)
        self._shown = self._accepted = self._partly = self._rejected = 0
        self._kept = [[0, 0] for _ in KEPT_AFTER]

    def live(self, uri: str) -> Entry | None:
        """What is on screen in a document, as far as is known."""
        shown = self._live.get(uri)
        return shown.entry if shown else None

    def shown(self, entry: Entry, typed: str, text: str) -> None:
        """`text` was answered for a cursor before which `typed` of the entry stands."""
        now, size = self._live.get(entry.uri), len(typed)
        if now is None or now.entry is not entry:
            self._shown += 1
            self._live[entry.uri] = _Shown(entry, text, self._clock.monotonic(), size, size, size)
        elif size > now.typed + 1:
            self._partly += 1
        if entry.uri in self._live:
            self._live[entry.uri].answered = self._live[entry.uri].typed = size

    def seen(self, entry: Entry) -> None:
        """The editor says that it shows the suggestion: from now on it is seen."""
        now = self._live.get(entry.uri)
        if now is not None and now.entry is entry:
            now.since = self._clock.monotonic()

    def partly(self, entry: Entry, size: int) -> None:
        """`size` characters of what was answered were taken, as the editor says; no request has to tell it once more."""
        now = self._live.get(entry.uri)
        if now is not None and now.entry is entry and now.answered + size > now.typed:
            self._partly += 1
            now.typed = now.answered + size

    def followed(self, place: Place) -> bool:
        """Whether the person has typed what a suggestion said, for the first time; it is told once."""
        shown = self._live.get(place.document.uri)
        typed = None if shown is None or shown.followed else shown.entry.typed(place)
        if shown is None or typed is None:
            return False
        shown.followed = _common(typed, shown.entry.text) - shown.first >= FOLLOWED
        return shown.followed

    def sent_away(self, place: Place) -> Entry | None:
        """The suggestion that was seen and typed away from, if there is one; it is told once."""
        shown = self._live.get(place.document.uri)
        if shown is None:
            return None
        typed = shown.entry.typed(place)
        if typed is None or shown.entry.agrees(typed) or len(typed) - _common(typed, shown.entry.text) < TYPED_AWAY:
            return None
        del self._live[place.document.uri]
        if shown.followed or self._clock.monotonic() - shown.since < SEEN:
            return None
        self._rejected += 1
        return shown.entry

    def accepted(self, entry: Entry, text: str) -> None:
        self._live.pop(entry.uri, None)
        self._accepted += 1
        self._taken.append(_Taken(entry.uri, entry.anchor, text, self._clock.monotonic()))

    def just_taken(self, place: Place) -> bool:
        """Whether the cursor stands right behind a suggestion that was taken last."""
        last = self._taken[-1] if self._taken else None
        if last is None or last.uri != place.document.uri or last.anchor is None:
            return False
        return typed_since(place, last.anchor) == last.text

    def rejected(self, entry: Entry) -> None:
        self._live.pop(entry.uri, None)
        self._rejected += 1

    def look(self, document: DocumentSnapshot) -> None:
        """See what has become of the suggestions that were taken in this document, as far as it is time."""
        now = self._clock.monotonic()
        for taken in self._taken:
            if taken.uri != document.uri:
                continue
            while taken.looks < len(KEPT_AFTER) and now - taken.at >= KEPT_AFTER[taken.looks]:
                self._kept[taken.looks][0] += 1
                self._kept[taken.looks][1] += _stands(document, taken)
                taken.looks += 1

    def counts(self) -> Counts:
        kept = tuple((after, looked, there) for after, (looked, there) in zip(KEPT_AFTER, self._kept, strict=True))
        return Counts(self._shown, self._accepted, self._partly, self._rejected, kept)

    def opened(self, document: DocumentSnapshot) -> None:
        self.closed(document.uri)

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        for taken in self._taken:
            for edit in edits or ():
                if taken.uri == uri and taken.anchor is not None:
                    taken.anchor = moved(taken.anchor, edit)

    def closed(self, uri: str) -> None:
        self._live.pop(uri, None)


def _stands(document: DocumentSnapshot, taken: _Taken) -> bool:
    """Whether more than half of the words are still there."""
    if taken.anchor is None or taken.anchor.line >= len(document.lines):
        return False
    lines = document.lines[taken.anchor.line : taken.anchor.line + taken.text.count("\n") + 1]
    there = "".join(lines)[taken.anchor.column :]
    matched = SequenceMatcher(None, taken.text.split(), there.split(), autojunk=False).get_matching_blocks()
    return sum(block.size for block in matched) > _ALIKE * len(taken.text.split())


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
