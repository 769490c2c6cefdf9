"""`aiLsp/diagnostics`: what the editor shows as wrong, so that ghost text can put it right.

    aiLsp/diagnostics  {textDocument: {uri}, diagnostics: Diagnostic[]}    all errors and warnings of an open document

Editors that do not know this notification tell of the lines at the cursor when they ask for code actions. What has another
shape is passed over: nobody waits for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ai_lsp.context.diagnostics import Diagnostic, Severity
from ai_lsp.server.client import dig
from ai_lsp.server.session import Session

_MOST: Final = 1000
_SEVERITIES: Final = {severity.value: severity for severity in Severity}


def told(session: Session, params: Any) -> None:
    uri = dig(params, "textDocument", "uri")
    if isinstance(uri, str):
        session.house.diagnostics.tell(uri, _read(dig(params, "diagnostics")))


def told_with_question(session: Session, uri: str, lines: range, found: Any) -> None:
    """Those that came along with a question about these lines."""
    session.house.diagnostics.tell_of(uri, lines, list(_read(found)))


def _read(found: Any) -> Iterator[Diagnostic]:
    for one in found[:_MOST] if isinstance(found, list) else ():
        line, message = dig(one, "range", "start", "line"), dig(one, "message")
        number = dig(one, "severity")
        severity = Severity.ERROR if number is None else _SEVERITIES.get(number) if type(number) is int else None
        if type(line) is int and line >= 0 and isinstance(message, str) and severity is not None:
            yield Diagnostic(line, severity, message)
