"""Every kind of provider that comes with the house: one line each, loaded when first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.services import Builder, ProviderSettings, Services

KINDS = {
    "anthropic": "ai_lsp.providers.anthropic:AnthropicProvider",
    "embedded": "ai_lsp.providers.embedded.provider:EmbeddedProvider",
    "gemini": "ai_lsp.providers.gemini:GeminiProvider",
    "grok": "ai_lsp.providers.grok:GrokProvider",
    "llamacpp": "ai_lsp.providers.llamacpp:LlamaCppProvider",
    "mistral": "ai_lsp.providers.mistral:MistralProvider",
    "ollama": "ai_lsp.providers.ollama:OllamaProvider",
    "openai": "ai_lsp.providers.openai:OpenAIProvider",
    "openai-compatible": "ai_lsp.providers.openai_compatible:OpenAICompatibleProvider",
}
"""Name of the kind -> module and class. The class is called with its ProviderSettings and the Services."""


def builder_of(target: str) -> Builder:
    """A builder that imports its module only when it is called."""

    def build(settings: ProviderSettings, services: Services) -> AIProvider:
        module, _, name = target.partition(":")
        return cast("Builder", getattr(import_module(module), name))(settings, services)

    return build
