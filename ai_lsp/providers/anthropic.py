"""Anthropic: messages. Code is completed through a conversation; current models take neither prefill nor sampling.

The interface of 2026-10-21 sends the key as `Authorization: Bearer`; older versions, and many gateways, as `x-api-key`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.usage import Usage
from ai_lsp.providers.base import ModelInfo
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.http import THINKING_ROOM, HTTPProvider
from ai_lsp.providers.options import HTTPOptions
from ai_lsp.providers.pieces import Piece, at, count_at, items, size_at, text_at
from ai_lsp.transport.wire import Auth

BEARER_SINCE = "2026-10-21"
DEFAULT_MAX_TOKENS = 8192
"""Tokens of a chat answer where nothing is set: the interface demands a number."""

_FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
}


class AnthropicOptions(HTTPOptions):
    api_version: str = Field(
        default=BEARER_SINCE, pattern=r"\d{4}-\d{2}-\d{2}", description="Sent as anthropic-version."
    )
    auth: Literal["auto", "bearer", "x-api-key"] = Field(default="auto", description="auto: as the api_version has it.")
    beta: list[str] = Field(default_factory=list, description="Sent as anthropic-beta.")
    cache: Literal["off", "5m", "1h"] = Field(default="5m", description="How long the start of a conversation is kept.")
    service_tier: Literal["auto", "standard_only"] | None = Field(default=None, description="What speed is paid for.")


class AnthropicProvider(HTTPProvider):
    kind = "anthropic"
    default_endpoint = "https://api.anthropic.com"
    default_model = "claude-haiku-5-5"
    models_path = "/v1/models?limit=1000"
    Options = AnthropicOptions
    options: AnthropicOptions

    def auth_style(self) -> Auth:
        style = self.options.auth
        if style == "bearer" or (style == "auto" and self.options.api_version >= BEARER_SINCE):
            return Auth()
        return Auth("x-api-key", "")

    def extra_headers(self) -> dict[str, str]:
        beta = {"anthropic-beta": ",".join(self.options.beta)} if self.options.beta else {}
        return {"anthropic-version": self.options.api_version, **beta}

    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        model = request.model or self.model
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": request.max_tokens or DEFAULT_MAX_TOKENS,
            "messages": [
                {"role": message.role, "content": message.content}
                for message in request.messages
                if message.role != "system"
            ],
            "stream": True,
        }
        if system := "\n\n".join(message.content for message in request.messages if message.role == "system"):
            body["system"] = system
        # a completion's prompt changes with every key: keeping it would cost more than it saves
        if self.options.cache != "off" and not inline:
            body["cache_control"] = {"type": "ephemeral", "ttl": self.options.cache}
        # the interface refuses stop sequences of white space only
        if stop := [text for text in request.stop if text.strip()]:
            body["stop_sequences"] = stop
        if self.options.service_tier:
            body["service_tier"] = self.options.service_tier
        body.update(self.sampling(request, inline=inline))
        self._set_thinking(body, model, inline=inline)
        return WireCall("/v1/messages", body, model)

    def _set_thinking(self, body: dict[str, Any], model: str, *, inline: bool) -> None:
        chosen = "off" if inline else self.options.thinking
        if chosen == "auto":
            return
        if chosen == "off" and self.facts(model).thinking != "always" and not self.has_refused(model, "thinking"):
            body["thinking"] = {"type": "disabled"}
            return
        body["output_config"] = {"effort": "low" if chosen == "off" else chosen}
        if inline:
            body["max_tokens"] += THINKING_ROOM

    def parse(self, data: Any, event: str) -> Piece | None:
        kind = text_at(data, "type") or event
        if kind == "content_block_delta":
            return Piece(text=text_at(data, "delta", "text"))
        if kind == "message_start":
            return Piece(usage=_usage(at(data, "message", "usage")), model=text_at(data, "message", "model") or None)
        if kind == "message_delta":
            reason = text_at(data, "delta", "stop_reason")
            return Piece(finish_reason=_FINISH.get(reason, reason) or None, usage=_usage(at(data, "usage")))
        if kind == "message_stop":
            return Piece(done=True)
        return _whole(data) if kind == "message" else None

    def models_from(self, data: Any) -> list[ModelInfo]:
        return [_model_info(entry) for entry in items(data, "data") if text_at(entry, "id")]


def _whole(message: Any) -> Piece:
    """An answer that came in one piece, although a stream was asked for."""
    text = "".join(text_at(block, "text") for block in items(message, "content"))
    reason = text_at(message, "stop_reason")
    return Piece(
        text,
        _FINISH.get(reason, reason) or None,
        _usage(at(message, "usage")),
        text_at(message, "model") or None,
        done=True,
    )


def _usage(told: Any) -> Usage | None:
    """Here `input_tokens` leaves out what the cache had; ours counts the whole prompt."""
    if not isinstance(told, dict):
        return None
    read, written = count_at(told, "cache_read_input_tokens"), count_at(told, "cache_creation_input_tokens")
    return Usage(
        input_tokens=count_at(told, "input_tokens") + read + written,
        output_tokens=count_at(told, "output_tokens"),
        cached_input_tokens=read,
        cache_write_tokens=written,
        thinking_tokens=count_at(told, "output_tokens_details", "thinking_tokens"),
    )


def _model_info(entry: Any) -> ModelInfo:
    retires = text_at(entry, "retires_at")[:10]
    life = text_at(entry, "lifecycle")
    deprecated = f"{life}, retires on {retires}" if retires else life
    return ModelInfo(
        text_at(entry, "id"),
        context_window=size_at(entry, "max_input_tokens"),
        max_output_tokens=size_at(entry, "max_tokens"),
        deprecated=deprecated if life in {"deprecated", "retired"} else None,
    )
