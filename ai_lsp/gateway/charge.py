"""Says what a call cost.

In: a call, and how its answer ended. Out: its `Usage` with a cost where one can be known, flagged where it is a guess.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AIError, BrokenStreamError, DeadlineError
from ai_lsp.core.stream import Finished
from ai_lsp.core.usage import Usage
from ai_lsp.gateway import estimate
from ai_lsp.gateway.call import Call, ChatCall
from ai_lsp.gateway.provider import ProviderSource


class PriceBook(Protocol):
    """What models cost."""

    def cost(self, provider: str, model: str, usage: Usage, at: float) -> float | None:
        """US dollars for this usage of a provider's model at a date (seconds since 1970), or None: not known."""


class NoPrices:
    """The price book of somebody who pays nothing or knows nothing."""

    def cost(self, provider: str, model: str, usage: Usage, at: float) -> float | None:
        return None


NOTHING = Usage(cost=0.0)


class Accounts:
    """Turns answers into figures. Server-reported figures win over price facts, and those over guesses."""

    def __init__(self, providers: ProviderSource, prices: PriceBook, clock: Clock) -> None:
        self._providers = providers
        self._prices = prices
        self._clock = clock

    def finished(self, call: Call, end: Finished, characters: int) -> Usage:
        """Of a call that ended as it should, after so many characters of answer."""
        if call.trace.attempts == 0:
            return NOTHING
        return self._priced(call, end.model, end.usage or self._guess(call, characters))

    def broken_off(self, call: Call, characters: int, error: BaseException) -> Usage:
        """Of a call that was cancelled or failed. A service that was still silent may well have begun to work on it."""
        at_work = isinstance(error, (asyncio.CancelledError, GeneratorExit, DeadlineError, BrokenStreamError))
        if call.trace.attempts == 0 or not (at_work or characters):
            return NOTHING
        return self._priced(call, self.model(call), self._guess(call, characters))

    def model(self, call: Call) -> str:
        """The model that a call goes to, as far as it is known beforehand."""
        asked = call.request.model if isinstance(call, ChatCall) else call.prompt.model
        if asked is None:
            with suppress(AIError):  # a call to a name that nobody has is counted as well
                asked = self._providers.get(call.provider).model
        return asked or ""

    def _guess(self, call: Call, characters: int) -> Usage:
        return Usage(estimate.input_tokens(call), estimate.tokens(characters), estimated=True)

    def _priced(self, call: Call, model: str, usage: Usage) -> Usage:
        if usage.cost is not None:
            return usage
        cost = self._prices.cost(call.provider, model, usage, self._clock.time())
        if cost is None and self._is_local(call.provider):
            cost = 0.0
        return usage if cost is None else replace(usage, cost=cost)

    def _is_local(self, provider: str) -> bool:
        try:
            return self._providers.get(provider).capabilities.is_local
        except AIError:  # it may have been taken out of the settings while it answered
            return False
