"""What models cost: what the person says, else what is known."""

from __future__ import annotations

from collections.abc import Callable

from ai_lsp.core.usage import Usage
from ai_lsp.models.facts import Price, facts_for
from ai_lsp.settings.schema import Settings


class Prices:
    """The gateway's `PriceBook`."""

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings

    def cost(self, provider: str, model: str, usage: Usage, at: float) -> float | None:
        table = self._settings().providers.get(provider)
        if table is not None and table.price is not None:
            price: Price | None = Price(table.price.input, table.price.output, table.price.cached)
        else:
            price = facts_for(model).price
        return None if price is None else price.cost(usage)
