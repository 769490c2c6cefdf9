"""What an editor tells of the suggestions that it shows: these notifications are no part of the protocol, but widely spoken.

    textDocument/didShowCompletion             {item}                    the suggestion is on screen
    textDocument/didPartiallyAcceptCompletion  {item, acceptedLength}    a word or a line of it was taken; UTF-16 units, from
                                                                         the start of its `insertText`
    textDocument/didShowInlineEdit             {item}                    as the first
    textDocument/copilotInlineEdit             {textDocument, position}  asks for changes elsewhere -> {edits: []}

The item is the one that we have sent, or at least its `command`, whose first argument is our id of the suggestion. What is
meant for somebody else, or is of another shape, is passed over: nobody waits for an answer.
"""

from __future__ import annotations

from typing import Any

from ai_lsp.server.client import dig
from ai_lsp.server.positions import PositionEncoding
from ai_lsp.server.session import Session


def did_show(session: Session, params: Any) -> None:
    suggestion_id = _id_of(params)
    if suggestion_id is not None:
        session.house.shown(suggestion_id)


def did_partially_accept(session: Session, params: Any) -> None:
    suggestion_id, units = _id_of(params), dig(params, "acceptedLength")
    if suggestion_id is None or type(units) is not int or units <= 0:
        return
    text = dig(params, "item", "insertText")
    session.house.accepted(suggestion_id, _code_points(text, units) if isinstance(text, str) else units)


def inline_edit(_: Session, __: Any) -> dict[str, Any]:
    """There are no suggestions of ours but those at the cursor, which `textDocument/inlineCompletion` gives."""
    return {"edits": []}


def _id_of(params: Any) -> str | None:
    arguments = dig(params, "item", "command", "arguments")
    first = arguments[0] if isinstance(arguments, list) and arguments else None
    return first if isinstance(first, str) else None


def _code_points(text: str, units: int) -> int:
    """Of the first `units` UTF-16 code units, line endings included."""
    passed = 0
    for line in text.splitlines(keepends=True):
        width = len(line.encode("utf-16-le", "surrogatepass")) // 2
        if units < width:
            return passed + PositionEncoding.UTF_16.column(line, units)
        passed, units = passed + len(line), units - width
    return passed
