"""Lets only that out which may leave, and only to where it may go; and lets nothing hidden in.

In: a call. Out: for the engine of our own on this machine the call as it is. For every other provider the call with
secrets masked and hidden characters shown, and its answer without hidden characters; a completion ends where it repeats a
placeholder. What must never happen: a call goes on unchecked because a check failed. Then it is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from ai_lsp.context.privacy import Outgoing, Rule, Unmasked
from ai_lsp.context.visible import Unhiding, visible
from ai_lsp.core.context import CodeContext, Snippet
from ai_lsp.core.errors import PrivacyError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import Finished, TextDelta
from ai_lsp.core.text import DocumentSnapshot, Position
from ai_lsp.documents.lines import split_lines
from ai_lsp.gateway.call import Call, ChatCall, CompletionCall, Events, Next
from ai_lsp.gateway.provider import ProviderSource

_LARGE = 100_000
"""Characters from which a text is read in slices."""


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """May only come from the person's own file. `providers` has the rules of those that do not go by the usual one."""

    usual: Rule = field(default_factory=Rule)
    providers: Mapping[str, Rule] = field(default_factory=dict)
    redact: bool = True

    def rule(self, provider: str) -> Rule:
        return self.providers.get(provider, self.usual)


class PrivacyStage:
    def __init__(self, providers: ProviderSource, settings: Callable[[], PrivacySettings]) -> None:
        self._providers = providers
        self._settings = settings
        self._outgoing = Outgoing()

    def __call__(self, call: Call, following: Next) -> Events:
        provider = self._providers.get(call.provider)
        if provider.origin is None and provider.capabilities.is_local:
            return following(call)
        return self._guarded(call, provider.origin, following)

    async def _guarded(self, call: Call, origin: str | None, following: Next) -> Events:
        fit = await self._fit(call, origin)
        reply = _Reply(call)
        async with aclosing(following(fit)) as events:
            async for event in events:
                text = reply.feed(event.text) if isinstance(event, TextDelta) else reply.end()
                if text:
                    yield TextDelta(text)
                if isinstance(event, Finished):
                    yield replace(event, silence=Silence(Reason.MASKED)) if reply.is_cut else event

    async def _fit(self, call: Call, origin: str | None) -> Call:
        """The call as it may go out. Raises PrivacyError."""
        try:
            settings = self._settings()
            refusal = settings.rule(call.provider).refusal(origin)
            if refusal is None:
                clean = self._outgoing if settings.redact else _Shown()
                if isinstance(call, CompletionCall):
                    return await _fit_prompt(call, clean)
                return await _fit_chat(call, clean)
        except Exception as error:
            # the text of a foreign error may hold code, its type does not
            raise PrivacyError(
                f"nothing was sent to {call.provider}: checking what may leave failed ({type(error).__name__})",
                provider=call.provider,
            ) from error
        raise PrivacyError(f"nothing was sent to {call.provider}: {refusal}", provider=call.provider)


class _Shown:
    """Shows hidden characters and masks nothing, which is what the person wants."""

    def text(self, text: str) -> str:
        return visible(text)

    def halves(self, prefix: str, suffix: str) -> tuple[str, str]:
        return visible(prefix), visible(suffix)

    def reading(self, *texts: str) -> Iterable[None]:
        return ()


class _Reply:
    """The answer as it may be shown. What follows a placeholder in a completion is read, for what it cost, and dropped."""

    def __init__(self, call: Call) -> None:
        self._unhiding = Unhiding()
        self._unmasked = Unmasked() if isinstance(call, CompletionCall) else None

    @property
    def is_cut(self) -> bool:
        return self._unmasked is not None and self._unmasked.found

    def feed(self, piece: str) -> str:
        text = self._unhiding.feed(piece)
        return self._unmasked.feed(text) if self._unmasked else text

    def end(self) -> str:
        text = self._unhiding.end()
        return self._unmasked.feed(text) + self._unmasked.end() if self._unmasked else text


_Clean = Outgoing | _Shown


async def _fit_prompt(call: CompletionCall, clean: _Clean) -> CompletionCall:
    prompt = call.prompt
    await _read(clean, prompt.prefix, prompt.suffix, *(snippet.text for snippet in prompt.snippets))
    prefix, suffix = clean.halves(prompt.prefix, prompt.suffix)
    path = prompt.path and clean.text(prompt.path)
    snippets = _fit_snippets(prompt.snippets, clean)
    fit = replace(prompt, prefix=prefix, suffix=suffix, path=path, snippets=snippets)
    context = _fit_context(call.context, prefix, suffix, clean)
    return CompletionCall(call.provider, fit, context, call.deadlines, call.trace)


def _fit_context(context: CodeContext, prefix: str, suffix: str, clean: _Clean) -> CodeContext:
    """A context that knows no more of the document than the prompt does."""
    document, position, text = context.document, context.position, prefix + suffix
    if text != document.text:
        lines = tuple(split_lines(text))
        document = DocumentSnapshot(document.uri, document.language, document.version, lines)
        position = _end_of(prefix)
    return replace(
        context,
        document=document,
        position=position,
        scopes=tuple(
            replace(scope, name=clean.text(scope.name), header=clean.text(scope.header)) for scope in context.scopes
        ),
        imports=tuple(map(clean.text, context.imports)),
        snippets=_fit_snippets(context.snippets, clean),
    )


def _fit_snippets(snippets: tuple[Snippet, ...], clean: _Clean) -> tuple[Snippet, ...]:
    return tuple(replace(one, path=clean.text(one.path), text=clean.text(one.text)) for one in snippets)


def _end_of(text: str) -> Position:
    if "\r" in text:
        lines = split_lines(text)
        return Position(len(lines) - 1, len(lines[-1]))
    return Position(text.count("\n"), len(text) - text.rfind("\n") - 1)


async def _fit_chat(call: ChatCall, clean: _Clean) -> ChatCall:
    messages = call.request.messages
    await _read(clean, *(message.content for message in messages))
    fit = tuple(replace(message, content=clean.text(message.content)) for message in messages)
    return replace(call, request=replace(call.request, messages=fit))


async def _read(clean: _Clean, *texts: str) -> None:
    if sum(map(len, texts)) >= _LARGE:
        for _ in clean.reading(*texts):
            await asyncio.sleep(0)
