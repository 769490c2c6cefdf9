"""`textDocument/codeAction` and `codeAction/resolve`: what a model can do with the code under the cursor.

Offered is what can be done right now, without a word to any model: on diagnostics `fix` and `explain`, on a selection (or in
the head of a function or class, or anywhere in one when the person asks) `explain`, `document`, `refactor` and `tests`. The
model is asked when the person has chosen one: by `codeAction/resolve` where the editor shows an edit before it is made, and
else by the command that the action carries (see `code_work`). What must never happen: an edit that the person does not get to
see first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from ai_lsp.chat.commands import DOCUMENT, EXPLAIN, FIX, REFACTOR, TESTS, Command, command_named
from ai_lsp.core.text import DocumentSnapshot, Range
from ai_lsp.server import convert
from ai_lsp.server.client import dig
from ai_lsp.server.faults import REQUEST_FAILED
from ai_lsp.server.features.diagnostics import told_with_question
from ai_lsp.server.session import Session

_QUICK_FIX: Final = types.CodeActionKind.QuickFix.value
_REFACTOR: Final = types.CodeActionKind.Refactor.value
_REWRITE: Final = types.CodeActionKind.RefactorRewrite.value

OPTIONS: Final = types.CodeActionOptions(code_action_kinds=[_QUICK_FIX, _REFACTOR, _REWRITE], resolve_provider=True)

_SIMPLIFY: Final = "Make it simpler and easier to read. What it does stays the same."
_INVOKED: Final = 1
_MOST_DIAGNOSTICS: Final = 20


@dataclass(frozen=True, slots=True)
class _Offer:
    """`kind` None: of no kind, for what is only to be read. `instruction`: what is asked where nobody is there to say it."""

    command: Command
    title: str
    kind: str | None
    instruction: str = ""


_ON_DIAGNOSTICS: Final = (
    _Offer(FIX, "Fix with AI", _QUICK_FIX),
    _Offer(EXPLAIN, "Explain with AI", _QUICK_FIX),
)
_ON_CODE: Final = (
    _Offer(EXPLAIN, "Explain with AI", None),
    _Offer(DOCUMENT, "Document with AI", _REWRITE),
    _Offer(REFACTOR, "Simplify with AI", _REWRITE, _SIMPLIFY),
    _Offer(TESTS, "Write tests with AI", _REFACTOR),
)


async def code_action(session: Session, params: Any) -> list[dict[str, Any]]:
    uri, place = dig(params, "textDocument", "uri"), convert.read_range(dig(params, "range"))
    if not isinstance(uri, str) or place is None:
        raise JsonRpcInvalidParams("params are {textDocument: {uri}, range, context}")
    document = session.house.documents.snapshot(uri)
    if document is None:
        return []
    context = dig(params, "context")
    is_asked_for = dig(context, "triggerKind") == _INVOKED
    told = dig(context, "diagnostics")
    diagnostics = told[:_MOST_DIAGNOSTICS] if isinstance(told, list) else []
    selected = convert.to_range(place, document.lines, session.encoding)
    if isinstance(told, list):
        told_with_question(session, uri, range(place.start.line, place.end.line + 1), told)
    offers = [
        offer
        for offer in _offers(session, document, selected, has_diagnostics=bool(diagnostics), is_asked_for=is_asked_for)
        if _is_wanted(offer.kind, dig(context, "only"))
    ]
    if not offers:
        return []
    refusal = await session.house.coding.refusal(uri)
    if refusal is not None:
        return [_disabled(refusal)] if is_asked_for and session.client.edits.shows_disabled else []
    target = {"textDocument": {"uri": uri, "version": document.version}, "range": dig(params, "range")}
    return [_action(session, offer, target, diagnostics) for offer in offers]


async def resolve(session: Session, action: Any) -> Any:
    """The same action with its edit. The model is asked; cancelling stops it."""
    from ai_lsp.server.features import code_task, code_work  # noqa: PLC0415  # not before `initialize` is answered

    data = dig(action, "data")
    name = dig(data, "command")
    command = command_named(name) if isinstance(name, str) else None
    if command is None:
        return action  # one that carries a command has all that it needs
    task = code_task.read_task(session, command, data)
    outcome = await code_work.carry_out(session, task)
    edit = code_task.workspace_edit(session, outcome.change) if outcome.change is not None else None
    if edit is None:
        raise JsonRpcException(outcome.remark or "the answer holds no change; ask for an explanation", REQUEST_FAILED)
    return {**action, "edit": edit}


def _offers(
    session: Session, document: DocumentSnapshot, selected: Range, *, has_diagnostics: bool, is_asked_for: bool
) -> Iterator[_Offer]:
    if has_diagnostics:
        yield from _ON_DIAGNOSTICS
    if _means_code(session, document, selected, is_asked_for=is_asked_for):
        yield from (offer for offer in _ON_CODE if not (has_diagnostics and offer.command is EXPLAIN))


def _means_code(session: Session, document: DocumentSnapshot, selected: Range, *, is_asked_for: bool) -> bool:
    """Whether there is a selection, or the cursor stands where it means a function or class."""
    start, end = sorted((selected.start, selected.end))
    if start != end:
        return any(line.strip() for line in document.lines[start.line : end.line + 1])
    scopes = session.scopes(document, start)
    if not scopes:
        return False
    return is_asked_for or start.line <= scopes[-1].first_line + scopes[-1].header.count("\n")


def _is_wanted(kind: str | None, only: Any) -> bool:
    """Whether an action of this kind is among those that the editor asks for. `refactor` means `refactor.rewrite` as well."""
    if not isinstance(only, list) or not only:
        return True
    return any(one in ("", kind) or (kind or "").startswith(f"{one}.") for one in only if isinstance(one, str))


def _action(session: Session, offer: _Offer, target: dict[str, Any], diagnostics: list[Any]) -> dict[str, Any]:
    """A command for editors that show no edit before it is made, or know no other actions; else data, and no edit yet."""
    argument = {**target, "diagnostics": list(map(_short, diagnostics))}
    if offer.instruction:
        argument["instruction"] = offer.instruction
    command = {"title": offer.title, "command": f"aiLsp.{offer.command.name}", "arguments": [argument]}
    able = session.client.edits
    if not able.can_preview:
        argument["showResult"] = True  # most of these editors run an action's command and drop what it returns
    if not able.literals:
        return command
    action: dict[str, Any] = {"title": offer.title}
    if offer.kind is not None:
        action["kind"] = offer.kind
    if offer.kind == _QUICK_FIX:
        action["diagnostics"] = diagnostics
    if not offer.command.changes_code or not able.can_preview or (offer.command is TESTS and not able.makes_files):
        return {**action, "command": command}
    return {**action, "data": {"command": offer.command.name, **argument}}


def _short(diagnostic: Any) -> dict[str, Any]:
    """What is of use of a diagnostic: some carry kilobytes."""
    fields = ("range", "message", "severity", "source", "code")
    return {field: diagnostic[field] for field in fields if isinstance(diagnostic, dict) and field in diagnostic}


def _disabled(reason: str) -> dict[str, Any]:
    return {"title": "AI actions", "disabled": {"reason": reason}}
