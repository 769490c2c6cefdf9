"""From what an editor says of a place in code to a task for a model, and from what comes of it to what an editor understands.

In: the one argument of a code command, or the data of a code action; the shapes stand in `code_work`. Out: a `Task`; and a
result, with a `WorkspaceEdit` for clients that can be told which version of a document it is for. What must never happen: the
server changes anything by itself, or an edit reaches a document that is no longer what the model saw.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from ai_lsp.chat.commands import TESTS, Command
from ai_lsp.chat.diff import text_at
from ai_lsp.chat.placing_tests import is_test, is_test_of, path_of_tests
from ai_lsp.chat.task import Diagnostic, Task, lines_of, overlapping
from ai_lsp.chat.work import Change, Outcome, again
from ai_lsp.context.paths import path_of, uri_of
from ai_lsp.core.text import DocumentSnapshot, Range
from ai_lsp.server import convert
from ai_lsp.server.client import dig
from ai_lsp.server.faults import REQUEST_FAILED
from ai_lsp.server.features.chat import usage_to_wire
from ai_lsp.server.session import Session

SHAPE: Final = "the argument is {textDocument: {uri}, range, instruction?, diagnostics?, provider?, model?}"
_SEVERITIES: Final = {1: "error", 2: "warning", 3: "information", 4: "hint"}
_ANNOTATION: Final = "aiLsp"
_LONGEST_INSTRUCTION: Final = 20_000
_MOST_DIAGNOSTICS: Final = 100


def read_task(session: Session, command: Command, argument: Any) -> Task:
    """Raises JsonRpcException, or BadRequestError, with one sentence that says what is wrong."""
    uri, place = dig(argument, "textDocument", "uri"), convert.read_range(dig(argument, "range"))
    if not isinstance(uri, str) or place is None:
        raise JsonRpcInvalidParams(SHAPE)
    document = session.house.documents.snapshot(uri)
    if document is None:
        raise JsonRpcException("this document is not open; open it, and ask again", REQUEST_FAILED)
    version = dig(argument, "textDocument", "version")
    if type(version) is int and version != document.version:
        raise JsonRpcException(CHANGED_MEANWHILE, REQUEST_FAILED)
    instruction = _text(argument, "instruction").strip()
    if command.wants_instruction and not instruction:
        raise JsonRpcInvalidParams("say how the code should be changed: `instruction` is empty")
    if len(instruction) > _LONGEST_INSTRUCTION:
        raise JsonRpcInvalidParams(f"the instruction is longer than {_LONGEST_INSTRUCTION:,} characters; shorten it")
    selected = convert.to_range(place, document.lines, session.encoding)
    diagnostics = overlapping(_diagnostics(session, document, dig(argument, "diagnostics")), selected)
    scopes = session.scopes(document, min(selected.start, selected.end))
    lines = lines_of(command, document, selected, scopes, diagnostics)
    existing, new_file = _place_of_tests(session, document) if command is TESTS else (None, None)
    return Task(
        command,
        document,
        lines,
        text_at(document, Range(*sorted((selected.start, selected.end)))),
        instruction,
        overlapping(diagnostics, lines),
        _text(argument, "provider") or None,
        _text(argument, "model") or None,
        existing,
        new_file,
    )


CHANGED_MEANWHILE: Final = "the code has changed meanwhile, so nothing is offered; ask again"


def result(session: Session, outcome: Outcome) -> dict[str, Any]:
    """What the editor gets of an outcome whose change is up to date."""
    told: dict[str, Any] = {
        "content": outcome.content,
        "provider": outcome.provider,
        "model": outcome.model,
        "finishReason": outcome.finish_reason,
        "usage": outcome.usage and usage_to_wire(outcome.usage),
    }
    if outcome.remark:
        told["message"] = outcome.remark
    change = outcome.change
    if change is None:
        return told
    edit = workspace_edit(session, change)
    return told | {
        "uri": change.uri,
        "version": change.version,
        "range": _wire_range(session, change, change.range),
        "newText": change.text,
        "diff": change.diff,
        "createsFile": change.version is None,
        **({"edit": edit} if edit is not None else {}),
    }


def current(session: Session, task: Task, outcome: Outcome) -> Outcome:
    """With the change as it fits into the document as it is now. Raises where the lines are no longer what they were."""
    change = outcome.change
    if change is None or change.version is None:
        return outcome
    before = task.existing or task.document
    now = again(change, before, session.house.documents.snapshot(before.uri))
    if now is None:
        raise JsonRpcException(CHANGED_MEANWHILE, REQUEST_FAILED)
    return replace(outcome, change=now)


def workspace_edit(session: Session, change: Change) -> types.WorkspaceEdit | None:
    """None: this client cannot be told of the version that the edit is for, or of a file to be made."""
    able = session.client.edits
    if change.uri is None or not able.versioned or (change.version is None and not able.makes_files):
        return None
    mark = _ANNOTATION if able.confirms else None
    edits: list[Any] = [
        types.AnnotatedTextEdit(mark, _wire_range(session, change, one.range), one.text)
        if mark
        else types.TextEdit(_wire_range(session, change, one.range), one.text)
        for one in change.replacements
    ]
    target = types.OptionalVersionedTextDocumentIdentifier(change.uri, change.version)
    changes: list[Any] = [types.TextDocumentEdit(target, edits)]
    if change.version is None:
        options = types.CreateFileOptions(overwrite=False, ignore_if_exists=False)
        changes.insert(0, types.CreateFile(uri=change.uri, options=options, annotation_id=mark))
    told = types.ChangeAnnotation(
        "AI suggestion", needs_confirmation=True, description="Written by a language model: look at it first"
    )
    return types.WorkspaceEdit(document_changes=changes, change_annotations={mark: told} if mark else None)


def _wire_range(session: Session, change: Change, span: Range) -> types.Range:
    document = session.house.documents.get(change.uri or "") if change.version is not None else None
    return convert.from_range(span, document.lines if document is not None else [""], session.encoding)


def _diagnostics(session: Session, document: DocumentSnapshot, told: Any) -> tuple[Diagnostic, ...]:
    """As the editor has them. Those of another shape are left out: they are there to help, not to be in the way."""
    found = []
    for one in told[:_MOST_DIAGNOSTICS] if isinstance(told, list) else ():
        place, message = convert.read_range(dig(one, "range")), dig(one, "message")
        if place is not None and isinstance(message, str):
            span = convert.to_range(place, document.lines, session.encoding)
            severity = dig(one, "severity")
            known = _SEVERITIES.get(severity, "") if type(severity) is int else ""
            found.append(Diagnostic(span, message, known, _text(one, "source"), str(dig(one, "code") or "")[:100]))
    return tuple(found)


def _place_of_tests(session: Session, document: DocumentSnapshot) -> tuple[DocumentSnapshot | None, str | None]:
    """The open document with the tests of this one, or the address of a new file for them."""
    path = _posix(document.uri)
    if path is None:
        return None, None
    if is_test(path):
        return document, None
    documents = session.house.documents
    for uri in documents.open_uris():
        other = _posix(uri)
        if other is not None and is_test_of(other, path):
            return documents.snapshot(uri), None
    folders = [str(folder).replace("\\", "/") for folder in session.folders]
    return None, uri_of(path_of_tests(path, document.language, folders))


def _posix(uri: str) -> str | None:
    path = path_of(uri)
    return None if path is None else path.replace("\\", "/")


def _text(value: Any, key: str) -> str:
    found = dig(value, key)
    return found if isinstance(found, str) else ""
