"""The way to every model: the one thing of this room that the rooms above call.

In: a `CompletionCall` or a `ChatCall`. Out: events as they come, or a whole `CodeCompletion`. What goes wrong is an
`AIError`; cancelling the reader, or closing the stream, ends the call upstream.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing

from ai_lsp.core.completion import CodeCompletion
from ai_lsp.core.errors import BrokenStreamError
from ai_lsp.core.stream import Finished, TextDelta, completion_of
from ai_lsp.gateway.breaker import CircuitReport
from ai_lsp.gateway.cache import AIResponseCache
from ai_lsp.gateway.call import Call, CompletionCall, Events, Stage
from ai_lsp.gateway.line import compose
from ai_lsp.gateway.provider import ProviderSource, ProviderStage


class Gateway:
    """A line of stages with the providers at its end, and what can be seen of its state: the cache, the circuits of the
    breaker, and how many calls of a provider (run, wait).
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        providers: ProviderSource,
        *,
        cache: AIResponseCache | None = None,
        circuits: Callable[[], list[CircuitReport]] = list,
        load: Callable[[str], tuple[int, int]] = lambda _: (0, 0),
    ) -> None:
        self.stages = tuple(stages)
        self.cache = cache
        self.circuits = circuits
        self.load = load
        self._line = compose(self.stages, ProviderStage(providers))

    def stream(self, call: Call) -> Events:
        """The events of the answer, ending in one `Finished`. Close it (`contextlib.aclosing`) to stop early."""
        return self._line(call)

    async def complete(self, call: CompletionCall) -> CodeCompletion:
        """The whole answer to a completion."""
        pieces: list[str] = []
        finished: Finished | None = None
        async with aclosing(self.stream(call)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    pieces.append(event.text)
                else:
                    finished = event
        if finished is None:
            raise BrokenStreamError(
                f"{call.provider} stopped before the end of its answer", provider=call.provider, partial="".join(pieces)
            )
        return completion_of("".join(pieces), finished)
