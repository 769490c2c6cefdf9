"""A prompt as a model with a window of a certain size gets it, without a provider: for benchmarks, and to show a person."""

from __future__ import annotations

from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext
from ai_lsp.prompts.budget import fit
from ai_lsp.prompts.fim import FAMILIES


def prompt_of(context: CodeContext, max_tokens: int = 64, model: str | None = None) -> CompletionPrompt:
    """All that a completion may use of a context; `max_tokens` bounds the answer."""
    return CompletionPrompt(
        context.prefix,
        context.suffix,
        context.language,
        context.path,
        max_tokens=max_tokens,
        model=model,
        snippets=context.snippets,
    )


def prompt_text(context: CodeContext, max_tokens: int, family: str = "qwen") -> str:
    """The raw prompt in `max_tokens` tokens, in the form of a family that knows of other files."""
    return FAMILIES[family].render(fit(prompt_of(context), None, max_tokens))
