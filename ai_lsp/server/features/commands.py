"""`workspace/executeCommand`: our commands, by name. A new one is a function and a line in `COMMANDS`.

    aiLsp.acceptSuggestion, aiLsp.rejectSuggestion   [id of the suggestion]            -> null
    aiLsp.showStatus                                 []                                -> as `aiLsp/status`
    aiLsp.switchProvider                             [name of a provider]              -> as `aiLsp/status`
    aiLsp.clearCache                                 []                                -> null
    aiLsp.chat                                       [params of `aiLsp/chat`]          -> as `aiLsp/chat`
    aiLsp.explain, .fix, .tests, .document, .refactor   [see `code_work`]              -> see `code_work`

`workDoneToken` may stand in the params of the request or in the one object that is the argument.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ai_lsp.chat.commands import COMMANDS as CODE_COMMANDS
from ai_lsp.chat.commands import Command as CodeCommand
from ai_lsp.core.completion import Suggestion
from ai_lsp.core.status import StatusKind
from ai_lsp.server.features import chat, status
from ai_lsp.server.session import Session

Command = Callable[[Session, Sequence[Any]], Any]

ACCEPT: Final = "aiLsp.acceptSuggestion"
REJECT: Final = "aiLsp.rejectSuggestion"


async def execute(session: Session, params: types.ExecuteCommandParams) -> Any:
    command = COMMANDS.get(params.command)
    if command is None:
        raise JsonRpcInvalidParams(f"unknown command {params.command[:100]!r}")
    result = command(session, _with_token(params))
    return await result if inspect.isawaitable(result) else result


def _with_token(params: types.ExecuteCommandParams) -> Sequence[Any]:
    """The arguments; where the one argument is an object, the request's own token for progress stands in it."""
    arguments = params.arguments or ()
    if params.work_done_token is None or len(arguments) != 1 or not isinstance(arguments[0], dict):
        return arguments
    return [{"workDoneToken": params.work_done_token, **arguments[0]}]


def accept_command(found: Suggestion) -> types.Command:
    """Editors run it when the person takes the suggestion."""
    return types.Command(title="Accept", command=ACCEPT, arguments=[found.id])


def _accept(session: Session, arguments: Sequence[Any]) -> None:
    session.house.accepted(_suggestion_id(arguments))


def _reject(session: Session, arguments: Sequence[Any]) -> None:
    session.house.rejected(_suggestion_id(arguments))


def _show_status(session: Session, _: Sequence[Any]) -> dict[str, Any]:
    """Also shown as a message, for editors that run a command and drop its result."""
    now = session.house.status()
    kind = types.MessageType.Error if now.kind is StatusKind.ERROR else types.MessageType.Info
    session.voice.notify("window/showMessage", types.ShowMessageParams(kind, status.summary(now)))
    return status.to_wire(now)


def _switch_provider(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """Until the end of the session; the next request goes to it."""
    session.house.switch(_text(arguments, "the argument is the name of a provider"))
    status.tell(session)
    return status.to_wire(session.house.status())


async def _chat(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
    """The argument is what `aiLsp/chat` takes as its params."""
    if len(arguments) != 1:
        raise JsonRpcInvalidParams("the argument is one object, the params of aiLsp/chat")
    return await chat.chat(session, arguments[0])


def _on_code(command: CodeCommand) -> Command:
    """The argument is what `code_work.run` takes."""

    async def run(session: Session, arguments: Sequence[Any]) -> dict[str, Any]:
        from ai_lsp.server.features import code_work  # noqa: PLC0415  # not before `initialize` is answered

        if len(arguments) != 1:
            raise JsonRpcInvalidParams("the argument is one object: {textDocument: {uri}, range, …}")
        return await code_work.run(session, command, arguments[0])

    return run


def _clear_cache(session: Session, _: Sequence[Any]) -> None:
    session.house.clear_cache()


def _suggestion_id(arguments: Sequence[Any]) -> str:
    return _text(arguments, "the argument is the id of one suggestion")


def _text(arguments: Sequence[Any], otherwise: str) -> str:
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise JsonRpcInvalidParams(otherwise)
    return arguments[0]


COMMANDS: Final[dict[str, Command]] = {
    ACCEPT: _accept,
    REJECT: _reject,
    "aiLsp.chat": _chat,
    **{f"aiLsp.{command.name}": _on_code(command) for command in CODE_COMMANDS},
    "aiLsp.clearCache": _clear_cache,
    "aiLsp.showStatus": _show_status,
    "aiLsp.switchProvider": _switch_provider,
}

OPTIONS: Final = types.ExecuteCommandOptions(commands=list(COMMANDS))
