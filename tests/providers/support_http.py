"""A provider of any kind in front of a scripted server, and what it asked there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.core.secret import Secret
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.http import HTTPProvider
from ai_lsp.providers.services import ProviderSettings, Services
from tests.transport.loopback import Answer, Asked, Loopback, whole

HELLO = ChatRequest((ChatMessage("system", "Be brief."), ChatMessage("user", "Hi")))
PROMPT = CompletionPrompt("def add(a, b):\n    return ", "\n", "python", max_tokens=32)
CONTEXT = CodeContext(DocumentSnapshot("file:///a.py", "python", 1, ("",)), Position(0, 0), "a.py")
EMPTY = whole({})


class OneKey:
    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return Secret("sk-canary-0123456789", origin)


@dataclass(frozen=True, slots=True)
class Setting:
    server: Loopback
    provider: HTTPProvider

    @property
    def last(self) -> Asked:
        return self.server.asked[-1]


@asynccontextmanager
async def setting(
    kind: str, *answers: Answer, model: str | None = "m", path: str = "", **options: Any
) -> AsyncIterator[Setting]:
    """A provider `work` of this kind whose service gives these answers."""
    async with Loopback(list(answers)) as server:
        settings = ProviderSettings("work", kind, model, server.url + path, options=options)
        factory = AIProviderFactory({"work": settings}, services=Services(secrets=OneKey()))
        provider = factory.get("work")
        assert isinstance(provider, HTTPProvider)
        try:
            yield Setting(server, provider)
        finally:
            await factory.aclose()


def openai_says(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "m-1", "choices": [{"delta": {"content": text}, "finish_reason": None}], **more}


def openai_ends(reason: str = "stop") -> dict[str, Any]:
    return {"choices": [{"delta": {}, "finish_reason": reason}]}
