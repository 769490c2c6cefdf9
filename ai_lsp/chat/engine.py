"""From a question to an answer: gathers what goes along, makes it fit, asks, and remembers what was said.

In: a `Question`. Out: pieces of Markdown that may be shown as they are, then one `Answer`. A failure before the first
piece is raised; after it, what has come is kept and marked. What must never happen: something was left out of a question,
or is missing in an answer, and the person cannot see it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from ai_lsp.chat.answer import INTERRUPTED, Answer, Answerer, Pieces
from ai_lsp.chat.attach import Attacher
from ai_lsp.chat.conversations import Conversations
from ai_lsp.chat.history import Fitted, fit, left_out
from ai_lsp.chat.inert import Inert
from ai_lsp.chat.notices import notice, without_notices
from ai_lsp.chat.question import Question, Refusal, Said
from ai_lsp.chat.reply import Reply
from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.gateway.call import Events
from ai_lsp.prompts.chat import SYSTEM


class Models(Protocol):
    """The way to the models."""

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        """Who answers by the settings, or by what the person said."""

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        """The answer as it comes. Raises AIError, here or while it comes."""


class ChatEngine:
    def __init__(self, models: Models, attacher: Attacher, conversations: Conversations | None = None) -> None:
        self._models = models
        self._attacher = attacher
        self._conversations = conversations or Conversations()

    async def ask(self, question: Question) -> Pieces:
        """Close it (`contextlib.aclosing`) to stop early: what has come by then is part of the conversation."""
        before = await self._allowed(self._conversations.said(question.conversation))
        attachments, refused = await self._attacher.attach(question)
        *earlier, newest = map(_as_said, question.messages)
        newest = replace(newest, attachments=tuple(attachments))
        who = await self._models.answerer(question.provider, question.model)
        system = question.command.system_prompt if question.command else SYSTEM
        fitted = fit(f"{system}\n\n{who.instructions}".rstrip(), [*before, *earlier, newest], who.window)
        conversation = question.conversation or self._conversations.begin()
        reply = Reply(Inert())
        shown: list[str] = []
        try:
            async with aclosing(self._show(reply, who, fitted, refused)) as pieces:
                async for piece in pieces:
                    shown.append(piece)
                    yield piece
        finally:
            if reply.text:
                said = Said(ChatMessage("assistant", reply.text))
                self._conversations.add(conversation, *earlier, newest, said)
        yield replace(
            _answer(reply, who),
            content="".join(shown),
            conversation=conversation,
            dropped=fitted.dropped + (reply.end.left_out.messages if reply.end and reply.end.left_out else 0),
            refused=tuple(refused),
        )

    async def _show(
        self, reply: Reply, who: Answerer, fitted: Fitted, refused: Sequence[Refusal]
    ) -> AsyncGenerator[str, None]:
        """All that the person gets to see."""
        told = "".join(map(notice, left_out(fitted, refused)))
        asked = self._models.chat(ChatRequest(fitted.messages, who.model), who.provider)
        async with aclosing(reply.read(asked)) as pieces:
            async for piece in pieces:
                yield f"{told}\n{piece}" if told else piece
                told = ""
        if reply.error is not None and not reply.shown:
            raise reply.error
        if lines := [*filter(None, [reply.failure()]), *reply.remarks()]:
            yield told + "\n\n" + "".join(map(notice, lines))

    async def _allowed(self, said: Sequence[Said]) -> list[Said]:
        """What was said, without code that may no longer be seen."""
        allowed = await self._attacher.still_allowed(attached for one in said for attached in one.attachments)
        return [replace(one, attachments=tuple(a for a in one.attachments if a.uri in allowed)) for one in said]


def _as_said(message: ChatMessage) -> Said:
    if message.role == "assistant":
        message = replace(message, content=without_notices(message.content))
    return Said(message)


def _answer(reply: Reply, who: Answerer) -> Answer:
    """What the model says of it."""
    end, error = reply.end, reply.failure()
    if end is None:
        return Answer(INTERRUPTED, who.provider, who.model or "", error=error)
    reason = end.finish_reason if reply.error is None else INTERRUPTED
    return Answer(reason, end.provider, end.model, end.usage, error)
