"""The open documents and what they are searched with. In: snapshots. Out: buffers, one a document, and what is known beside.

A document's text on disk is hidden in the index for as long as it is open, and afterwards too if it was changed: what
was typed is newer. The buffer of a closed document is kept until the workspace is read again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ai_lsp.core.text import DocumentSnapshot
from ai_lsp.providers.embedded.buffer import Buffer
from ai_lsp.providers.embedded.build import IndexBuilder
from ai_lsp.providers.embedded.index import WorkspaceIndex
from ai_lsp.providers.embedded.kinds import family_of_language
from ai_lsp.providers.embedded.model import EngineModel
from ai_lsp.providers.embedded.tokens import Knowledge

_OTHERS_SEARCHED = 4
_CLOSED_KEPT = 20
_BUFFERS_KEPT = 8
"""Of each family, those that were used last: a buffer takes thirty times the room of its text and is made in milliseconds."""


@dataclass(slots=True, eq=False)
class OpenDocument:
    """`snapshot` is the newest text seen, `opened` the first; `unseen` tells that there are changes after the newest.
    `buffer` is made when it is needed. `used` orders documents by use.
    """

    snapshot: DocumentSnapshot
    opened: DocumentSnapshot
    family: str
    path: str | None
    buffer: Buffer | None = None
    unseen: bool = False
    closed: bool = False
    used: int = 0

    @property
    def is_changed(self) -> bool:
        return self.unseen or self.snapshot.lines != self.opened.lines


@dataclass(slots=True)
class OpenDocuments:
    model: EngineModel
    indexes: dict[str, WorkspaceIndex] = field(default_factory=dict)
    _documents: dict[str, OpenDocument] = field(default_factory=dict)
    _uses: int = 0

    def open(self, snapshot: DocumentSnapshot) -> OpenDocument:
        path = path_of(snapshot.uri)
        document = OpenDocument(snapshot, snapshot, family_of_language(snapshot.language), path)
        self._documents[snapshot.uri] = document
        self._touch(document)
        self._hide(document)
        return document

    def see(self, snapshot: DocumentSnapshot) -> OpenDocument:
        """The document of a snapshot, now with its text."""
        document = self._documents.get(snapshot.uri)
        if document is None or document.closed or document.family != family_of_language(snapshot.language):
            return self.open(snapshot)
        document.snapshot = snapshot
        document.unseen = False
        self._touch(document)
        return document

    def changed(self, uri: str) -> None:
        document = self._documents.get(uri)
        if document is not None:
            document.unseen = True

    def close(self, uri: str) -> None:
        document = self._documents.get(uri)
        if document is None:
            return
        document.closed = True
        if not document.is_changed:
            self._drop(uri)
        closed = [other for other in self._by_use() if other.closed]
        for other in closed[_CLOSED_KEPT:]:
            self._drop(other.snapshot.uri)

    def forget(self, path: str) -> None:
        """The text on disk is no longer what was read there."""
        for index in self.indexes.values():
            index.hide(path)

    def replace_indexes(self, indexes: dict[str, WorkspaceIndex]) -> None:
        """Use freshly built indexes: closed documents are in them as they are on disk."""
        self.indexes = indexes
        for document in self._by_use():
            document.buffer = None
            if document.closed:
                del self._documents[document.snapshot.uri]
            else:
                self._hide(document)

    def open_paths(self) -> list[str]:
        """Paths of the open documents, the latest used first."""
        return [document.path for document in self._by_use() if document.path is not None and not document.closed]

    def buffer(self, document: OpenDocument) -> Buffer:
        """The document's buffer, which may hold an older text or none yet."""
        if document.buffer is None:
            document.buffer = Buffer(self._index(document.family).vocabulary)
            same = [other for other in self._by_use() if other.family == document.family]
            for other in same[_BUFFERS_KEPT:]:
                other.buffer = None
        return document.buffer

    def others(self, document: OpenDocument) -> list[OpenDocument]:
        """The documents of the same languages that were used last."""
        same = (o for o in self._by_use() if o.family == document.family and o is not document)
        return [other for other, _ in zip(same, range(_OTHERS_SEARCHED), strict=False)]

    def knowledge(self, document: OpenDocument, others: Iterable[OpenDocument]) -> Knowledge:
        return Knowledge(self._index(document.family), tuple(self.buffer(other) for other in others), self.model)

    def _index(self, family: str) -> WorkspaceIndex:
        index = self.indexes.get(family)
        if index is None:
            index = self.indexes[family] = IndexBuilder().finish()
        return index

    def _hide(self, document: OpenDocument) -> None:
        if document.path is not None:
            self.forget(document.path)

    def _drop(self, uri: str) -> None:
        document = self._documents.pop(uri)
        if document.path is not None and not document.is_changed:
            for index in self.indexes.values():
                index.show(document.path)

    def _touch(self, document: OpenDocument) -> None:
        self._uses += 1
        document.used = self._uses

    def _by_use(self) -> list[OpenDocument]:
        return sorted(self._documents.values(), key=lambda document: -document.used)


def path_of(uri: str) -> str | None:
    """The path of a local file, as the index names it."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    return str(Path(path.lstrip("/") if os.name == "nt" else path))
