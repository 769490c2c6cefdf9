"""The commands `aiLsp.explain`, `aiLsp.fix`, `aiLsp.tests`, `aiLsp.document` and `aiLsp.refactor`: a model works on code.

    -> {textDocument: {uri, version?},       an open document; another version than ours is refused
        range,                               what is selected; an empty one means the function or class around it
        instruction?,                        what the person wants; `refactor` needs it, the others take it
        diagnostics?: Diagnostic[],          as the editor has them; those that touch the lines are used
        provider?, model?,                   instead of those of the settings
        showResult?,                         true: also send the answer, or the diff, as `window/showMessage`
        partialResultToken?, workDoneToken?}
    <- {content, provider, model, finishReason, usage,
        message?,                            one sentence for the person: why there is no change, or what else to know
        uri, version, range, newText, diff, createsFile, edit?}   only where a change is offered

`content` is the model's answer: Markdown that may be shown as it is. For `explain` it is all there is.
`newText` is to stand at `range` (whole lines, which may be more than was selected) of the document `uri` in its `version`.
For `tests` that is the open file with the tests of this one, or a new file: then `version` is null, `createsFile` true, and
`uri` is where the tests of such a file usually are (null where nobody knows). `diff` is a unified diff, for showing only.
`edit` is a `WorkspaceEdit` with `documentChanges` that makes the same change in as few replacements as possible; it is there
for clients with `documentChanges` (and `create`, for a new file), with `changeAnnotations` that need confirmation for those
that have `changeAnnotationSupport`. A client that shows the change itself may take `newText` and `range`, or the edits alone.

With a `partialResultToken` the answer comes in pieces as `$/progress {token, value: {kind: "delta", content}}`; with a
`workDoneToken`, or where the client has `window.workDoneProgress`, `begin` and `end` are told. `$/cancelRequest` and
`window/workDoneProgress/cancel` stop the model; the request then fails with -32800.
A failure is an error with one sentence: -32602 where the argument is wrong, -32803 for all else.

Where the client does not say `experimental: {aiLsp: {results: true}}`, it is taken to drop what commands return, as if it had
said `showResult`; code actions say it in their commands for clients that cannot show an edit before it is made.
What must never happen: a document is changed without the person.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from itertools import count
from typing import Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from ai_lsp.chat.commands import Command
from ai_lsp.chat.task import Task
from ai_lsp.chat.work import Outcome
from ai_lsp.server.client import dig
from ai_lsp.server.deltas import Deltas
from ai_lsp.server.features import status
from ai_lsp.server.features.chat_params import token_in
from ai_lsp.server.features.code_task import current, read_task, result
from ai_lsp.server.session import Session

Token = int | str

_LONGEST_MESSAGE: Final = 4000
_SECONDS_TO_MAKE_A_TOKEN: Final = 2.0
_NUMBERS: Final = count(1)


async def run(session: Session, command: Command, argument: Any) -> dict[str, Any]:
    task = read_task(session, command, argument)
    outcome = await carry_out(
        session, task, partial=token_in(argument, "partialResultToken"), work=token_in(argument, "workDoneToken")
    )
    told = result(session, outcome)
    if not session.client.shows_results or dig(argument, "showResult") is True:
        _show(session, outcome)
    return told


async def carry_out(
    session: Session, task: Task, *, partial: Token | None = None, work: Token | None = None
) -> Outcome:
    """The outcome, whose change fits into the document as it is by then. Raises AIError or JsonRpcException."""
    async with _progress(session, work, f"AI: {task.command.title.rstrip('…')}"):
        try:
            outcome = await _outcome(session, task, partial)
        finally:
            status.tell(session)
    return current(session, task, outcome)


async def _outcome(session: Session, task: Task, partial: Token | None) -> Outcome:
    def send(text: str) -> None:
        session.voice.notify("$/progress", {"token": partial, "value": {"kind": "delta", "content": text}})

    deltas = Deltas(send, session.voice.room, session.clock)
    outcome: Outcome | None = None
    try:
        async with aclosing(session.house.coding.work(task)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Outcome):
                    outcome = piece
                elif partial is not None:
                    await deltas.add(piece)
        await deltas.end()
    finally:
        deltas.stop()
    assert outcome is not None
    return outcome


@asynccontextmanager
async def _progress(session: Session, token: Token | None, title: str) -> AsyncGenerator[None]:
    """Begin and end, under the client's token or one of ours; nothing where it shows no progress."""
    if token is None:
        token = await _own_token(session)
    if token is None:
        yield
        return

    def tell(kind: str, **more: Any) -> None:
        session.voice.notify("$/progress", {"token": token, "value": {"kind": kind, **more}})

    with session.requests.known_by(token):
        tell("begin", title=title, message="asking", cancellable=True)
        try:
            yield
        finally:
            tell("end")


async def _own_token(session: Session) -> Token | None:
    if not session.client.shows_progress:
        return None
    token = f"ai-lsp-work-{next(_NUMBERS)}"
    try:
        await session.voice.ask("window/workDoneProgress/create", {"token": token}, _SECONDS_TO_MAKE_A_TOKEN)
    except (JsonRpcException, TimeoutError):
        return None
    return token


def _show(session: Session, outcome: Outcome) -> None:
    """The first line says it all: some editors show no more."""
    change = outcome.change
    text = outcome.remark or outcome.content
    if change is not None:
        text = f"ai-lsp: a change for {change.name}, which is not made:\n{change.diff}"
    text = text.strip()
    shown = text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "\n[…]"
    session.voice.notify("window/showMessage", types.ShowMessageParams(types.MessageType.Info, shown))
