"""What a model may be asked to do with open code: the way from the server's commands to whoever chats.

In: tasks, and addresses of open documents. Out: answers, and the reason where there can be none. What must never happen: a
command is offered for a file that no model may see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ai_lsp.chat.answer import Answerer
from ai_lsp.chat.task import Task
from ai_lsp.chat.work import Pieces, carry_out
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import AIError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position
from ai_lsp.documents.store import Documents
from ai_lsp.gateway.call import Events
from ai_lsp.house.chatting import Chatting
from ai_lsp.settings.schema import Settings


class Coding:
    """Belongs to one event loop."""

    def __init__(
        self,
        documents: Documents,
        gatherer: ContextGatherer,
        chatting: Chatting,
        excluded: Callable[[str], Awaitable[Silence | None]],
        settings: Callable[[], Settings],
    ) -> None:
        self._documents = documents
        self._gatherer = gatherer
        self._chatting = chatting
        self._settings = settings
        self.excluded = excluded

    def work(self, task: Task) -> Pieces:
        """The answer to a task as it comes, then its outcome. Raises AIError while it is read. To be closed."""
        return carry_out(task, self)

    def context(self, uri: str, position: Position) -> CodeContext | Silence:
        """What stands around a place in an open document: known at once, without code from elsewhere."""
        return self._gatherer.gather(uri, position)

    async def refusal(self, uri: str) -> str | None:
        """Why nothing can be done with the document at this address, in one sentence, or None."""
        document = self._documents.snapshot(uri)
        if document is None:
            return str(Silence(Reason.NOT_OPEN))
        if document.language in self._settings().completion.disabled_languages:
            return f"AI is switched off for {document.language} (`disabled_languages` of [completion])"
        reason = await self.excluded(uri)
        if reason is not None:
            return str(reason)
        try:
            return self._chatting.refusal(await self.answerer(None, None))
        except AIError as error:
            return str(error)

    async def surroundings(self, uri: str, position: Position) -> CodeContext | Silence:
        context = self._gatherer.gather(uri, position)
        return await self._gatherer.with_snippets(context) if isinstance(context, CodeContext) else context

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        return await self._chatting.answerer(provider, model)

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        return await self._chatting.chat(request, provider)
