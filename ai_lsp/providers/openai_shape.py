"""The chat interface that OpenAI began and most services copy: requests, events, models and embeddings in its shape.

Not a provider: each service that speaks it has a file of its own, with what it does differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.usage import Usage
from ai_lsp.providers.base import ModelInfo
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.http import THINKING_ROOM, HTTPProvider, vectors_in
from ai_lsp.providers.pieces import Piece, at, count_at, items, number_at, size_at, text_at

MAX_STOPS = 4


class OpenAIShape(HTTPProvider):
    """A subclass names its endpoint and overrides what its service spells differently."""

    chat_path: ClassVar[str] = "/chat/completions"
    max_tokens_name: ClassVar[str] = "max_tokens"
    stream_options: ClassVar[dict[str, Any]] = {"include_usage": True}
    default_embedding_model: ClassVar[str] = ""
    embeddings_path: ClassVar[str] = "/embeddings"

    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        model = request.model or self.model
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
        }
        if self.stream_options:
            body["stream_options"] = self.stream_options
        if request.stop:
            body["stop"] = list(request.stop[:MAX_STOPS])
        thinking = self.thinking(model, inline=inline)
        if request.max_tokens is not None:
            room = THINKING_ROOM if inline and self.must_think(model) else 0
            body[self.max_tokens_name] = request.max_tokens + room
        return WireCall(self.chat_path, {**body, **thinking, **self.sampling(request, inline=inline)}, model)

    def thinking(self, model: str, *, inline: bool) -> dict[str, Any]:
        """The parameters that say how much the model thinks."""
        if inline:
            return {"reasoning_effort": "low" if self.facts(model).thinking == "always" else "none"}
        chosen = {"auto": None, "off": "none"}.get(self.options.thinking, self.options.thinking)
        return {"reasoning_effort": chosen} if chosen else {}

    def must_think(self, model: str) -> bool:
        softened = self.services.learned.has_softened((self.origin, model), "reasoning_effort")
        return softened or self.facts(model).thinking == "always"

    def parse(self, data: Any, event: str) -> Piece | None:
        choice = at(data, "choices", 0)
        delta = at(choice, "delta") or at(choice, "message")
        text = _content(at(delta, "content")) or text_at(choice, "text")
        refusal = text_at(delta, "refusal")
        return Piece(
            text=text or refusal,
            finish_reason="refusal" if refusal else text_at(choice, "finish_reason") or None,
            usage=self.usage(data),
            model=text_at(data, "model") or None,
            refused=bool(refusal),
        )

    def usage(self, data: Any) -> Usage | None:
        told = at(data, "usage")
        if not isinstance(told, dict):
            return None
        return Usage(
            input_tokens=count_at(told, "prompt_tokens"),
            output_tokens=count_at(told, "completion_tokens"),
            cached_input_tokens=count_at(told, "prompt_tokens_details", "cached_tokens")
            or count_at(told, "prompt_cache_hit_tokens"),
            cache_write_tokens=count_at(told, "prompt_tokens_details", "cache_write_tokens"),
            thinking_tokens=count_at(told, "completion_tokens_details", "reasoning_tokens"),
        )

    def models_from(self, data: Any) -> list[ModelInfo]:
        listed = data if isinstance(data, list) else items(data, "data")
        entries = [entry for entry in listed if text_at(entry, "id")]
        self.note_aliases(entries)
        return [self.model_info(entry) for entry in entries]

    def model_info(self, entry: Any) -> ModelInfo:
        window = next(filter(None, (size_at(entry, *path) for path in _WINDOWS)), None)
        return ModelInfo(text_at(entry, "id"), context_window=window, deprecated=_shutdown(entry))

    def note_aliases(self, entries: Sequence[Any]) -> None:
        """Other names under which a listed model can be asked."""
        self.aliases.update(name for entry in entries for name in items(entry, "aliases") if isinstance(name, str))

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if not self.supports_embeddings:
            raise self.unsupported("embeddings")
        model = self.options.embedding_model or self.default_embedding_model
        if not model:
            raise self.unsupported("embeddings until `embedding_model` is set")
        answer = await self._json(self.embeddings_path, {"model": model, "input": list(texts)})
        entries = sorted(items(answer, "data"), key=lambda entry: count_at(entry, "index"))
        return vectors_in([at(entry, "embedding") for entry in entries], len(texts), self.name)


_WINDOWS = (("context_length",), ("max_context_length",), ("max_model_len",), ("context_window",), ("meta", "n_ctx"))
"""Where servers of this shape tell the window."""

_YEAR_3000 = 32_503_680_000
"""Seconds: no date beyond it is meant."""


def _content(content: Any) -> str:
    """Text from a string or from a list of parts; parts that think aloud are no text."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(text_at(part, "text") for part in parts if text_at(part, "type") in {"text", "output_text"})


def _shutdown(entry: Any) -> str | None:
    day = text_at(entry, "shutdown_date")[:10]
    moment = number_at(entry, "shutdown_date")
    if moment is not None and 0 < moment < _YEAR_3000:
        day = datetime.fromtimestamp(moment, UTC).date().isoformat()
    return f"the service stops offering it on {day}" if day else None
