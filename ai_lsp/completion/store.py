"""Every suggestion that may still be of use, held at its place in its document.

In: suggestions as they come, and the edits of the documents. Out: what is left to type of one, for as long as the text
typed since agrees with it and its surroundings are the same. Edits elsewhere change nothing; what was replaced, closed
or too old is gone. Memory is bounded in entries, documents and bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cachetools import LRUCache

from ai_lsp.completion.anchors import Place, Surroundings, before, moved, next_line, same_suffix, typed_since
from ai_lsp.core.clock import Clock
from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit, Position

PER_DOCUMENT = 64
DOCUMENTS = 256
MAX_BYTES = 4 * 1024 * 1024
TTL = 300.0
"""Seconds that a suggestion is kept."""
EMPTY_TTL = 30.0
"""Seconds that an empty answer is kept: the same text is not asked about again."""
REJECTED = 64
_OVERHEAD = 700
"""Bytes of an entry beside its text, about."""

Owner = tuple[str, str | None, int]
"""Provider, model and token limit: what a suggestion of another one of these says does not count."""


@dataclass(slots=True, eq=False)
class Entry:
    """A suggestion at its place. `text` is all that is known; its first `shown` characters are shown at once, the rest
    waits until they have been taken; `inside`: how much of it lies in the cursor's block, None: all. `growing`: more text
    may come. `least`: characters that must have been typed. Of the last answer with it: `answered` is where that ended,
    `line` the line that it makes, `taken_suffix` what stands after the cursor once it has been taken.
    """

    id: str
    uri: str
    owner: Owner
    anchor: Position | None
    around: Surroundings
    at: float
    text: str = ""
    shown: int | None = None
    inside: int | None = None
    growing: bool = False
    least: int = 0
    taken_suffix: str | None = None
    answered: int = 0
    line: str = ""
    completion: CodeCompletion | None = None

    def typed(self, place: Place) -> str | None:
        """What was typed at this entry's place since it was made; None where the cursor is at another place."""
        if self.anchor is None:
            return None
        typed = typed_since(place, self.anchor)
        if typed is None or len(typed) < self.least or before(place.document, self.anchor) != self.around.before:
            return None
        suffix = place.line_suffix
        if not same_suffix(self.around.line_suffix, suffix, typed) and suffix != self.taken_suffix:
            return None
        return typed if next_line(place) == self.around.next_line else None

    def rest(self, typed: str, *, whole: bool = False) -> str | None:
        """What is shown to somebody who has typed so much of it; None: nothing yet or no more."""
        if not self.text.startswith(typed) or len(typed) >= len(self.text) or (self.shown is None and self.growing):
            return None
        shown = self.inside if whole else self.shown
        end = len(self.text) if shown is None else shown
        if len(typed) >= end:
            end = self._next_end(len(typed))
        return self.text[len(typed) : end]

    def agrees(self, typed: str) -> bool:
        """Whether what was typed may still turn out to be this suggestion."""
        return self.text.startswith(typed) or (self.growing and typed.startswith(self.text))

    def _next_end(self, start: int) -> int:
        """The end of the next line with text of the tail."""
        body = next((at for at in range(start, len(self.text)) if not self.text[at].isspace()), len(self.text))
        end = self.text.find("\n", body)
        return len(self.text) if end < 0 else end


class SuggestionStore(DocumentObserver):
    """Must be an observer of the documents. `dropped` is told of each growing entry whose place has gone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._documents: OrderedDict[str, list[Entry]] = OrderedDict()
        self._rejected: LRUCache[tuple[str, str], bool] = LRUCache(maxsize=REJECTED)
        self.dropped: Callable[[Entry], None] = lambda _: None

    def __len__(self) -> int:
        return sum(map(len, self._documents.values()))

    def put(self, entry: Entry) -> None:
        """Keep it. The oldest ones of the documents that were not used for longest make room."""
        entries = self._documents.setdefault(entry.uri, [])
        entries.append(entry)
        self._documents.move_to_end(entry.uri)
        while len(entries) > PER_DOCUMENT:
            self.drop(entries[0])
        self._make_room()

    def matching(self, place: Place, owner: Owner) -> Iterator[tuple[Entry, str]]:
        """(entry, text typed since) of those whose place the cursor is at, the newest first."""
        now = self._clock.monotonic()
        for entry in reversed(self._documents.get(place.document.uri, ())):
            if entry.owner == owner and not self._expired(entry, now):
                typed = entry.typed(place)
                if typed is not None:
                    yield entry, typed

    def find(self, suggestion_id: str) -> Entry | None:
        found = (entry for entries in self._documents.values() for entry in entries if entry.id == suggestion_id)
        return next(found, None)

    def drop(self, entry: Entry) -> None:
        entries = self._documents.get(entry.uri, [])
        if entry in entries:
            entries.remove(entry)
            if not entries:
                del self._documents[entry.uri]
        if entry.growing:
            self.dropped(entry)

    def clear(self) -> None:
        """Forget all suggestions: they were made by other settings. What was sent away stays away."""
        for uri in list(self._documents):
            self.closed(uri)

    def reject(self, uri: str, line: str) -> None:
        """Never again show what would make this line."""
        self._rejected[uri, line] = True

    def allow(self, uri: str, line: str) -> None:
        """The person has taken it after all."""
        self._rejected.pop((uri, line), None)

    def was_rejected(self, uri: str, line: str) -> bool:
        return (uri, line) in self._rejected

    def opened(self, document: DocumentSnapshot) -> None:
        self.closed(document.uri)

    def changed(self, uri: str, edits: tuple[Edit, ...] | None) -> None:
        if edits is None:
            self.closed(uri)
            return
        for entry in list(self._documents.get(uri, ())):
            for edit in edits:
                if entry.anchor is not None:
                    entry.anchor = moved(entry.anchor, edit)
            if entry.anchor is None:
                self.drop(entry)

    def closed(self, uri: str) -> None:
        for entry in self._documents.pop(uri, []):
            entry.anchor = None
            if entry.growing:
                self.dropped(entry)

    def _expired(self, entry: Entry, now: float) -> bool:
        return not entry.growing and now - entry.at >= (TTL if entry.text else EMPTY_TTL)

    def _make_room(self) -> None:
        now = self._clock.monotonic()
        while len(self._documents) > DOCUMENTS:
            self.closed(next(iter(self._documents)))
        if self._bytes() > MAX_BYTES:
            for entry in [one for entries in self._documents.values() for one in entries if self._expired(one, now)]:
                self.drop(entry)
        while len(self) > 1 and self._bytes() > MAX_BYTES:
            self.drop(next(iter(self._documents.values()))[0])

    def _bytes(self) -> int:
        return sum(_OVERHEAD + 2 * len(one.text) for entries in self._documents.values() for one in entries)
