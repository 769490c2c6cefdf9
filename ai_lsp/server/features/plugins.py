"""What plug-ins send and want to hear that were written for another server of our kind, GitHub's: answered so that they work.

Accounts. There are none here: nobody has to sign in, and nothing is opened, sent or stored.
    checkStatus -> {status: "OK", user}; signIn, signInInitiate, signInConfirm -> {status: "AlreadySignedIn", user};
    signOut -> {status: "NotSignedIn"}; getVersion -> {version}; setEditorInfo -> "OK";
    copilot/models -> [{id, modelName, scopes: ["completion"], default}]
Suggestions as they were asked for before `textDocument/inlineCompletion`; columns are UTF-16:
    getCompletions, getCompletionsCycling {doc: {uri, position}} -> {completions: [{uuid, text, displayText, position, range}]}
    notifyShown {uuid}, notifyAccepted {uuid, acceptedLength?}, notifyRejected {uuids} -> "OK"
    getPanelCompletions {panelId} -> {solutionCountTarget: 0}, then PanelSolutionsDone {panelId, status: "OK"}
    textDocument/copilotPanelCompletion -> {items}, as `textDocument/inlineCompletion` asked for by hand

The shapes were read from GitHub's description of its server and from what copilot.lua, copilot.el, LSP-copilot, copilot.vim
and nvim-lspconfig's `copilot` send.
"""

from __future__ import annotations

from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ai_lsp import __version__
from ai_lsp.core.completion import Suggestion, Trigger
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.server import convert
from ai_lsp.server.client import dig
from ai_lsp.server.features import inline_completion
from ai_lsp.server.positions import PositionEncoding
from ai_lsp.server.session import Session

_USER: Final = "ai-lsp (no account)"
_UNITS: Final = PositionEncoding.UTF_16


def check_status(_: Session, __: Any) -> dict[str, Any]:
    return {"status": "OK", "user": _USER}


def sign_in(_: Session, __: Any) -> dict[str, Any]:
    return {"status": "AlreadySignedIn", "user": _USER}


def sign_out(_: Session, __: Any) -> dict[str, Any]:
    return {"status": "NotSignedIn"}


def version(_: Session, __: Any) -> dict[str, Any]:
    return {"version": __version__}


def editor_info(_: Session, __: Any) -> str:
    return "OK"


def models(session: Session, _: Any) -> list[dict[str, Any]]:
    """What completes now, for a list to choose from. Others are chosen in our own settings."""
    now = session.house.status()
    name = " · ".join(part for part in (now.provider, now.model) if part) or "ai-lsp"
    return [{"id": name, "modelName": name, "scopes": ["completion"], "default": True}]


async def completions(session: Session, params: Any) -> dict[str, Any]:
    return await _completions(session, params, Trigger.AUTOMATIC)


async def completions_cycling(session: Session, params: Any) -> dict[str, Any]:
    return await _completions(session, params, Trigger.INVOKED)


def shown(session: Session, params: Any) -> str:
    session.house.shown(_uuid(dig(params, "uuid")))
    return "OK"


def accepted(session: Session, params: Any) -> str:
    """The length counts the text with the start of its line, which we do not remember: what was taken in part counts whole."""
    session.house.accepted(_uuid(dig(params, "uuid")))
    return "OK"


def rejected(session: Session, params: Any) -> str:
    uuids = dig(params, "uuids")
    for uuid in uuids if isinstance(uuids, list) else ():
        session.house.rejected(_uuid(uuid))
    return "OK"


def panel_completions(session: Session, params: Any) -> dict[str, Any]:
    session.voice.notify("PanelSolutionsDone", {"panelId": dig(params, "panelId"), "status": "OK"})
    return {"solutionCountTarget": 0}


async def panel(session: Session, params: Any) -> Any:
    uri, place = dig(params, "textDocument", "uri"), _place(dig(params, "position"))
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("params are {textDocument: {uri}, position}")
    asked = types.InlineCompletionParams(
        types.InlineCompletionContext(types.InlineCompletionTriggerKind.Invoked),
        types.TextDocumentIdentifier(uri),
        place,
    )
    return await inline_completion.inline_completion(session, asked) or {"items": []}


async def _completions(session: Session, params: Any, trigger: Trigger) -> dict[str, Any]:
    uri, place = dig(params, "doc", "uri"), _place(dig(params, "doc", "position"))
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("params are {doc: {uri, position}}")
    document = session.house.documents.snapshot(uri)
    if document is None:
        return {"completions": []}
    position = convert.to_position(place, document.lines, _UNITS)
    found = await session.house.suggest(uri, position, trigger)
    now = session.house.documents.snapshot(uri)
    if not isinstance(found, Suggestion) or now is None or now.version != (found.version or document.version):
        return {"completions": []}
    return {"completions": [_completion(found, now, position)]}


def _completion(found: Suggestion, document: DocumentSnapshot, cursor: Position) -> dict[str, Any]:
    """Whole from the start of its line, as these plug-ins expect it."""
    start = Position(found.range.start.line, 0)
    before = document.lines[start.line][: found.range.start.column]
    return {
        "uuid": found.id,
        "text": before + found.text,
        "displayText": found.text,
        "position": convert.from_position(cursor, document.lines, _UNITS),
        "range": convert.from_range(Range(start, found.range.end), document.lines, _UNITS),
    }


def _place(value: Any) -> types.Position:
    span = convert.read_range({"start": value, "end": value})
    if span is None:
        raise JsonRpcInvalidParams("a position is {line, character}")
    return span.start


def _uuid(value: Any) -> str:
    if not isinstance(value, str):
        raise JsonRpcInvalidParams("a uuid is a string")
    return value
