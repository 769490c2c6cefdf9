"""Mistral: chat in OpenAI's shape, and a fill-in-the-middle endpoint of its own whose answers are chat shaped too.

Keys for code only belong to https://codestral.mistral.ai/v1: set it as the endpoint to use one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import Field

from ai_lsp.core.chat import ChatRequest
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.providers.base import ModelInfo
from ai_lsp.providers.calls import WireCall
from ai_lsp.providers.openai_shape import OpenAIShape
from ai_lsp.providers.options import HTTPOptions
from ai_lsp.providers.pieces import at, text_at


class MistralOptions(HTTPOptions):
    random_seed: int | None = Field(default=None, ge=0, description="Equal seeds make answers repeatable.")
    safe_prompt: bool | None = Field(default=None, description="Have the service put its safety prompt before a chat.")
    prompt_cache_key: str | None = Field(default=None, description="Keeps calls that begin alike on one cache.")


class MistralProvider(OpenAIShape):
    kind = "mistral"
    default_endpoint = "https://api.mistral.ai/v1"
    default_model = "mistral-medium-latest"
    default_code_model = "codestral-latest"
    default_embedding_model = "codestral-embed"
    supports_embeddings = True
    # the last chunk has the usage without being asked for it
    stream_options = {}  # noqa: RUF012  # never changed
    Options = MistralOptions
    options: MistralOptions

    def has_fim(self, model: str) -> bool:
        return self.facts(model).fim is not None

    def fim_call(self, prompt: CompletionPrompt, context: CodeContext) -> WireCall | None:
        model = self.model_for(prompt)
        body: dict[str, Any] = {
            "model": model,
            "prompt": prompt.prefix,
            "suffix": prompt.suffix,
            "max_tokens": prompt.max_tokens,
            "stream": True,
        }
        if prompt.stop:
            body["stop"] = list(prompt.stop)
        return WireCall("/fim/completions", {**body, **self._chosen()}, model)

    def chat_call(self, request: ChatRequest, *, inline: bool = False) -> WireCall:
        call = super().chat_call(request, inline=inline)
        call.body.update(self._chosen())
        if self.options.safe_prompt is not None and not inline:
            call.body["safe_prompt"] = self.options.safe_prompt
        return call

    def _chosen(self) -> dict[str, Any]:
        chosen = {"random_seed": self.options.random_seed, "prompt_cache_key": self.options.prompt_cache_key}
        return {name: value for name, value in chosen.items() if value is not None}

    def thinking(self, model: str, *, inline: bool) -> dict[str, Any]:
        return {} if inline else super().thinking(model, inline=inline)

    def model_info(self, entry: Any) -> ModelInfo:
        going, instead = text_at(entry, "deprecation")[:10], text_at(entry, "deprecation_replacement_model")
        advice = f"; use {instead}" if instead else ""
        return replace(
            super().model_info(entry),
            supports_fim=at(entry, "capabilities", "completion_fim"),
            supports_chat=at(entry, "capabilities", "completion_chat"),
            deprecated=f"the service stops offering it on {going}{advice}" if going else None,
        )
