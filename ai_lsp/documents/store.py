"""All open documents. In: what the editor tells of opening, changing and closing. Out: snapshots for whoever asks, and
one call for each notification to every observer. What cannot be done comes back as a `Problem` and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ai_lsp.core.observer import DocumentObserver
from ai_lsp.core.text import DocumentSnapshot, Edit, Range
from ai_lsp.documents.document import TextDocument


@dataclass(frozen=True, slots=True)
class Change:
    """Text in the place of a range, or of the whole document where there is no range. Columns count code points."""

    range: Range | None
    text: str


class Problem(StrEnum):
    """What the editor told that does not fit what it told before. The value is a sentence for the log."""

    NOT_OPEN = "the document is not open; nothing was changed"
    ALREADY_OPEN = "the document was open already; its text was replaced"
    OLDER_VERSION = "the version did not grow; the change was made all the same"


class Documents:
    """Knows nothing but what the editor sent: no document is ever read from disk."""

    def __init__(self, observers: Sequence[DocumentObserver] = ()) -> None:
        self._observers = tuple(observers)
        self._documents: dict[str, TextDocument] = {}

    def open(self, uri: str, language: str, version: int, text: str) -> Problem | None:
        problem = None
        if uri in self._documents:
            self.close(uri)
            problem = Problem.ALREADY_OPEN
        document = self._documents[uri] = TextDocument(uri, language, version, text)
        for observer in self._observers:
            observer.opened(document.snapshot())
        return problem

    def change(self, uri: str, version: int, changes: Iterable[Change]) -> Problem | None:
        """Make changes one after another; observers hear of them once.

        `changes` is read as the document changes: a lazy iterable may work out each position from the lines that the
        change before has left. A version that did not grow is reported and taken: notifications arrive in the order
        they were sent, so leaving one out would lose what the person typed.
        """
        document = self._documents.get(uri)
        if document is None:
            return Problem.NOT_OPEN
        problem = None if version > document.version else Problem.OLDER_VERSION
        edits: list[Edit] = []
        try:
            edits.extend(_apply(document, change) for change in changes)
        finally:  # what was done is told even where working out a later change failed
            document.version = version
            if edits:
                self._tell_changed(uri, tuple(edits))
        return problem

    def close(self, uri: str) -> Problem | None:
        if self._documents.pop(uri, None) is None:
            return Problem.NOT_OPEN
        for observer in self._observers:
            observer.closed(uri)
        return None

    def get(self, uri: str) -> TextDocument | None:
        """The live document, for reading only."""
        return self._documents.get(uri)

    def snapshot(self, uri: str) -> DocumentSnapshot | None:
        """The document as it is now; the same object until it changes. None: not open."""
        document = self._documents.get(uri)
        return None if document is None else document.snapshot()

    def open_uris(self) -> tuple[str, ...]:
        """In the order they were opened."""
        return tuple(self._documents)

    def _tell_changed(self, uri: str, edits: tuple[Edit, ...]) -> None:
        for observer in self._observers:
            observer.changed(uri, edits)


def _apply(document: TextDocument, change: Change) -> Edit:
    if change.range is None:
        return document.replace_all(change.text)
    return document.replace(change.range, change.text)
