"""Asks the next provider when one cannot answer.

In: a call to a provider. Out: the answer of the first provider of the chain that can give one; its `Finished` says who
that was and what the others said. What must never happen: a call to a provider on this machine goes to the cloud, unless
the person's own file allows it; text of two providers in one answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from ai_lsp.core.errors import AIError
from ai_lsp.core.stream import Finished, StreamEvent
from ai_lsp.gateway.call import Call, CompletionCall, Events, Next, Trace
from ai_lsp.gateway.provider import ProviderSource
from ai_lsp.providers.base import AICapabilities


@dataclass(frozen=True, slots=True)
class FallbackSettings:
    """`chain` is asked in its order. `local_to_cloud` may only come from the person's own file.

    `last_for_completions` is asked when everything else failed to complete code; None: nobody.
    """

    chain: tuple[str, ...] = ()
    local_to_cloud: bool = False
    last_for_completions: str | None = "embedded"


class FallbackStage:
    def __init__(self, providers: ProviderSource, settings: Callable[[], FallbackSettings]) -> None:
        self._providers = providers
        self._settings = settings

    async def __call__(self, call: Call, following: Next) -> Events:
        errors: dict[str, AIError] = {}
        for asked in self._chain(call):
            content = False
            try:
                async with aclosing(following(asked)) as events:
                    async for event in events:
                        content = True
                        yield _naming(event, errors)
            except AIError as error:
                if content or not error.falls_back:
                    raise
                errors[asked.provider] = error
            else:
                return
        # the provider that the person chose is the one whose failure they have to know of
        raise errors[call.provider]

    def _chain(self, call: Call) -> Iterator[Call]:
        yield call
        for name in self._candidates(call):
            yield _for_another(call, name)

    def _candidates(self, call: Call) -> Iterator[str]:
        settings = self._settings()
        chain = settings.chain
        if settings.last_for_completions is not None and isinstance(call, CompletionCall):
            chain = (*chain, settings.last_for_completions)
        only_local = not settings.local_to_cloud and self._abilities(call.provider).is_local
        for name in dict.fromkeys(chain):
            abilities = self._abilities(name)
            wanted = abilities.supports_code_completion if isinstance(call, CompletionCall) else abilities.supports_chat
            if name != call.provider and wanted and (abilities.is_local or not only_local):
                yield name

    def _abilities(self, name: str) -> AICapabilities:
        """A provider that cannot even be made counts as local without abilities: it opens no way to anywhere."""
        try:
            return self._providers.get(name).capabilities
        except AIError:
            return AICapabilities(is_local=True)


def _for_another(call: Call, provider: str) -> Call:
    """The model that was asked for is one of the first provider's: another one takes its own."""
    if isinstance(call, CompletionCall):
        return replace(call, provider=provider, trace=Trace(), prompt=replace(call.prompt, model=None))
    return replace(call, provider=provider, trace=Trace(), request=replace(call.request, model=None))


def _naming(event: StreamEvent, errors: dict[str, AIError]) -> StreamEvent:
    if errors and isinstance(event, Finished):
        return replace(event, passed_over=tuple(map(_sentence, errors, errors.values())))
    return event


def _sentence(provider: str, error: AIError) -> str:
    """Who, and why; many errors begin with the name already."""
    return f"{provider}: {str(error).removeprefix(f'{provider}: ')}"
