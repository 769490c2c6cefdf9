"""xAI's Grok: chat in OpenAI's shape. The service says what a call has cost, and repeats keys that it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ai_lsp.core.usage import Usage
from ai_lsp.providers.base import ModelInfo
from ai_lsp.providers.openai_shape import OpenAIShape
from ai_lsp.providers.pieces import items, number_at, size_at, text_at

TICKS_PER_DOLLAR = 10**10


class GrokProvider(OpenAIShape):
    kind = "grok"
    default_endpoint = "https://api.x.ai/v1"
    default_model = "grok-4.7"
    default_code_model = "grok-build-latest"
    models_path = "/language-models"

    def usage(self, data: Any) -> Usage | None:
        usage = super().usage(data)
        if usage is None:
            return None
        ticks = number_at(data, "usage", "cost_in_usd_ticks")
        return replace(
            usage,
            # thoughts are told apart from the answer here, and billed like it
            output_tokens=usage.output_tokens + usage.thinking_tokens,
            cost=None if ticks is None else ticks / TICKS_PER_DOLLAR,
        )

    def models_from(self, data: Any) -> list[ModelInfo]:
        entries = [entry for entry in items(data, "models") if text_at(entry, "id")]
        self.note_aliases(entries)
        return [ModelInfo(text_at(entry, "id"), size_at(entry, "max_prompt_length")) for entry in entries]
