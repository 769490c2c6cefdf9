"""`aiLsp/chat`: a question to a model, and its answer as it comes.

    -> {messages: [{role: "system" | "user" | "assistant", content}],   the last one is the person's
        textDocument?: {uri}, range?,              the open file, and what is selected in it
        context?: "file" | "selection",            how much of the open file goes along; default "file"
        diagnostics?: Diagnostic[],                of the open file, as the editor has them
        files?: [uri],                             more files, open or in the workspace, that the person named
        command?: "explain" | "fix" | "tests" | "document" | "refactor",
        provider?, model?,                         instead of those of the settings
        conversationId?,                           `messages` holds only what is new in that conversation
        partialResultToken?, workDoneToken?}
    <- {content, finishReason, usage, provider, model, conversationId, dropped, refused, error, streamed}

With a `partialResultToken`, each piece comes as `$/progress {token, value: {kind: "delta", content}}`: the first at once,
then at most twenty a second. All of them together are `content`, which is Markdown that may be shown as it is.
With a `workDoneToken`, `begin` and `end` are told under it. `$/cancelRequest` and `window/workDoneProgress/cancel` (with
the `workDoneToken`) stop the model; the request then fails with -32800, and what came stays in the conversation.

`finishReason` is "stop", "length", what else the service says, or "interrupted": then `content` is what came until then,
`error` says in one sentence what happened, and the last line of `content` says it to the person.
`usage` is null or {inputTokens, outputTokens, cachedInputTokens, thinkingTokens, cost, estimated}.
`dropped` counts earlier messages that the model had no room for; `refused` is [{uri, reason}] of what was not sent along.
Both are told in `content`, too, in lines that begin with "> **ai-lsp:** ".
`streamed`: the answer has more than `LONGEST_TWICE` characters and went out piece by piece; then `content` is "", so that
it does not stand in the way of other answers for a second time. It is false for every other answer.

A failure before the first piece is an error: -32602 where the params are wrong, -32803 for all else, with one sentence.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from ai_lsp.core.usage import Usage
from ai_lsp.server.deltas import Deltas
from ai_lsp.server.features import status
from ai_lsp.server.session import Session

if TYPE_CHECKING:  # loaded with the first question, not before `initialize` is answered
    from ai_lsp.chat.answer import Answer

LONGEST_TWICE: Final = 1_000_000


async def chat(session: Session, params: Any) -> dict[str, Any]:
    from ai_lsp.server.features.chat_params import question_in, token_in  # noqa: PLC0415  # see the head of this file

    question = question_in(session, params)
    token, work = token_in(params, "partialResultToken"), token_in(params, "workDoneToken")
    progress = _Progress(session, work)
    progress.tell("begin", title="ai-lsp", message="asking", cancellable=True)
    deltas = Deltas(lambda text: _tell(session, token, text), session.voice.room, session.clock)
    answer: Answer | None = None
    try:
        async with aclosing(session.house.ask(question)) as pieces:
            async for piece in pieces:
                if not isinstance(piece, str):
                    answer = piece
                elif token is not None:
                    await deltas.add(piece)
        await deltas.end()
    finally:
        deltas.stop()
        progress.tell("end")
        status.tell(session)
    assert answer is not None
    return to_wire(answer, streamed=token is not None and len(answer.content) > LONGEST_TWICE)


def to_wire(answer: Answer, *, streamed: bool = False) -> dict[str, Any]:
    return {
        "content": "" if streamed else answer.content,
        "finishReason": answer.finish_reason,
        "usage": None if answer.usage is None else usage_to_wire(answer.usage),
        "provider": answer.provider,
        "model": answer.model,
        "conversationId": answer.conversation,
        "dropped": answer.dropped,
        "refused": [{"uri": one.uri, "reason": one.reason} for one in answer.refused],
        "error": answer.error,
        "streamed": streamed,
    }


def usage_to_wire(usage: Usage) -> dict[str, Any]:
    return {
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "cachedInputTokens": usage.cached_input_tokens,
        "thinkingTokens": usage.thinking_tokens,
        "cost": usage.cost,
        "estimated": usage.estimated,
    }


def _tell(session: Session, token: int | str | None, text: str) -> None:
    session.voice.notify("$/progress", {"token": token, "value": {"kind": "delta", "content": text}})


class _Progress:
    """Begin and end under the editor's own token; nothing where it gave none."""

    def __init__(self, session: Session, token: int | str | None) -> None:
        self._session = session
        self._token = token

    def tell(self, kind: str, **more: Any) -> None:
        if self._token is not None:
            self._session.voice.notify("$/progress", {"token": self._token, "value": {"kind": kind, **more}})
