"""The params of `aiLsp/chat`, read field by field.

In: JSON as it came. Out: a `Question`, or an error that names the field and says what it should be. No value is repeated
in an error but short names: the rest may be the person's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pygls.exceptions import JsonRpcInvalidParams

from ai_lsp.chat.commands import COMMANDS, Command, command_named
from ai_lsp.chat.question import MAX_CHARACTERS, DiagnosticLine, Question, Scope
from ai_lsp.core.chat import ChatMessage, Role
from ai_lsp.core.text import DocumentSnapshot, Position, Range
from ai_lsp.server.session import Session

_ROLES: Final[dict[str, Role]] = {"system": "system", "user": "user", "assistant": "assistant"}
_SEVERITIES: Final = {1: "error", 2: "warning", 3: "information", 4: "hint"}
MOST_MESSAGES: Final = 10_000
_MOST_DIAGNOSTICS: Final = 200
_LONGEST_DIAGNOSTIC: Final = 2000


def question_in(session: Session, params: Any) -> Question:
    """Raises JsonRpcInvalidParams."""
    if not isinstance(params, Mapping):
        raise JsonRpcInvalidParams("params of aiLsp/chat are an object")
    uri = _uri(params)
    document = None if uri is None else session.house.documents.snapshot(uri)
    return Question(
        messages=_messages(params.get("messages")),
        uri=uri,
        selection=_selection(session, params.get("range"), document, uri),
        scope=_scope(params.get("context")),
        diagnostics=_diagnostics(params.get("diagnostics")),
        files=_files(params.get("files")),
        command=_command(params.get("command")),
        provider=_name(params, "provider"),
        model=_name(params, "model"),
        conversation=_name(params, "conversationId"),
    )


def token_in(params: Any, name: str) -> int | str | None:
    """A progress token; None where there is none."""
    token = params.get(name)
    if token is not None and type(token) not in (int, str):
        raise JsonRpcInvalidParams(f"{name} is a string or an integer")
    return token  # type: ignore[no-any-return]  # checked in the line above


def _messages(given: Any) -> tuple[ChatMessage, ...]:
    if not isinstance(given, list) or not given:
        raise JsonRpcInvalidParams("messages is a list with at least one message")
    if len(given) > MOST_MESSAGES:
        raise JsonRpcInvalidParams(f"messages has {len(given):,} messages; at most {MOST_MESSAGES:,} are taken")
    messages = tuple(_message(number, message) for number, message in enumerate(given))
    length = sum(len(message.content) for message in messages)
    if length > MAX_CHARACTERS:
        raise JsonRpcInvalidParams(f"messages has {length:,} characters; at most {MAX_CHARACTERS:,} are taken")
    newest = messages[-1]
    if newest.role != "user":
        raise JsonRpcInvalidParams(f"the last message has the role {newest.role}; it has to be the person's, user")
    if not newest.content.strip():
        raise JsonRpcInvalidParams("the last message is empty; write a question")
    return messages


def _message(number: int, given: Any) -> ChatMessage:
    place = f"messages[{number}]"
    if not isinstance(given, Mapping):
        raise JsonRpcInvalidParams(f"{place} is not an object with role and content")
    role, content = given.get("role"), given.get("content")
    if not isinstance(role, str) or role not in _ROLES:
        raise JsonRpcInvalidParams(f"{place}.role is none of {', '.join(_ROLES)}")
    if not isinstance(content, str):
        raise JsonRpcInvalidParams(f"{place}.content is not a string")
    return ChatMessage(_ROLES[role], content)


def _uri(params: Mapping[str, Any]) -> str | None:
    document = params.get("textDocument")
    if document is None:
        return None
    uri = document.get("uri") if isinstance(document, Mapping) else None
    if not isinstance(uri, str):
        raise JsonRpcInvalidParams("textDocument is an object with a uri")
    return uri


def _selection(session: Session, given: Any, document: DocumentSnapshot | None, uri: str | None) -> Range | None:
    if given is None:
        return None
    if uri is None:
        raise JsonRpcInvalidParams("a range needs a textDocument")
    start, end = (_place(given, end) for end in ("start", "end"))
    if document is None:
        return None  # that it is not open is told in the answer
    last = len(document.lines) - 1
    if start > end:
        raise JsonRpcInvalidParams("the range ends before it begins")
    if start[0] > last:
        raise JsonRpcInvalidParams(f"the range begins in line {start[0]}; the last line of the document is {last}")
    return Range(*(_position(session, place, document) for place in (start, end)))


def _place(given: Any, end: str) -> tuple[int, int]:
    place = given.get(end) if isinstance(given, Mapping) else None
    line, character = (place.get(name) if isinstance(place, Mapping) else None for name in ("line", "character"))
    if type(line) is not int or type(character) is not int or line < 0 or character < 0:
        raise JsonRpcInvalidParams(f"range.{end} has a line and a character, whole numbers from 0")
    return line, character


def _position(session: Session, place: tuple[int, int], document: DocumentSnapshot) -> Position:
    line, units = place
    if line >= len(document.lines):
        return Position(len(document.lines) - 1, len(document.lines[-1]))
    return Position(line, session.encoding.column(document.lines[line], units))


def _scope(given: Any) -> Scope:
    if given is None:
        return Scope.FILE
    if given not in list(Scope):
        raise JsonRpcInvalidParams(f"context is none of {', '.join(Scope)}")
    return Scope(given)


def _diagnostics(given: Any) -> tuple[DiagnosticLine, ...]:
    """What has another shape is left out: it is a help for the model, and editors differ."""
    if given is None:
        return ()
    if not isinstance(given, list):
        raise JsonRpcInvalidParams("diagnostics is a list")
    found = (_diagnostic(one) for one in given[:_MOST_DIAGNOSTICS])
    return tuple(one for one in found if one is not None)


def _diagnostic(given: Any) -> DiagnosticLine | None:
    try:
        line, message = given["range"]["start"]["line"], given["message"]
        severity = _SEVERITIES.get(given.get("severity"), "error")
    except (KeyError, TypeError, AttributeError):
        return None
    if type(line) is not int or not isinstance(message, str):
        return None
    source = given.get("source")
    origin = f"{source[:100]}: " if isinstance(source, str) else ""
    return DiagnosticLine(line, severity, " ".join(f"{origin}{message[:_LONGEST_DIAGNOSTIC]}".split()))


def _files(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(uri, str) for uri in given):
        raise JsonRpcInvalidParams("files is a list of URIs")
    return tuple(given)


def _command(given: Any) -> Command | None:
    if given is None:
        return None
    name = given.removeprefix("aiLsp.") if isinstance(given, str) else ""
    if (command := command_named(name)) is None:
        raise JsonRpcInvalidParams(f"command is none of {', '.join(one.name for one in COMMANDS)}")
    return command


def _name(params: Mapping[str, Any], field: str) -> str | None:
    name = params.get(field)
    if name is None:
        return None
    if not isinstance(name, str) or not name:
        raise JsonRpcInvalidParams(f"{field} is a string that is not empty")
    return name
