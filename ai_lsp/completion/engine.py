"""The way of a keystroke: gate, what is on screen, context, prompt, gateway, presentation.

In: a place in an open document. Out: a suggestion, or the reason why there is none. Never raises but when cancelled:
whatever a provider does wrong becomes a reason.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from ai_lsp.completion.gate import refusal
from ai_lsp.completion.present import presented
from ai_lsp.completion.suggestions import ShownSuggestions
from ai_lsp.context.gather import ContextGatherer
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt, Suggestion, Trigger
from ai_lsp.core.context import CodeContext
from ai_lsp.core.errors import (
    AIError,
    AuthenticationError,
    CircuitOpenError,
    DeadlineError,
    PrivacyError,
    QuotaExceededError,
    RateLimitedError,
)
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position
from ai_lsp.gateway.call import CompletionCall, Deadlines
from ai_lsp.gateway.gateway import Gateway

_REASONS: tuple[tuple[type[AIError], Reason], ...] = (
    (DeadlineError, Reason.TIMED_OUT),
    (RateLimitedError, Reason.RATE_LIMITED),
    (QuotaExceededError, Reason.QUOTA),
    (AuthenticationError, Reason.NO_KEY),
    (CircuitOpenError, Reason.BREAKER_OPEN),
    (PrivacyError, Reason.PRIVATE),
)

Excluded = Callable[[str], Awaitable[Silence | None]]
"""Why no model may see the document at an address, or None."""


@dataclass(frozen=True, slots=True)
class Completer:
    """Who completes code, and within which limits."""

    provider: str
    model: str | None = None
    max_tokens: int = 64
    deadlines: Deadlines = field(default_factory=Deadlines)


class CompletionEngine:
    """`choose` tells who completes code of a language right now, or why nobody does. It is asked for each request, and
    `excluded` before any text of the document goes anywhere.
    """

    def __init__(
        self,
        gatherer: ContextGatherer,
        gateway: Gateway,
        choose: Callable[[str], Awaitable[Completer | Silence]],
        excluded: Excluded,
    ) -> None:
        self._gatherer = gatherer
        self._gateway = gateway
        self._choose = choose
        self._excluded = excluded
        self._shown = ShownSuggestions()

    async def suggest(self, uri: str, position: Position, trigger: Trigger) -> Suggestion | Silence:
        """A suggestion for the cursor at `position` (code points), or why there is none."""
        context = self._gatherer.gather(uri, position)
        if not isinstance(context, Silence):
            context = await self._kept_away(uri) or context
        if isinstance(context, Silence):
            return context
        completer = await self._choose(context.language)
        if isinstance(completer, Silence):
            return completer
        stop = refusal(context, trigger)
        if stop is not None:
            return stop
        rest = self._shown.rest(context)
        if rest is not None:
            return self._suggestion(context, *rest)
        completion = await self._complete(completer, context)
        if isinstance(completion, Silence):
            self._shown.forget(uri)
            return completion
        suggestion = self._suggestion(context, uuid.uuid4().hex, completion.text, completion)
        if isinstance(suggestion, Suggestion):
            self._shown.remember(context, suggestion)
        return suggestion

    def accepted(self, suggestion_id: str) -> None:
        """The person took it: its text is in the document now."""
        self._shown.accept(suggestion_id)

    def rejected(self, suggestion_id: str) -> None:
        """The person sent it away: it is not shown again at its place."""
        self._shown.reject(suggestion_id)

    async def _complete(self, completer: Completer, context: CodeContext) -> CodeCompletion | Silence:
        prompt = CompletionPrompt(
            context.prefix,
            context.suffix,
            context.language,
            context.path,
            max_tokens=completer.max_tokens,
            model=completer.model,
        )
        call = CompletionCall(completer.provider, prompt, context, completer.deadlines)
        try:
            completion = await self._gateway.complete(call)
        except AIError as error:
            reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.FAILED)
            return Silence(reason, str(error))
        if completion.silence is not None and completion.silence.reason is Reason.MASKED:
            # the line that was to hold the secret makes no sense without it
            completion = replace(completion, text=completion.text[: completion.text.rfind("\n") + 1].rstrip())
        return completion if completion.text else _silence(completion)

    async def _kept_away(self, uri: str) -> Silence | None:
        try:
            return await self._excluded(uri)
        except Exception as error:  # noqa: BLE001  # a check that fails must not let anything pass
            return Silence(Reason.EXCLUDED, f"whether it may be used could not be found out: {type(error).__name__}")

    def _suggestion(
        self, context: CodeContext, id_: str, text: str, completion: CodeCompletion
    ) -> Suggestion | Silence:
        shown = presented(context, text)
        if shown is None:
            return Silence(Reason.NO_MATCH, "the text stands after the cursor already")
        if self._shown.was_rejected(context, shown[0]):
            return Silence(Reason.REJECTED)
        return Suggestion(id_, shown[0], shown[1], completion)


def _silence(completion: CodeCompletion) -> Silence:
    """Why nothing came, and why it had to come from there."""
    silence = completion.silence or Silence(Reason.NO_MATCH)
    return Silence(silence.reason, "; ".join(filter(None, (silence.detail, *completion.passed_over))))
