"""Who answers a conversation, by the settings of the moment, and the way to them.

In: a provider and a model as far as the person names them. Out: the provider's name, the window of its model, the events
of its answer. What must never happen: an engine that only completes is asked to chat.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ai_lsp.chat.answer import Answerer
from ai_lsp.chat.attach import Attacher
from ai_lsp.chat.engine import ChatEngine
from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.errors import AIError, UnsupportedError
from ai_lsp.core.reasons import Silence
from ai_lsp.documents.store import Documents
from ai_lsp.gateway.call import ChatCall, Events
from ai_lsp.gateway.configured import deadlines_of
from ai_lsp.house.upstream import Upstream
from ai_lsp.models.facts import facts_for
from ai_lsp.settings.schema import Settings

_NOBODY_CHATS = (
    "{} completes code, it cannot chat; set a key such as ANTHROPIC_API_KEY, start Ollama, or name a provider that can"
    " (`ai-lsp providers` shows them)"
)


class Chatting:
    """`settled` waits until what the editor has said before a request is in force for it; `locked` says why no service
    answers at all, whatever is chosen.
    """

    def __init__(
        self,
        upstream: Upstream,
        settings: Callable[[], Settings],
        settled: Callable[[], Awaitable[None]],
        locked: Callable[[], str | None],
    ) -> None:
        self._upstream = upstream
        self._settings = settings
        self._settled = settled
        self._locked = locked

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        await self._settled()
        settings = self._settings()
        name = await self._upstream.resolve(provider or settings.chat.provider or settings.provider)
        if model is None and provider is None:
            model = settings.chat.model
        return Answerer(name, model, self._window(name, model), settings.chat.system_prompt or "")

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        """The answer of a provider, or of the one that chats by the settings, as it comes."""
        who = await self.answerer(provider, request.model)
        settings = self._settings()
        if (refusal := self.refusal(who)) is not None:
            raise UnsupportedError(refusal, provider=who.provider)
        asked = replace(
            request,
            model=who.model,
            max_tokens=request.max_tokens or settings.chat.max_tokens,
            temperature=settings.chat.temperature if request.temperature is None else request.temperature,
        )
        return self._upstream.gateway.stream(ChatCall(who.provider, asked, deadlines_of(settings, who.provider)))

    def refusal(self, who: Answerer) -> str | None:
        """Why nobody can answer, in one sentence, or None."""
        chats = any(map(self._upstream.can_chat, (who.provider, *self._settings().fallback)))
        return None if chats else self._locked() or _NOBODY_CHATS.format(who.provider)

    def engine(
        self,
        documents: Documents,
        excluded: Callable[[str], Awaitable[Silence | None]],
        folders: Callable[[], Sequence[Path]],
    ) -> ChatEngine:
        """What answers questions about open code, and remembers conversations."""
        return ChatEngine(self, Attacher(documents, excluded, folders))

    def _window(self, name: str, model: str | None) -> int | None:
        try:
            provider = self._upstream.factory.get(name)
        except AIError:
            return None  # what is wrong with it, its call says
        if model is None or model == provider.model:
            return provider.capabilities.context_window
        return facts_for(model).window
