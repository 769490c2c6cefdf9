"""`textDocument/didOpen`, `didChange`, `didClose`, `didSave`: our copy of the open documents follows the editor's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from ai_lsp.core.languages import language_name
from ai_lsp.documents.store import Change, Problem
from ai_lsp.server import convert
from ai_lsp.server.client import dig, local_paths
from ai_lsp.server.session import Session

_log = logging.getLogger(__name__)


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    language = language_name(document.language_id, document.uri)
    _tell(session.house.documents.open(document.uri, language, document.version, document.text))


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    document = params.text_document
    changes = _changes(session, document.uri, params)
    _tell(session.house.documents.change(document.uri, document.version, changes))


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    _tell(session.house.documents.close(params.text_document.uri))


def did_save(session: Session, params: Any) -> None:
    """Our copy is what was saved, but what was learned from the file is out of date."""
    session.house.changed_on_disk(local_paths([dig(params, "textDocument", "uri")]))


def _changes(session: Session, uri: str, params: types.DidChangeTextDocumentParams) -> Iterator[Change]:
    """Each position refers to the text that the change before has left, so each is worked out when its turn comes."""
    document = session.house.documents.get(uri)
    if document is None:
        return
    for change in params.content_changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            yield Change(convert.to_range(change.range, document.lines, session.encoding), change.text)
        else:
            yield Change(None, change.text)


def _tell(problem: Problem | None) -> None:
    if problem is not None:
        _log.warning("%s", problem)
