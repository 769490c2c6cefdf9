"""`textDocument/completion`, for editors without inline completion: the suggestion as one item of their menu.

Advertised to those editors only: the others would show the same text twice.
"""

from __future__ import annotations

import re
from typing import Final

from lsprotocol import types

from ai_lsp.core.completion import Suggestion, Trigger
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.server import convert
from ai_lsp.server.features import status
from ai_lsp.server.features.commands import accept_command
from ai_lsp.server.session import Session

OPTIONS: Final = types.CompletionOptions(trigger_characters=[".", "(", "="])

LONGEST_LABEL = 60

_WORD = re.compile(r"\w*$")


async def completion(session: Session, params: types.CompletionParams) -> types.CompletionList | None:
    """Always incomplete: with the next character there may be another suggestion."""
    uri = params.text_document.uri
    asked = session.house.documents.snapshot(uri)
    # editors send "invoked" for each typed letter, so that nothing tells when the person really asked
    found = await session.house.suggest(uri, session.position(uri, params.position), Trigger.AUTOMATIC)
    status.tell(session)
    if asked is None or session.version(uri) != asked.version:
        return None
    if isinstance(found, Silence):
        return None if found.reason is Reason.SUPERSEDED else types.CompletionList(is_incomplete=True, items=[])
    return types.CompletionList(is_incomplete=True, items=[_item(session, found, asked)])


def _item(session: Session, found: Suggestion, document: DocumentSnapshot) -> types.CompletionItem:
    """The edit starts at the start of the word, because that is what editors compare with what was typed."""
    end = found.range.end
    before = document.lines[found.range.start.line][: found.range.start.column]
    word = _WORD.search(before)
    typed = word.group() if word else ""
    span = Range(Position(found.range.start.line, len(before) - len(typed)), end)
    text = typed + found.text
    # Eglot draws the text that is plainly to be inserted, but the label of an edit, and that without its spaces
    is_plain = span.start == end and text[:1].isspace()
    shown = text.strip().partition("\n")[0].rstrip() or "…"
    return types.CompletionItem(
        label=shown if len(shown) <= LONGEST_LABEL else shown[: LONGEST_LABEL - 1] + "…",
        kind=types.CompletionItemKind.Text,
        detail=f"ai-lsp · {found.completion.model}",
        documentation=text,
        sort_text="0",
        filter_text=shown,
        insert_text_format=types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AsIs,
        insert_text=text if is_plain else None,
        text_edit=None
        if is_plain
        else types.TextEdit(convert.from_range(span, document.lines, session.encoding), text),
        command=accept_command(found),
    )
