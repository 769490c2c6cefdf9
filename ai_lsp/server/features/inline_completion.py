"""`textDocument/inlineCompletion` (LSP 3.18): ghost text.

`null` says "nothing new", and an editor keeps what it shows; an empty list says "nothing fits", and it takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lsprotocol import types

from ai_lsp.core.completion import Selected, Suggestion
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import DocumentSnapshot
from ai_lsp.server import convert
from ai_lsp.server.features import status
from ai_lsp.server.features.commands import accept_command
from ai_lsp.server.session import Session

OPTIONS: Final = types.InlineCompletionOptions()


async def inline_completion(
    session: Session, params: types.InlineCompletionParams
) -> types.InlineCompletionList | None:
    uri = params.text_document.uri
    asked = session.house.documents.snapshot(uri)
    position = session.position(uri, params.position)
    trigger = convert.to_trigger(params.context.trigger_kind)
    found = await session.house.suggest(uri, position, trigger, _selected(session, params, asked))
    status.tell(session)
    now = session.house.documents.snapshot(uri)
    version = found.version if isinstance(found, Suggestion) and found.version is not None else asked and asked.version
    if now is None or now.version != version:
        return None  # the text went on meanwhile, and the range would mean another place
    if isinstance(found, Silence):
        return None if found.reason is Reason.SUPERSEDED else types.InlineCompletionList([])
    return types.InlineCompletionList(list(_items(session, found, now)))


def _selected(
    session: Session, params: types.InlineCompletionParams, document: DocumentSnapshot | None
) -> Selected | None:
    """What is selected in the editor's menu, which it shows beside the ghost text."""
    info = params.context.selected_completion_info
    if info is None or document is None:
        return None
    return Selected(convert.to_range(info.range, document.lines, session.encoding), info.text)


def _items(session: Session, found: Suggestion, document: DocumentSnapshot) -> Iterator[types.InlineCompletionItem]:
    """The suggestion, and what a person finds who cycles: only the first counts as accepted."""
    yield types.InlineCompletionItem(
        insert_text=found.text,
        range=convert.from_range(found.range, document.lines, session.encoding),
        command=accept_command(found),
    )
    for text, span in found.alternatives:
        yield types.InlineCompletionItem(text, range=convert.from_range(span, document.lines, session.encoding))
