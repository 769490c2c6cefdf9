"""Google's Gemini service. Code is completed through a conversation. The key goes into a header, never into the URL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pydantic import Field

from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.usage import Usage
from ai_lsp.providers.base import ModelInfo
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.http import THINKING_ROOM, HTTPProvider, vectors_in
from ai_lsp.providers.options import HTTPOptions
from ai_lsp.providers.pieces import Piece, at, count_at, items, size_at, text_at
from ai_lsp.transport.wire import Auth

MAX_STOPS = 5

_FINISH = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        ("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "ESCALATION"), "content_filter"
    ),
}


class GeminiOptions(HTTPOptions):
    api_version: str = Field(default="v1", pattern=r"v\d+\w*", description="v1, or v1beta for what is not in it yet.")
    safety_settings: dict[str, str] = Field(
        default_factory=dict, description="Category = threshold, as Google names them."
    )
    cached_content: str | None = Field(default=None, description="Name of a cache that was made before.")


class GeminiProvider(HTTPProvider):
    kind = "gemini"
    default_endpoint = "https://generativelanguage.googleapis.com"
    default_model = "gemini-3.8-flash"
    default_code_model = "gemini-3.5-flash-lite"
    auth = Auth("x-goog-api-key", "")
    supports_embeddings = True
    Options = GeminiOptions
    options: GeminiOptions

    @property
    def models_path(self) -> str:  # type: ignore[override]  # the version stands in the path
        return f"/{self.options.api_version}/models?pageSize=1000"

    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        model = request.model or self.model
        body: dict[str, Any] = {"contents": [_content(one) for one in request.messages if one.role != "system"]}
        if system := [{"text": message.content} for message in request.messages if message.role == "system"]:
            body["systemInstruction"] = {"parts": system}
        if config := self._config(request, model, inline=inline):
            body["generationConfig"] = config
        if self.options.safety_settings:
            chosen = self.options.safety_settings.items()
            body["safetySettings"] = [{"category": category, "threshold": limit} for category, limit in chosen]
        if self.options.cached_content:
            body["cachedContent"] = self.options.cached_content
        return WireCall(self._path(model, "streamGenerateContent") + "?alt=sse", body, model)

    def _config(self, request: ChatRequest, model: str, *, inline: bool) -> dict[str, Any]:
        sampling = self.sampling(request, inline=inline)
        chosen = {
            "maxOutputTokens": request.max_tokens,
            "stopSequences": list(request.stop[:MAX_STOPS]) or None,
            "temperature": sampling.get("temperature"),
            "topP": sampling.get("top_p"),
            "thinkingConfig": self._thinking(model, "off" if inline else self.options.thinking),
        }
        if inline and request.max_tokens is not None and self._must_think(model):
            chosen["maxOutputTokens"] = request.max_tokens + THINKING_ROOM
        return {name: value for name, value in chosen.items() if value is not None}

    def _thinking(self, model: str, chosen: str) -> dict[str, Any] | None:
        if chosen == "auto":
            return None
        if "thinking-budget" in self.facts(model).quirks:
            return {"thinkingBudget": {"off": 0, "low": 1024, "medium": 8192, "high": 24576}[chosen]}
        level = "LOW" if chosen == "off" and self._must_think(model) else chosen.upper()
        return {"thinkingLevel": "MINIMAL" if level == "OFF" else level}

    def _must_think(self, model: str) -> bool:
        return self.facts(model).thinking == "always" or self.has_refused(model, "thinkingConfig")

    def _path(self, model: str, verb: str) -> str:
        return f"/{self.options.api_version}/models/{quote(model.removeprefix('models/'), safe='')}:{verb}"

    def parse(self, data: Any, event: str) -> Piece | None:
        candidate = at(data, "candidates", 0)
        parts = items(candidate, "content", "parts")
        reason = text_at(candidate, "finishReason")
        if text_at(data, "promptFeedback", "blockReason"):
            reason = "SAFETY"
        return Piece(
            text="".join(text_at(part, "text") for part in parts if at(part, "thought") is not True),
            finish_reason=_FINISH.get(reason, reason.lower()) or None,
            usage=_usage(at(data, "usageMetadata")),
            model=text_at(data, "modelVersion") or None,
        )

    def models_from(self, data: Any) -> list[ModelInfo]:
        return [_model_info(entry) for entry in items(data, "models") if text_at(entry, "name")]

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        model = self.options.embedding_model or "gemini-embedding-2"
        asked = [{"model": f"models/{model}", "content": {"parts": [{"text": text}]}} for text in texts]
        answer = await self._json(self._path(model, "batchEmbedContents"), {"requests": asked})
        return vectors_in([at(entry, "values") for entry in items(answer, "embeddings")], len(texts), self.name)


def _content(message: ChatMessage) -> dict[str, Any]:
    return {"role": "model" if message.role == "assistant" else "user", "parts": [{"text": message.content}]}


def _usage(told: Any) -> Usage | None:
    """Thoughts are counted apart from the answer, and billed like it."""
    if not isinstance(told, dict):
        return None
    thoughts = count_at(told, "thoughtsTokenCount")
    return Usage(
        input_tokens=count_at(told, "promptTokenCount"),
        output_tokens=count_at(told, "candidatesTokenCount") + thoughts,
        cached_input_tokens=count_at(told, "cachedContentTokenCount"),
        thinking_tokens=thoughts,
    )


def _model_info(entry: Any) -> ModelInfo:
    methods = items(entry, "supportedGenerationMethods")
    return ModelInfo(
        text_at(entry, "name").removeprefix("models/"),
        context_window=size_at(entry, "inputTokenLimit"),
        max_output_tokens=size_at(entry, "outputTokenLimit"),
        supports_chat="generateContent" in methods if methods else None,
    )
