"""Who completes code, and what is asked of it. In: a context. Out: the call of the gateway."""

from __future__ import annotations

from dataclasses import dataclass, field

from ai_lsp.completion.store import Owner
from ai_lsp.core.completion import CompletionPrompt, Trigger
from ai_lsp.core.context import CodeContext
from ai_lsp.gateway.call import CompletionCall, Deadlines


@dataclass(frozen=True, slots=True)
class Completer:
    """Who completes code, and within which limits.

    `own`: an engine of this process, which answers in milliseconds and costs nothing, so that it is asked directly.
    Not `multi_line`: one line of an answer is shown at a time.
    `companion` is the name of such an engine that may answer while a service is still at it.
    """

    provider: str
    model: str | None = None
    max_tokens: int = 64
    temperature: float | None = None
    deadlines: Deadlines = field(default_factory=Deadlines)
    multi_line: bool = True
    own: bool = False
    companion: str | None = None

    @property
    def owner(self) -> Owner:
        return self.provider, self.model, self.max_tokens

    def shows_all(self, trigger: Trigger) -> bool:
        """Who asks by hand sees all that a service has to say."""
        return trigger is Trigger.INVOKED and self.multi_line and not self.own

    def call(self, context: CodeContext) -> CompletionCall:
        prompt = CompletionPrompt(
            context.prefix,
            context.suffix,
            context.language,
            context.path,
            max_tokens=self.max_tokens,
            model=self.model,
            snippets=context.snippets,
            temperature=self.temperature,
        )
        return CompletionCall(self.provider, prompt, context, self.deadlines)

    def companion_call(self, context: CodeContext) -> CompletionCall | None:
        """The same question to the companion, if there is one."""
        if self.companion is None:
            return None
        prompt = CompletionPrompt(context.prefix, context.suffix, context.language, context.path, self.max_tokens)
        return CompletionCall(self.companion, prompt, context)
