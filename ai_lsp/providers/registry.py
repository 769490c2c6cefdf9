"""Every kind of provider that comes with the house: one line each, loaded when first asked for."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.services import Builder, ProviderSettings, Services

KINDS = {
    "anthropic": "ai_lsp.providers.anthropic:AnthropicProvider",
    "embedded": "ai_lsp.providers.embedded.provider:own_engine",
    "gemini": "ai_lsp.providers.gemini:GeminiProvider",
    "grok": "ai_lsp.providers.grok:GrokProvider",
    "llamacpp": "ai_lsp.providers.llamacpp:LlamaCppProvider",
    "mistral": "ai_lsp.providers.mistral:MistralProvider",
    "ollama": "ai_lsp.providers.ollama:OllamaProvider",
    "openai": "ai_lsp.providers.openai:OpenAIProvider",
    "openai-compatible": "ai_lsp.providers.openai_compatible:OpenAICompatibleProvider",
}
"""Name of the kind -> module and class, or function. It is called with its ProviderSettings and the Services."""


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A `Builder` that imports its module only when it is called, or when it is loaded before."""

    module: str
    name: str

    def __call__(self, settings: ProviderSettings, services: Services) -> AIProvider:
        return cast("Builder", getattr(import_module(self.module), self.name))(settings, services)

    async def load(self) -> None:
        """Import the module beside the event loop: the first one over HTTP takes tenths of a second."""
        if self.module not in sys.modules:
            await asyncio.to_thread(import_module, self.module)


def builder_of(target: str) -> BuiltIn:
    module, _, name = target.partition(":")
    return BuiltIn(module, name)
