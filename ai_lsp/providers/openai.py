"""OpenAI: chat completions. Code is completed through a conversation, since no model with a FIM endpoint is left."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field

from ai_lsp.core.chat import ChatRequest
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.openai_shape import OpenAIShape
from ai_lsp.providers.options import HTTPOptions

_O_SERIES = re.compile(r"o\d")
"""Models that refuse stop sequences."""


class OpenAIOptions(HTTPOptions):
    organization: str | None = Field(default=None, description="Sent as OpenAI-Organization.")
    project: str | None = Field(default=None, description="Sent as OpenAI-Project.")
    service_tier: Literal["auto", "default", "flex", "priority"] | None = Field(
        default=None, description="What speed is paid for."
    )
    verbosity: Literal["low", "medium", "high"] | None = Field(default=None, description="Length of chat answers.")
    prompt_cache_key: str | None = Field(default=None, description="Keeps calls that begin alike on one cache.")


class OpenAIProvider(OpenAIShape):
    kind = "openai"
    default_endpoint = "https://api.openai.com/v1"
    default_model = "gpt-6-luna"
    default_embedding_model = "text-embedding-3-small"
    supports_embeddings = True
    max_tokens_name = "max_completion_tokens"
    # the padding that hides token lengths from eavesdroppers doubles the bytes of every event
    stream_options = {"include_usage": True, "include_obfuscation": False}  # noqa: RUF012  # never changed
    Options = OpenAIOptions
    options: OpenAIOptions

    def extra_headers(self) -> dict[str, str]:
        chosen = {"openai-organization": self.options.organization, "openai-project": self.options.project}
        return {name: value for name, value in chosen.items() if value}

    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        call = super().chat_call(request, inline=inline)
        chosen: dict[str, Any] = {
            "service_tier": self.options.service_tier,
            "prompt_cache_key": self.options.prompt_cache_key,
            "verbosity": None if inline else self.options.verbosity,
        }
        if _O_SERIES.match(call.model):
            call.body.pop("stop", None)
        call.body.update({name: value for name, value in chosen.items() if value is not None})
        return call
